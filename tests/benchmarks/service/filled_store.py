# SPDX-License-Identifier: GPL-3.0-or-later
"""The store before the load, and what must stand in it afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Select, func, select

from faxcore.document.tiff import write_pages
from faxcore.model.job import State
from faxcore.model.page import Page, Resolution, Width
from faxcore.store import schema
from faxcore.store.store import Store
from tests.support.many_faxes import Ids, add_jobs, add_receptions, settle

PAGES: Final = 2
"""Of each fax that waits for the lines."""
CALLER: Final = "caller"
"""The person whose faxes the lines send."""


def fill(state: Path, url: str, people: Sequence[str], faxes: int, notices: int, calls: int) -> None:
    """Share so many faxes, four of five sent and one received, and so many news among these people; and have as many
    faxes wait for the lines as `calls`.
    """
    store, ids, share = Store(state, url=url), Ids(), 1 / len(people)
    for person in people:
        sent, untold = int(faxes * share * 0.8), int(notices * share)
        add_jobs(store, person, max(sent - untold, 0), State.DONE, ids, settled=False)
        add_jobs(store, person, untold, State.DONE, ids, told=False, settled=False)
        add_receptions(store, person, int(faxes * share * 0.2), ids, settled=False)
    document = add_jobs(store, CALLER, calls, State.READY, ids, pages=PAGES, settled=False)
    write_document(store.documents.pages_file(document), PAGES)
    settle(store)
    store.close()


def write_document(path: Path, pages: int) -> None:
    """Write a TIFF of so many pages, with something on each."""
    write_pages(path, [Page(Width.A4, Resolution.FINE, bytes([number]) * 216 * 200) for number in range(1, pages + 1)])


class Words:
    """What the lines have told the service."""

    def __init__(self, folder: Path) -> None:
        self.waits: list[float] = []
        """Seconds from each FinalPending to its Noted."""
        self._told: Counter[str] = Counter()
        self._calls: set[str] = set()
        for path in folder.glob("*.said"):
            for line in path.read_text().splitlines():
                word, call, *rest = line.split()
                self._told[word] += 1
                self._calls.add(call)
                if word == "final":
                    self.waits.append(float(rest[0]))

    @property
    def count(self) -> int:
        """Words that must be in the database."""
        return self._told["confirmed"] + self._told["kept"] + self._told["ended"] + self._told["final"]

    def count_lost(self, state: Path, url: str) -> int:
        """Count those that are not there, when the service has ended. A line whose process was ended may not have said
        its last one: that there is more of one kind makes up for nothing of another.
        """
        store = Store(state, url=url)
        confirmation, call, reception, page = schema.confirmation, schema.call, schema.reception, schema.reception_page
        pages_in = select(reception.c.call).join(page, page.c.reception == reception.c.id)
        sent = select(func.count()).select_from(schema.job.join(call, call.c.job == schema.job.c.id))
        whole = sent.where(schema.job.c.state == State.DONE.value, schema.job.c.confirmed == schema.job.c.pages)
        found = {
            "pending": self._told["final"],
            "final": store.database.value(whole),
            "confirmed": self._among(store, select(confirmation.c.call)),
            "kept": self._among(store, pages_in),
            "ended": self._among(store, select(call.c.id).where(call.c.outcome == "ok", call.c.ended.is_not(None))),
        }
        store.close()
        return sum(max(0, self._told[word] - count) for word, count in found.items())

    def _among(self, store: Store, calls: Select[tuple[str]]) -> int:
        return sum(row[0] in self._calls for row in store.database.rows(calls))
