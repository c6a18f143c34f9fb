# SPDX-License-Identifier: GPL-3.0-or-later
"""Several faxes to one number go out in one call: each is confirmed for itself, and what happens to one touches no
other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from faxcore.config import Config, DiallingConfig
from faxcore.contract.order import JobChange, Order
from faxcore.contract.sent_fax import JobDetails
from faxcore.document.compose import PageOrder
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import read_pages
from faxcore.model.call import Outcome
from faxcore.model.priority import Priority
from faxcore.service import FaxService
from tests.service.test_crashes import kill_at
from tests.support.archived import archived, until_filed
from tests.support.crash_child import FOLLOWING
from tests.support.leftovers import until_clean, until_quiet
from tests.support.service_parts import (
    ME,
    OTHER,
    CountingComposer,
    Gate,
    Listener,
    administrator,
    configured,
    document,
    log,
    running,
    script,
    submit,
)
from tests.support.waiting import until

TO, ELSEWHERE = "0199000002", "0199000007"


def faxes_per_call(folder: Path, most: int) -> Config:
    config = configured(folder)
    return replace(config, queue=replace(config.queue, faxes_per_call=most))


class Office:
    """A service whose first fax goes out when it is let go, and by then others may wait behind it."""

    def __init__(self, folder: Path, service: FaxService, listener: Listener, composer: CountingComposer) -> None:
        self.folder, self.service, self.listener, self.composer = folder, service, listener, composer
        self.gate = Gate(folder)

    async def begin(self, count: int = 3, ready: int = 2) -> list[str]:
        """Hand so many faxes in, the second for somebody else; the first is in its call, the next ready to follow."""
        path = document(self.folder, pages=3)
        people = [ME, OTHER, *[ME] * count][:count]
        jobs = [await submit(self.service, path, person=person) for person in people]
        await self.composer.until(min(count, ready))
        return jobs

    async def until(self, *states: str) -> list[JobDetails]:
        """Every fax has come to one of these states; all of them, in the order of their making."""
        rows = self.service.store.database.rows
        everybody = [(row.id, row.owner) for row in rows(text("SELECT id, owner FROM job ORDER BY id"))]

        async def look() -> list[JobDetails]:
            return [await self.service.api.show_job(owner, job) for job, owner in everybody]

        while not all(each.job.state.value in states for each in await look()):
            await self.listener.another()
        await until_clean(self.service)
        return await look()


@asynccontextmanager
async def office(
    folder: Path, ends: Sequence[str], config: Config | None = None, **changes: Any
) -> AsyncIterator[Office]:
    dial = {TO: list(ends), f"0,{TO}": list(ends), ELSEWHERE: ["ok"]}
    script(folder, dial, together=True, fetch={TO: ["ok"]})
    composer = CountingComposer()
    async with running(folder, config, composer=composer, **changes) as (service, listener):
        made = Office(folder, service, listener, composer)
        try:
            yield made
        finally:
            made.gate.close()


def words(folder: Path) -> list[str]:
    """What the line was told to do, and which faxes are complete there."""
    kept = ("dial", "next", "complete", "nothing", "fetch")
    return [line.split()[0] for line in log(folder) if line.split()[0] in kept]


def facts(found: Sequence[JobDetails]) -> list[tuple[str, int, int, int]]:
    return [(each.job.state.value, each.job.confirmed, each.job.dials, each.job.tries) for each in found]


def test_three_faxes_of_two_people_go_out_in_one_call(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok-slow"]) as at:
            jobs = await at.begin()
            at.gate.let_through()
            await at.composer.until(3)
            at.gate.let_through()
            at.gate.let_through()
            found = await at.until("done")
            assert facts(found) == [("done", 3, 1, 1)] * 3
            calls = [call for each in found for call in each.calls]
            assert [(call.outcome, call.follows, call.seconds) for call in calls] == [
                (Outcome.OK, False, 9.5),
                (Outcome.OK, True, 9.5),
                (Outcome.OK, True, 9.5),
            ]
            rows = [at.service.store.calls.of_job(job)[0] for job in jobs]
            assert [row.follows for row in rows] == ["", rows[0].id, rows[1].id]

    asyncio.run(main())
    assert words(tmp_path) == ["dial", "complete", "next", "complete", "next", "complete"]


def test_a_fax_that_comes_in_while_its_number_is_called_goes_along(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok-slow", "ok"]) as at:
            (first,) = await at.begin(1)
            await at.listener.until_dialling(first)
            await submit(at.service, document(tmp_path), person=OTHER)
            await at.composer.until(2)
            at.gate.let_through()
            await at.until("done")

    asyncio.run(main())
    assert words(tmp_path) == ["dial", "complete", "next", "complete"]


@pytest.mark.parametrize(("most", "expected"), [(1, ["dial", "dial", "dial"]), (2, ["dial", "next", "dial"])])
def test_no_more_go_out_in_one_call_than_are_to(tmp_path: Path, database: str, most: int, expected: list[str]) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok-slow"], faxes_per_call(tmp_path, most)) as at:
            await at.begin(3, ready=most)
            for _ in range(3):
                at.gate.let_through()
            await at.until("done")

    asyncio.run(main())
    assert [word for word in words(tmp_path) if word != "complete"] == expected


def test_what_goes_wrong_in_the_second_touches_neither_the_first_nor_the_third(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok-slow", "partial", "ok"]) as at:
            await at.begin()
            at.gate.let_through()
            first, second, third = await at.until("done")
            assert facts([first, third]) == [("done", 3, 1, 1)] * 2
            assert (second.job.dials, second.job.tries, second.job.confirmed) == (2, 2, 3)
            assert [call.outcome for call in second.calls] == [Outcome.LINE_LOST, Outcome.OK]
            assert [call.confirmed for call in second.calls] == [1, 3]

    asyncio.run(main())
    assert words(tmp_path).count("complete") == 3


def test_an_other_end_that_takes_one_fax_a_call_is_known_from_then_on(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok-slow", "not-begun", "ok"]) as at:
            await at.begin()
            at.gate.let_through()
            first, second, third = await at.until("done")
            assert facts([first, second, third]) == [("done", 3, 1, 1)] * 3, "what was not begun is no call of the fax"
            assert [call.outcome for call in second.calls] == [Outcome.REMOTE_DCN, Outcome.OK]
            known = at.service.store.call_history.experience("+33199000002")
            assert not known.together
            admin = administrator(at.service)
            assert not (await admin.show_destination("root", TO)).together
            await admin.forget_destination("root", TO)
            assert at.service.store.call_history.experience("+33199000002").together

    asyncio.run(main())
    assert words(tmp_path) == ["dial", "complete", "next", "dial", "complete", "dial", "complete"]


def test_a_fax_in_doubt_behind_eom_is_one_and_the_others_wait(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with office(tmp_path, ["unconfirmed-slow", "ok"]) as at:
            await at.begin()
            at.gate.let_through()
            first, second, third = await at.until("done", "uncertain")
            assert first.job.state.value == "uncertain"
            assert facts([second, third]) == [("done", 3, 1, 1)] * 2
            assert not at.service.store.call_history.experience("+33199000002").together

    asyncio.run(main())
    assert "next" not in words(tmp_path)


@pytest.mark.parametrize("end", ["ok-die-slow", "die-at-once"])
def test_a_worker_that_dies_between_two_faxes_costs_neither_anything(tmp_path: Path, database: str, end: str) -> None:
    ends = ["ok-die-slow", "ok"] if end == "ok-die-slow" else ["ok-slow", end, "ok"]

    async def main() -> None:
        async with office(tmp_path, ends) as at:
            await at.begin(2)
            at.gate.let_through()
            found = await at.until("done")
            assert facts(found) == [("done", 3, 1, 1)] * 2

    asyncio.run(main())
    assert words(tmp_path).count("complete") == 2


@pytest.mark.parametrize("deed", ["cancel", "hold", "later", "elsewhere"])
def test_what_a_person_does_to_the_next_fax_touches_that_only(tmp_path: Path, database: str, deed: str) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok-slow", "ok"]) as at:
            first, second = await at.begin(2)
            api = at.service.api
            tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
            match deed:
                case "cancel":
                    await api.cancel_job(OTHER, second)
                case "hold":
                    await api.hold_job(OTHER, second)
                case "later":
                    await api.change_job(OTHER, second, JobChange(send_at=tomorrow))
                case "elsewhere":
                    await api.change_job(OTHER, second, JobChange(number=ELSEWHERE))
            at.gate.let_through()
            done = await at.listener.until_job(first, "done")
            assert (done.dials, done.tries) == (1, 1)
            state = (await api.show_job(OTHER, second)).job.state.value
            if deed == "elsewhere":
                await at.until("done")
            else:
                assert state == {"cancel": "cancelled", "hold": "held", "later": "pending"}[deed]

    asyncio.run(main())
    assert "next" not in words(tmp_path)


def test_one_that_is_cancelled_in_its_part_of_the_call_ends_it_and_the_others_go_on(
    tmp_path: Path, database: str
) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok-slow", "hang", "ok"]) as at:
            _first, second, _third = await at.begin()
            at.gate.let_through()
            await at.listener.until(
                lambda _p, _name, v: getattr(v, "id", "") == second and str(v.progress) == "dialling"
            )
            await at.service.api.cancel_job(OTHER, second)
            found = await at.until("done", "cancelled")
            assert [each.job.state.value for each in found] == ["done", "cancelled", "done"]

    asyncio.run(main())
    assert words(tmp_path) == ["dial", "complete", "next", "dial", "complete"]


def test_a_sweep_in_the_middle_of_a_call_leaves_what_is_ready(tmp_path: Path) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok-slow", "ok"]) as at:
            await at.begin(2)
            await until("the sweep after the start", lambda: at.service.sweeping.rests)
            ready = at.service.store.list_unclean_calls()
            assert len(ready) == 2
            at.service.store.retention.clean_calls(ready)
            assert at.service.store.list_unclean_calls() == ready
            at.gate.let_through()
            await at.until("done")

    asyncio.run(main())
    assert words(tmp_path) == ["dial", "complete", "next", "complete"]


def test_each_is_archived_as_it_was_sent(tmp_path: Path) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok-slow", "ok"], archived(tmp_path)) as at:
            jobs = await at.begin(2)
            at.gate.let_through()
            for job in jobs:
                await until_filed(at.service, job)
                copy = at.service.store.sent_copies.get(job)
                assert copy is not None
                assert len(list(read_pages(Path(copy.folder) / copy.tiff))) == 3
            await at.until("done")

    asyncio.run(main())
    assert words(tmp_path) == ["dial", "complete", "next", "complete"]


def test_a_line_that_is_taken_away_ends_its_call_behind_the_fax_that_goes_out(tmp_path: Path) -> None:
    async def main() -> None:
        both = configured(tmp_path, lines=3)
        first_line = replace(both, lines=(both.lines[0], both.lines[2]))
        async with office(tmp_path, ["ok-slow", "ok"], first_line) as at:
            first, _second = await at.begin(2)
            busy = at.service.store.calls.of_job(first)[0].line
            at.service.take_on(replace(first_line, lines=tuple(line for line in first_line.lines if line.name != busy)))
            at.gate.let_through()
            await at.until("done")

    asyncio.run(main())
    assert words(tmp_path) == ["dial", "complete", "dial", "complete"]


def test_pages_that_cannot_be_made_are_not_tried_again_and_again_in_a_call(tmp_path: Path) -> None:
    class Damaged(CountingComposer):
        async def __call__(self, pages: Path, out: Path, order: PageOrder) -> list[PageSize]:
            sizes = await super().__call__(pages, out, order)
            if order.subject == "damaged":
                raise DocumentError(Reason.DAMAGED)
            return sizes

    async def main() -> None:
        composer = Damaged()
        gate = Gate(tmp_path)
        async with running(tmp_path, composer=composer) as (service, listener):
            first = await submit(service, document(tmp_path))
            second = await submit(service, document(tmp_path), subject="damaged")
            await composer.until(2)
            for _ in range(3):
                service.scheduler.turn()
            gate.let_through()
            await listener.until_job(first, "done")
            assert (await listener.until_job(second, "failed")).reason == Reason.DAMAGED.sentence()
            await until_clean_but_failed(service)
            assert composer.made == 3, "once in the call of the first, and once in its own"
        gate.close()

    script(tmp_path, {TO: ["ok-slow", "ok"]}, together=True)
    asyncio.run(main())


async def until_clean_but_failed(service: FaxService) -> None:
    """No folder of a call that did not take place is left."""
    await until_quiet(service)
    await until("the folders to be gone", lambda: service.store.list_unclean_calls() == [])


def test_each_has_its_own_password_and_sub_address(tmp_path: Path) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok-slow", "ok"]) as at:
            await at.begin(1)
            path = document(tmp_path)
            await submit(at.service, path, sub_address="42", password="7391")
            await submit(at.service, path)
            await at.composer.until(2)
            at.gate.let_through()
            await at.until("done")

    asyncio.run(main())
    said = [line for line in log(tmp_path) if line.split()[0] in ("dial", "next", "for", "password")]
    assert said == [f"dial {TO} 1", f"next {TO} 1", f"for {TO} 42", f"password {TO} 7391", f"next {TO} 1"]


@pytest.mark.parametrize(
    ("priority", "told"),
    [
        (Priority.NORMAL, ["dial", "complete", "next", "complete", "fetch"]),
        (Priority.BULK, ["dial", "complete", "fetch", "dial", "complete"]),
    ],
)
def test_what_is_fetched_from_the_number_has_a_call_of_its_own(
    priority: Priority, told: list[str], tmp_path: Path
) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok-slow", "ok"]) as at:
            await at.begin(1)
            fetching = await at.service.api.fetch_document(ME, Order(number=TO))
            sending = await submit(at.service, document(tmp_path), priority=priority)
            if priority is Priority.NORMAL:
                await at.composer.until(2)
            at.gate.let_through()
            for job in (fetching, sending):
                await at.listener.until_job(job, "done")

    asyncio.run(main())
    assert words(tmp_path) == told


def test_no_fax_follows_what_is_fetched(tmp_path: Path) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok"]) as at:
            for job in (
                await at.service.api.fetch_document(ME, Order(number=TO)),
                await submit(at.service, document(tmp_path)),
            ):
                await at.listener.until_job(job, "done")

    asyncio.run(main())
    assert words(tmp_path) == ["fetch", "dial", "complete"]


def test_numbers_that_are_dialled_otherwise_do_not_go_together(tmp_path: Path) -> None:
    async def main() -> None:
        async with office(tmp_path, ["ok-slow"]) as at:
            await at.begin(1)
            before = at.service.config.value
            at.service.take_on(replace(before, dialling=DiallingConfig(prefix="0,")))
            await submit(at.service, document(tmp_path))
            at.gate.let_through()
            at.gate.let_through()
            await at.until("done")

    asyncio.run(main())
    assert words(tmp_path) == ["dial", "complete", "dial", "complete"]


@pytest.mark.parametrize("point", FOLLOWING)
def test_a_service_killed_between_two_faxes_loses_and_doubles_none(point: str, tmp_path: Path, database: str) -> None:
    document(tmp_path)
    (tmp_path / "several").touch()
    script(tmp_path, {TO: ["ok-slow", "ok"]}, together=True)
    kill_at(point, tmp_path)
    accepted = (tmp_path / "accepted").read_text().split()
    assert len(accepted) == 3

    async def restart() -> list[str]:
        async with running(tmp_path) as (service, listener):
            for id in accepted:
                job = service.store.jobs.get(id)
                assert job is not None
                if job.state.value not in ("done", "uncertain"):
                    await listener.until_job(id, "done", "uncertain")
            await until_clean(service)
            found = [await service.api.show_job(ME, id) for id in accepted]
            assert all(each.job.tries <= 1 for each in found)
            return [each.job.state.value for each in found]

    gate_is_open(tmp_path)
    states = asyncio.run(restart())
    complete = log(tmp_path).count(f"complete {TO}")
    assert states.count("uncertain") <= 1
    assert complete == 3, "each has been sent once"


def gate_is_open(folder: Path) -> None:
    """From now on calls that end "ok-slow" end "ok"."""
    script(folder, {TO: ["ok"]}, together=True)
