# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms to the operators: what is wrong now, once, and that it is well again; nothing that nobody needs any more."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from faxcore.config import Config
from faxcore.config.current import CurrentConfig
from faxcore.config.mail import MailConfig
from faxcore.contract.mail_messages import MailEnd, MailResult, MailText
from faxcore.model.sentence import Sentence
from faxcore.outbox.alarms import AGAIN_SECONDS, Alarms

LINE = {("line", "line-1"): Sentence("The line is silent.")}
DISK = {("disk", ""): Sentence("The disk is full.")}
OPERATOR = "root@example.org"
Note = Callable[..., Any]


class Post:
    """Takes mails, or does not."""

    is_open = True

    def __init__(self) -> None:
        self.end = MailEnd.SENT
        self.sent: list[list[str]] = []

    async def send_now(self, _id: str, to: str, text: MailText) -> MailResult:
        assert to == OPERATOR
        if self.end is MailEnd.SENT:
            self.sent.append([str(sentence) for sentence in text.opening])
        return MailResult(self.end, Sentence("Not now."))


class House:
    """Alarms with a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.post = Post()
        mail = MailConfig("mail.example.org", sender="fax@example.org", operators=(OPERATOR,))
        config = CurrentConfig(replace(Config(), mail=mail))
        self.alarms = Alarms(config, self.post, lambda: self.now)  # type: ignore[arg-type]

    def note(self, begun: Any = (), over: Any = ()) -> None:
        self.alarms.note(dict(begun), dict(over))
        asyncio.run(self.alarms._tell_all())


def test_what_begins_and_what_is_over_are_told() -> None:
    house = House()
    house.note(LINE | DISK)
    house.note()
    house.note({}, LINE)
    assert house.post.sent == [
        ["The line is silent.", "The disk is full."],
        ["No more: The line is silent."],
    ]


def test_what_is_over_before_anybody_was_told_is_not_told_and_is_news_when_it_comes_back() -> None:
    house = House()
    house.post.end = MailEnd.NO_SERVER
    house.note(LINE | DISK)
    house.note({}, LINE)
    house.post.end = MailEnd.SENT
    house.note()
    assert house.post.sent == [["The disk is full."]]
    house.note(LINE)
    assert house.post.sent[1:] == [["The line is silent."]]


def test_what_comes_and_goes_is_told_once_an_hour_and_what_stays_then() -> None:
    house = House()
    house.note(LINE)
    house.note({}, LINE)
    told = list(house.post.sent)
    for _time in range(3):
        house.note(LINE)
        house.note({}, LINE)
    house.note(LINE)
    assert house.post.sent == told, "it has come and gone within the hour"
    house.now = AGAIN_SECONDS
    house.note()
    house.note()
    assert house.post.sent == [*told, ["The line is silent."]]


def test_an_address_that_is_none_holds_nothing_up() -> None:
    house = House()
    house.post.end = MailEnd.NEVER
    house.note(LINE)
    house.post.end = MailEnd.SENT
    house.note(DISK)
    assert house.post.sent == [["The disk is full."]]
