# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl render FILE... --output OUT.tif`: the pages as they would be sent, or the reason why they would not.

It asks no service. The header line and the cover page are not on the pages: they belong to a recipient.

Exit status: 0 if the pages are written; 1 if a file cannot be faxed, or the pages cannot be written.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from faxcore.cli.document_files import CannotBeDrawn, draw_files
from faxcore.cli.plain_output import print_json
from faxcore.config.configuration import find_document
from faxcore.document.renderer import STYLES
from faxcore.document.sheets import fit_to_paper
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import read_pages, write_to
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.page import Resolution
from faxcore.model.paper import Paper, PaperFrom, PaperPlan
from faxcore.model.sentence import NOTHING, Sentence


@dataclass(frozen=True)
class RenderedPage:
    """One page of the answer for scripts."""

    width: int
    """Pixels."""
    rows: int
    resolution: Resolution
    millimetres: float
    """The page's length."""


@dataclass(frozen=True)
class RenderedFiles:
    """The answer for scripts: pages, or a reason with a word for programs (`damaged`, `encrypted`...)."""

    pages: tuple[RenderedPage, ...] = ()
    refused: str = ""
    reason: Sentence = NOTHING


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command and its options."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help=_("in the order of the pages; - for standard input")
    )
    parser.add_argument("--output", required=True, type=Path, metavar="OUT.tif", help=_("a TIFF of the pages"))
    parser.add_argument("--resolution", default="fine", choices=[resolution.value for resolution in Resolution])
    parser.add_argument("--style", default=STYLES[0], choices=STYLES)
    about_paper = _("the longest paper of the other fax machine: pages are made to fit it")
    papers = [paper.value for paper in Paper]
    parser.add_argument("--paper", default=Paper.UNLIMITED.value, choices=papers, help=about_paper)
    parser.add_argument("--json", action="store_true", help=_("as one JSON object"))
    parser.set_defaults(run_here=run_render)


def run_render(options: argparse.Namespace) -> int:
    """`faxctl render FILE... --output OUT.tif`."""
    with tempfile.TemporaryFile() as original, tempfile.TemporaryFile() as drawn, tempfile.TemporaryFile() as pages:
        try:
            draw_files(options.files, Resolution(options.resolution), options.style, original, drawn)
            plan = PaperPlan((PaperFrom(1, Paper(options.paper), find_document().long_pages),))
            sizes = write_to(pages, fit_to_paper(read_pages(drawn), plan))
            pages.seek(0)
        except CannotBeDrawn as error:
            if options.json:
                print_json(RenderedFiles(refused=error.reason.value, reason=error.sentence))
            else:
                print(f"faxctl: {translate(error.sentence)}", file=sys.stderr)
            return 1
        _write(pages, options.output)
    if options.json:
        print_json(RenderedFiles(tuple(map(_describe, sizes))))
    else:
        for number, page in enumerate(map(_describe, sizes), 1):
            about = _("page {number}: {width} x {rows}, {resolution}, {millimetres:.0f} mm")
            values = {"width": page.width, "rows": page.rows, "millimetres": page.millimetres}
            print(about.format(number=number, resolution=page.resolution.value, **values))
    return 0


def _describe(size: PageSize) -> RenderedPage:
    return RenderedPage(size.width.value, size.length, size.resolution, round(size.millimetres, 1))


def _write(pages: BinaryIO, output: Path) -> None:
    """Write the file whole or not at all; what is no regular file, as a pipe, is written to."""
    if output.exists() and not output.is_file():
        output.write_bytes(pages.read())
        return
    fresh = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        fresh.write_bytes(pages.read())
        fresh.replace(output)
    finally:
        fresh.unlink(missing_ok=True)
