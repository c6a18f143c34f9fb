# SPDX-License-Identifier: GPL-3.0-or-later
"""Tariffs for tests: a top that says as little as it may, and rules behind it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from faxcore.billing.call_price import NO_MARK_UP, CallFacts, MarkUp, Price
from faxcore.billing.pricing import price_call
from faxcore.billing.tariff import Tariff
from faxcore.billing.tariff_file import read_tariff
from faxcore.model.call import Direction

PARIS = ZoneInfo("Europe/Paris")
LYON = "+33478000001"

TOP = """name = "Test"
currency = "EUR"
zone = "Europe/Paris"
rounding = { unit = 0.01, mode = "half-up", on = "call" }
vat = { percent = 20, on = "invoice" }
"""
"""Five lines."""
UNPRICED = 'unpriced = ["in", "out"]\n'
HOURS = """[[period]]
name = "night"
hours = ["Mon-Fri 00:00-08:00", "Mon-Fri 18:00-24:00", "Sat,Sun 00:00-24:00"]
"""


def tariff(folder: Path, text: str, top: str = TOP + UNPRICED) -> Tariff:
    """Read a tariff of this text, behind the top."""
    path = folder / "tariff.toml"
    path.write_text(top + text)
    return read_tariff(path)


def rule(*lines: str, to: str = 'to = ["FR"]', name: str = "one") -> str:
    """Make a rule."""
    return "\n".join(("[[rule]]", f'name = "{name}"', to, *lines, ""))


def paris(text: str, fold: int = 0) -> datetime:
    """Make an instant of what a clock on a wall in Paris shows; `fold`: 1 in the second of two equal hours."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


def answered(
    seconds: int = 60,
    at: datetime = datetime(2026, 11, 27, 10, 0, tzinfo=PARIS),
    number: str = LYON,
    pages: int = 0,
    sent: int | None = None,
    month_pages: int = 0,
    direction: Direction = Direction.OUT,
) -> CallFacts:
    """Make a call that was answered after twenty seconds of ringing."""
    begun, end = instants(at, seconds)
    return CallFacts(number, begun, at, end, pages if sent is None else sent, pages, direction, month_pages)


def instants(at: datetime, seconds: int) -> tuple[datetime, datetime]:
    """Give the instants at which a call was dialled, and at which it ends, on a real clock and not on the wall's."""
    real = at.astimezone(ZoneInfo("UTC"))
    return real - timedelta(seconds=20), real + timedelta(seconds=seconds)


def unanswered(at: datetime = datetime(2026, 11, 27, 10, 0, tzinfo=PARIS), number: str = LYON) -> CallFacts:
    """Make a call that nobody answered."""
    return CallFacts(number, at)


def price(tariff: Tariff, facts: CallFacts, mark_up: MarkUp = NO_MARK_UP) -> Price:
    """Price a call that has a price."""
    found = price_call(tariff, facts, mark_up)
    assert isinstance(found, Price), str(found.reason)
    return found


def net(tariff: Tariff, facts: CallFacts, mark_up: MarkUp = NO_MARK_UP) -> str:
    """Price a call, and give the amount as text."""
    return f"{price(tariff, facts, mark_up).net:f}"
