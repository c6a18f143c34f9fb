# SPDX-License-Identifier: GPL-3.0-or-later
"""A number that is not called, and why."""

from __future__ import annotations

from faxcore.model.sentence import Sentence


class NumberRefused(Exception):
    """This number is not called; `sentence` names it and the rule."""

    def __init__(self, rule: str, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.rule = rule
        self.sentence = sentence
