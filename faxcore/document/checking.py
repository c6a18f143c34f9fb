# SPDX-License-Identifier: GPL-3.0-or-later
"""Check pages from anybody and write them anew, in a process of its own with limits."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

from faxcore.api.api_error import ApiError, no_space
from faxcore.contract.bus import ERROR_BAD_DOCUMENT
from faxcore.document.check import check_pages_async
from faxcore.document.document_error import DocumentError, Reason
from faxcore.store.synced_files import free_octets

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checked:
    """The pages of a checked document, and its resolution."""

    pages: int
    resolution: str
    """Of its first page."""


async def check(source: Path, out: Path) -> Checked:
    """Write the pages of a document anew to `out`, synced. ApiError if it is not a bilevel TIFF in fax geometry."""
    try:
        with source.open("rb") as pages, out.open("x+b") as output:
            os.fchmod(output.fileno(), 0o640)
            sizes = await check_pages_async(pages, output)
            os.fsync(output.fileno())
    except DocumentError as error:
        log.warning("a document was refused: %s %s", error.reason.value, error.detail)
        # The process cannot tell a document without bounds from a disk without space.
        if error.reason is Reason.TOO_LARGE and free_octets(out.parent) < source.stat().st_size:
            raise no_space() from error
        raise ApiError(ERROR_BAD_DOCUMENT, str(error)) from error
    return Checked(len(sizes), sizes[0].resolution.value)
