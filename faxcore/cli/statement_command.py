# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl statement`: what one's own calls cost by the ledger, or others' for whoever may see them, put together by
person, line, number, payer or month; with --calls, call by call.

The service sums up a part at a time, and the parts are added up here.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TextIO

from faxcore.bus.client import AdminClient, BusError, Client, connect, connect_admin
from faxcore.cli.cost_output import (
    PRICE_CELLS,
    format_price,
    list_currencies,
    list_price_cells,
    list_sum_cells,
)
from faxcore.cli.plain_output import format_time, print_json, print_rows
from faxcore.cli.send_time import parse_moment
from faxcore.contract.bus import ErrorCode
from faxcore.contract.page_reading import read_pages
from faxcore.contract.stated import StatedCall, StatementGrouping, StatementLine, StatementQuery, add_all, add_lines
from faxcore.i18n import gettext as _
from faxcore.model.call import Direction
from faxcore.model.number import shorten
from faxcore.model.spreadsheet import write_rows

_CALL_CELLS: Final = (
    *("call", "began", "direction", "line", "person", "payer", "own_number", "other_number"),
    *("outcome", "seconds", "pages"),
    *(f"price_{name}" for name in PRICE_CELLS),
    *("corrected_by", "remark"),
)


def add_statement(parser: argparse.ArgumentParser) -> None:
    """The command and its options."""
    groupings = [each.value for each in StatementGrouping]
    about_by = _("what calls are put together by (default: person)")
    parser.add_argument("--by", choices=groupings, default=StatementGrouping.PERSON.value, help=about_by)
    time = _("a day, a time or how long ago: 2026-11-01, 2026-11-01T18:30, 7d")
    parser.add_argument("--since", type=parse_moment, metavar="TIME", help=_("only calls from then on; ") + time)
    parser.add_argument("--until", type=parse_moment, metavar="TIME", help=_("only calls before then"))
    about_month = _("only calls of this month, as 2026-10; instead of --since and --until")
    parser.add_argument("--month", type=parse_month, metavar="MONTH", help=about_month)
    parser.add_argument("--everybody", action="store_true", help=_("everybody's, for whoever may see them"))
    parser.add_argument("--person", default="", metavar="NAME", help=_("this person's, for whoever may see them"))
    about_payer = _("only what this budget line or customer pays for")
    parser.add_argument("--payer", default="", metavar="CODE", help=about_payer)
    about_purchase = _("what the carrier takes, by its tariffs, for the administrator")
    parser.add_argument("--purchase", action="store_true", help=about_purchase)
    parser.add_argument("--calls", action="store_true", help=_("each call, too; in tables and JSON, each call alone"))
    about_short = _("without the last four digits of the numbers of others")
    parser.add_argument("--short-numbers", action="store_true", help=about_short)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    form.add_argument("--csv", metavar="FILE", help=_("as a table for spreadsheets, into FILE; - for standard output"))
    parser.set_defaults(run_here=lambda options: _run(parser, options))


