# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl log` and `faxctl statistics`: the calls of one's own faxes, or everybody's for the administrator.

Calls come page by page, oldest first, and are printed as they come.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from faxcore.bus.client import AdminClient, Client, connect, connect_admin
from faxcore.cli.cost_output import (
    PRICE_CELLS,
    format_costs,
    format_price,
    list_currencies,
    list_price_cells,
    list_sum_cells,
)
from faxcore.cli.plain_output import format_time, print_json, print_rows
from faxcore.cli.plots import ENDINGS, plot
from faxcore.cli.send_time import parse_moment
from faxcore.cli.xferfaxlog import format_call
from faxcore.contract.page_reading import read_pages
from faxcore.contract.recorded import CallGrouping, CallQuery, CallRecord, CallTotals, TotalsQuery
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.call import Direction, Outcome, is_possibly_charged

_PRICES: Final = ("price", "purchase")
_COLUMNS: Final = tuple(field.name for field in fields(CallRecord) if field.name not in _PRICES)
_PRICE_COLUMNS: Final = tuple(f"{price}_{cell}" for price in _PRICES for cell in PRICE_CELLS)
_SUMS: Final = ("calls", "faxes", "pages", "seconds", "failures", "unpriced")


def add_log(parser: argparse.ArgumentParser) -> None:
    """`faxctl log` and its options."""
    _add_choice(parser)
    parser.add_argument("--line", default="", metavar="LINE", help=_("only calls on this line"))
    parser.add_argument("--number", default="", metavar="NUMBER", help=_("only calls from or to this number"))
    way = parser.add_mutually_exclusive_group()
    for option, direction, about in (
        ("--sent", Direction.OUT, _("only calls out")),
        ("--received", Direction.IN, _("only calls in")),
    ):
        way.add_argument(option, dest="direction", action="store_const", const=direction, help=about)
    parser.add_argument("--failed", action="store_true", help=_("only calls that failed"))
    form = _add_forms(parser)
    form.add_argument("--xferfaxlog", action="store_true", help=_("as HylaFAX's log of that name, for its programs"))
    parser.set_defaults(run_here=lambda options: asyncio.run(_log(options)))


def add_statistics(parser: argparse.ArgumentParser) -> None:
    """`faxctl statistics` and its options."""
    _add_choice(parser)
    parser.add_argument(
        "--by",
        choices=[each.value for each in CallGrouping],
        default=CallGrouping.MONTH.value,
        help=_("what calls are put together by (default: month)"),
    )
    form = _add_forms(parser)
    about_plot = _("as a picture; the name of the file ends in .png or .svg")
    form.add_argument("--plot", type=_parse_picture, metavar="FILE", help=about_plot)
    parser.set_defaults(run_here=lambda options: asyncio.run(_sum(options)))


def _parse_picture(text: str) -> Path:
    """Parse the name of a picture's file. ArgumentTypeError for one that says no format."""
    if Path(text).suffix not in ENDINGS:
        raise argparse.ArgumentTypeError(_("the name of the file must end in .png or .svg"))
    return Path(text)


def _add_choice(parser: argparse.ArgumentParser) -> None:
    time = _("a day, a time or how long ago: 2026-11-01, 2026-11-01T18:30, 7d")
    parser.add_argument("--since", type=parse_moment, metavar="TIME", help=_("only calls from then on; ") + time)
    parser.add_argument("--until", type=parse_moment, metavar="TIME", help=_("only calls before then"))
    parser.add_argument("--everybody", action="store_true", help=_("everybody's, for the administrator"))
    parser.add_argument("--person", default="", metavar="NAME", help=_("this person's, for the administrator"))


def _add_forms(parser: argparse.ArgumentParser) -> Any:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    form.add_argument("--csv", action="store_true", help=_("as a table for spreadsheets"))
    return form


async def _log(options: argparse.Namespace) -> int:
    query = CallQuery(
        **_read_choice(options),
        line=options.line,
        number=options.number,
        direction=options.direction,
        failed=options.failed,
    )
    found: list[CallRecord] = []
    if options.csv:
        print_rows([(*_COLUMNS, *_PRICE_COLUMNS)])
    async with _connected(options) as service:
        ask = service.list_all_calls if isinstance(service, AdminClient) else service.list_calls
        async for page in read_pages(lambda after: ask(replace(query, after=after))):
            if options.json:
                found += page.calls
            elif options.csv:
                print_rows(_list_cells(call) for call in page.calls)
            else:
                for call in page.calls:
                    print(format_call(call) if options.xferfaxlog else _format_call(call))
                sys.stdout.flush()
    return print_json(found) if options.json else 0


