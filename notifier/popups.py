# SPDX-License-Identifier: GPL-3.0-or-later
"""Popups on the desktop: through its notification service, or as the tray's own balloon where there is none."""

from __future__ import annotations

import asyncio
import html
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.qt.style import ICON
from notifier import notifications
from notifier.announcements import Announcement, without_brackets
from notifier.notifications import NoNotifications, Notifications, Popup
from notifier.popup_image import Picture

log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 5.0
REMEMBERED: Final = 200
"""Popups whose buttons still work; a service that never tells of their end must not fill our memory."""
IMAGES: Final = frozenset({"icon-static", "icon-multi"})
"""The abilities of a service that shows pictures."""

Draw = Callable[[str], Awaitable[Picture | None]]
"""Draws the first page of a received fax; None if it cannot be had soon."""


@dataclass(frozen=True)
class _Withdrawn:
    """A popup that is to go: of this subject."""

    subject: str


class Popups(QObject):
    """Shows notices one after the other. `chosen` tells what a person clicked on which one."""

    chosen = pyqtSignal(object, object)
    """Act, Notice."""
    shown = pyqtSignal(object)
    """Notice: it is on the screen, or as near to it as can be known."""

    def __init__(
        self, balloon: Callable[[Announcement], None], address: str | None = None, draw: Draw | None = None
    ) -> None:
        super().__init__()
        self._balloon = balloon
        self._address = address
        self._draw = draw
        self._pictures: dict[str, asyncio.Future[Picture | None]] = {}
        """First pages that are being drawn for popups that wait: all at once, so that a late one delays no other."""
        self._running = False
        self._pictured = True
        """False if whoever shows popups has not wanted the last picture."""
        self._waiting: asyncio.Queue[Announcement | _Withdrawn] = asyncio.Queue()
        self._shown: dict[Popup, Announcement] = {}
        """The popups that stand on the screen, as far as is known."""

    def show(self, notice: Announcement) -> None:
        """Show this as soon as those before it are shown."""
        if self._draw is not None and notice.page_of and self._pictured and self._running:
            self._pictures[notice.page_of] = asyncio.ensure_future(self._draw(notice.page_of))
        self._waiting.put_nowait(notice)

    def withdraw(self, subject: str) -> None:
        """Take what stands on the screen of this subject away, after what was to be shown before."""
        if subject:
            self._waiting.put_nowait(_Withdrawn(subject))

    async def run(self) -> None:
        """Keep the link to the session bus; ends only by being cancelled."""
        self._running = True
        try:
            while True:
                try:
                    async with notifications.connect(self._address) as connection:
                        await self._serve(connection)
                except NoNotifications as error:
                    log.info("no notification service: %s", error)
                    await self._serve_balloons()
                finally:
                    self._shown.clear()
        finally:
            self._running = False
            for page in list(self._pictures):
                self._drop_picture(page)

    async def _serve(self, notifications: Notifications) -> None:
        notifications.on_action = self._acted
        notifications.on_closed = self._closed
        closed = asyncio.ensure_future(notifications.closed())
        try:
            while True:
                wanted = await self._next(closed)
                if wanted is None:
                    return
                try:
                    await self._do(notifications, wanted)
                except NoNotifications as error:
                    log.info("no notification service: %s", error)
                    self._fall_back(wanted)
        finally:
            closed.cancel()

    async def _serve_balloons(self) -> None:
        """There is no session bus. Try again later."""
        try:
            async with asyncio.timeout(RETRY_SECONDS):
                while True:
                    self._fall_back(await self._waiting.get())
        except TimeoutError:
            return

    def _fall_back(self, wanted: Announcement | _Withdrawn) -> None:
        if isinstance(wanted, Announcement) and not wanted.only_instead:
            self._drop_picture(wanted.page_of)
            self._balloon(wanted)
            self.shown.emit(wanted)

    async def _next(self, closed: asyncio.Future[None]) -> Announcement | _Withdrawn | None:
        getting = asyncio.ensure_future(self._waiting.get())
        try:
            await asyncio.wait((closed, getting), return_when=asyncio.FIRST_COMPLETED)
            return getting.result() if getting.done() else None
        finally:
            getting.cancel()

    async def _do(self, notifications: Notifications, wanted: Announcement | _Withdrawn) -> None:
        if isinstance(wanted, Announcement):
            await self._notify(notifications, wanted)
        else:
            await self._take_away(notifications, self._find_standing((wanted.subject,)))

    async def _notify(self, notifications: Notifications, notice: Announcement) -> None:
        standing = self._find_standing((notice.subject, *notice.instead_of))
        if notice.only_instead and not standing:
            return
        replaced = standing[0] if standing else None
        popup = await show_popup(notifications, notice, replaced, self._take_picture)
        if notice.page_of:
            self._pictured = not self._drop_picture(notice.page_of)
        if replaced is not None:
            self._shown.pop(replaced, None)
        self._shown[popup] = notice
        await self._take_away(notifications, standing[1:])
        while len(self._shown) > REMEMBERED:
            del self._shown[next(iter(self._shown))]
        self.shown.emit(notice)

    async def _take_away(self, notifications: Notifications, popups: list[Popup]) -> None:
        for popup in popups:
            self._shown.pop(popup, None)
            await notifications.close(popup)

    async def _take_picture(self, page: str) -> Picture | None:
        drawing = self._pictures.pop(page, None)
        return await drawing if drawing is not None else None

    def _drop_picture(self, page: str) -> bool:
        """Let go a picture that nobody wants; True if there was one."""
        drawing = self._pictures.pop(page, None)
        if drawing is not None:
            drawing.cancel()
        return drawing is not None

    def _find_standing(self, subjects: tuple[str, ...]) -> list[Popup]:
        """Find the popups that tell of these, and stand still; that of the first one first."""
        found = [popup for popup, shown in self._shown.items() if shown.subject and shown.subject in subjects]
        return sorted(found, key=lambda popup: self._shown[popup].subject != subjects[0])

    def _closed(self, popup: Popup) -> None:
        self._shown.pop(popup, None)

    def _acted(self, popup: Popup, key: str) -> None:
        notice = self._shown.get(popup)
        if notice is None or not notice.actions:
            return
        if key == "default":
            self.chosen.emit(notice.clicked or notice.actions[0][0], notice)
            return
        for act, _label in notice.actions:
            if key == act.value:
                self.chosen.emit(act, notice)
                return


