# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes in goes the way that the routes of the configuration say, and why is kept with it; calls of unwanted
callers, and calls for nobody, are left to ring.
"""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.config import Config, NumberConfig, PersonConfig, RoutingRule, UnansweredConfig
from faxcore.config.weekly_hours import WeeklyHours
from faxcore.store.receptions import Receiving, ReceptionRow
from faxcore.store.store import Store
from tests.support.service_parts import ME, OTHER, configured, log, running, script
from tests.support.waiting import until

LAB = "0611223344"


def office(folder: Path, *routes: RoutingRule, **changed: Any) -> Config:
    """One line with a number of mine and one that is nobody's."""
    config = configured(folder)
    numbers = (NumberConfig("0199000001", (ME,)), NumberConfig("0199000011"))
    line = replace(config.lines[0], numbers=numbers, owners=(), groups=("west",))
    return replace(config, lines=(line,), routes=routes, persons=(PersonConfig(OTHER),), **changed)


def receive(config: Config, folder: Path, **ring: object) -> tuple[ReceptionRow, list[str], list[str]]:
    """Let a call come in; the reception, its owners, and why they are."""

    async def main() -> tuple[ReceptionRow, list[str], list[str]]:
        async with running(folder, config) as (service, _listener):
            await until("the fax", lambda: bool(find_receptions(service.store)))
            (row,) = find_receptions(service.store)
            await until("its files", lambda: not service.filing.busy and find_receptions(service.store)[0].tiff != "")
            (row,) = find_receptions(service.store)
            trace = [str(each) for each in service.store.receptions.trace(row.id)]
            return row, service.store.receptions.owners(row.id), trace

    script(folder, ring={"line-1": {"pages": 1, "end": "ok", "called": "0199000001", **ring}})
    return asyncio.run(main())


def find_receptions(store: Store) -> list[ReceptionRow]:
    """Whatever has become a fax."""
    return store.receptions.in_state(Receiving.KEPT, Receiving.WAITING, Receiving.FILED)


def test_a_route_gives_a_fax_to_others_and_to_their_folder(tmp_path: Path) -> None:
    elsewhere = RoutingRule("Courts", stations=("Court*",), owners=(ME,))
    laboratory = RoutingRule(
        "Laboratory", ("west",), ("0199000001",), ("+336",), ("+33199*",), owners=(OTHER,), folder=tmp_path / "lab"
    )
    row, owners, trace = receive(office(tmp_path, elsewhere, laboratory), tmp_path)
    assert (owners, row.rule) == ([OTHER], "route Laboratory")
    assert Path(row.tiff).parent == Path(row.pdf).parent == tmp_path / "lab"
    assert Path(row.tiff).exists()
    assert trace == [
        "route Courts: the station id (+33 1 99 00 00 77) is none of those that it is for",
        "route Laboratory: it fits",
    ]


def test_where_no_route_fits_the_number_decides_and_the_trace_says_why(tmp_path: Path) -> None:
    route = RoutingRule("Abroad", callers=("+44",), owners=(OTHER,))
    row, owners, trace = receive(office(tmp_path, route), tmp_path)
    assert (owners, row.rule) == ([ME], "number")
    assert trace == [
        f"route Abroad: the caller ({LAB}) is none of those that it is for",
        "number: 0199000001 was called, a number of line-1 that has owners",
    ]


def test_a_route_by_sub_address_has_callers_asked_for_one(tmp_path: Path) -> None:
    route = RoutingRule("Wages", sub_addresses=("42",), owners=(OTHER,))
    row, owners, _trace = receive(office(tmp_path, route), tmp_path, sub="42")
    assert (owners, row.rule) == ([OTHER], "route Wages")


def test_a_route_has_its_hours(tmp_path: Path) -> None:
    never = RoutingRule("Never", hours=WeeklyHours((), ()), owners=(OTHER,))
    row, owners, trace = receive(office(tmp_path, never), tmp_path)
    assert (owners, row.rule) == ([ME], "number")
    assert trace[0].startswith("route Never: its hours are others (")


@pytest.mark.parametrize(
    ("unanswered", "ring", "why"),
    [
        (UnansweredConfig(unwanted=("+3361",)), {}, "The caller is unwanted."),
        (
            UnansweredConfig(unwanted=("withheld",)),
            {"caller": "", "withheld": True},
            "Callers who hide their number are unwanted.",
        ),
        (
            UnansweredConfig(for_nobody=True),
            {"called": "0199000011"},
            "A fax from this caller to this number would be nobody's.",
        ),
    ],
)
def test_calls_that_nobody_wants_are_left_to_ring(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, unanswered: UnansweredConfig, ring: dict[str, object], why: str
) -> None:
    async def main() -> None:
        async with running(tmp_path, office(tmp_path, unanswered=unanswered)) as (service, _listener):
            await until("the call to be declined", lambda: "declined line-1" in log(tmp_path))
            # The next call on the line is answered.
            await until("the next one", lambda: bool(find_receptions(service.store)))
            assert len(find_receptions(service.store)) == 1

    caplog.set_level(logging.INFO)
    wanted = {"pages": 1, "end": "ok", "called": "0199000001", "caller": "+44 20 7946 0000"}
    script(tmp_path, ring={"line-1": [{**wanted, "caller": LAB, **ring}, wanted]})
    asyncio.run(main())
    assert why in caplog.text
    assert LAB not in caplog.text


def test_unwanted_callers_are_known_from_a_new_configuration_on(tmp_path: Path) -> None:
    async def main() -> None:
        config = office(tmp_path)
        async with running(tmp_path, config) as (service, _listener):
            service.take_on(replace(config, unanswered=UnansweredConfig(unwanted=("+336",))))
            (tmp_path / "now").touch()
            await until("the call to be declined", lambda: "declined line-1" in log(tmp_path))

    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "when": str(tmp_path / "now")}})
    asyncio.run(main())
