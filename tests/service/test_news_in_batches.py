# SPDX-License-Identifier: GPL-3.0-or-later
"""News that wait for many people are told a batch of one person at a time, and others have their turns in between."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path

from faxcore.announce.announcing import BATCH, Announcing, News
from faxcore.config.current import CurrentConfig
from faxcore.model.job import State
from faxcore.store.store import Store
from tests.support.many_faxes import Ids, add_jobs
from tests.support.service_parts import configured
from tests.support.waiting import async_test, until

PEOPLE = ("anne", "bruno", "clara", "denis")
EACH = 5 * BATCH + 3


class TurnsOfPeople:
    """Programs of everybody, who note in which turn of the event loop they are told."""

    def __init__(self) -> None:
        self.turn = 0
        self.told: dict[int, list[str]] = defaultdict(list)

    def people(self) -> tuple[str, ...]:
        return PEOPLE

    def tell(self, person: str, news: News) -> bool:
        self.told[self.turn].append(person)
        return True

    async def count(self) -> None:
        while True:
            await asyncio.sleep(0)
            self.turn += 1


@async_test
async def test_no_turn_of_the_loop_tells_more_than_one_batch_of_one_person(database: str, tmp_path: Path) -> None:
    config = configured(tmp_path)
    store, ids = Store(tmp_path / "state", url=config.store.url), Ids()
    for person in PEOPLE:
        add_jobs(store, person, EACH, State.DONE, ids, told=False)
    listening = TurnsOfPeople()
    announcing = Announcing(store, CurrentConfig(config), listening)
    counting = asyncio.ensure_future(listening.count())
    announcing.flush_listening()  # as when the service has come back: everybody's first batch at once
    await until("everything told", lambda: sum(map(len, listening.told.values())) >= EACH * len(PEOPLE))
    counting.cancel()
    await announcing.stop()
    store.close()
    first, *rest = listening.told.values()
    assert len(first) == BATCH * len(PEOPLE)
    assert all(len(told) <= BATCH and len(set(told)) == 1 for told in rest)
    assert [told[0] for told in rest[: len(PEOPLE)]] == list(PEOPLE), "everybody in turn"
    everybody = [person for told in listening.told.values() for person in told]
    assert all(everybody.count(person) == EACH for person in PEOPLE), "all of it, once"
