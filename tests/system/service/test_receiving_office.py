# SPDX-License-Identifier: GPL-3.0-or-later
"""A day of an office that receives, on real calls: three lines with two numbers each, five people and groups, foreign
machines that call; one is unwanted, one hides its number. Each rule of the configuration shows in what becomes of a
call: without it, its test fails.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest

from faxcore.config import Config, GroupConfig, LineConfig, NumberConfig, PersonConfig, RoutingRule, UnansweredConfig
from faxcore.config.weekly_hours import parse_hours
from faxcore.document.tiff import write_pages
from faxcore.exchange import Exchange, ExchangeSettings, LineSettings, TerminalSettings
from faxcore.lines.worker_line import worker_command
from faxcore.model.page import Resolution
from faxcore.service import FaxService
from faxcore.store.receptions import Receiving, ReceptionRow
from tests.service.test_office_lines import Clock
from tests.support.office_morning import at
from tests.support.pages import text_page
from tests.support.service_parts import configured, running
from tests.support.waiting import until

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("receiving office")]

ANNE, BOB, CAROL, DORA = "anne", "bob", "carol", "dora"
SURGERY, LEGAL, DESK, SPARE, ORDERS, NIGHT = (f"01990000{place:02}" for place in (1, 11, 2, 12, 3, 13))
LAB, HIDDEN, UNWANTED, SHOP = 4, 5, 6, 7
"""The lines of the exchange at which the foreign machines are."""
PATIENCE = 100.0

CALLS = {
    "lab to surgery": (LAB, SURGERY, "09:00"),
    "shop to surgery": (SHOP, SURGERY, "09:00"),
    "shop to legal": (SHOP, LEGAL, "09:00"),
    "hidden to desk": (HIDDEN, DESK, "09:00"),
    "shop to desk": (SHOP, DESK, "09:00"),
    "shop to spare": (SHOP, SPARE, "09:00"),
    "unwanted to surgery": (UNWANTED, SURGERY, "09:00"),
    "shop to orders": (SHOP, ORDERS, "09:00"),
    "shop to night by day": (SHOP, NIGHT, "09:00"),
    "shop to night by night": (SHOP, NIGHT, "22:00"),
}


def settings(folder: Path) -> ExchangeSettings:
    """Three lines of ours, four foreign machines."""
    ours = tuple(LineSettings(numbers) for numbers in ((SURGERY, LEGAL), (DESK, SPARE), (ORDERS, NIGHT)))
    machines = (
        LineSettings(("0199000204",), terminal=TerminalSettings("ACME LAB 7", rings=0)),
        LineSettings(("0199000205",), withheld=True, terminal=TerminalSettings("HIDDEN", rings=0)),
        LineSettings(("0199000306",), terminal=TerminalSettings("OFFERS", rings=0)),
        LineSettings(("0199000207",), terminal=TerminalSettings("SHOP", rings=0)),
    )
    # A call that is left to ring is given up soon.
    return ExchangeSettings(folder / "exchange", (*ours, *machines), speed=20.0, seed=5, no_answer_after=25.0)


def office(folder: Path, exchange: Exchange) -> Config:
    """The surgery is Anne's, legal is Bob's, the desk that of a group; the rest is told by routes, or nobody's."""
    numbers = (
        (NumberConfig(SURGERY, (ANNE,)), NumberConfig(LEGAL, (BOB,), folder / "legal")),
        (NumberConfig(DESK, ("reception",)), NumberConfig(SPARE)),
        (NumberConfig(ORDERS), NumberConfig(NIGHT)),
    )
    lines = tuple(
        LineConfig(f"line-{line}", exchange.device(line), "", own) for line, own in enumerate(numbers, start=1)
    )
    routes = (
        RoutingRule("Laboratory", called=(SURGERY,), stations=("ACME*",), owners=(CAROL,), folder=folder / "lab"),
        RoutingRule("Without a number", callers=("unknown",), owners=(DORA,)),
        RoutingRule("Orders", called=(ORDERS,), callers=("+331990002",), owners=("orders",), folder=folder / "orders"),
        RoutingRule("By night", called=(NIGHT,), hours=parse_hours(["20:00-06:00"]), owners=(BOB,)),
    )
    return replace(
        configured(folder),
        lines=lines,
        persons=tuple(map(PersonConfig, (ANNE, BOB, CAROL, DORA))),
        groups=(GroupConfig("reception", (ANNE, DORA)), GroupConfig("orders", (BOB, CAROL))),
        routes=routes,
        unanswered=UnansweredConfig(unwanted=("+331990003",), for_nobody=True),
    )


