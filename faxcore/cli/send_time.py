# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as people write them on a command line: at which a fax is to be sent, or of which something is looked up."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from faxcore.i18n import gettext as _

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "": "minutes"}
LONGEST: Final = 40
"""Characters of a time with everything that it may have."""
_LATER: Final = re.compile(r"\+(\d{1,6})([mhd]?)")
_AGO: Final = re.compile(r"(\d{1,6})([mhd])")


def _now() -> datetime:
    """Read the clock of this machine, in its own zone."""
    return datetime.now(UTC).astimezone()


def parse_time(text: str, now: Callable[[], datetime] = _now) -> datetime:
    """Read a time: `18:30` (the next one), `2026-12-24` (its midnight), `2026-12-24T18:30`, or `+90m`, `+2h`, `+1d`
    from now; in this machine's zone where it names none. ArgumentTypeError if it is none of these, or has passed.
    """
    here = now()
    found = _read(text.strip(), here)
    if found is None:
        raise argparse.ArgumentTypeError(
            _("{text} is not a time: write 18:30, 2026-12-24, 2026-12-24T18:30 or +90m").format(text=text)
        )
    if found < here - timedelta(minutes=1):
        raise argparse.ArgumentTypeError(_("{text} has passed already").format(text=text))
    return found


def parse_moment(text: str, now: Callable[[], datetime] = _now) -> datetime:
    """Read a time, past or to come: `2026-12-24` (its midnight), `2026-12-24T18:30`, or `90m`, `12h`, `7d` ago; in this
    machine's zone where it names none. ArgumentTypeError if it is none of these.
    """
    here, written = now(), text.strip()
    ago = _AGO.fullmatch(written)
    try:
        if ago is not None:
            return here - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        if len(written) <= LONGEST and re.match(r"\d{4}-\d{2}-\d{2}", written):
            return datetime.fromisoformat(written).astimezone()
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(
        _("{text} is not a time: write 2026-12-24, 2026-12-24T18:30 or 7d for seven days ago").format(text=text)
    )


def _read(text: str, here: datetime) -> datetime | None:
    if len(text) > LONGEST:
        return None  # Python takes any number of digits for a time
    later = _LATER.fullmatch(text)
    try:
        if later is not None:
            return here + timedelta(**{_UNITS[later[2]]: int(later[1])})
        if re.fullmatch(r"\d{1,2}:\d{2}", text):
            return _find_next(time.fromisoformat(text.zfill(5)), here)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return datetime.combine(date.fromisoformat(text), time()).astimezone()
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        return None


def _find_next(wanted: time, here: datetime) -> datetime:
    """Find the next moment at which the clock on the wall shows this, also over a change of summer time."""
    day = here.date() if wanted > here.time() else here.date() + timedelta(days=1)
    return datetime.combine(day, wanted).astimezone()
