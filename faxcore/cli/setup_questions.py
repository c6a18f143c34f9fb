# SPDX-License-Identifier: GPL-3.0-or-later
"""The questions of `faxctl setup`, at any terminal: each with what is proposed in brackets, which Enter takes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Final

from faxcore.i18n import gettext as _

NOTHING: Final = "-"
"""The answer that empties what is proposed."""


class NobodyAnswers(Exception):
    """The input has ended in the middle of the questions."""


class Questions:
    """Asks a person."""

    def __init__(self) -> None:
        self._input = sys.stdin

    def ask(self, question: str, proposed: str = "", problem: Callable[[str], str] = lambda _answer: "") -> str:
        """Ask until the answer is one; `problem` says what is wrong with it."""
        while True:
            shown = f" [{proposed}]" if proposed else ""
            print(f"{question}{shown}: ", end="", flush=True)
            line = self._input.readline()
            if not line:
                raise NobodyAnswers
            answer = line.strip() or proposed
            answer = "" if answer == NOTHING else answer
            wrong = problem(answer)
            if not wrong:
                return answer
            print(f"  {wrong}")

    def ask_list(self, question: str, proposed: Sequence[str], problem: Callable[[str], str]) -> tuple[str, ...]:
        """Ask for some, with commas between them."""

        def find_problem(answer: str) -> str:
            return next(filter(None, map(problem, split(answer))), "")

        return split(self.ask(question, ", ".join(proposed), find_problem))

    def ask_yes(self, question: str, proposed: bool = True) -> bool:
        """Ask for yes or no."""
        yes, no = _("yes"), _("no")
        said = {yes: True, yes[0]: True, "y": True, "yes": True, no: False, no[0]: False, "no": False}

        def find_problem(answer: str) -> str:
            return "" if answer.lower() in said else f"{yes} / {no}"

        return said[self.ask(question, yes if proposed else no, find_problem).lower()]


def split(text: str) -> tuple[str, ...]:
    """Split a list of words with commas between them."""
    return tuple(word.strip() for word in text.split(",") if word.strip())