@dataclass
class Came:
    """A call: whether it got through, and what it has become."""

    ok: bool
    owners: list[str] = field(default_factory=list)
    folder: str = ""
    rule: str = ""
    trace: list[str] = field(default_factory=list)
    caller: str = ""


async def live_through(folder: Path, exchange: Exchange) -> dict[str, Came]:
    """Let everybody call, one after the other."""
    clock, came = Clock(at("09:00").isoformat()), {}
    parts = {"worker": worker_command, **clock.parts()}
    write_pages(folder / "note.tif", [text_page(Resolution.STANDARD, 1, rows=300)])
    async with running(folder, office(folder, exchange), **parts) as (service, _listener):
        await until("the lines to be idle", lambda: all(line.state.value == "idle" for line in service.lines), 60)
        for name, (line, number, hour) in CALLS.items():
            clock.now = at(hour)
            before = {row.id for row in filed(service)}
            sent = exchange.send(line, folder / "note.tif", number)
            result = await asyncio.wait_for(asyncio.wrap_future(sent), PATIENCE)
            if not result.ok:
                came[name] = Came(ok=False)
                continue
            await until(name, lambda before=before: len(filed(service)) > len(before), PATIENCE)
            (row,) = [row for row in filed(service) if row.id not in before]
            trace = [str(each) for each in service.store.receptions.trace(row.id)]
            where = str(Path(row.pdf).parent.relative_to(folder))
            came[name] = Came(True, service.store.receptions.owners(row.id), where, row.rule, trace, row.caller)
    return came


def filed(service: FaxService) -> list[ReceptionRow]:
    """What lies in its folder."""
    return service.store.receptions.in_state(Receiving.FILED)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Came]]:
    folder = tmp_path_factory.mktemp("receiving")
    with Exchange(settings(folder)) as exchange:
        yield asyncio.run(live_through(folder, exchange))


NOT_LAB = "route Laboratory: the station id (SHOP) is none of those that it is for"
NOT_HIDDEN = "route Without a number: the caller (0199000207) is none of those that it is for"


def test_a_route_by_station_id_gives_a_fax_to_another_and_to_his_folder(day: dict[str, Came]) -> None:
    came = day["lab to surgery"]
    assert (came.owners, came.folder, came.rule) == ([CAROL], "lab", "route Laboratory")
    assert came.trace == ["route Laboratory: it fits"]


def test_without_a_route_the_number_called_decides(day: dict[str, Came]) -> None:
    came = day["shop to surgery"]
    assert (came.owners, came.folder, came.rule) == ([ANNE], "received", "number")
    assert came.trace == [
        NOT_LAB,
        NOT_HIDDEN,
        f"route Orders: the number called ({SURGERY}) is none of those that it is for",
        f"route By night: the number called ({SURGERY}) is none of those that it is for",
        f"number: {SURGERY} was called, a number of line-1 that has owners",
    ]
    assert (day["shop to legal"].owners, day["shop to legal"].folder) == ([BOB], "legal")
    assert day["shop to desk"].owners == [ANNE, DORA], "whoever is in the group"


def test_a_caller_who_hides_his_number_has_a_route(day: dict[str, Came]) -> None:
    came = day["hidden to desk"]
    assert (came.caller, came.owners, came.rule) == ("", [DORA], "route Without a number")


def test_a_route_by_caller_gives_a_fax_to_a_group(day: dict[str, Came]) -> None:
    came = day["shop to orders"]
    assert (came.owners, came.folder, came.rule) == ([BOB, CAROL], "orders", "route Orders")


def test_an_unwanted_caller_is_left_to_ring(day: dict[str, Came]) -> None:
    assert not day["unwanted to surgery"].ok
    assert day["shop to surgery"].ok


def test_a_call_for_nobody_is_left_to_ring(day: dict[str, Came]) -> None:
    assert not day["shop to spare"].ok


def test_a_route_has_its_hours(day: dict[str, Came]) -> None:
    assert not day["shop to night by day"].ok, "it would be nobody's by day"
    assert (day["shop to night by night"].owners, day["shop to night by night"].rule) == ([BOB], "route By night")
