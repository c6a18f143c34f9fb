# SPDX-License-Identifier: GPL-3.0-or-later
"""The question to the service who may be meant by what is typed, and what follows when a suggestion is taken."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QTimer

from faxcore.contract.address_book import ContactQuery, Suggestion
from faxcore.model.recipient import Recipient
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start
from faxdialog.suggestion_list import SuggestionList, name_of, number_of
from faxdialog.to_list import ToList

SUGGEST_MS: Final = 120
"""Milliseconds from the last key to the question."""
_LETTER: Final = re.compile(r"[^\W\d_]")


class Suggesting:
    """Offers whoever fits what was typed last: each change gives up the question before."""

    def __init__(
        self,
        link: DeskLink,
        start: Start,
        to: ToList,
        shown: SuggestionList,
        offered: Callable[[dict[str, str], bool], None],
    ) -> None:
        self._link, self._start, self._to, self._list, self._offered = link, start, to, shown, offered
        self._asking: asyncio.Task[None] | None = None
        self._pause = QTimer(shown)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SUGGEST_MS)
        self._pause.timeout.connect(self.ask)
        to.edited.connect(self._ask_soon)
        shown.taken.connect(lambda suggestion: start(self._take(suggestion)))

    def ask(self) -> None:
        """Ask who is meant now; where nothing is typed, who had the last faxes."""
        self.stop()
        if self._link.present:
            self._asking = self._start(self._suggest(self._to.text.strip()))

    def stop(self) -> None:
        """Ask nothing more, and offer nothing."""
        self._pause.stop()
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _ask_soon(self) -> None:
        self.stop()
        if self._to.text.strip():
            self._pause.start()
        else:
            self._list.offer([], first=False)

    async def _suggest(self, words: str) -> None:
        found = await self._link.desk.suggest_recipients(words)
        # Letters mean a person; digits may mean a number that begins like a known one.
        named = _LETTER.search(words) is not None
        self._list.offer(found, first=named)
        self._offered({number_of(each): name_of(each) for each in found}, bool(found) and named)

    async def _take(self, suggestion: Suggestion) -> None:
        if not suggestion.group:
            self._to.choose([suggestion.recipient])
            return
        page = await self._link.desk.find_contacts(ContactQuery(group=suggestion.contact))
        self._to.choose([Recipient.named_as(each.number, each) for each in page.contacts])