def parse_month(text: str) -> tuple[datetime, datetime]:
    """Read a month of this machine's zone: its begin, and its end. ArgumentTypeError if it is none."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text.strip(), re.ASCII)
    try:
        if found is not None:
            year, month = int(found[1]), int(found[2])
            end = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001 - of this machine's zone
            return datetime(year, month, 1).astimezone(), end.astimezone()  # noqa: DTZ001
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(_("{text} is not a month: write 2026-10").format(text=text))


def _run(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    if options.month and (options.since or options.until):
        parser.error(_("a month has a begin and an end: give either --month, or --since and --until"))
    if options.month:
        options.since, options.until = options.month
    try:
        return asyncio.run(_state(options))
    except OSError as error:
        if options.csv in (None, "-") or isinstance(error, BrokenPipeError):
            raise
        print(f"faxctl: {error}", file=sys.stderr)
        return 1


async def _state(options: argparse.Namespace) -> int:
    times = {name: time.astimezone(UTC).isoformat() for name in ("since", "until") if (time := getattr(options, name))}
    by = StatementGrouping(options.by)
    query = StatementQuery(
        by,
        **times,
        person=options.person,
        payer=options.payer,
        purchase=options.purchase,
        everybody=options.everybody,
    )
    if not (options.everybody or options.person or options.purchase):
        return await _write(connect(options.bus), query, options)
    try:
        return await _write(connect_admin(options.bus), query, options)
    except BusError as error:
        if error.code is not ErrorCode.DENIED or options.purchase:
            raise
    # Not the administrator: whoever may see what others' calls cost is asked for by name, too.
    return await _write(connect(options.bus), query, options)


async def _write(
    connecting: AbstractAsyncContextManager[Client | AdminClient], query: StatementQuery, options: argparse.Namespace
) -> int:
    async with connecting as service:
        calls = _list_calls(service, query, options.short_numbers)
        if options.csv is not None:
            with _opened(options.csv) as out:
                await _write_table(service, query, calls if options.calls else None, out)
            return 0
        if options.json:
            value = [each async for each in calls] if options.calls else await _sum(service, query)
            return print_json(value)
        if options.calls:
            async for call in calls:
                print(format_call(call))
            print()
        _print_sums(await _sum(service, query))
    return 0


async def _write_table(
    service: Client | AdminClient, query: StatementQuery, calls: AsyncIterator[StatedCall] | None, out: TextIO | None
) -> None:
    def write(rows: Iterable[Sequence[object]]) -> None:
        if out is None:
            print_rows(rows)
        else:
            write_rows(rows, out)

    if calls is None:
        write(list_rows(query.by, await _sum(service, query)))
        return
    write([_CALL_CELLS])
    async for call in calls:
        write([list_cells(call)])


async def _sum(service: Client | AdminClient, query: StatementQuery) -> list[StatementLine]:
    ask = service.sum_all_costs if isinstance(service, AdminClient) else service.sum_costs
    lines: list[StatementLine] = []
    async for part in read_pages(lambda after: ask(replace(query, after=after))):
        lines = add_lines((*lines, *part.lines))
    return lines


async def _list_calls(service: Client | AdminClient, query: StatementQuery, short: bool) -> AsyncIterator[StatedCall]:
    ask = service.list_all_costs if isinstance(service, AdminClient) else service.list_costs
    async for page in read_pages(lambda after: ask(replace(query, after=after))):
        for call in page.calls:
            yield replace(call, other_number=shorten(call.other_number)) if short else call
        sys.stdout.flush()


@contextmanager
def _opened(name: str) -> Iterator[TextIO | None]:
    """Open a file that is there only when it is whole; None for standard output."""
    if name == "-":
        yield None
        return
    path = Path(name)
    made = path.with_name(f"{path.name}.new")
    try:
        with made.open("w", encoding="utf-8", newline="") as out:
            yield out
        os.replace(made, path)
    finally:
        made.unlink(missing_ok=True)


def list_rows(by: StatementGrouping, lines: Sequence[StatementLine]) -> Iterator[Sequence[object]]:
    """List the rows of a table of sums, its names first."""
    currencies = list_currencies(each.costs for each in lines)
    amounts = (f"{name}_{currency}" for currency in currencies for name in ("net", "vat", "gross"))
    yield (by.value, "calls", "pages", "seconds", "unpriced", *amounts)
    for each in lines:
        costs = (cell for currency in currencies for cell in list_sum_cells(each.costs, currency))
        yield (each.key, each.calls, each.pages, _write_seconds(each.milliseconds), each.unpriced, *costs)


def list_cells(call: StatedCall) -> list[object]:
    """List the cells of a call."""
    who = (call.call, call.began, call.direction.value, call.line, call.person, call.payer)
    numbers = (call.own_number, call.other_number)
    outcome = call.outcome.value if call.outcome else ""
    counts = (_write_seconds(call.milliseconds), call.pages)
    return [*who, *numbers, outcome, *counts, *list_price_cells(call.price), call.corrected_by, call.remark]


def format_call(call: StatedCall) -> str:
    """Write a call for a person."""
    way = _("sent") if call.direction is Direction.OUT else _("received")
    facts = [
        _("{pages} pages").format(pages=call.pages),
        _("{seconds} s").format(seconds=round(call.milliseconds / 1000)),
        call.person,
        call.payer,
        format_price(call.price),
        _("corrected by {person}: {remark}").format(person=call.corrected_by, remark=call.remark)
        if call.corrected_by
        else "",
        call.call,
    ]
    ends = f"{call.own_number or '-':15} {call.other_number or '-':15}"
    return f"{format_time(call.began)}  {way:9} {call.line:10} {ends}  {'  '.join(filter(None, facts))}"


def _print_sums(lines: Sequence[StatementLine]) -> None:
    for each in lines:
        print(format_line(each.key or "-", each))
    if len(lines) != 1:
        print(format_line(_("all"), add_all(lines)))


def format_line(name: str, line: StatementLine) -> str:
    """Write a sum for a person."""
    counts = _("{calls} calls, {pages} pages, {seconds} s").format(
        calls=line.calls, pages=line.pages, seconds=round(line.milliseconds / 1000)
    )
    costs = [_format_sum(line, currency) for currency in list_currencies([line.costs])]
    unpriced = _("calls without a price: {count}").format(count=line.unpriced) if line.unpriced else ""
    return f"{name:20}  {'; '.join(filter(None, (counts, *costs, unpriced)))}"


def _format_sum(line: StatementLine, currency: str) -> str:
    net, vat, gross = list_sum_cells(line.costs, currency)
    sums: dict[str, Any] = {"net": net, "vat": vat, "gross": gross, "currency": currency}
    return _("net {net}, VAT {vat}, with VAT {gross} {currency}").format(**sums)


def _write_seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1000}.{milliseconds % 1000:03}"
