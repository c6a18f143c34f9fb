# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages as they will arrive, made by a process of their own: `python -m faxcore.document.compose`."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Final

from faxcore.document.page_order import PageOrder
from faxcore.i18n import gettext as _

__all__ = ["NO_SPACE_STATUS", "SECONDS", "ComposeFailed", "PageOrder", "compose"]

log = logging.getLogger(__name__)

SECONDS: Final = 110.0
"""A little less than a client waits (client.COMPOSE_SECONDS)."""

NO_SPACE_STATUS: Final = 3
"""Exit status of the composer for a full disk."""


class ComposeFailed(Exception):
    """The pages could not be made; the text is for a person. `no_space`: they could be, on a disk with space."""

    def __init__(self, text: str, no_space: bool = False) -> None:
        super().__init__(text)
        self.no_space = no_space


async def compose(pages: Path, out: Path, order: PageOrder) -> int:
    """Write the composed pages to `out`, a name that does not exist yet; returns their number. ComposeFailed if they
    cannot be made.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "faxcore.document.compose",
        str(pages),
        str(out),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(order.text().encode()), SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise ComposeFailed(_("The pages could not be made in time.")) from None
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode == 0:
        return int(json.loads(output)["pages"])
    out.unlink(missing_ok=True)
    log.error("composing failed (%s): %s", process.returncode, errors.decode(errors="replace")[-2000:])
    if process.returncode == NO_SPACE_STATUS:
        raise ComposeFailed(_("The disk is full: the pages could not be made yet."), no_space=True)
    raise ComposeFailed(_("The pages could not be made from this document."))
