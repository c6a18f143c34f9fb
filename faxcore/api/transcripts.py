# SPDX-License-Identifier: GPL-3.0-or-later
"""The transcripts of a fax's calls, as one text: what the line heard and said, as long as that is kept."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.model.sentence import Sentence
from faxcore.store.retention import TRANSCRIPT
from faxcore.store.store import Store

_BETWEEN: Final = b"\n"


async def write_transcripts(store: Store, calls: Sequence[str], out: Path) -> None:
    """Write the transcripts of these calls to a file that is not there yet, with an empty line between two. ApiError if
    none is kept.
    """
    found = [store.call_folder(call) / TRANSCRIPT for call in calls]
    if not await asyncio.to_thread(_join, found, out):
        raise ApiError(
            ErrorCode.STATE, Sentence("There is no record of a call of this fax, or it is not kept any more.")
        )


def _join(found: Sequence[Path], out: Path) -> int:
    """Write what is there of these files, in their order; how many."""
    written = 0
    with out.open("xb") as joined:
        for path in found:
            try:
                with path.open("rb") as one:
                    joined.write(_BETWEEN if written else b"")
                    shutil.copyfileobj(one, joined)
            except FileNotFoundError:
                continue
            written += 1
    return written
