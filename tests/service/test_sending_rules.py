# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of sending at work: told when a fax is handed in, looked at again before it is dialled, choosing lines."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from faxcore.api.api_error import ApiError
from faxcore.config import Config, GroupConfig, QueueConfig, SendingRule
from faxcore.config.weekly_hours import parse_hours
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import JobChange, Order
from faxcore.contract.printed import Claim
from faxcore.model.call import Outcome
from faxcore.model.job import State
from faxcore.model.priority import Priority
from faxcore.store.turns import MOST, Passing
from tests.service.test_office_lines import Clock
from tests.support.service_parts import (
    ME,
    OTHER,
    Gate,
    WaitingComposer,
    configured,
    document,
    log,
    running,
    script,
    submit,
)
from tests.support.waiting import until

PATIENT = QueueConfig(wait=MappingProxyType({Outcome.BUSY: 3600}), spread=0, max_faxes_per_hour=0, give_up_hours=16)
HOUR = timedelta(hours=1)
PRIVATE = SendingRule("Private", hours=parse_hours(["18:00-08:00"]))
NIGHT = replace(PRIVATE, destinations=("+332",))
NEAR, FAR = "0199000077", "0299000077"
PARIS = SendingRule("Paris", destinations=("+331",), lines=("west",))
NOT_FAR = SendingRule("Not far", destinations=("+332",), refuse=True)
SAID = "No fax is sent to 02 99 00 00 77: the rule “Not far” of this service forbids it."


def ruled(folder: Path, *rules: SendingRule, **changes: Any) -> Config:
    """A configuration with these rules; of its two lines, the second is in the group `west`."""
    config = configured(folder, 2, rules=rules, **changes)
    one, two = config.lines
    return replace(config, lines=(replace(one, groups=("east",)), replace(two, groups=("west",))))


async def refusal(work: Awaitable[Any]) -> tuple[ErrorCode, str]:
    with pytest.raises(ApiError) as error:
        await work
    return error.value.code, str(error.value.sentence)


def test_what_a_rule_forbids_is_refused_on_every_way_in(tmp_path: Path) -> None:
    async def main() -> None:
        groups = (GroupConfig("others", (OTHER,)),)
        config = ruled(tmp_path, SendingRule("Others", groups=("others",)), NOT_FAR, groups=groups)
        async with running(tmp_path, config) as (service, listener):
            bad = (ErrorCode.BAD_NUMBER, SAID)
            assert await refusal(submit(service, document(tmp_path), FAR)) == bad
            judged = await service.api.judge_number(ME, FAR)
            assert (judged.called, judged.rule, str(judged.reason)) == (False, "rule Not far", SAID)
            with document(tmp_path).open("rb") as pages:
                claim = Claim(number=FAR, user=ME)
                assert await refusal(service.intake.submit("lp", pages.fileno(), pages.fileno(), claim)) == bad
            done = await submit(service, document(tmp_path), NEAR)
            await listener.until_job(done, "done")
            assert await refusal(service.api.send_again(ME, done, Order(number=FAR))) == bad
            far_off = (datetime.now(UTC) + timedelta(days=1)).isoformat()
            later = await submit(service, document(tmp_path), NEAR, send_at=far_off)
            assert await refusal(service.api.change_job(ME, later, JobChange(number=FAR))) == bad
            (tmp_path / "list.csv").write_text(f"number\n{NEAR}\n{FAR}\n")
            with document(tmp_path).open("rb") as pages, (tmp_path / "list.csv").open("rb") as names:
                many = service.api.submit_to_many(ME, pages.fileno(), pages.fileno(), names.fileno(), Order())
                code, said = await refusal(many)
            assert (code, said.splitlines()[1:]) == (ErrorCode.BAD_ORDER, [f"Line 3 of the list: {SAID}"])
            # The rule before it is for somebody else.
            assert (await service.api.judge_number(OTHER, FAR)).called
            await submit(service, document(tmp_path), FAR, person=OTHER)
            await until("the other's fax", lambda: f"complete {FAR}" in log(tmp_path))

    script(tmp_path, {NEAR: ["ok"], FAR: ["ok"]})
    asyncio.run(main())


