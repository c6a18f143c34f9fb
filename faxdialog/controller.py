# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog's work with the service: the draft is fetched, its recipients judged, and the fax sent.

Recipients are judged as they are typed and chosen (`faxdialog.addressing`), the pages are composed
(`faxdialog.previewing`), the order is handed over (`faxdialog.sending`). The service may come and go meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.contract.order import Order
from faxcore.contract.printed import Draft, KeptOrder
from faxcore.i18n import gettext as _
from faxcore.i18n import show_sentence
from faxcore.left_orders.order_files import find_left
from faxcore.left_orders.state_files import LeftOrder
from faxcore.left_orders.typed_orders import find_typed, hand_over_typed
from faxcore.model.text import clean_text
from faxcore.qt.link import DeskLink
from faxdialog.addressing import Addressing
from faxdialog.also_printed import Printed
from faxdialog.documents import Documents
from faxdialog.file_choice import ask_files
from faxdialog.header_editing import HeaderEditing
from faxdialog.keeping import Keeping
from faxdialog.leaving import describe_left, take_refusal
from faxdialog.memory import last_header
from faxdialog.notices import Owner
from faxdialog.previewing import Previewing
from faxdialog.sending import Sending
from faxdialog.window import SendDialog
from faxdialog.window_tasks import WindowTasks

FIRST_PAGE_SECONDS: Final = 0.06
"""The time for which the window waits for its first page, so that it need not be painted twice."""