async def _sum(options: argparse.Namespace) -> int:
    query = TotalsQuery(CallGrouping(options.by), **_read_choice(options))
    found: list[CallTotals] = []
    async with _connected(options) as service:
        ask = service.sum_all_calls if isinstance(service, AdminClient) else service.sum_calls
        async for page in read_pages(lambda after: ask(replace(query, after=after))):
            found += page.totals
    if options.plot is not None:
        plot(found, CallGrouping(options.by), options.plot)
        return 0
    if options.json:
        return print_json(found)
    if options.csv:
        print_rows(_list_rows(options.by, found))
        return 0
    for each in found:
        print(_format_totals(each))
    return 0


def _read_choice(options: argparse.Namespace) -> dict[str, Any]:
    times = {name: time.astimezone(UTC).isoformat() for name in ("since", "until") if (time := getattr(options, name))}
    return {**times, "person": options.person}


@asynccontextmanager
async def _connected(options: argparse.Namespace) -> AsyncIterator[Client | AdminClient]:
    """Connect as the administrator where somebody else's calls are asked for."""
    if options.everybody or options.person:
        async with connect_admin(options.bus) as admin:
            yield admin
    else:
        async with connect(options.bus) as desk:
            yield desk


def _list_cells(call: CallRecord) -> list[object]:
    shown = {
        "direction": call.direction.value,
        "answer_known": call.answer_known.value,
        "persons": " ".join(call.persons),
        "outcome": call.outcome.value if call.outcome else "",
        "reason": translate(call.reason),
    }
    facts = [shown.get(name, getattr(call, name)) for name in _COLUMNS]
    return [*facts, *list_price_cells(call.price), *list_price_cells(call.purchase)]


def _format_call(call: CallRecord) -> str:
    way = _("sent") if call.direction is Direction.OUT else _("received")
    if call.fetched:
        way = _("fetched") if call.direction is Direction.OUT else _("fetched by the caller")
    outcome = "" if call.outcome in (None, Outcome.OK) else translate(call.reason) or call.outcome.value
    facts = [
        f"{call.confirmed}/{call.pages}",
        _("{seconds} s").format(seconds=round(call.seconds)),
        _("{rate} bit/s").format(rate=call.rate) if call.rate else "",
        _("error correction") if call.error_correction else "",
        _("under way") if call.outcome is None else outcome,
        _("possibly charged") if is_possibly_charged(call.direction, call.answer_known) else "",
        format_price(call.price),
        _("bought at {price}").format(price=bought) if (bought := format_price(call.purchase)) else "",
        " ".join(call.persons),
        call.fax,
    ]
    ends = f"{call.own_number or '-':15} {call.other_number or '-':15} {call.station_id:20}"
    return f"{format_time(call.started)}  {way:9} {call.line:10} {ends}  {'  '.join(filter(None, facts))}".rstrip()


def _list_rows(by: str, found: Sequence[CallTotals]) -> Iterator[Sequence[object]]:
    currencies = list_currencies(each.costs for each in found)
    yield (by, *_SUMS, *(f"{name}_{currency}" for currency in currencies for name in ("net", "vat", "gross")))
    for each in found:
        costs = (cell for currency in currencies for cell in list_sum_cells(each.costs, currency))
        yield (each.key, *(getattr(each, name) for name in _SUMS), *costs)


def _format_totals(totals: CallTotals) -> str:
    minutes = f"{totals.seconds / 60:.1f}"
    sums = _("{calls} calls, {faxes} faxes, {pages} pages, {minutes} minutes, {failures} failures").format(
        calls=totals.calls, faxes=totals.faxes, pages=totals.pages, minutes=minutes, failures=totals.failures
    )
    return f"{totals.key or '-':20}  {'; '.join(filter(None, (sums, format_costs(totals.costs, totals.unpriced))))}"