def test_a_rule_chooses_the_lines_and_holds_up_nobody_else(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, ruled(tmp_path, PARIS)) as (service, listener):
            await until("the lines to be idle", lambda: all(line.state.value == "idle" for line in service.lines))
            jobs = [await submit(service, document(tmp_path), number) for number in (NEAR, "0199000078", FAR)]
            await listener.until_job(jobs[2], "done")
            assert (await service.api.show_job(ME, jobs[1])).job.state.value == "ready"
            gate.let_through()
            await listener.until_job(jobs[1], "done")
            lines = [(await service.api.show_job(ME, job)).calls[0].line for job in jobs]
            assert lines == ["line-2", "line-2", "line-1"]

    gate = Gate(tmp_path)
    script(tmp_path, {NEAR: ["ok-slow"], "0199000078": ["ok"], FAR: ["ok"]})
    asyncio.run(main())
    gate.close()


def test_a_fax_that_waits_when_a_rule_comes_to_forbid_it_has_failed_and_says_so(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, ruled(tmp_path)) as (service, listener):
            first = await submit(service, document(tmp_path), NEAR)
            second = await submit(service, document(tmp_path), "0199000078")
            await listener.until_dialling(first)
            await listener.until_dialling(second)
            waiting = await submit(service, document(tmp_path), FAR)
            service.take_on(ruled(tmp_path, NOT_FAR))
            gate.let_through()
            failed = await listener.until_job(waiting, "failed")
            assert (failed.dials, str(failed.reason)) == (0, SAID.replace("02 99 00 00 77", "+33299000077"))
            gate.let_through()

    gate = Gate(tmp_path)
    script(tmp_path, {NEAR: ["ok-slow"], "0199000078": ["ok-slow"], FAR: ["ok"]})
    asyncio.run(main())
    gate.close()


@pytest.mark.parametrize(
    ("rule", "end", "dials"),
    [
        (NOT_FAR, "failed", 0),
        (NIGHT, "sleeping", 0),
        (SendingRule("West", destinations=("+332",), lines=("west",)), "done", 1),
    ],
)
def test_the_rules_are_looked_at_again_before_a_fax_is_dialled(
    tmp_path: Path, rule: SendingRule, end: str, dials: int
) -> None:
    composer = WaitingComposer()

    async def main() -> None:
        clock = Clock("2026-11-27T12:00")
        async with running(tmp_path, ruled(tmp_path), composer=composer, **clock.parts()) as (service, listener):
            await until("the lines to be idle", lambda: all(line.state.value == "idle" for line in service.lines))
            job = await submit(service, document(tmp_path), FAR)
            await composer.composing.wait()
            service.take_on(ruled(tmp_path, rule))
            composer.may_go_on.set()
            ended = await listener.until_job(job, end)
            assert (ended.state.value, ended.dials) == (end, dials)
            assert [call.line for call in (await service.api.show_job(ME, job)).calls] == ["line-1", "line-2"][
                : dials + 1
            ]

    script(tmp_path, {FAR: ["ok"]})
    asyncio.run(main())
    assert len([line for line in log(tmp_path) if line.startswith("dial")]) == dials


