# SPDX-License-Identifier: GPL-3.0-or-later
"""A document into pages, in a process of its own: `render` for the callers, `python -m` this for the process.

The input is PDF, PostScript, PNG, JPEG or TIFF; the output is a TIFF of bilevel pages, 1728 pixels wide. A TIFF in fax
geometry is copied pixel for pixel. The caller's process never opens the document: see `sandbox`.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Literal, get_args

from faxcore.document import sandbox
from faxcore.document.document_error import DocumentError, Reason, RenderFailed
from faxcore.document.inside import serve
from faxcore.document.sizes import PageSize
from faxcore.document.walled_process import Program
from faxcore.model.page import Resolution

Style = Literal["text", "photo"]
STYLES: Final = get_args(Style)
"""Ways to make greys black and white; "text" costs less time on the line, "photo" shows more."""

__all__ = ["STYLES", "PageSize", "RenderFailed", "Rendered", "Style", "render", "render_async"]

RENDERER: Final = Program.of("faxcore.document.renderer")
_MAGIC: Final = {
    b"\x89PNG\r\n\x1a\n": "picture",
    b"\xff\xd8\xff": "picture",
    b"II*\0": "picture",
    b"MM\0*": "picture",
    b"%!": "document",
    b"\x04%!": "document",
    b"\x1b%-12345X": "document",
}


@dataclass(frozen=True)
class Rendered:
    """The pages of a document: a TIFF file, open at its start, and their sizes. Close it, or use it in a `with`."""

    file: BinaryIO
    pages: list[PageSize]

    def __enter__(self) -> Rendered:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()


def render(
    source: int | BinaryIO,
    *,
    resolution: Resolution = Resolution.FINE,
    style: Style = "text",
    output: BinaryIO | None = None,
) -> Rendered:
    """Make pages of a document; RenderFailed, whose text is for a person, if that fails.

    `source` is read from its start if it has one. The pages go to `output`, an open file, or to a temporary one.
    """
    with _file_for(output) as pages:
        return Rendered(pages, sandbox.run(RENDERER, _order(resolution, style), source, pages))


async def render_async(
    source: int | BinaryIO,
    *,
    resolution: Resolution = Resolution.FINE,
    style: Style = "text",
    output: BinaryIO | None = None,
) -> Rendered:
    """Do the same while an asyncio program goes on."""
    with _file_for(output) as pages:
        return Rendered(pages, await sandbox.run_async(RENDERER, _order(resolution, style), source, pages))


@contextlib.contextmanager
def _file_for(output: BinaryIO | None) -> Iterator[BinaryIO]:
    """Yield the caller's file, or one of ours, which is closed if anything fails."""
    if output is not None:
        yield output
        return
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the result owns it
    try:
        yield file
    except BaseException:
        file.close()
        raise


def _detect_kind(head: bytes) -> str:
    if not head:
        raise DocumentError(Reason.EMPTY)
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if b"%PDF-" in head:
        return "document"
    raise DocumentError(Reason.UNKNOWN_FORMAT)


def _order(resolution: Resolution, style: Style) -> Mapping[str, str]:
    return {"resolution": resolution.value, "style": style}


# ---------------------------------------------------------------- inside


def main() -> int:
    """Run the renderer process; everything it finds out goes into its answer."""
    from faxcore.document import ghostscript

    helper = ThreadPoolExecutor(1)

    def work(source: BinaryIO, output: BinaryIO, order: Mapping[str, Any]) -> list[PageSize]:
        resolution, photo = Resolution(order["resolution"]), order["style"] == "photo"
        document = Path("source")
        with document.open("w+b") as copy:
            shutil.copyfileobj(source, copy)
            copy.seek(0)
            kind = _detect_kind(copy.read(1024))
        # Imported late: neither kind of document pays for the other's libraries.
        if kind == "picture":
            from faxcore.document.complaints import refuse_complaints
            from faxcore.document.images import draw_picture
            from faxcore.document.tiff import write_to

            sizes = write_to(output, draw_picture(document, resolution, photo=photo))
            refuse_complaints()
            return sizes
        return ghostscript.draw_document(document, output, resolution, helper if photo else None)

    def start_helper() -> None:
        helper.submit(int).result()

    return serve(work, before=ghostscript.load, thread=start_helper)


if __name__ == "__main__":
    sys.exit(main())
