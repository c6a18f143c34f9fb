# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions of people on the documents of their drafts: begin one, add, join, put in order, leave out, draw anew.

Whatever takes time is done first, beside the draft; then one transaction makes the draft what it is to be, unless it
has been changed meanwhile.
"""

from __future__ import annotations

import os
from functools import partial

from faxcore.api.api_error import ApiError, changed_draft, from_trouble
from faxcore.api.draft_files import make_document, make_empty_document
from faxcore.api.drawn_files import draw_document
from faxcore.api.kept_orders import check_kept
from faxcore.api.own_previews import PreviewApi
from faxcore.checkpoint import checkpoint
from faxcore.contract.bus import ErrorCode
from faxcore.contract.printed import Draft, KeptOrder, PartChoice
from faxcore.document.renderer import Style
from faxcore.model.page import Resolution
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.store.documents import DocumentRow
from faxcore.store.draft_parts import Parts, append_parts, choose_parts, drawn_anew, list_kept, only_part
from faxcore.store.drafts import DraftRow


class PartsApi(PreviewApi):
    """The actions of people on the documents of their own drafts."""

    async def begin_draft(self, person: str, file: int, title: str) -> Draft:
        """Make a draft of a file that has not been printed."""
        self._submitting.refuse_drafts(person)
        document = await self._draw(person, file, Resolution.FINE)
        return self._view(person, self._submitting.begin_draft(person, clean_text(title), document))

    async def begin_empty_draft(self, person: str, kept: KeptOrder) -> Draft:
        """Make a draft of what was typed, once."""
        text = check_kept(kept)
        before = self._find_typed(person, kept.order.key)
        if before is None:
            self._submitting.refuse_drafts(person)
            document = await make_empty_document(self._store)
            before = self._find_typed(person, kept.order.key)
            if before is None:
                return self._view(person, self._submitting.begin_draft(person, "", document, text))
            self._store.documents.remove_files(document.id)  # the same call, made twice, was quicker
        self._store.drafts.save(before, text)
        return self._view(person, before)

    def _find_typed(self, person: str, key: str) -> str | None:
        """Find the draft that was made of what was typed under this key."""
        drafts = self._store.drafts.all(person) if key else []
        return next((draft.id for draft in drafts if draft.kept.order.key == key), None)

    async def add_document(self, person: str, draft: str, file: int, title: str) -> Draft:
        """Add a file to a draft, as fine as what is there."""
        found = self._draft(person, draft)
        added = await self._draw(person, file, found.parts[0].resolution if found.parts else Resolution.FINE)
        more = only_part(clean_text(title), added.pages, added.resolution)
        if not found.parts:
            with self._submitting.dropping(added):
                unused = self._replace(found, added, more, None)
            self._store.documents.remove_files(*unused)
            return self._view(person, draft)
        try:
            await self._append(found, added.id, more)
        finally:
            # Its pages are in the draft's own file now, or nowhere.
            self._store.documents.remove_files(added.id)
        return self._view(person, draft)

    async def join_drafts(self, person: str, draft: str, other: str) -> Draft:
        """Put the documents of another draft behind those of this one."""
        found, joined = self._draft(person, draft), self._draft(person, other)
        if found.id == joined.id:
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("A draft cannot be joined with itself."))
        if found.parts and joined.parts:
            await self._append(found, joined.document, joined.parts, joined)
        else:
            self._adopt(found, joined)
        return self._view(person, draft)

    async def arrange_draft(self, person: str, draft: str, parts: list[PartChoice]) -> Draft:
        """Put the documents of a draft into another order, and leave pages of them out."""
        found = self._draft(person, draft)
        chosen = choose_parts(found.parts, parts)
        if chosen is None:
            sentence = Sentence(
                "This order of documents is not possible: at least one page must stay, and each document of the fax may"
                " stand in it once."
            )
            raise ApiError(ErrorCode.BAD_ORDER, sentence)
        with self._store.transaction():
            if not self._store.drafts.arrange(found, chosen):
                raise changed_draft()
        return self._view(person, draft)

    async def redraw_draft(self, person: str, draft: str, resolution: Resolution, photo: bool) -> Draft:
        """Draw the one document of a draft anew from its file."""
        found = self._draft(person, draft)
        if not found.redrawable:
            raise ApiError(ErrorCode.STATE, Sentence("This document cannot be drawn anew: only its pages are kept."))
        original = self._store.documents.original_file(found.document)
        try:
            file = os.open(original, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise changed_draft() from None
        except OSError as error:
            raise from_trouble(error) from error
        try:
            made = await self._draw(person, file, resolution, "photo" if photo else "text")
        finally:
            os.close(file)
        with self._submitting.dropping(made):
            parts = drawn_anew(found.parts[0], made.pages, made.resolution, photo)
            unused = self._replace(found, made, parts, None)
        self._store.documents.remove_files(*unused)
        return self._view(person, draft)

    # ------------------------------------------------------------ inside

    async def _draw(self, person: str, file: int, resolution: Resolution, style: Style = "text") -> DocumentRow:
        room = partial(self._limits.find_room, person)
        return await draw_document(self._store, self._files, person, file, resolution, room, style)

    async def _append(self, draft: DraftRow, document: str, more: Parts, joined: DraftRow | None = None) -> None:
        """Put the pages of another document behind those of a draft; that of another draft, which is no more then."""
        kept = [(draft.document, list_kept(draft.parts)), (document, list_kept(more))]
        made = await make_document(self._store, draft.owner, kept)
        with self._submitting.dropping(made):
            unused = self._replace(draft, made, append_parts(draft.parts, more), joined)
        checkpoint("documents of a draft joined, client not told")
        self._store.documents.remove_files(*unused)

    def _adopt(self, draft: DraftRow, joined: DraftRow) -> None:
        """Join two drafts of which one at least has no document: those of the other stay as they are, with what they
        were made from.
        """
        store = self._store
        with store.transaction():
            if not store.drafts.take(joined) or (joined.parts and not store.drafts.adopt(draft, joined)):
                raise changed_draft()
            unused = store.documents.drop_unused([draft.document, joined.document])
        store.documents.remove_files(*unused)

    def _replace(self, draft: DraftRow, made: DocumentRow, parts: Parts, joined: DraftRow | None) -> list[str]:
        """Give a draft another document in place of its own; the documents that nothing names any more."""
        store = self._store
        with store.transaction():
            if not store.drafts.arrange(draft, parts, made) or (joined is not None and not store.drafts.take(joined)):
                raise changed_draft()
            checkpoint("documents of a draft joined, not committed")
            return store.documents.drop_unused([draft.document, *([joined.document] if joined else [])])

    def _view(self, person: str, draft: str) -> Draft:
        return self._store.listing.view_drafts([self._draft(person, draft)])[0]
