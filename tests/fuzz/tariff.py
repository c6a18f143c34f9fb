# SPDX-License-Identifier: GPL-3.0-or-later
"""The target tariff: any octets as a tariff; only ConfigError may come of it, with its file, or prices that grow.

A tariff that can be read prices calls to each of its beginnings, on days and at hours at which something may change.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from faxcore.billing.call_price import CallFacts, Unpriced
from faxcore.billing.pricing import price_call
from faxcore.billing.tariff import Tariff
from faxcore.billing.tariff_file import read_tariff
from faxcore.config import ConfigError
from faxcore.model.call import Direction
from tests.fuzz.bounds import bounded
from tests.support import CHECKOUT

WORDS: Final = tuple(
    word.encode()
    for word in (
        *("name = ", "currency = ", "zone = ", "holidays = ", "further_holidays = ", "unpriced = ", "[rounding]\n"),
        *(
            "[vat]\n",
            "[zones]\n",
            "[[period]]\n",
            "[[rule]]\n",
            "hours = ",
            "unit = ",
            "mode = ",
            "on = ",
            "percent = ",
        ),
        *(
            "to = ",
            "otherwise = true\n",
            "direction = ",
            "first_day = ",
            "last_day = ",
            "connection = ",
            "free = true\n",
        ),
        *("per_minute = ", "per_page = ", "first_seconds = ", "then_seconds = ", "free_seconds = ", "minimum = "),
        *(
            "maximum = ",
            "counts = ",
            "pages = ",
            "vat = ",
            "tiers = ",
            "during.",
            "after = ",
            '"FR"',
            '"DE-BY"',
            '"+33"',
        ),
        *("Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC", "EUR", "JPY", '"+33"'),
        *("0.0001", "1e-6", "0E+999999", "1e999999", "inf", "nan", "999999.999999", "0001-01-01", "9999-12-31"),
        *("Mon-Fri 18:00-08:00", "Sun 00:00-24:00", "half-even", "invoice", "attempts", '"', "[", "{", "}", "]", "\n"),
    )
)

_CALLS: Final = tuple(
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in ("2026-03-29T00:59:50", "2026-10-25T00:59:50", "2026-12-31T22:59:50", "0002-01-01", "9998-12-31")
)


def check(data: bytes) -> None:
    """Run one input; any error but ConfigError is a fault."""
    path = _folder() / "tariff.toml"
    path.write_bytes(data)
    with bounded():
        try:
            tariff = read_tariff(path)
        except ConfigError as error:
            assert str(error).startswith(str(path)), f"no place in {error}"
            return
        numbers = {beginning for rule in tariff.rules[:20] for beginning in rule.beginnings[:20]}
        for number in ("", "201", "+33478000001", "+12125550123", *numbers):
            for at in _CALLS:
                _price(tariff, number, at)


def _price(tariff: Tariff, number: str, at: datetime) -> None:
    for direction in Direction:
        before = None
        for seconds in (1, 20, 3601):
            facts = CallFacts(number, at, at, at + timedelta(seconds=seconds), seconds, seconds, direction)
            found = price_call(tariff, facts)
            if isinstance(found, Unpriced):
                assert str(found.reason)
                return
            assert found.steps and found.net.is_finite(), found
            assert before is None or before.net <= found.net, (before, found)
            before = found


@lru_cache
def _folder() -> Path:
    """Make the folder of the file, one a process; in memory, where there is such."""
    memory = Path("/dev/shm")
    made = tempfile.TemporaryDirectory(prefix="facteur-fuzz-", dir=memory if memory.is_dir() else None)
    _kept.append(made)
    # Laws of holidays and metadata of countries, read when they are first asked for, are no cost of an input.
    path = Path(made.name) / "tariff.toml"
    path.write_bytes(_example())
    read_tariff(path)
    return Path(made.name)


_kept: Final[list[tempfile.TemporaryDirectory[str]]] = []
"""The folder: it goes with the process."""


def _example() -> bytes:
    return (CHECKOUT / "packaging/tariff-example.toml").read_bytes()


def seeds() -> Iterator[tuple[str, bytes]]:
    """The example, and what it has not."""
    yield "example", _example()
    top = (
        b'name = "a"\ncurrency = "EUR"\nzone = "UTC"\nunpriced = ["in", "out"]\n'
        b'rounding = { unit = 0.01, mode = "up", on = "call" }\nvat = { percent = 20, on = "call" }\n'
    )
    rule = b'[[rule]]\nname = "a"\nto = ["US", "+1", "2"]\nper_page = 1e-6\nmaximum = 2\ncounts = "pages"\n'
    yield "small", top + rule
    yield "in-days", top + rule.replace(b"to =", b"first_day = 2026-01-01\nlast_day = 2026-12-31\npages = 'sent'\nto =")
    yield "overlap", top + rule + rule.replace(b'"a"', b'"b"')
    yield "free", top + b'[[rule]]\nname = "a"\notherwise = true\nfree = true\n'
    yield "hours", top + b'[[period]]\nname = "n"\nhours = ["18:00-08:00"]\n' + rule + b"during.n = { per_page = 2 }\n"
    yield "attempts", top + rule.replace(b"pages", b"attempts") + b"connection = 1\nvat = 5.5\n"