class DialogController(QObject):
    """One draft in one dialog, by default the one printed last.

    `finished` comes once, when it is sent, deleted or left for later; `job` is its id if it was sent.
    """

    finished = pyqtSignal()

    def __init__(
        self,
        link: DeskLink,
        dialog: SendDialog,
        draft: str = "",
        new: bool = False,
        files: Sequence[Path] = (),
        to: str = "",
    ) -> None:
        """`new`: the fax begins with these files, or with what a person adds, and for this number; no draft is looked
        for.
        """
        super().__init__()
        self._new, self._files = new, files
        self.link, self.dialog, self.draft = link, dialog, draft
        self._title = self._not_kept = ""
        self._begun = self._over = False
        self._tasks = WindowTasks(link, self._gone, self._complain)
        self._start = self._tasks.start
        self._loading: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        field = dialog.form.to_field
        self._addressing = Addressing(link, field, lambda work: self._start(work, Owner.ORDER))
        self._previewing = Previewing(
            link,
            dialog.preview,
            dialog.notices,
            self._start,
            self._order_to_show,
            dialog.form.current_name,
            lambda: dialog.form.has_cover,
        )
        self._keeping = Keeping(link, lambda work: self._start(work, Owner.ORDER), dialog.form, self._begin_empty)
        self._documents = Documents(link, dialog.documents, self._start)
        self.printed = Printed(dialog.printed, self._find_printed, self._join_printed)
        self._sending = Sending(link, dialog, self._addressing, self._start, self._order_to_all, self._keeping.keep_now)
        self.headers = HeaderEditing(link, dialog, self._order_to_show)
        self._connect()
        if new:
            dialog.show_new()
            self._keeping.begin_new()
        if to:
            dialog.form.given = "".join(to.split())
            self._addressing.begin(to)
        if link.known:
            self._present(link.present)

    def _connect(self) -> None:
        form = self.dialog.form
        self.link.present_changed.connect(self._present)
        form.changed.connect(self._changed)
        form.to.edited.connect(self._sending.change_number)
        form.to.judged.connect(self._sending.judged)
        self._keeping.unkept.connect(self._tell_unkept)
        self._addressing.failed.connect(self._sending.forget_wish)
        self._addressing.paid_before.connect(form.payer.propose)
        self.dialog.send_wanted.connect(self._sending.send_soon)
        self._sending.taken.connect(self._taken)
        self._sending.undone.connect(lambda: self._present(self.link.present))
        self.dialog.discard_wanted.connect(lambda: self._start(self._discard(), Owner.ORDER))
        self.dialog.finished.connect(self._closed)
        self._previewing.estimated.connect(self.dialog.show_call)
        form.own_headers.clicked.connect(lambda: self.headers.open(form.header_id))
        self.headers.changed.connect(lambda made: self._start(self._offer_headers(made), Owner.ORDER))
        self._connect_documents()

    @property
    def job(self) -> str:
        """The id of what was sent; empty: nothing was."""
        return self._sending.job

    def _connect_documents(self) -> None:
        self.dialog.documents.add_wanted.connect(lambda: ask_files(self.dialog, self._documents.add_files))
        self.dialog.drop.dropped.connect(self._documents.add_files)
        self.dialog.preview.ticked.connect(self._documents.leave_out)
        self.dialog.drawing.wanted.connect(self._documents.redraw)
        self._documents.changed.connect(self._arranged)
        self._documents.busy.connect(self.dialog.set_busy)

    async def open(self) -> None:
        """Bring the window before the person, with its first page where that comes at once."""
        page = asyncio.Event()
        self.dialog.preview.shown.connect(page.set)
        if self.link.present:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(page.wait(), FIRST_PAGE_SECONDS)
        self.show()

    def show(self) -> None:
        """Bring the window before the person now."""
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        self.dialog.form.to_field.edit.setFocus()

    # ------------------------------------------------------------ the service comes and goes

    def _present(self, present: bool) -> None:
        if self._over or self.job:
            return
        self.dialog.set_present(present)
        if self._loading is not None:
            self._loading.cancel()
        if present:
            self.dialog.notices.clear(Owner.OUTAGE)
            self._loading = self._start(self._load(), Owner.DOCUMENT)
        else:
            self._addressing.pause()
            self._tell_absence()
            self.dialog.preview.set_note(_("No preview: the fax service is not running."))

    def _tell_absence(self) -> None:
        left = find_left(self.draft) if self.draft else None
        if left is None:
            if not self._begun and self.draft:
                typed = find_typed(self.draft) or LeftOrder(self.draft, blind=True)
                self.dialog.form.fill(typed.kept)
                self._keeping.begin_away(self.draft, typed.blind)
            self.dialog.notices.say(Owner.OUTAGE, self._explain_absence())
            return
        self.dialog.form.fill(left.kept)
        self._sending.set_draft(self.draft)
        self._sending.leaving.waits = True
        sentence, buttons = describe_left(left, self._sending.leaving.take_away)
        self.dialog.notices.say(Owner.OUTAGE, sentence, grave=False, buttons=buttons)

    def _explain_absence(self) -> str:
        if self._new and not self.draft:
            return _(
                "The fax service is not running. What you type here is kept; this window goes on when the service is"
                " back."
            )
        if self._begun and not self._sending.tried and self._sending.under_way is None:
            return _("The fax service is stopped. Press Send: it goes out by itself when the service is back.")
        if self._sending.tried or self._sending.under_way is not None:
            return self._sending.explain_lost()
        return _("The fax service is not running. The document is safe; this window goes on when the service is back.")

    async def _load(self) -> None:
        """Name the document, offer the headers, and begin the preview."""
        desk, changes = self.link.desk, self._documents.changes
        self._sending.set_draft(self.draft)
        if self.draft:
            await self._sending.leaving.hand_over()
            await hand_over_typed(desk, self._note_not_kept, self.draft)
        if self.job:
            return
        drafts = {draft.id: draft for draft in await desk.list_drafts()}
        if self._new and not self.draft:
            self.dialog.form.set_headers(await desk.headers(), last_header(), begins=True)
            self.dialog.form.set_payers(await desk.list_payers())
            self.dialog.notices.clear(Owner.DOCUMENT)
            await self._addressing.find_name()
            files, self._files = self._files, ()
            self._documents.add_files(files)
            return
        if not self.draft and drafts:
            self.draft = max(drafts, key=lambda draft: (bool(drafts[draft].parts), drafts[draft].created))
        self._sending.set_draft(self.draft)
        if self.draft not in drafts:
            if self._sending.tried:
                await self._sending.submit()
            elif self._sending.under_way is not None:
                return  # it is being handed over just now
            elif self._not_kept:
                self.dialog.show_gone(self._not_kept)
            elif self.draft:
                self._gone()
            else:
                self.dialog.show_gone(_("No document waits to be sent: print one on the printer Fax."))
            return
        self._sending.tried = False
        draft = drafts[self.draft]
        headers, payers = await desk.headers(), await desk.list_payers()
        if self.job:
            return  # sent meanwhile
        draft = self._documents.newest(draft, changes)
        self._title = draft.title
        self._sending.repeats.earlier = draft.earlier.id if draft.earlier else ""
        self.dialog.show_draft(draft)
        if not self._begun:
            self._begun = True
            if not self._new:  # else it is in the window already, and perhaps more by now
                self.dialog.form.fill(draft.kept)
            self.dialog.form.payer.fill(draft.payer)
        self.dialog.form.set_payers(payers)
        begins = draft.kept == KeptOrder()
        self.dialog.form.set_headers(headers, draft.kept.order.header or last_header(), begins)
        self._keeping.begin(draft)
        self.dialog.notices.clear(Owner.DOCUMENT)
        refusal = take_refusal(self.draft) or self._not_kept
        if refusal:
            self.dialog.notices.say(Owner.ORDER, refusal)
        self._addressing.ask()
        self._documents.begin(draft)
        await self._previewing.begin(draft)

    def _note_not_kept(self, typed: LeftOrder, file: Path) -> None:
        lies = _("What you typed is in the file {path}.").format(path=clean_text(str(file)))
        self._not_kept = f"{show_sentence(typed.refusal)} {lies}"
        self.dialog.form.fill(typed.kept)

    async def _begin_empty(self, kept: KeptOrder) -> None:
        """Make a draft of a new fax in which something was typed."""
        self._keeping.begin(await self._documents.begin_empty(kept))

    def _arranged(self, draft: Draft) -> None:
        """Show the documents as they are now; with the first one, or the first words, a new fax has begun."""
        if not self.draft:
            self.draft = draft.id
            self._sending.set_draft(self.draft)
            self._loading = self._start(self._load(), Owner.DOCUMENT)
            return
        self._title = draft.title
        self.dialog.show_draft(draft)
        self._keeping.begin(draft)
        self._start(self._previewing.begin(draft), Owner.PREVIEW)

    def _find_printed(self, draft: str) -> None:
        """Ask about what was printed just now, if this fax can still take it."""

        async def find() -> None:
            for each in await self.link.desk.list_drafts():
                if each.id == draft:
                    self.printed.found(each)

        if self.job or self._over or not self.dialog.form.isEnabled():
            self.printed.separate.emit(draft)
        else:
            self._start(find(), Owner.DOCUMENT)

    def _join_printed(self, draft: str) -> None:
        self._documents.join(draft)

    # ------------------------------------------------------------ what a person wants

    def _changed(self) -> None:
        self._sending.forget_wish()
        self.dialog.notices.clear(Owner.ORDER)
        self._previewing.change()
        self._keeping.change()

    def _taken(self) -> None:
        self._previewing.stop()
        self._keeping.stop()

    async def _offer_headers(self, made: str) -> None:
        """Offer the headers that there are now; one that was made just now is meant for this fax."""
        form = self.dialog.form
        form.set_headers(await self.link.desk.headers())
        form.choose_header(made)
        self._previewing.renew()

    async def _discard(self) -> None:
        await self.link.desk.discard_draft(self.draft)
        self._keeping.stop()
        self.dialog.close()

    def _order_to_all(self) -> Order:
        """The order as it is typed now, for whoever gets it."""
        return replace(self.dialog.form.order_to_all(), title=self._title)

    def _order_to_show(self) -> Order:
        """The order as its preview is composed: without a number that is not called."""
        order = replace(self.dialog.form.order(), title=self._title)
        return replace(order, number="") if self.dialog.form.to.current.is_refused else order

    def _tell_unkept(self, sentence: str) -> None:
        if not self.link.present and not self._over:
            self.dialog.notices.say(Owner.OUTAGE, sentence)  # instead of the promise that it is kept

    def _gone(self) -> None:
        if self.job:
            return  # a preview was overtaken by its own order
        self._previewing.stop()
        self._keeping.stop()
        self.dialog.show_gone(_("This document has been sent or deleted already."))

    # ------------------------------------------------------------ how it is done

    def _closed(self) -> None:
        """Wait for what is being kept and for an order that is on its way; give up all else."""
        if self._over:
            return
        self._over = True
        self.printed.close()
        self._previewing.stop()
        self._addressing.stop()
        self._sending.stop()
        self.headers.stop()
        self.link.present_changed.disconnect(self._present)
        awaited = {task for task in (self._sending.under_way, self._keeping.finish()) if task is not None}
        self._tasks.cancel_others(awaited)
        self._ending = asyncio.ensure_future(self._end_after(awaited))

    async def _end_after(self, awaited: set[asyncio.Task[None]]) -> None:
        if awaited:
            await asyncio.wait(awaited)
        self._keeping.let_go()
        self.finished.emit()

    def _complain(self, owner: Owner, sentence: str) -> None:
        if self._over or self.job:
            return  # there is nobody to tell; or a preview was overtaken by its own order
        self.dialog.notices.say(owner, sentence)
        self.dialog.preview.set_note(_("No preview."))
