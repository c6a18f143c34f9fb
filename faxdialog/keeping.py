# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what is typed, so that neither a closed window nor a crash nor a service that is away costs a word of it.

The service keeps it with the draft; of a new fax that has no document yet it makes a draft as soon as something was
typed. While the service is away, the person's own disk keeps it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from faxcore.bus.client import BusError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.printed import Draft, KeptOrder
from faxcore.i18n import gettext as _
from faxcore.left_orders.typed_orders import TypedFile
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start
from faxdialog.form import OrderForm

KEEP_MS: Final = 1000
"""Milliseconds from the last key until what was typed is kept."""

Begin = Callable[[KeptOrder], Coroutine[Any, Any, None]]


class Keeping(QObject):
    """Hands the order over as it is typed; at most once at a time."""

    unkept = pyqtSignal(str)
    """The service is away, and the person's own disk does not keep it either: why, in a sentence."""

    def __init__(self, link: DeskLink, start: Start, form: OrderForm, begin: Begin) -> None:
        """`begin` makes a draft of a new fax, and has told of it (`self.begin`) when it is back."""
        super().__init__()
        self._link, self._start, self._form, self._begin = link, start, form, begin
        self._draft: Draft | None = None
        self._key = ""
        """The name of a new fax that is no draft yet."""
        self._kept = KeptOrder()
        """The order as the service keeps it."""
        self._file: TypedFile | None = None
        self._saving: asyncio.Task[None] | None = None
        self._over = False
        """True when the window has been closed."""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(KEEP_MS)
        self._pause.timeout.connect(self._save_soon)

    def begin_new(self) -> None:
        """Keep what is typed for a fax that is no draft yet."""
        if not self._key and self._draft is None:
            self._key = str(uuid4())
            self._file = TypedFile(self._key)
        self.change()

    def begin_away(self, draft: str, blind: bool) -> None:
        """Keep what is typed for a draft that cannot be looked at now; `blind` if nothing of it was ever seen here."""
        if self._file is None:
            self._kept, self._file = self._form.kept(), TypedFile(draft, blind)

    def begin(self, draft: Draft) -> None:
        """Keep what is typed for this draft. What stands in the window is kept already, unless it was typed before the
        draft was there.
        """
        if self._draft is None:
            self._kept = self._form.kept() if self._file is None else _without_key(draft.kept)
        if self._file is None:
            self._file = TypedFile(draft.id)
        self._file.blind = False
        self._draft = draft
        self.change()

    def change(self) -> None:
        """Take note that something may have been typed."""
        if self._file is not None and not self._over:
            self._pause.start()

    def stop(self) -> None:
        """Keep nothing more: the draft is no draft any more."""
        self._draft, self._key = None, ""
        self._pause.stop()
        if self._file is not None:
            self._file.forget()
            self._file = None

    def finish(self) -> asyncio.Task[None] | None:
        """Keep at once what is not kept yet, and nothing of a fax in which nothing is typed; the task that does it."""
        self._pause.stop()
        self._over = True
        if self._saving is None and self._link.present and self._is_nothing():
            self._saving = self._start(self._discard())
        else:
            self._save_soon()
        return self._saving

    async def keep_now(self) -> None:
        """Keep what is not kept yet: a new fax is a draft then, if something was typed."""
        self._pause.stop()
        self._save_soon()
        if self._saving is not None:
            await asyncio.wait({self._saving})

    def let_go(self) -> None:
        """Let others hand over what is on the disk: the window has been closed."""
        if self._file is not None:
            self._file.let_go()

    # ------------------------------------------------------------ inside

    def _is_nothing(self) -> bool:
        """Return whether this is a draft without a document of which nothing is typed any more."""
        return self._draft is not None and not self._draft.parts and self._form.is_blank()

    def _is_kept(self) -> bool:
        is_new = self._draft is None and bool(self._key)
        if self._file is None or (is_new and self._form.is_blank()):
            return True
        return self._form.kept() == self._kept and not self._file.is_there

    def _save_soon(self) -> None:
        if self._saving is None and not self._is_kept():
            # A draft that could not be looked at yet is about to be, when the service is back.
            is_known = self._draft is not None or bool(self._key)
            self._saving = self._start(self._save() if self._link.present and is_known else self._write())

    async def _save(self) -> None:
        try:
            while self._file is not None and not self._is_kept():
                order = self._form.kept()
                if self._draft is None:
                    await self._begin(_with_key(order, self._key))
                else:
                    await self._link.desk.save_draft(self._draft.id, order)
                    self._kept = order
                self._file.forget()
        except BusError as error:
            if error.code is not ErrorCode.UNKNOWN:  # else it was sent or discarded elsewhere
                self._write_file()
            raise
        finally:
            self._saving = None

    async def _write(self) -> None:
        try:
            self._write_file()
        finally:
            self._saving = None

    def _write_file(self) -> None:
        """Keep it on the disk, or say why that cannot be."""
        if self._file is None:
            return
        order = self._form.kept()
        try:
            self._file.write(order if self._draft is not None else _with_key(order, self._key))
        except OSError as error:
            sentence = _("What you type cannot be kept on this computer: {reason}. Leave this window open.")
            self.unkept.emit(sentence.format(reason=error.strerror or error))

    async def _discard(self) -> None:
        assert self._draft is not None
        try:
            await self._link.desk.discard_draft(self._draft.id)
        except BusError:
            pass  # an empty draft more, or one that has gone: nothing of it is lost
        finally:
            self._saving = None


def _with_key(kept: KeptOrder, key: str) -> KeptOrder:
    return replace(kept, order=replace(kept.order, key=key))


def _without_key(kept: KeptOrder) -> KeptOrder:
    return _with_key(kept, "")
