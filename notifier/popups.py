# SPDX-License-Identifier: GPL-3.0-or-later
"""Popups on the desktop: through its notification service, or as the tray's own balloon where there is none."""

from __future__ import annotations

import asyncio
import html
import logging
from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.qt.style import ICON
from notifier import notifications
from notifier.announcements import Announcement
from notifier.notifications import NoNotifications, Notifications, Popup

log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 5.0
REMEMBERED: Final = 200
"""Popups whose buttons still work; a service that never tells of their end must not fill our memory."""


class Popups(QObject):
    """Shows notices one after the other. `chosen` tells what a person clicked on which one."""

    chosen = pyqtSignal(object, object)
    """Act, Notice."""
    shown = pyqtSignal(object)
    """Notice: it is on the screen, or as near to it as can be known."""

    def __init__(self, balloon: Callable[[Announcement], None], address: str | None = None) -> None:
        super().__init__()
        self._balloon = balloon
        self._address = address
        self._waiting: asyncio.Queue[Announcement] = asyncio.Queue()
        self._shown: dict[Popup, Announcement] = {}
        """The popups that stand on the screen, as far as is known."""

    def show(self, notice: Announcement) -> None:
        """Show this as soon as those before it are shown."""
        self._waiting.put_nowait(notice)

    async def run(self) -> None:
        """Keep the link to the session bus; ends only by being cancelled."""
        while True:
            try:
                async with notifications.connect(self._address) as connection:
                    await self._serve(connection)
            except NoNotifications as error:
                log.info("no notification service: %s", error)
                await self._serve_balloons()
            finally:
                self._shown.clear()

    async def _serve(self, notifications: Notifications) -> None:
        notifications.on_action = self._acted
        notifications.on_closed = self._closed
        closed = asyncio.ensure_future(notifications.closed())
        try:
            while True:
                notice = await self._next(closed)
                if notice is None:
                    return
                try:
                    await self._notify(notifications, notice)
                except NoNotifications as error:
                    log.info("no notification service: %s", error)
                    self._fall_back(notice)
                self.shown.emit(notice)
        finally:
            closed.cancel()

    async def _serve_balloons(self) -> None:
        """There is no session bus. Try again later."""
        try:
            async with asyncio.timeout(RETRY_SECONDS):
                while True:
                    notice = await self._waiting.get()
                    self._fall_back(notice)
                    self.shown.emit(notice)
        except TimeoutError:
            return

    def _fall_back(self, notice: Announcement) -> None:
        if not notice.only_instead:
            self._balloon(notice)

    async def _next(self, closed: asyncio.Future[None]) -> Announcement | None:
        getting = asyncio.ensure_future(self._waiting.get())
        try:
            await asyncio.wait((closed, getting), return_when=asyncio.FIRST_COMPLETED)
            return getting.result() if getting.done() else None
        finally:
            getting.cancel()

    async def _notify(self, notifications: Notifications, notice: Announcement) -> None:
        replaced = self._find_standing(notice)
        if notice.only_instead and replaced is None:
            return
        popup = await show_popup(notifications, notice, replaced)
        if replaced is not None:
            self._shown.pop(replaced, None)
        self._shown[popup] = notice
        while len(self._shown) > REMEMBERED:
            del self._shown[next(iter(self._shown))]

    def _find_standing(self, notice: Announcement) -> Popup | None:
        """Find the popup that tells of the same fax, and stands still."""
        same = (popup for popup, shown in self._shown.items() if notice.subject and shown.subject == notice.subject)
        return next(same, None)

    def _closed(self, popup: Popup) -> None:
        self._shown.pop(popup, None)

    def _acted(self, popup: Popup, key: str) -> None:
        notice = self._shown.get(popup)
        if notice is None:
            return
        for act, _label in notice.actions:
            if key in (act.value, "default"):
                self.chosen.emit(act, notice)
                return


async def show_popup(notifications: Notifications, notice: Announcement, replaced: Popup | None = None) -> Popup:
    """Show a notice as far as the service can, in the place of another one. NoNotifications without a service."""
    # Asked each time: popups are rare, and the service may be another one by now.
    can = await notifications.capabilities()
    body = "\n".join(notice.lines) if "body" in can else ""
    actions: dict[str, str] = {}
    if "actions" in can and notice.actions:
        actions = {"default": notice.actions[0][1]} | {act.value: label for act, label in notice.actions}
    summary = notice.summary if body or not notice.lines else f"{notice.summary}: {notice.lines[0]}"
    return await notifications.notify(
        summary,
        html.escape(body, quote=False) if "body-markup" in can else body,
        actions=actions,
        icon=str(ICON),
        urgent=notice.urgent,
        seconds=notice.seconds,
        hints={"desktop-entry": "org.facteur.Facteur", **notice.hints},
        replaced=replaced,
    )