async def show_popup(
    notifications: Notifications, notice: Announcement, replaced: Popup | None = None, draw: Draw | None = None
) -> Popup:
    """Show a notice as far as the service can, in the place of another one. NoNotifications without a service."""
    # Asked each time: popups are rare, and the service may be another one by now.
    can = await notifications.capabilities()
    lines = tuple(filter(None, notice.lines))
    body = "\n".join(lines) if "body" in can else ""
    actions: dict[str, str] = {}
    if "actions" in can and notice.actions:
        labels = {act.value: label for act, label in notice.actions}
        default = notice.clicked.value if notice.clicked is not None else notice.actions[0][0].value
        actions = {"default": labels[default]} | labels
    summary = notice.summary if body or not lines else without_brackets(f"{notice.summary}: {lines[0]}")
    picture = await draw(notice.page_of) if draw is not None and notice.page_of and can & IMAGES else None
    return await notifications.notify(
        summary,
        html.escape(body, quote=False) if "body-markup" in can else without_brackets(body),
        actions=actions,
        icon=str(ICON),
        urgent=notice.urgent,
        seconds=notice.seconds,
        hints={"desktop-entry": "org.facteur.Facteur", **notice.hints},
        image=picture.wire if picture is not None else (),
        replaced=replaced,
    )
