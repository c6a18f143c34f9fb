# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes on paper: all pages, none cut off or stretched, those that lie turned, and none on the printer that faxes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PyQt6 import sip
from PyQt6.QtCore import QSizeF
from PyQt6.QtGui import QPageLayout
from PyQt6.QtPrintSupport import QPrintDialog, QPrinter
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from faxcore.model.page import Page, Resolution, Width
from faxcore.qt.pages.page_image import PageImage
from notifier.printing import Printing, list_printed, place_page

BAR = 400
"""Rows of the black bar at the top of a page."""


def page(length: int = 2287, turned: bool = False) -> PageImage:
    """White, with a black bar along its first row."""
    return PageImage.of(
        Page(Width.A4, Resolution.FINE, b"\xff" * 216 * BAR + bytes(216 * (length - BAR)), turned=turned)
    )


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    shown = QWidget()
    shown.show()
    yield shown
    sip.delete(shown)


def file_printer(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def print_on(qtbot: QtBot, window: QWidget, printer: QPrinter, pages: list[PageImage], seen: int = 0) -> None:
    printing = Printing(window)
    with qtbot.waitSignal(printing.printed):
        printing.begin(printer, pages, seen)


def ink(path: Path, number: int) -> tuple[float, float, float, float]:
    """The black rectangle of a printed page, as shares of the paper from its top left: left, top, right, bottom."""
    with pypdfium2.PdfDocument(path) as document:
        drawn = document[number].render(scale=1).to_pil().convert("L")
        box = drawn.point(lambda shade: 255 if shade < 128 else 0).getbbox()
    assert box is not None, "nothing is there"
    return box[0] / drawn.width, box[1] / drawn.height, box[2] / drawn.width, box[3] / drawn.height


def count(path: Path) -> int:
    with pypdfium2.PdfDocument(path) as document:
        return len(document)


def test_each_page_is_on_paper_with_its_ink_in_its_place(qtbot: QtBot, window: QWidget, tmp_path: Path) -> None:
    print_on(qtbot, window, file_printer(tmp_path / "fax.pdf"), [page()] * 3)
    assert count(tmp_path / "fax.pdf") == 3
    for number in range(3):
        left, top, right, bottom = ink(tmp_path / "fax.pdf", number)
        assert 0.01 < left < 0.08 and 0.92 < right < 0.99, "as wide as there is room"
        assert top < 0.08 and bottom - top == pytest.approx(BAR / 2287, abs=0.02), "the bar is as high as it was"


def test_a_page_that_lies_is_turned(qtbot: QtBot, window: QWidget, tmp_path: Path) -> None:
    print_on(qtbot, window, file_printer(tmp_path / "fax.pdf"), [page(turned=True)])
    left, top, right, bottom = ink(tmp_path / "fax.pdf", 0)
    assert 0.01 < left < 0.08 and 0.92 < right < 0.99, "it lies along the paper: its side is as wide as that"
    assert bottom > 0.9 and bottom - top == pytest.approx(BAR / 2287, abs=0.02)


def test_paper_that_lies_has_upright_pages_turned(qtbot: QtBot, window: QWidget, tmp_path: Path) -> None:
    printer = file_printer(tmp_path / "fax.pdf")
    printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    print_on(qtbot, window, printer, [page()])
    left, top, right, bottom = ink(tmp_path / "fax.pdf", 0)
    assert right - left < 0.25 and bottom - top > 0.85


def test_a_short_page_is_not_enlarged_and_a_long_one_has_room() -> None:
    room = QSizeF(2000, 2800)
    _turned, short = place_page((210.0, 100.0), QSizeF(4000, 6000), 10.0)
    assert (short.width(), short.height()) == (1000.0, 2100.0), "turned, and as large as it was"
    turned, long = place_page((215.0, 900.0), room, 10.0)
    assert not turned and long.height() == pytest.approx(2800) and long.width() == pytest.approx(2800 * 215 / 900)
    assert long.center().x() == pytest.approx(1000)


def test_pages_are_printed_as_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    printer = file_printer(tmp_path / "fax.pdf")
    assert list_printed(printer, 4, 2) == [0, 1, 2, 3]
    printer.setPrintRange(QPrinter.PrintRange.CurrentPage)
    assert list_printed(printer, 4, 2) == [2]
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    printer.setFromTo(2, 3)
    assert list_printed(printer, 4, 0) == [1, 2]
    printer.setCopyCount(2)
    printer.setCollateCopies(True)
    printer.setPageOrder(QPrinter.PageOrder.LastPageFirst)
    assert list_printed(printer, 4, 0) == [2, 1, 2, 1]
    printer.setCollateCopies(False)
    assert list_printed(printer, 4, 0) == [2, 2, 1, 1]


def test_the_dialog_asks_and_prints_without_stopping_the_window(
    qtbot: QtBot, window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "no-printers"))
    printing = Printing(window)
    dialog = printing.ask("Lab/Dupont 12:30", [page()] * 2)
    assert isinstance(dialog, QPrintDialog) and dialog.isVisible()
    printer = dialog.printer()
    assert printer is not None and (dialog.minPage(), dialog.maxPage()) == (1, 2)
    if printer.printerName():
        pytest.skip("this machine has printers, and nothing is to be printed there")
    with qtbot.waitSignal(printing.printed) as told:
        dialog.accept()
    assert told.args == [str(tmp_path / "Lab Dupont 12 30.pdf")]
    assert count(tmp_path / "Lab Dupont 12 30.pdf") == 2


def test_the_printer_that_faxes_is_refused(
    qtbot: QtBot, window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = file_printer(tmp_path / "fax.pdf")
    monkeypatch.setattr(printer, "printerName", lambda: "Fax", raising=False)
    monkeypatch.setattr(printer, "outputFileName", lambda: "", raising=False)
    printing = Printing(window)
    with qtbot.waitSignal(printing.failed) as told:
        printing.begin(printer, [page()])
    assert "sends a fax" in told.args[0] and not (tmp_path / "fax.pdf").exists()


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_what_cannot_be_printed_is_said(qtbot: QtBot, window: QWidget, tmp_path: Path) -> None:
    printing = Printing(window)
    with qtbot.waitSignal(printing.failed) as told:
        printing.begin(file_printer(tmp_path / "nowhere" / "fax.pdf"), [page()])
    assert "nowhere/fax.pdf" in told.args[0]


def test_a_damaged_page_ends_the_print(qtbot: QtBot, window: QWidget, tmp_path: Path) -> None:
    good = page()
    broken = PageImage(good.pixels, good.size_mm, b"II*\0rubbish")
    printing = Printing(window)
    with qtbot.waitSignal(printing.failed) as told:
        printing.begin(file_printer(tmp_path / "fax.pdf"), [good, broken])
    assert told.args[0].startswith("The fax cannot be printed.")


def test_a_tray_at_rest_has_not_loaded_what_prints() -> None:
    code = "import sys, notifier.watching, notifier.printing; sys.exit('PyQt6.QtPrintSupport' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
