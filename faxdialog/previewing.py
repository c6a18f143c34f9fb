# SPDX-License-Identifier: GPL-3.0-or-later
"""The preview's work with the service: the pages are composed behind the person's typing.

The bare pages are shown first, for they are there already. A change starts a short timer, the timer a composition, and
a change during a composition starts one more when that has ended; so at most one is under way, and the last one seen
is always that of the last change. A number that is not called is left out: that costs nobody the preview.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, BinaryIO, Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from faxcore.bus.client import BusError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from faxcore.contract.printed import Draft, Preview
from faxcore.i18n import gettext as _
from faxcore.qt.link import DeskLink
from faxcore.qt.pages.page_image import PageImage, read_images
from faxdialog.notices import Notices, Owner
from faxdialog.preview import PreviewPane
from faxdialog.ticks import lay_out

PAUSE_MS: Final = 350
"""Milliseconds without typing after which the preview is made anew."""

Fetch = Callable[[BinaryIO], Coroutine[Any, Any, None]]
Start = Callable[[Coroutine[Any, Any, None], Owner], asyncio.Task[None]]


class Previewing(QObject):
    """Keeps the pane showing what would arrive, as the order stands."""

    estimated = pyqtSignal(object)
    """Preview: what the service told of the pages that are shown now; None if there are none."""

    def __init__(
        self,
        link: DeskLink,
        pane: PreviewPane,
        notices: Notices,
        start: Start,
        order: Callable[[], Order],
        name: Callable[[], str],
        has_cover: Callable[[], bool] = lambda: True,
    ) -> None:
        """`name` gives that of the recipient whose pages these are, or nothing where there is one only; `has_cover`
        tells whether a fax without a document has a page.
        """
        super().__init__()
        self._link, self._pane, self._notices = link, pane, notices
        self._start, self._order, self._name, self._has_cover = start, order, name, has_cover
        self._draft: Draft | None = None
        self._read: Draft | None = None
        """The draft, as it was when its pages were read."""
        self._printed: list[PageImage] = []
        self._composed_pages: list[PageImage] = []
        self._origins: tuple[int, ...] = ()
        self._shown: Order | None = None
        self._stale = False
        self._composing: asyncio.Task[None] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._compose_soon)

    async def begin(self, draft: Draft) -> None:
        """Show the bare pages of this draft, then compose them; of one that has changed, its new ones."""
        before, self._draft = self._draft, draft
        self._pause.stop()
        if self._read is None or not _has_the_pages_of(self._read, draft):
            if not self._pane.count and (draft.parts or self._has_cover()):
                self._pane.set_note(_("The preview is being prepared …"))
            printed = await self._pages(lambda out: self._link.desk.read_draft(draft.id, out)) if draft.parts else []
            if self._draft is not draft:
                return  # it has changed once more, and these are the pages of before
            self._read, self._printed, self._composed_pages = draft, printed, []
        if before is None or before.parts != draft.parts:
            self._shown = None
        self._show()
        self._compose_soon()

    def change(self) -> None:
        """Take note that the order has changed."""
        if self._draft:
            self._pause.start()

    def renew(self) -> None:
        """Compose the same order once more: what stands on its pages has changed."""
        self._shown = None
        self.change()

    def stop(self) -> None:
        """Compose nothing more."""
        self._draft = None
        self._pause.stop()

    def _show(self) -> None:
        if self._draft is not None:
            rows = lay_out(self._draft.parts, self._printed, self._composed_pages, self._origins)
            self._pane.show_pages([image for image, _tick in rows], [tick for _image, tick in rows])

    def _compose_soon(self) -> None:
        if not self._draft:
            return
        if self._composing is not None:
            self._stale = True
        elif not self._draft.parts and not self._has_cover():
            self._show_nothing()
        elif self._link.present and self._order() != self._shown:
            self._pane.say(_("Updating …"))
            self._composing = self._start(self._compose(self._order()), Owner.PREVIEW)

    def _show_nothing(self) -> None:
        """There is neither a document nor a cover page."""
        self._composed_pages, self._origins, self._shown = [], (), None
        self._pane.show_pages([])
        self._pane.set_note(_("Here stand the pages, as soon as there is a document or a cover page."))
        self._pane.say("")
        self._notices.clear(Owner.PREVIEW)
        self.estimated.emit(None)

    async def _compose(self, order: Order) -> None:
        said, more = _("As printed"), ""
        try:
            draft = self._draft
            pages, told = await self._composed(order)
            if self._draft is None or draft is None or self._draft.parts != draft.parts:
                self._stale = True  # other documents by now
                return
            self._composed_pages, self._origins = pages, told.origins
            self._show()
            self._shown = order
            self._notices.clear(Owner.PREVIEW)
            said, more = _describe(told, self._name())
            self.estimated.emit(told)
        finally:
            self._composing = None
            self._pane.say(said if self._pane.count else "", more)
            if self._stale:
                self._stale = False
                self._compose_soon()

    async def _composed(self, order: Order) -> tuple[list[PageImage], Preview]:
        """Compose the pages, with what the service tells of them; without the number, if it is not called."""
        told: list[Preview] = []

        async def fetch(out: BinaryIO) -> None:
            if self._draft is not None:
                told.append(await self._link.desk.compose_draft(self._draft.id, order, out))

        try:
            return await self._pages(fetch), told[-1]
        except BusError as error:
            if error.code is not ErrorCode.BAD_NUMBER or not order.number:
                raise
        return await self._composed(replace(order, number=""))

    async def _pages(self, fetch: Fetch) -> list[PageImage]:
        """Read as pictures the pages that the service writes into a file without a name."""
        with tempfile.TemporaryFile(prefix="facteur-") as file:
            await fetch(file)
            return await asyncio.get_running_loop().run_in_executor(None, read_images, file)


def _has_the_pages_of(before: Draft, now: Draft) -> bool:
    """Return whether all pages of a draft stand where they stood in the draft before, drawn as they were: it may have
    fewer of them.
    """
    places = {replace(part, left_out=()) for part in before.parts}
    return all(replace(part, left_out=()) in places for part in now.parts)


def _describe(told: Preview, name: str) -> tuple[str, str]:
    """Say in a few words what the pages are, and more of it where something is odd; `name` is that of the recipient who
    gets them, if there are several.
    """
    if told.undrawn:
        more = _(
            "The fax service has no font for {letters}: a question mark stands for them on the page. The"
            " administrator can install fonts (fonts-noto-core, fonts-noto-cjk)."
        ).format(letters=told.undrawn)
        return _("Letters are missing"), more
    if not told.certain:
        return _("Your number may differ"), _(
            "The header line shows the number of one line; the fax may go out on another."
        )
    return _("As it will arrive at {name}").format(name=name) if name else _("As it will arrive"), ""
