# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what is typed with the draft, so that neither a closed window nor a crash costs a word of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QObject, QTimer

from faxcore.contract.printed import Draft, KeptOrder
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start

KEEP_MS: Final = 1000
"""Milliseconds from the last key until what was typed is kept."""


class Keeping(QObject):
    """Hands the order to the service as it is typed; at most once at a time."""

    def __init__(self, link: DeskLink, start: Start, order: Callable[[], KeptOrder]) -> None:
        super().__init__()
        self._link, self._start, self._order = link, start, order
        self._draft: Draft | None = None
        self._kept = KeptOrder()
        self._saving: asyncio.Task[None] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(KEEP_MS)
        self._pause.timeout.connect(self._save_soon)

    def begin(self, draft: Draft) -> None:
        """Keep what is typed for this draft; what stands in the window now is kept already."""
        if self._draft is None:
            self._draft, self._kept = draft, self._order()
        self.change()

    def change(self) -> None:
        """Take note that something may have been typed."""
        if self._draft is not None:
            self._pause.start()

    def stop(self) -> None:
        """Keep nothing more: the draft is no draft any more."""
        self._draft = None
        self._pause.stop()

    def finish(self) -> asyncio.Task[None] | None:
        """Keep at once what is not kept yet; the task that does it."""
        self._pause.stop()
        self._save_soon()
        return self._saving

    def _save_soon(self) -> None:
        if self._draft is not None and self._link.present and self._saving is None and self._order() != self._kept:
            self._saving = self._start(self._save(self._draft))

    async def _save(self, draft: Draft) -> None:
        try:
            while (order := self._order()) != self._kept:
                await self._link.desk.save_draft(draft.id, order)
                self._kept = order
        finally:
            self._saving = None
