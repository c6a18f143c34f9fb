# SPDX-License-Identifier: GPL-3.0-or-later
"""The service at work: whether it answers, its lines and their last calls, the queue, and what it warns of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import faxcore
from faxcore.bus.client import BusError, ServiceUnavailable, connect, connect_admin
from faxcore.contract.bus import ErrorCode
from faxcore.contract.recorded import CallGrouping, CallTotals, TotalsQuery
from faxcore.contract.service_status import HeldBack, Line, LineState, Status
from faxcore.doctor.finding import Area, Finding, Public, Verdict, good
from faxcore.model.sentence import Sentence, Value, mark

_GONE: Final = mark("Line {number} ({line}) is {state}: {reason}")
_GONE_UNSAID: Final = mark("Line {number} ({line}) is {state}.")
DAYS: Final = 7
"""Days of calls that are looked at."""


@dataclass
class AtWork:
    """The answers of the service."""

    status: Status | None = None
    unavailable: Sentence = Sentence()
    calls: Mapping[str, CallTotals] = field(default_factory=dict)
    """Sums of the last days, by line; of the caller's own faxes, if they may not see everybody's."""
    given_up: int = 0
    waiting: int = 0
    sees_all: bool = False
    """True for administrators, and for those who only see."""
    snapshot: bool = False
    """True if the file has a snapshot of the database."""


async def ask_service(address: str | None, snapshot: Path) -> AtWork:
    """Ask the service for everything that this user may hear."""
    found = AtWork()
    since = (datetime.now(UTC) - timedelta(days=DAYS)).isoformat()
    query = TotalsQuery(CallGrouping.LINE, since)
    try:
        async with connect(address) as desk:
            found.status = await desk.status()
            found.calls = {each.key: each for each in (await desk.sum_calls(query)).totals}
        async with connect_admin(address) as admin:
            found.calls = {each.key: each for each in (await admin.sum_all_calls(query)).totals}
            found.sees_all = True
            open_news = (await admin.list_deliveries("")).deliveries
            found.given_up = sum(each.given_up for each in open_news)
            found.waiting = len(open_news) - found.given_up
            with snapshot.open("wb") as out:
                await admin.write_snapshot(out)
            found.snapshot = True
    except BusError as error:
        if isinstance(error, ServiceUnavailable) or error.code is not ErrorCode.DENIED:
            found.unavailable = error.sentence
    return found


def check_service(found: AtWork) -> Iterator[Finding]:
    """Judge what the service has said."""
    status = found.status
    if status is None:
        yield Finding(
            Area.SERVICE,
            Verdict.WRONG,
            Sentence("The fax service does not answer: {reason}", {"reason": found.unavailable}),
            Sentence("Start it: sudo systemctl start facteur; its log says why it ended: journalctl -u facteur"),
        )
        return
    yield good(
        Area.SERVICE,
        mark("The fax service {version} answers, codec {codec}."),
        version=Public(status.version),
        codec=Public(status.codec),
    )
    if status.stops_at:
        until = datetime.fromisoformat(status.stops_at).astimezone().strftime("%Y-%m-%d %H:%M")
        yield Finding(
            Area.SERVICE,
            Verdict.WARNING,
            Sentence(
                "The service was told to stop. Its calls may come to their end until {time}.", {"time": Public(until)}
            ),
            Sentence("Start it when it has ended: sudo systemctl start facteur"),
        )
    if found.unavailable:
        sentence = Sentence("The service could not say everything: {reason}", {"reason": found.unavailable})
        yield Finding(Area.SERVICE, Verdict.WARNING, sentence, Sentence("Try it again; its log may say why."))
    if status.version != faxcore.__version__:
        yield Finding(
            Area.SERVICE,
            Verdict.WARNING,
            Sentence(
                "This is faxctl {version}: the service is of another release.", {"version": Public(faxcore.__version__)}
            ),
            Sentence("Start the service again: sudo systemctl restart facteur"),
        )
    if not found.sees_all:
        yield good(Area.SERVICE, mark("You are no administrator: what only they see is left out."))
    for number, line in enumerate(status.lines, start=1):
        yield _check_line(number, line, found.calls.get(line.name))
    yield from _check_queue(status)
    for warning in (*filter(None, [status.trouble]), *status.warnings):
        yield Finding(
            Area.SERVICE, Verdict.WARNING, warning, Sentence("See to it: the service goes on by itself then.")
        )
    if found.sees_all:
        yield _check_news(found)
        if not found.snapshot and not found.unavailable:
            yield good(Area.DATABASE, mark("You may change nothing here: the database is left out."))


def _check_line(number: int, line: Line, calls: CallTotals | None) -> Finding:
    sums = calls or CallTotals("")
    values: dict[str, Value] = {
        "number": number,
        "line": line.name,
        "state": Public(line.state.value),
        "modem": Public(line.modem or "?"),
        "calls": sums.calls,
        "failures": sums.failures,
        "days": DAYS,
        "reason": line.detail,
    }
    if line.state in (LineState.ABSENT, LineState.STARTING):
        return Finding(
            Area.LINES,
            Verdict.WRONG,
            Sentence(_GONE if line.detail else _GONE_UNSAID, values),
            Sentence("Is its modem plugged in and switched on? faxctl modem probe DEVICE says what it is."),
        )
    text = mark("Line {number} ({line}, {modem}) is {state}; {calls} calls in {days} days, {failures} of them failed.")
    if sums.calls >= 4 and sums.failures * 2 > sums.calls:
        return Finding(
            Area.LINES,
            Verdict.WARNING,
            Sentence(
                "Line {number} ({line}, {modem}) is {state}; of {calls} calls in {days} days, {failures} failed.",
                values,
            ),
            Sentence("faxctl log --failed says why; faxctl show FAX has the whole of a call."),
        )
    return Finding(Area.LINES, Verdict.GOOD, Sentence(text, values))


def _check_queue(status: Status) -> Iterator[Finding]:
    yield good(
        Area.QUEUE, mark("{waiting} faxes wait, {active} are being sent."), waiting=status.queued, active=status.active
    )
    for held in status.held_back:
        yield _explain_held(held)
    if status.restored:
        yield Finding(
            Area.QUEUE,
            Verdict.WARNING,
            Sentence("{faxes} faxes are held because they come from a backup.", {"faxes": status.restored}),
            Sentence("When they are to go out: faxctl release --restored"),
        )


def _explain_held(held: HeldBack) -> Finding:
    values: dict[str, Value] = {"faxes": held.faxes, "reason": held.reason}
    remedy = Sentence("If it should not be so: faxctl status shows the rules and bounds that are in force.")
    return Finding(Area.QUEUE, Verdict.WARNING, Sentence("{faxes} faxes are held back: {reason}", values), remedy)


def _check_news(found: AtWork) -> Finding:
    values = {"waiting": found.waiting, "given_up": found.given_up}
    sentence = Sentence("News that wait to go out: {waiting}; given up: {given_up}.", values)
    if not found.given_up:
        return Finding(Area.NEWS, Verdict.GOOD, sentence)
    remedy = Sentence("faxctl deliveries list says why; faxctl deliveries retry tries them again.")
    return Finding(Area.NEWS, Verdict.WARNING, sentence, remedy)
