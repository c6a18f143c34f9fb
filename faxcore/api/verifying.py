# SPDX-License-Identifier: GPL-3.0-or-later
"""Verification of filed faxes, a page at a time: files of anybody's folder, some of which may not answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.api.foreign_files import ForeignFiles
from faxcore.contract.bus import ErrorCode
from faxcore.contract.filed import CopyPage, CopyQuery, CopyState, FiledCopy
from faxcore.fax_folders.late_faxes import NO_ANSWER
from faxcore.fax_folders.mount_points import MountPoints
from faxcore.fax_folders.verification import Verified, verify_files
from faxcore.model.sentence import Sentence
from faxcore.store.filed_copies import FiledCopyRow
from faxcore.store.store import Store

MOST: Final = 200
"""Faxes of one page."""
PAGE_SECONDS: Final = 8.0
"""Seconds after which a page ends, so that its reader has an answer in time."""
ANSWER_SECONDS: Final = 10.0
"""Seconds that a folder has for the files of one fax: the largest are 200 MB each."""


class Verifying:
    """Compares filed faxes with the hashes that are known of them."""

    def __init__(self, store: Store, files: ForeignFiles, mount_points: MountPoints) -> None:
        self._store = store
        self._files = files
        self._mount_points = mount_points

    async def verify(self, person: str, owner: str | None, query: CopyQuery) -> CopyPage:
        """Verify a page for a person: of this owner's faxes, or of everybody's (None). ApiError UNKNOWN if one that is
        asked for is not filed, or somebody else's.
        """
        rows = self._find(owner, query)
        end = time.monotonic() + PAGE_SECONDS
        silent: set[Path] = set()
        """Folders that have not answered: they are not asked again."""
        copies: list[FiledCopy] = []
        for row in rows:
            if copies and time.monotonic() > end:
                break
            copies.append(_view(row, await self._verify_one(person, row, silent)))
        whole = len(copies) == len(rows) < MOST
        return CopyPage(tuple(copies), "" if whole or not copies else copies[-1].id)

    def _find(self, owner: str | None, query: CopyQuery) -> list[FiledCopyRow]:
        filed = self._store.filed_copies
        if not query.ids:
            return filed.page(owner, query.after, MOST)
        _refuse_unknown(query.ids, rows := filed.several(owner, query.ids))
        return sorted((row for row in rows if row.id > query.after), key=lambda row: row.id)[:MOST]

    async def _verify_one(self, person: str, row: FiledCopyRow, silent: set[Path]) -> Verified:
        both = ((row.tiff, row.tiff_sha256), (row.pdf, row.pdf_sha256))
        # A received fax may have been filed in one format only.
        files = [(Path(path), known) for path, known in both if path]
        folder = files[0][0].parent
        if folder in silent:
            return Verified(CopyState.AWAY, reason=NO_ANSWER)
        try:
            return await self._files.look(person, partial(verify_files, self._mount_points, files), ANSWER_SECONDS)
        except TimeoutError:
            silent.add(folder)
            return Verified(CopyState.AWAY, reason=NO_ANSWER)


def _refuse_unknown(ids: Sequence[str], rows: Sequence[FiledCopyRow]) -> None:
    if set(ids) - {row.id for row in rows}:
        sentence = Sentence("There is no fax with this name whose files are in a folder, or in the archive.")
        raise ApiError(ErrorCode.UNKNOWN, sentence)


def _view(row: FiledCopyRow, found: Verified) -> FiledCopy:
    return FiledCopy(row.id, row.sent, found.state, row.tiff, row.pdf, found.files, found.reason)
