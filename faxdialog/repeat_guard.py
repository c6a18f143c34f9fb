# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard before a document that goes to the same number a second time on one day.

The service is asked as soon as the number is known, and what it finds stands across the window. Send asks once more by
that very bar: whoever wants it twice says so there. Enter alone never does, for it is pressed twice by mistake.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from PyQt6.QtCore import QDateTime, QLocale, QObject, Qt, pyqtSignal

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.contract.sent_fax import Job
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.job import State
from faxcore.model.recipient import Recipient
from faxcore.model.text import clean_text
from faxcore.qt.link import DeskLink
from faxdialog.notices import Notices, Owner

NAMED: Final = 3
"""Faxes that are named; of more, only how many there are is said."""
FAXES: Final = (sys.executable, "-P", "-m", "notifier", "--show")
"""The program that shows a fax in its window; its id follows."""

Start = Callable[[Coroutine[Any, Any, None], Owner], asyncio.Task[None]]


class RepeatGuard(QObject):
    """Knows which faxes of today an order would repeat, and whether the person wants that."""

    wanted = pyqtSignal()
    """The person wants it sent all the same."""

    def __init__(self, link: DeskLink, notices: Notices, start: Start) -> None:
        super().__init__()
        self._link, self._notices, self._start = link, notices, start
        self.draft = ""
        self.earlier = ""
        """The fax that another bar of the window tells of already."""
        self._asked: list[Recipient] | None = None
        self._answered: list[Recipient] | None = None
        self._allowed: list[Recipient] | None = None
        self._found: list[Job] = []

    def ask_soon(self, recipients: list[Recipient]) -> None:
        """Ask about these recipients, and say across the window what is found."""
        if self._link.present and self.draft:
            self._start(self._ask(recipients), Owner.REPEAT)

    def forget(self) -> None:
        """The recipients are being changed: nothing is known of them yet."""
        self._asked, self._answered, self._found = None, None, []
        self._notices.clear(Owner.REPEAT)

    async def lets_pass(self, recipients: list[Recipient]) -> bool:
        """Return whether an order for these recipients may go; if not, the bar says why and how it may."""
        if self._allowed == recipients:
            return True
        if self._answered != recipients:
            try:
                await self._ask(recipients)
            except (BusError, ServiceUnavailable):
                return True  # the order itself will meet the same trouble, and say it
        self._notices.repeat(Owner.REPEAT)
        return not self._found

    async def _ask(self, recipients: list[Recipient]) -> None:
        self._asked = recipients
        found = await self._link.desk.find_repeats(self.draft, recipients)
        if self._asked is not recipients:
            return  # asked anew meanwhile, or changed
        self._answered = recipients
        self._found = [job for job in found if job.id != self.earlier]
        if self._found:
            self._tell(recipients)
        else:
            self._notices.clear(Owner.REPEAT)

    def _tell(self, recipients: list[Recipient]) -> None:
        def send_anyway() -> None:
            self._allowed = recipients
            self._notices.clear(Owner.REPEAT)
            self.wanted.emit()

        newest = self._found[0].id
        buttons = ((_("Send an&yway"), send_anyway), (_("Sho&w it"), lambda: show_among_faxes(newest)))
        self._notices.say(Owner.REPEAT, describe_repeats(self._found), buttons=buttons)


def describe_repeats(jobs: Sequence[Job]) -> str:
    """Say to whom the same document went today, or is on its way."""
    sentences = [_describe(job) for job in jobs[:NAMED]]
    more = len(jobs) - NAMED
    if more > 0:
        told = ngettext("{count} more fax has the same pages.", "{count} more faxes have the same pages.", more)
        sentences.append(told.format(count=more))
    return " ".join(sentences)


def _describe(job: Job) -> str:
    name = clean_text(job.recipient or job.number, 60)
    when = QDateTime.fromString(job.changed, Qt.DateFormat.ISODateWithMs).toLocalTime()
    time = QLocale().toString(when.time(), QLocale.FormatType.ShortFormat)
    if job.state is State.DONE:
        return _("You sent this document to {name} at {time}.").format(name=name, time=time)
    if job.state is State.UNCERTAIN:
        return _("You sent this document to {name} at {time}, and it may have arrived.").format(name=name, time=time)
    return _("This document is on its way to {name} already.").format(name=name)


def show_among_faxes(job: str) -> None:
    """Show a fax in the main window, which the tray has: where none runs, it comes."""
    subprocess.Popen([*FAXES, job], stdin=subprocess.DEVNULL, start_new_session=True)
