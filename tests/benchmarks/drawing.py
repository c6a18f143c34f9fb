# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the drawing of a PDF of text beside Ghostscript's on one core: `python -m tests.benchmarks.drawing [PAGES]`.

Ours looks through the document, draws it with pdfium and codes the pages; Ghostscript draws and codes them (tiffg4).
Processor time, medians of alternate runs; both start anew each time, ours with its libraries loaded, as a process for a
document is started ahead.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import fpdf

from faxcore.document import draw_pdf
from faxcore.document.tiff import count_pages, write_pages
from faxcore.model.page import Resolution
from tests.benchmarks.pages import WORDS

RUNS = 15


def write_text(path: Path, pages: int) -> None:
    """Write a PDF of so many pages of text, 48 lines each."""
    made = fpdf.FPDF(format="A4")
    made.set_auto_page_break(False)
    for number in range(pages):
        made.add_page()
        made.set_font("Times", size=11)
        for line in range(48):
            words = (WORDS[(number + 7 * line + 3 * word) % len(WORDS)] for word in range(13))
            made.text(20, 25 + line * 5.2, " ".join(words))
    made.output(str(path))


def measure_ours(document: Path, out: Path) -> float:
    """Draw it ourselves; seconds of processor."""
    began = time.process_time()
    write_pages(out, draw_pdf.draw_pdf(document, Resolution.FINE, photo=False))
    return time.process_time() - began


def measure_ghostscript(document: Path, out: Path) -> float:
    """Have Ghostscript draw it; seconds of processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    options = ["-dSAFER", "-dBATCH", "-dNOPAUSE", "-r204x196", "-g1728x2287", "-dFIXEDMEDIA", "-dFitPage"]
    command = ["gs", "-q", *options, "-sDEVICE=tiffg4", f"-sOutputFile={out}", str(document)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Measure, and print one line."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    draw_pdf.load()
    with tempfile.TemporaryDirectory() as place:
        document, out = Path(place, "text.pdf"), Path(place, "out.tif")
        write_text(document, pages)
        measure_ours(document, out)
        assert count_pages(out) == pages
        ours, theirs = [], []
        for _run in range(RUNS):
            ours.append(measure_ours(document, out))
            theirs.append(measure_ghostscript(document, out))
    mine, peer = statistics.median(ours), statistics.median(theirs)
    print(
        f"{pages} pages of text: ours {1000 * mine:.0f} ms, Ghostscript {1000 * peer:.0f} ms: {mine / peer:.2f} of it"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
