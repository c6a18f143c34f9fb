# SPDX-License-Identifier: GPL-3.0-or-later
"""Restoring a backup into a state folder in which there is no fax yet, while the service is stopped.

Everything is made ready in the folder `restoring` of the state folder: the files, and the database, brought to the
tables of this release and put in order as after a crash, its faxes held. Then it takes its place. As long as
`restoring` is there the service refuses to begin; broken off at any point, a restore is begun anew, and finds nothing
but itself.

To a server all rows go in one transaction, together with a word by which they are known: so a restore that was broken
off right behind it does not take its own rows for somebody's.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from faxcore.backup.manifest import (
    CALLS,
    DATABASE,
    DOCUMENTS,
    BackupRefused,
    Manifest,
    find_damage,
)
from faxcore.backup.owner_of_files import acting_for, make_state_folder
from faxcore.checkpoint import checkpoint
from faxcore.config import Config
from faxcore.config.current import CurrentConfig
from faxcore.fax_folders.mount_points import MountPoints
from faxcore.model.sentence import Sentence, mark
from faxcore.queue.restart import restart_gone_lines
from faxcore.reception.fetched_faxes import FetchedFaxes
from faxcore.reception.filing import Filing
from faxcore.reception.recovery import recover_gone_lines
from faxcore.store.ids_and_times import new_id
from faxcore.store.migrating import is_known
from faxcore.store.opening import sqlite_url
from faxcore.store.receptions import ReceptionRow
from faxcore.store.state_lock import lock_state_folder
from faxcore.store.store import RESTORING, Store
from faxcore.store.submissions import is_accepted
from faxcore.store.synced_files import remove, sync_folder, write_all, written
from faxcore.store.transfer import fill_database, find_used_tables

WORD: Final = "word"
"""The file with the word that the rows of a server bring along."""
_PART: Final = 500
_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class RestoreReport:
    """A backup that was restored."""

    faxes: int
    """Faxes that are held."""


class _NobodyListens:
    """Tells nobody of a fax: the service will."""

    def reception_arrived(self, reception: ReceptionRow) -> None:
        return

    def reception_changed(self, reception: ReceptionRow) -> None:
        return

    def flush(self, person: str) -> None:
        return


def check(folder: Path, manifest: Manifest) -> None:
    """Check that a backup can be restored by this release. BackupRefused if not."""
    where = {"folder": str(folder)}
    if not is_known(manifest.revision):
        sentence = mark("The backup in {folder} was made by a later release ({version}): install that, or a later one.")
        raise BackupRefused(Sentence(sentence, {**where, "version": manifest.version}))
    damaged = list(find_damage(folder, manifest))
    if damaged:
        sentence = mark("The backup in {folder} is damaged: {file} is not as it was written.")
        raise BackupRefused(Sentence(sentence, {**where, "file": ", ".join(damaged[:5])}))


def restore(config: Config, folder: Path, manifest: Manifest) -> RestoreReport:
    """Restore a backup that was checked. BackupRefused if there is something already, StateLocked if the service runs;
    StoreError or OSError if it cannot be done, and then it is to be begun anew.
    """
    state, stage = config.state, config.state / RESTORING
    if not state.is_dir():
        make_state_folder(state)
    with ExitStack() as held:
        with acting_for(state):
            held.enter_context(lock_state_folder(state))
            word = _begin(config, stage)
        _copy_files(folder, stage, manifest, state)
        with acting_for(state):
            checkpoint("files of a backup copied, not in order")
            faxes = _put_in_order(config, stage, manifest)
            checkpoint("backup in order, not in its place")
            _put_in_place(config, stage, word)
    return RestoreReport(faxes)


# ------------------------------------------------------------ a state folder without a fax


def _begin(config: Config, stage: Path) -> str:
    """Make the folder in which everything is made ready; the word of this restore, also where it was broken off."""
    state = config.state
    if stage.is_dir():
        word = (stage / WORD).read_text() if (stage / WORD).exists() else new_id()
        # All of it is ours: nothing has begun to work here since.
        remove(*_places(state), *(stage / name for name in os.listdir(stage) if name != WORD))
    else:
        word = new_id()
        _refuse_used(config)
        stage.mkdir(mode=0o750)
    if not (stage / WORD).exists():
        half = stage / f".{WORD}"
        remove(half)
        with written(half) as descriptor:
            write_all(descriptor, word.encode())
        half.rename(stage / WORD)
    sync_folder(stage)
    sync_folder(state)
    return word


def _places(state: Path) -> list[Path]:
    return [state / DOCUMENTS, state / CALLS, *(state / f"{DATABASE}{end}" for end in ("", "-wal", "-shm", "-journal"))]


def _refuse_used(config: Config) -> None:
    state = config.state
    used = [place for place in (state / DOCUMENTS, state / CALLS) if place.is_dir() and os.listdir(place)]
    if used:
        sentence = mark("Nothing was restored: {folder} has faxes already. Restore into an empty folder.")
        raise BackupRefused(Sentence(sentence, {"folder": str(state)}))
    own = state / DATABASE
    url = config.store.url or (sqlite_url(own) if own.exists() else "")
    if url and (tables := find_used_tables(url)):
        sentence = mark("Nothing was restored: the database has rows already, in {tables}. Restore into an empty one.")
        raise BackupRefused(Sentence(sentence, {"tables": ", ".join(tables)}))


# ------------------------------------------------------------ made ready


def _copy_files(folder: Path, stage: Path, manifest: Manifest, state: Path) -> None:
    with acting_for(state):
        for name in (DOCUMENTS, CALLS):
            (stage / name).mkdir(mode=0o750)
    made = {stage / DOCUMENTS, stage / CALLS}
    for file in manifest.files:
        first = file.path.partition("/")[0]
        if first not in (DATABASE, DOCUMENTS, CALLS):
            continue
        # Opened by whoever restores, written by the service's user.
        with (folder / file.path).open("rb") as source, acting_for(state):
            target = stage / file.path
            if target.parent not in made and target.parent != stage:
                target.parent.mkdir(mode=0o750)
                made.add(target.parent)
            with written(target) as descriptor:
                while chunk := source.read(_CHUNK):
                    write_all(descriptor, chunk)
    with acting_for(state):
        for each in sorted(made, reverse=True):
            sync_folder(each)


def _put_in_order(config: Config, stage: Path, manifest: Manifest) -> int:
    """Bring everything to an end that was under way, and hold what waits; how many faxes that is."""
    with closing(Store(stage)) as store:
        keep = Filing(store, CurrentConfig(config), _NobodyListens(), MountPoints(stage)).keep
        for submission in store.submissions.list_entering():
            if is_accepted(store.database, submission):
                while store.submissions.accept_part(submission, _PART):
                    continue
            else:
                store.retention.drop_unaccepted(submission)
        restart_gone_lines(store, (), config.queue, FetchedFaxes(store, keep).close)
        recover_gone_lines(store, (), keep)
        moment = datetime.fromisoformat(manifest.moment).astimezone()
        return store.restored_faxes.hold(moment.strftime("%Y-%m-%d %H:%M"))


# ------------------------------------------------------------ in its place


def _put_in_place(config: Config, stage: Path, word: str) -> None:
    state = config.state
    remove(*_places(state))
    for name in (DOCUMENTS, CALLS):
        (stage / name).rename(state / name)
    checkpoint("restored files in their place, database not")
    if config.store.url:
        fill_database(sqlite_url(stage / DATABASE), config.store.url, word)
    else:
        (stage / DATABASE).rename(state / DATABASE)
    sync_folder(state)
    checkpoint("restored database in its place, not said")
    remove(stage)
    sync_folder(state)