def test_a_fax_waits_for_the_hours_of_its_rule(tmp_path: Path) -> None:
    clock = Clock("2026-11-27T17:00")

    async def main() -> None:
        config = ruled(tmp_path, replace(PRIVATE, persons=(ME,)), queue=PATIENT)
        async with running(tmp_path, config, **clock.parts()) as (service, listener):
            assert (await service.api.judge_number(ME, FAR)).hours == ("18:00-08:00",)
            job = await submit(service, document(tmp_path), FAR)
            await until("the lines to be idle", lambda: all(line.state.value == "idle" for line in service.lines))
            assert service.scheduler.turn() == pytest.approx(30), "the clock is looked at again"
            assert service.scheduler.find_startable() == "", "nothing is stuck"
            waiting = (await service.api.show_job(ME, job)).job
            assert (waiting.state.value, datetime.fromisoformat(waiting.next_try)) == ("ready", clock.now + HOUR)
            status = await service.api.status(ME)
            (held,) = status.held_back
            assert (held.faxes, held.more, status.queued) == (1, False, 1)
            assert str(held.reason) == "The rule “Private” has them wait for its hours, until 2026-11-27 18:00."
            assert [(rule.name, rule.open) for rule in status.rules] == [("Private", False)]
            clock.now += HOUR
            service.scheduler.wake()
            sleeping = await listener.until_job(job, "sleeping")
            # Fourteen hours of this night and two of the next one: by day it is not tried.
            tomorrow = datetime.fromisoformat("2026-11-28T20:00").astimezone()
            assert datetime.fromisoformat(sleeping.give_up_at) == tomorrow

    script(tmp_path, {FAR: ["busy"]})
    asyncio.run(main())


def test_many_faxes_that_wait_for_an_hour_or_a_line_hold_up_no_other(tmp_path: Path, database: str) -> None:
    """Of the same person, too: more wait than are looked at in one turn."""
    numbers = [f"02990{place:05}" for place in range(MOST + 50)]

    async def main() -> None:
        config = ruled(tmp_path, NIGHT, queue=PATIENT)
        async with running(tmp_path, config, **Clock("2026-11-27T17:00").parts()) as (service, listener):
            (tmp_path / "list.csv").write_text("\n".join(["number", *numbers]))
            with document(tmp_path).open("rb") as pages, (tmp_path / "list.csv").open("rb") as names:
                descriptors = (pages.fileno(), pages.fileno(), names.fileno())
                await service.api.submit_to_many(ME, *descriptors, Order(priority=Priority.NORMAL))
            other = await submit(service, document(tmp_path), NEAR)
            await listener.until_job(other, "done")
            assert service.store.jobs.count(State.READY) == len(numbers)

    script(tmp_path, {NEAR: ["ok"]})
    asyncio.run(main())


def test_a_person_whose_faxes_may_go_nowhere_now_is_not_looked_for(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        config = ruled(tmp_path, replace(PRIVATE, persons=(OTHER,)))
        async with running(tmp_path, config, **Clock("2026-11-27T17:00").parts()) as (service, listener):
            theirs = await submit(service, document(tmp_path), FAR, person=OTHER)
            job = await submit(service, document(tmp_path), FAR)
            await listener.until_job(job, "done")
            assert (await service.api.show_job(OTHER, theirs)).job.state.value == "ready"
            passing = Passing(((("+331",), False),), False)
            assert service.store.turns.candidates(frozenset(), passing=lambda _owner: passing) == []
            (found,) = service.store.turns.candidates(
                frozenset(), passing=lambda _owner: replace(passing, otherwise=True)
            )
            assert (found.id, found.owner) == (theirs, OTHER)

    script(tmp_path, {FAR: ["ok"]})
    asyncio.run(main())


def test_a_preview_has_the_number_of_the_line_that_the_rule_chooses(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, ruled(tmp_path, PARIS)) as (service, _listener):
            with document(tmp_path).open("rb") as pages:
                claim = Claim(user=ME, title="Letter")
                draft = (await service.intake.submit("lp", pages.fileno(), pages.fileno(), claim)).id
            with (tmp_path / "preview.tif").open("wb") as out:
                near = await service.api.compose_draft(ME, draft, Order(number=NEAR), out.fileno())
                far = await service.api.compose_draft(ME, draft, Order(number=FAR), out.fileno())
            assert [(each.station_id, each.certain) for each in (near, far)] == [
                ("+33199000002", True),
                ("+33199000001", False),
            ]

    script(tmp_path)
    asyncio.run(main())
