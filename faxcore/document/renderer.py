# SPDX-License-Identifier: GPL-3.0-or-later
"""A document into pages, in a process of its own: `render` for the callers, `python -m` this for the process.

The input is PDF, PostScript, a picture or plain text; the output is a TIFF of bilevel pages, 1728 pixels wide. A TIFF
in fax geometry is copied pixel for pixel. The caller's process never opens the document: see `sandbox`. So it has no
use for what draws, either, and does not load it: that took a tenth of the time from a print job to its dialog.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Literal, get_args

from faxcore.document import sandbox
from faxcore.document.document_error import RenderFailed
from faxcore.document.inside import serve
from faxcore.document.kinds import Kind, take_document
from faxcore.document.program import Program
from faxcore.document.sizes import PageSize
from faxcore.model.page import Resolution

Style = Literal["text", "photo"]
STYLES: Final = get_args(Style)
"""Ways to make greys black and white; "text" costs less time on the line, "photo" shows more."""

__all__ = ["STYLES", "PageSize", "RenderFailed", "Rendered", "Style", "render", "render_async"]

RENDERER: Final = Program.of("faxcore.document.renderer")


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
    person: str = "",
) -> Rendered:
    """Do the same for a document of this person, while an asyncio program goes on."""
    with _file_for(output) as pages:
        return Rendered(pages, await sandbox.run_async(RENDERER, _order(resolution, style), source, pages, person))


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


def _order(resolution: Resolution, style: Style) -> Mapping[str, str]:
    return {"resolution": resolution.value, "style": style}


# ---------------------------------------------------------------- inside


def main() -> int:
    """Run the renderer process; everything it finds out goes into its answer."""
    helper = ThreadPoolExecutor(1)

    def work(source: BinaryIO, output: BinaryIO, order: Mapping[str, Any]) -> list[PageSize]:
        document, kind = take_document(source)
        return _draw(kind, document, output, Resolution(order["resolution"]), order["style"] == "photo", helper)

    def start_helper() -> None:
        helper.submit(int).result()

    return serve(work, before=_load, thread=start_helper)


def _load() -> None:
    """Load the libraries that look for others when they are loaded, which is not possible behind the wall."""
    from faxcore.document import draw_pdf, draw_postscript

    draw_pdf.load()
    draw_postscript.load()


def _draw(
    kind: Kind, document: Path, output: BinaryIO, resolution: Resolution, photo: bool, helper: Executor
) -> list[PageSize]:
    # Imported late: no kind of document pays for the others' libraries, nor for them whoever has a document drawn.
    from faxcore.document import draw_pdf, draw_postscript

    if kind is Kind.POSTSCRIPT:
        return draw_postscript.draw_postscript(document, output, resolution, helper, photo=photo)
    from faxcore.document.tiff import write_to

    if kind is Kind.PDF:
        return write_to(output, draw_pdf.draw_pdf(document, resolution, photo=photo))
    if kind is Kind.TEXT:
        from faxcore.document.draw_text import draw_text

        return write_to(output, draw_text(document, resolution, photo=photo))
    from faxcore.document.complaints import refuse_complaints
    from faxcore.document.images import draw_picture

    sizes = write_to(output, draw_picture(document, resolution, photo=photo))
    refuse_complaints()
    return sizes


if __name__ == "__main__":
    sys.exit(main())
