# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of releases before Alembic, as their scripts: script n led from `PRAGMA user_version` n to n + 1.

Kept as they were, so that `carry_over` can bring a database of any of them to the last of these forms first.
"""

from __future__ import annotations

from typing import Final

MIGRATIONS: Final = (
    """
    CREATE TABLE document (
        id TEXT PRIMARY KEY,
        sha256 TEXT NOT NULL,
        pages INTEGER NOT NULL,
        resolution TEXT NOT NULL,
        octets INTEGER NOT NULL,
        has_original INTEGER NOT NULL,
        created TEXT NOT NULL
    ) STRICT;
    CREATE TABLE draft (
        id TEXT PRIMARY KEY,
        uid INTEGER NOT NULL,
        document TEXT NOT NULL REFERENCES document (id),
        title TEXT NOT NULL,
        print_job INTEGER,
        created TEXT NOT NULL
    ) STRICT;
    CREATE INDEX draft_by_uid ON draft (uid, id);
    CREATE TABLE job (
        id TEXT PRIMARY KEY,
        uid INTEGER NOT NULL,
        document TEXT NOT NULL REFERENCES document (id),
        draft TEXT UNIQUE,
        print_job INTEGER,
        state TEXT NOT NULL,
        title TEXT NOT NULL,
        number TEXT NOT NULL,
        dial TEXT NOT NULL,
        destination TEXT NOT NULL,
        last_name TEXT NOT NULL,
        first_name TEXT NOT NULL,
        role TEXT NOT NULL,
        company TEXT NOT NULL,
        subject TEXT NOT NULL,
        header TEXT NOT NULL,
        created TEXT NOT NULL,
        changed TEXT NOT NULL,
        next_try TEXT,
        reason TEXT NOT NULL DEFAULT '',
        pages INTEGER NOT NULL,
        confirmed INTEGER NOT NULL DEFAULT 0,
        tries INTEGER NOT NULL DEFAULT 0,
        cancelled INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX job_by_uid ON job (uid, id);
    CREATE INDEX job_by_state ON job (state, id);
    CREATE TABLE call (
        id TEXT PRIMARY KEY,
        direction TEXT NOT NULL,
        job TEXT REFERENCES job (id),
        line TEXT NOT NULL,
        number TEXT NOT NULL,
        first_page INTEGER NOT NULL DEFAULT 0,
        started TEXT NOT NULL,
        ended TEXT,
        outcome TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        report TEXT NOT NULL DEFAULT '{}'
    ) STRICT;
    CREATE INDEX call_by_job ON call (job, id);
    CREATE INDEX call_open ON call (id) WHERE ended IS NULL;
    CREATE TABLE confirmation (
        job TEXT NOT NULL REFERENCES job (id),
        page INTEGER NOT NULL,
        call TEXT NOT NULL REFERENCES call (id),
        at TEXT NOT NULL,
        PRIMARY KEY (job, page)
    ) STRICT;
    CREATE TABLE reception (
        id TEXT PRIMARY KEY,
        call TEXT NOT NULL UNIQUE REFERENCES call (id),
        state TEXT NOT NULL,
        line TEXT NOT NULL,
        called TEXT NOT NULL,
        caller TEXT NOT NULL,
        caller_name TEXT NOT NULL,
        remote_id TEXT NOT NULL DEFAULT '',
        outcome TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        received TEXT NOT NULL,
        pages INTEGER NOT NULL DEFAULT 0,
        bad_rows INTEGER NOT NULL DEFAULT 0,
        rule TEXT NOT NULL DEFAULT '',
        trace TEXT NOT NULL DEFAULT '[]',
        folder TEXT NOT NULL DEFAULT '',
        tiff TEXT NOT NULL DEFAULT '',
        pdf TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE TABLE reception_page (
        reception TEXT NOT NULL REFERENCES reception (id) ON DELETE CASCADE,
        page INTEGER NOT NULL,
        file TEXT NOT NULL,
        rows INTEGER NOT NULL,
        bad_rows INTEGER NOT NULL,
        PRIMARY KEY (reception, page)
    ) STRICT;
    CREATE TABLE reception_owner (
        reception TEXT NOT NULL REFERENCES reception (id) ON DELETE CASCADE,
        uid INTEGER NOT NULL,
        PRIMARY KEY (uid, reception)
    ) STRICT;
    CREATE TABLE outbox (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        uid INTEGER NOT NULL,
        created TEXT NOT NULL,
        done TEXT,
        UNIQUE (kind, subject, uid)
    ) STRICT;
    CREATE INDEX outbox_open ON outbox (uid, id) WHERE done IS NULL;
    """,
    """
    CREATE TABLE destination (
        number TEXT PRIMARY KEY,
        begin_at TEXT NOT NULL,
        error_correction INTEGER NOT NULL,
        training_failures INTEGER NOT NULL,
        correction_failures INTEGER NOT NULL,
        until TEXT NOT NULL
    ) STRICT;
    ALTER TABLE job ADD COLUMN sub_address TEXT NOT NULL DEFAULT '';
    ALTER TABLE reception ADD COLUMN sub_address TEXT;
    """,
    # The owner is a person's name, no longer the uid of one machine. `person_of` is a function of ours.
    """
    DROP INDEX draft_by_uid;
    ALTER TABLE draft ADD COLUMN owner TEXT NOT NULL DEFAULT '';
    UPDATE draft SET owner = person_of(uid);
    ALTER TABLE draft DROP COLUMN uid;
    CREATE INDEX draft_by_owner ON draft (owner, id);
    DROP INDEX job_by_uid;
    ALTER TABLE job ADD COLUMN owner TEXT NOT NULL DEFAULT '';
    UPDATE job SET owner = person_of(uid);
    ALTER TABLE job DROP COLUMN uid;
    CREATE INDEX job_by_owner ON job (owner, id);
    CREATE TABLE reception_person (
        reception TEXT NOT NULL REFERENCES reception (id) ON DELETE CASCADE,
        person TEXT NOT NULL,
        PRIMARY KEY (person, reception)
    ) STRICT;
    INSERT OR IGNORE INTO reception_person (reception, person)
        SELECT reception, person_of(uid) FROM reception_owner;
    DROP TABLE reception_owner;
    ALTER TABLE reception_person RENAME TO reception_owner;
    CREATE TABLE announcement (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        person TEXT NOT NULL,
        created TEXT NOT NULL,
        done TEXT,
        UNIQUE (kind, subject, person)
    ) STRICT;
    INSERT OR IGNORE INTO announcement (id, kind, subject, person, created, done)
        SELECT id, kind, subject, person_of(uid), created, done FROM outbox ORDER BY done IS NOT NULL;
    DROP TABLE outbox;
    CREATE INDEX announcement_open ON announcement (person, id) WHERE done IS NULL
    """,
)
