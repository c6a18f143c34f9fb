# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture that somebody hands in as a logo, made black and white in a process of its own: `clean_logo` and its
process.

What comes back is a small PNG of our own writing, of the dots that stand on the paper and nothing else of the file.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from faxcore.document import sandbox
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.inside import serve
from faxcore.document.program import Program
from faxcore.document.sizes import PageSize
from faxcore.model.page import Resolution, Width

LOGO_CLEANER: Final = Program.of("faxcore.document.clean_logo")
MOST_OCTETS: Final = 60_000
"""Octets of a logo as it is kept: more are of a photo, which is no logo in black and white."""


async def clean_logo(source: BinaryIO, output: BinaryIO, person: str) -> None:
    """Write a picture of this person's to `output` as it will be printed. RenderFailed if it is none."""
    await sandbox.run_async(LOGO_CLEANER, {}, source, output, person)


# ---------------------------------------------------------------- inside


def _warm_up() -> None:
    from PIL import JpegImagePlugin, PngImagePlugin  # noqa: F401

    from faxcore.document import logo  # noqa: F401


def _work(source: BinaryIO, output: BinaryIO, _order: Mapping[str, Any]) -> list[PageSize]:
    from faxcore.config.headers import MOST_LOGO
    from faxcore.document.logo import draw_logo

    octets = source.read(MOST_LOGO + 1)
    if not octets:
        raise DocumentError(Reason.EMPTY)
    if len(octets) > MOST_LOGO:
        raise DocumentError(Reason.TOO_LARGE)
    try:
        drawn = draw_logo(octets)
    except ValueError as error:
        raise DocumentError(Reason.UNKNOWN_FORMAT, str(error)) from error
    drawn.save(output, "PNG", optimize=True)
    output.flush()
    if output.tell() > MOST_OCTETS:
        raise DocumentError(Reason.TOO_LARGE)
    # An answer has the size of one page at least: this one's, as a strip of paper.
    return [PageSize(Width.A4, Resolution.FINE, drawn.height)]


if __name__ == "__main__":
    sys.exit(serve(_work, before=_warm_up))
