# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of faxcore.t30's docstring: a whole call on a virtual clock, with the names that stand there and no
others.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest

import faxcore.t30
from faxcore.model.page import Resolution, Width
from faxcore.t30 import line
from faxcore.t30.capabilities import PageInfo, Terminal, our_dis
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.sender import transmit


class Line:
    """A far end that takes all that comes, and the clock of its line."""

    def __init__(self, answers: list[Frame]) -> None:
        self.now = 0.0
        self.answers = answers
        self.asked: list[line.Request] = []

    def perform(self, request: line.Request) -> line.Reply:
        self.asked.append(request)
        match request:
            case line.Listen(seconds=seconds) if not self.answers:
                self.now += seconds
                return line.Heard(self.now)
            case line.Listen():
                self.now += 1.0
                return line.Heard(self.now, (self.answers.pop(0),))
            case line.CodePage():
                return line.Coded(self.now, b"\x00" * 5000)
        return line.Done(self.now)


def play(call: line.Script[Any], on: Line) -> Any:
    """As the docstring has it."""
    request = next(call)
    while True:
        try:
            request = call.send(on.perform(request))
        except StopIteration as stop:
            return stop.value


def page() -> PageInfo:
    return PageInfo(Width.A4, Resolution.FINE, 2286)


def test_a_call_plays_on_a_virtual_clock() -> None:
    answers = [Frame(FCF.DIS, our_dis(Terminal()).octets), Frame(FCF.CFR), Frame(FCF.MCF), Frame(FCF.MCF)]
    end = play(transmit(Terminal("1"), [page(), page()], "5"), Line(answers))
    assert (end.outcome.value, end.confirmed, str(end.reason)) == ("ok", 2, "")


def test_a_request_to_listen_says_its_deadline() -> None:
    silent = Line([])
    end = play(transmit(Terminal("1"), [page()], "5"), silent)
    assert (end.outcome.value, silent.now) == ("no-fax", 35.0)
    assert [request.seconds for request in silent.asked if isinstance(request, line.Listen)] == [35.0]


@pytest.mark.parametrize("name", re.findall(r"faxcore\.t30\.[\w.]+\w", faxcore.t30.__doc__ or ""))
def test_every_name_of_the_docstring_is_there(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    if module == "faxcore.t30":
        importlib.import_module(name)
    else:
        assert hasattr(importlib.import_module(module), attribute)
