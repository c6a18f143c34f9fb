# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of the field *To* with the service: who may be meant, and whether each number is called.

What is being typed is judged a moment after the last key, what was chosen one number after another.
"""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.contract.address_book import Suggestion
from faxcore.contract.interfaces import Desk
from faxcore.model.recipient import Recipient
from faxcore.qt.link import DeskLink
from faxcore.qt.number_judge import NumberJudge
from faxcore.qt.starting import Start
from faxdialog.recipient_judge import RecipientJudge
from faxdialog.suggesting import Suggesting
from faxdialog.suggestion_list import name_of, number_of
from faxdialog.to_field import ToField


class Addressing(QObject):
    """Asks the service about the recipients in the field."""

    failed = pyqtSignal()
    """There is no judgement of a number; the next change asks again."""
    paid_before = pyqtSignal(str)
    """The code of whoever paid for the last fax to the recipient who was chosen now; empty: nobody did."""

    def __init__(self, link: DeskLink, field: ToField, start: Start) -> None:
        super().__init__()
        self._link, self._to, self._verdict = link, field.to, field.verdict
        self._begun_with = ""
        self._typed = NumberJudge(link, start)
        self._chosen = RecipientJudge(link, start, self._to, self._fail)
        self._suggesting = Suggesting(link, start, self._to, field.suggestions, field.verdict.offer)
        field.suggestions.taken.connect(self._tell_payer)
        self._to.edited.connect(self._ask_soon)
        self._typed.answered.connect(self._to.judge_typing)
        self._typed.failed.connect(self._fail)
        field.recent_wanted.connect(self._suggesting.ask)

    def begin(self, number: str) -> None:
        """Put a number into the field before the person types."""
        self._begun_with = number
        self._to.fill((), Recipient(number))

    async def find_name(self) -> None:
        """Put whoever has the number with which the field began in its place, and have it judged. BusError."""
        number, self._begun_with = self._begun_with, ""
        if number and self._is_untouched(number):
            found = await find_recipient(self._link.desk, number)
            if found is not None and self._is_untouched(number):
                self._to.choose([found])
        self.ask()

    def _is_untouched(self, number: str) -> bool:
        return self._to.text == number and not self._to.chosen

    @property
    def is_judging(self) -> bool:
        """True while the service has not said of everybody whether the number is called."""
        return any(each.judged is None for each in self._to.all())

    def ask(self) -> None:
        """Ask about all of whom nothing is known."""
        if self._to.typing.judged is None:
            self._typed.ask_now(self._to.text)
        self._chosen.ask()

    def wait(self) -> None:
        """Ask at once, and say that the answer is awaited."""
        self._verdict.wait()
        self.ask()

    def pause(self) -> None:
        """Hear no answer about what is typed: the service has gone."""
        self._typed.stop()
        self._suggesting.stop()

    def stop(self) -> None:
        """Ask nothing more."""
        self.pause()
        self._chosen.stop()

    def _tell_payer(self, suggestion: Suggestion) -> None:
        """Tell who paid before, of one who was there; of whoever had no fax yet, nobody knows."""
        if suggestion.last_sent:
            self.paid_before.emit(suggestion.payer)

    def _ask_soon(self) -> None:
        if self._to.typing.judged is None:
            self._typed.ask_soon(self._to.text)

    def _fail(self) -> None:
        self._to.judge_typing(None)
        self.failed.emit()


async def find_recipient(desk: Desk, number: str) -> Recipient | None:
    """Find who has this number, however it is written; None if nobody is known by it. BusError."""
    judged = await desk.judge_number(number)
    if not judged.called:
        return None
    found = [each for each in await desk.suggest_recipients(number) if number_of(each) == judged.shown]
    named = [each for each in found if name_of(each) != judged.shown]
    # Whoever had an earlier fax there may have left; an address book says who is there now.
    return next((each.recipient for each in sorted(named, key=lambda each: not each.contact)), None)
