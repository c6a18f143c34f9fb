# SPDX-License-Identifier: GPL-3.0-or-later
"""The headers that a person may choose from: those of the configuration, and those that they have made themselves.

What names the line that calls, as the law wants it in the header line, is the administrator's (`faxcore.routing`): a
header of one's own changes nothing of it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.api.clean_pictures import clean_picture
from faxcore.api.orders import check_order
from faxcore.api.own_contacts import ContactApi
from faxcore.api.own_headers import add_own, find_own_header
from faxcore.config import Config
from faxcore.config.offered_languages import LANGUAGES
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import LONGEST_COVER_MESSAGE, HeaderChoice, Order, OwnHeader
from faxcore.contract.printed import Preview
from faxcore.document.tiff import write_pages
from faxcore.model.header import Header
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.sentence import Sentence, literal
from faxcore.model.text import clean_lines, clean_text
from faxcore.store.ids_and_times import new_id
from faxcore.store.synced_files import remove

MOST_OWN: Final = 50
"""Headers of one person."""
MOST_SENDER_LINES: Final = 8
_PAGE: Final = Page(Width.A4, Resolution.FINE, bytes(Width.A4.value // 8 * 2287))
"""An empty sheet of A4: what stands behind the cover page in a preview."""


class HeaderApi(ContactApi):
    """The actions of people on headers."""

    async def headers(self, person: str) -> list[HeaderChoice]:
        """List the headers to choose from, that of the caller's own number first."""
        config = self._config.value
        first = find_own_header(config, person)
        offered = [offer_header(header) for header in sorted(config.headers, key=lambda header: header != first)]
        return offered + [offer_own(each) for each in self._store.own_headers.all(person)]

    async def list_own_headers(self, person: str) -> list[OwnHeader]:
        """List the headers that the caller has made."""
        return self._store.own_headers.all(person)

    async def save_header(self, person: str, header: OwnHeader) -> OwnHeader:
        """Add a header of the caller's own, or change one."""
        checked = self._check_header(person, header)
        if not checked.name:
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("A header needs a name."))
        with self._store.transaction():
            own = self._store.own_headers.all(person)
            if checked.id and all(each.id != checked.id for each in own):
                raise _unknown()
            others = [each for each in own if each.id != checked.id]
            if any(each.name == checked.name for each in others):
                named = {"name": checked.name}
                raise ApiError(ErrorCode.BAD_ORDER, Sentence("You have another header “{name}” already.", named))
            if len(others) >= MOST_OWN:
                raise ApiError(ErrorCode.STATE, Sentence("You may have {count} headers at most.", {"count": MOST_OWN}))
            return replace(checked, id=self._store.own_headers.put(person, checked))

    async def remove_header(self, person: str, header: str) -> None:
        """Remove a header of the caller's own."""
        if self._store.own_headers.get(person, header) is None:
            raise _unknown()
        self._store.own_headers.remove(person, header)

    async def preview_header(self, person: str, header: OwnHeader, order: Order, out: int) -> Preview:
        """Write the pages of a fax with this header to `out`."""
        shown = replace(self._check_header(person, header), id=new_id())
        checked = check_order(replace(order, header=shown.id), add_own(self._config.value, shown), person)
        origin, certain = self._find_origin(person, checked)
        name = new_id()
        blank, made = (self._store.documents.folder / f"{name}.{kind}" for kind in ("blank", "preview"))
        try:
            await asyncio.to_thread(write_pages, blank, [_PAGE])
            sizes = await self._compose(person, blank, checked, origin, made)
            await self._copy_out(person, made, out)
        finally:
            remove(blank, made)
        return Preview(len(sizes), origin.station_id, certain, origins=tuple(size.origin for size in sizes))

    async def keep_logo(self, person: str, picture: int) -> str:
        """Keep a picture for headers of the caller's own."""
        octets = await clean_picture(self._store, self._files, person, picture)
        return self._store.own_logos.put(person, octets)

    def _check_header(self, person: str, header: OwnHeader) -> OwnHeader:
        checked = check_header(header, self._config.value)
        if checked.picture and not self._store.own_logos.is_of(person, checked.picture):
            raise ApiError(
                ErrorCode.BAD_ORDER, Sentence("The picture of this header is not kept any more: choose it anew.")
            )
        return checked


def check_header(header: OwnHeader, config: Config) -> OwnHeader:
    """Give a header of somebody's own with every text harmless. ApiError if it names a language or a logo that there is
    not.
    """
    if header.language and header.language not in LANGUAGES:
        named = {"language": clean_text(header.language, 60)}
        raise ApiError(ErrorCode.BAD_ORDER, Sentence("Facteur does not speak “{language}”.", named))
    like = config.header(header.logo) if header.logo else None
    if header.logo and (like is None or not like.logo):
        named = {"name": clean_text(header.logo, 60)}
        raise ApiError(ErrorCode.BAD_ORDER, Sentence("There is no header “{name}” with a logo.", named))
    lines = tuple(filter(None, map(clean_text, header.sender)))
    if len(lines) > MOST_SENDER_LINES:
        most = {"count": MOST_SENDER_LINES}
        raise ApiError(ErrorCode.BAD_ORDER, Sentence("A header has at most {count} lines of address.", most))
    return replace(
        header,
        name=clean_text(header.name, 60),
        heading=clean_text(header.heading),
        sender=lines,
        message=clean_lines(header.message, LONGEST_COVER_MESSAGE),
    )


def offer_own(header: OwnHeader) -> HeaderChoice:
    """Give a header of somebody's own as one to choose."""
    name = literal(header.name)
    about = (header.id, name, header.heading, header.sender, header.cover)
    return HeaderChoice(*about, own=True, message=header.message)


def offer_header(header: Header) -> HeaderChoice:
    """Give a header of the configuration as one to choose."""
    has_cover, has_logo = header.cover is not None, bool(header.logo)
    return HeaderChoice(header.id, header.name, header.heading, header.sender_lines, has_cover, has_logo)


def _unknown() -> ApiError:
    return ApiError(ErrorCode.UNKNOWN, Sentence("You have no header with this name."))
