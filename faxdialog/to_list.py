# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipients of a fax as they stand in the window: those that were chosen, and the one that is being typed.

One of them is the current one: its details are seen and changed, its words stand under the field, and the preview shows
the cover page that it gets. Names may be typed before there is a number; they belong to the recipient being typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.contract.order import JudgedNumber
from faxcore.model.recipient import Recipient
from faxdialog.addressed import MOST, Addressed, judge_each
from faxdialog.pasted import take_apart

TYPING: Final = -1
"""The place of the recipient that is being typed."""


class ToList(QObject):
    """Recipients. `edited` comes with every change of them that a person makes, `named` with a change of their names
    only, `judged` with what the service says of one.
    """

    edited = pyqtSignal()
    named = pyqtSignal()
    judged = pyqtSignal()
    chosen_changed = pyqtSignal()
    """Those that were chosen are others now, or known better."""
    text_changed = pyqtSignal(str)
    """The text that is being typed is to be this one: it was taken apart, or a recipient is text again."""
    text_grouped = pyqtSignal(str)
    """The text that is being typed is the same number, written so."""
    current_changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[Addressed] = []
        self.typing = Addressed(Recipient(""))
        self.at = TYPING
        self.too_many = self.twice = 0
        """Recipients that were not taken with the last change, because there is no room, or because they are there
        already.
        """

    # ------------------------------------------------------------ what it holds

    @property
    def current(self) -> Addressed:
        """The recipient whose details are seen."""
        return self.typing if self.at == TYPING else self.chosen[self.at]

    @property
    def text(self) -> str:
        """The text that is being typed."""
        return self.typing.recipient.number

    def all(self) -> list[Addressed]:
        """List all for whom the fax is, with the one that is being typed."""
        return [*self.chosen, *([self.typing] if self.text.strip() else [])]

    def recipients(self) -> list[Recipient]:
        """List their numbers and names."""
        return [each.recipient.cleaned() for each in self.all()]

    def is_ready(self) -> bool:
        """Return whether there is somebody, and the service calls everybody."""
        return bool(self.all()) and all(each.is_called for each in self.all())

    def find_unjudged(self, most: int) -> list[str]:
        """Find numbers of chosen recipients of which the service has said nothing yet, so many at most."""
        unjudged = (each.recipient.number for each in self.chosen if each.judged is None)
        return list(islice(dict.fromkeys(unjudged), most))

    def find_refused(self) -> int | None:
        """Find the place of the first that is not called, the one being typed the last."""
        places = (at for at, each in enumerate(self.chosen) if each.is_refused)
        return next(places, TYPING if self.text.strip() and self.typing.is_refused else None)

    # ------------------------------------------------------------ what a person does

    def type(self, text: str) -> None:
        """Take what stands in the field now; recipients that are complete in it are taken out of it."""
        complete, rest = take_apart(text)
        names = self.typing.recipient
        self.typing = Addressed(Recipient(rest) if complete else replace(names, number=rest))
        self.at = TYPING if rest.strip() or not self.chosen else len(self.chosen) - 1
        self.too_many = self.twice = 0
        if complete:
            first = complete[0]
            complete[0] = first if _has_names(first) else replace(names, number=first.number)
            self._add(complete)
        if rest != text:
            self.text_changed.emit(rest)
        self.current_changed.emit()
        self.edited.emit()

    def choose(self, recipients: Sequence[Recipient]) -> None:
        """Take these instead of what is being typed."""
        self.typing = Addressed(Recipient(""))
        self.too_many = self.twice = 0
        self._add(recipients)
        self.text_changed.emit("")
        self.current_changed.emit()
        self.edited.emit()

    def complete_typing(self) -> None:
        """Make a chosen one of the recipient that is being typed."""
        if self.text.strip():
            self.chosen.append(self.typing)
            self.typing = Addressed(Recipient(""))
            self.at = len(self.chosen) - 1
            self.text_changed.emit("")
            self.chosen_changed.emit()

    def remove(self, at: int) -> None:
        """Take one away."""
        del self.chosen[at]
        self.at = min(at, len(self.chosen) - 1)
        self._tell_all()

    def reopen(self, at: int) -> None:
        """Make text of one, to be changed; what was being typed is a recipient then."""
        again = self.chosen.pop(at)
        self.complete_typing()
        self.typing, self.at = Addressed(again.recipient), TYPING
        self.text_changed.emit(again.recipient.number)
        self._tell_all()

    def select(self, at: int) -> None:
        """Make this one the current one."""
        if at != self.at:
            self.at = at
            self.current_changed.emit()

    def name(self, **names: str) -> None:
        """Give the current one these names."""
        if self.at == TYPING:
            self.typing = replace(self.typing, recipient=replace(self.typing.recipient, **names))
        else:
            old = self.chosen[self.at]
            self.chosen[self.at] = replace(old, recipient=replace(old.recipient, **names))
            self.chosen_changed.emit()
        self.named.emit()

    def fill(self, chosen: Sequence[Recipient], typing: Recipient) -> None:
        """Show what was kept; what was typed since stays."""
        if not self.chosen:
            self._add(chosen)
        typed: dict[str, Any] = {name: value for name, value in vars(self.typing.recipient).items() if value}
        self.typing = Addressed(replace(typing, **typed), self.typing.judged)
        self.at = TYPING if self.text.strip() or not self.chosen else len(self.chosen) - 1
        self.text_changed.emit(self.text)
        self.current_changed.emit()

    # ------------------------------------------------------------ what the service says

    def judge_typing(self, judged: JudgedNumber | None) -> None:
        """Note what the service says of the number that is being typed; None: it says nothing now."""
        self.typing = replace(self.typing, judged=judged)
        if judged is not None and judged.grouped:
            self._group_digits(judged.grouped)
        self.judged.emit()

    def judge_chosen(self, judged: Mapping[str, JudgedNumber]) -> None:
        """Note what the service says of numbers that were chosen."""
        self.chosen, left_out = judge_each(self.chosen, judged)
        if left_out:
            self.twice += left_out
            self.at = min(self.at, len(self.chosen) - 1)
            self.current_changed.emit()
            self.edited.emit()
        self.chosen_changed.emit()
        self.judged.emit()

    def refuse(self, sentence: str) -> None:
        """Note why the fax, which has one recipient, is not sent."""
        if self.chosen:
            self.chosen[0] = replace(self.chosen[0], refusal=sentence)
            self.at = 0
            self.chosen_changed.emit()
        else:
            self.typing = replace(self.typing, refusal=sentence)
        self.judged.emit()

    # ------------------------------------------------------------ inside

    def _group_digits(self, grouped: str) -> None:
        """Write what is being typed with its digits in groups, unless that is another number by now."""
        if grouped != self.text and grouped.replace(" ", "") == self.text.replace(" ", ""):
            self.typing = replace(self.typing, recipient=replace(self.typing.recipient, number=grouped))
            self.text_grouped.emit(grouped)

    def _add(self, recipients: Sequence[Recipient]) -> None:
        room = max(MOST - len(self.chosen), 0)
        self.too_many = max(len(recipients) - room, 0)
        self.chosen += [Addressed(each.cleaned()) for each in recipients[:room]]
        if self.chosen and not self.text.strip():
            self.at = len(self.chosen) - 1
        self.chosen_changed.emit()

    def _tell_all(self) -> None:
        self.chosen_changed.emit()
        self.current_changed.emit()
        self.edited.emit()


def _has_names(recipient: Recipient) -> bool:
    return replace(recipient, number="") != Recipient("")
