# SPDX-License-Identifier: GPL-3.0-or-later
"""The telephone lines in words, for everybody: how many are free, and what each does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from faxcore.contract.service_status import Line, LineState
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext, show_sentence
from faxcore.model.sentence import mark
from faxcore.model.text import clean_text


@dataclass(frozen=True)
class LinesNow:
    """The lines of the service, as they were at a time."""

    lines: tuple[Line, ...]
    at: datetime

    @property
    def free(self) -> int:
        """Lines on which a call can begin now."""
        return sum(line.state is LineState.IDLE for line in self.lines)

    @property
    def summary(self) -> str:
        """3 of 4 free."""
        words = ngettext("{free} of {count} free", "{free} of {count} free", self.free)
        return words.format(free=self.free, count=len(self.lines))


def describe_line(line: Line) -> str:
    """Say how a line is, for people."""
    state = show_sentence(line.detail) if line.state is LineState.ABSENT else ""
    return _("{line}: {state}").format(line=clean_text(line.name, 40), state=state or _(_STATE_WORDS[line.state]))


_STATE_WORDS: Final = {
    LineState.STARTING: mark("starting"),
    LineState.ABSENT: mark("out of order"),
    LineState.IDLE: mark("free"),
    LineState.RINGING: mark("ringing"),
    LineState.SENDING: mark("sending a fax"),
    LineState.RECEIVING: mark("receiving a fax"),
}
