# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog's work with the documents of its fax: the service is handed files, draws them, and keeps the order.

No file is looked into here. One thing is done at a time, in the order in which a person wanted it.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.contract.bus import ErrorCode
from faxcore.contract.printed import Draft, DraftPart, KeptOrder, PartChoice
from faxcore.i18n import gettext as _
from faxcore.model.page import Resolution
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.qt.link import DeskLink
from faxdialog.document_list import DocumentList
from faxdialog.notices import Owner

Start = Callable[[Coroutine[Any, Any, None], Owner], asyncio.Task[None]]


class Documents(QObject):
    """The documents of one dialog: `list` shows them."""

    changed = pyqtSignal(object)
    """Draft: as it is now."""
    busy = pyqtSignal(bool)
    """True as long as something is being added or arranged."""

    def __init__(self, link: DeskLink, shown: DocumentList, start: Start) -> None:
        super().__init__()
        self._link, self._list, self._start = link, shown, start
        self._draft: Draft | None = None
        self._changes = 0
        self._turn = asyncio.Lock()
        self._wanted = 0
        self._list.arranged.connect(self.put_in_order)

    def begin(self, draft: Draft) -> None:
        """Show the documents of this draft."""
        self._draft = draft
        self._list.show_parts(draft.parts)

    @property
    def changes(self) -> int:
        """The number of changes that were made here: what was asked for before the last one is old."""
        return self._changes

    def newest(self, draft: Draft, changes: int) -> Draft:
        """Give the draft as it is now, that is asked for after so many changes."""
        return draft if self._draft is None or changes == self._changes else self._draft

    async def begin_empty(self, kept: KeptOrder) -> Draft:
        """Make a draft of what was typed, unless there is one by now; the draft."""
        async with self._turn:
            if self._draft is None:
                self._draft = await self._link.desk.begin_empty_draft(kept)
                self._changes += 1
                self.changed.emit(self._draft)
            return self._draft

    # ------------------------------------------------------------ what a person wants

    def add_files(self, paths: Sequence[Path]) -> None:
        """Put these files behind the documents that there are, or begin the fax with them."""
        for path in paths:
            name = clean_text(path.name)
            self._do(self._add(path), _("Adding “{name}” …").format(name=name), name)

    def join(self, other: str) -> None:
        """Put the documents of another draft behind these; where there is no draft yet, that is it."""

        async def join() -> Draft:
            if self._draft is not None:
                return await self._link.desk.join_drafts(self._draft.id, other)
            for draft in await self._link.desk.list_drafts():
                if draft.id == other:
                    return draft
            raise BusError(ErrorCode.STATE, Sentence("This document has been sent or deleted already."))

        self._do(join(), _("Adding the printed document …"))

    def put_in_order(self, ids: Sequence[str]) -> None:
        """Send the documents in this order, and no others."""
        self._arrange(lambda parts: [_choose(parts[id]) for id in ids if id in parts])

    def leave_out(self, page: int, left_out: bool) -> None:
        """Leave a page out, one of those that `read_draft` gives, or send it all the same."""

        def change(parts: dict[str, DraftPart]) -> list[PartChoice]:
            return [_tick(part, page - part.first + 1, left_out) for part in parts.values()]

        self._arrange(change)

    def redraw(self, resolution: Resolution, photo: bool) -> None:
        """Draw the one document so fine, and as a photo or not."""

        async def redraw() -> Draft:
            assert self._draft is not None
            return await self._link.desk.redraw_draft(self._draft.id, resolution, photo)

        self._do(redraw(), _("The pages are drawn anew …"))

    # ------------------------------------------------------------ how it is done

    def _arrange(self, change: Callable[[dict[str, DraftPart]], list[PartChoice]]) -> None:
        async def arrange() -> Draft:
            assert self._draft is not None
            parts = {part.id: part for part in self._draft.parts}
            return await self._link.desk.arrange_draft(self._draft.id, change(parts))

        self._do(arrange(), "")

    def _do(self, work: Coroutine[Any, Any, Draft], said: str, name: str = "") -> None:
        self._wanted += 1
        self.busy.emit(True)
        self._list.complain("")
        if said:
            self._list.say(said)
        self._start(self._in_turn(work, name), Owner.ORDER)

    async def _in_turn(self, work: Coroutine[Any, Any, Draft], name: str) -> None:
        try:
            async with self._turn:
                self._draft = await work
                self._changes += 1
                if self._wanted == 1:  # else the list shows already what is wanted behind this
                    self._list.show_parts(self._draft.parts)
                self.changed.emit(self._draft)
        except ServiceUnavailable:
            self._refuse(_("The fax service does not answer: nothing was changed. Try again in a moment."))
        except BusError as error:
            if error.code is ErrorCode.UNKNOWN:
                raise
            self._refuse(_("{file}: {reason}").format(file=name, reason=error) if name else str(error))
            await self._look_again()
        except OSError as error:
            self._refuse(
                _("{name}: {reason}.").format(name=Path(str(error.filename or "")).name, reason=error.strerror or error)
            )
        finally:
            work.close()
            self._wanted -= 1
            if not self._wanted:
                self._list.say("")
                self.busy.emit(False)

    def _refuse(self, sentence: str) -> None:
        """Say why something was not done, and show the documents as they are."""
        self._list.complain(sentence)
        if self._draft is not None:
            self._list.show_parts(self._draft.parts)
            self.changed.emit(self._draft)

    async def _look_again(self) -> None:
        """Look at the documents once more, which may have been changed in another window."""
        if self._draft is not None:
            for draft in await self._link.desk.list_drafts():
                if draft.id == self._draft.id and draft != self._draft:
                    self.begin(draft)
                    self.changed.emit(draft)

    async def _add(self, path: Path) -> Draft:
        """Hand a file in."""
        desk, draft = self._link.desk, self._draft
        with await asyncio.get_running_loop().run_in_executor(None, open_file, path) as file:
            if draft is None:
                return await desk.begin_draft(file, path.name)
            return await desk.add_document(draft.id, file, path.name)


def open_file(path: Path) -> BinaryIO:
    """Open a file of the person's. OSError if it is none that can be read."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe without a writer is not waited for
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, _("this is not a file"), path.name)
    return os.fdopen(descriptor, "rb")


def _choose(part: DraftPart) -> PartChoice:
    return PartChoice(part.id, part.left_out)


def _tick(part: DraftPart, page: int, left_out: bool) -> PartChoice:
    if not 1 <= page <= part.pages:
        return _choose(part)
    others = tuple(each for each in part.left_out if each != page)
    return PartChoice(part.id, (*others, page) if left_out else others)
