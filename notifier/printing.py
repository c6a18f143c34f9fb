# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax on paper: the person's own print dialog, and each page as large as it was on the paper that has room for it.

The library that prints is loaded when it is wanted first: a tray at rest needs no memory for it. One page is drawn at a
time, so that windows go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QObject, QRectF, QSizeF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QPainter, QTransform
from PyQt6.QtWidgets import QWidget

from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.text import clean_text, safe_file_name
from faxcore.qt.pages.page_image import PageImage
from notifier.documents_folder import find_documents

if TYPE_CHECKING:
    from PyQt6.QtPrintSupport import QPrintDialog, QPrinter

FAX_PRINTER: Final = "Fax"
"""The name of the printer that sends what is printed on it."""
_MM_AN_INCH: Final = 25.4


class Printing(QObject):
    """Prints faxes. What goes wrong, `failed` says in a sentence; `printed` names the printer that has all pages."""

    printed = pyqtSignal(str)
    failed = pyqtSignal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._works: list[_PrintWork] = []

    def ask(self, title: str, pages: Sequence[PageImage], seen: int = 0) -> QPrintDialog:
        """Open the print dialog for these pages, the one from 0 that is seen being offered alone, too."""
        from PyQt6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        _leave_fax_printer(printer)
        named = clean_text(title) or _("Fax")
        printer.setDocName(named)
        if not printer.printerName():  # there is none: what is left is a file
            printer.setOutputFileName(str(find_documents() / f"{safe_file_name(named, otherwise='fax')}.pdf"))
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle(_("Print the fax"))
        options = QPrintDialog.PrintDialogOption
        for option in (options.PrintToFile, options.PrintPageRange, options.PrintCurrentPage):
            dialog.setOption(option, True)
        dialog.setMinMax(1, len(pages))
        dialog.setFromTo(1, len(pages))
        dialog.accepted.connect(lambda: self.begin(printer, pages, seen))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def begin(self, printer: QPrinter, pages: Sequence[PageImage], seen: int = 0) -> None:
        """Print what was chosen of these pages on this printer."""
        if is_fax_printer(printer.printerName()) and not printer.outputFileName():
            self.failed.emit(
                _("The printer {name} sends a fax. Choose another one, or use Forward.").format(
                    name=printer.printerName()
                )
            )
            return
        chosen = [pages[number] for number in list_printed(printer, len(pages), seen)]
        work = _PrintWork(printer, chosen)
        self._works.append(work)
        work.ended.connect(lambda sentence: self._end(work, sentence))
        work.begin()

    def _end(self, work: _PrintWork, sentence: str) -> None:
        self._works.remove(work)
        work.deleteLater()
        if sentence:
            self.failed.emit(sentence)
        else:
            self.printed.emit(_name(work.printer))


class _PrintWork(QObject):
    """Some pages on their way to a printer."""

    ended = pyqtSignal(str)
    """The sentence of what went wrong; empty: all are there."""

    def __init__(self, printer: QPrinter, pages: Sequence[PageImage]) -> None:
        super().__init__()
        self.printer = printer
        self._pages = list(pages)
        self._next = 0
        self._painter = QPainter()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._draw_next)

    def begin(self) -> None:
        """Draw the first page when the windows have nothing else to do."""
        if self._painter.begin(self.printer):
            self._timer.start()
        else:
            self._finish(_("Nothing can be printed on {name}.").format(name=_name(self.printer)))

    def _draw_next(self) -> None:
        if self._next == len(self._pages):
            self._painter.end()
            self._finish("")
        elif self._next and not self.printer.newPage():
            self._give_up(_("Printing on {name} was broken off.").format(name=_name(self.printer)))
        else:
            try:
                draw_page(self._painter, self.printer, self._pages[self._next])
            except DocumentError as error:
                reason = translate(error.sentence)
                self._give_up(_("The fax cannot be printed. {reason}").format(reason=reason))
            self._next += 1

    def _give_up(self, sentence: str) -> None:
        self.printer.abort()
        self._painter.end()
        self._finish(sentence)

    def _finish(self, sentence: str) -> None:
        self._timer.stop()
        self.ended.emit(sentence)


def draw_page(painter: QPainter, printer: QPrinter, page: PageImage) -> None:
    """Draw a page in the middle of the paper. DocumentError."""
    from PyQt6.QtPrintSupport import QPrinter

    room = printer.pageRect(QPrinter.Unit.DevicePixel)
    turned, place = place_page(page.size_mm, room.size(), printer.resolution() / _MM_AN_INCH)
    image = page.image.transformed(QTransform().rotate(90)) if turned else page.image
    painter.drawImage(place, image)


def place_page(size_mm: tuple[float, float], room: QSizeF, dots_per_mm: float) -> tuple[bool, QRectF]:
    """Find the place of a page within the room of a paper, and whether it is turned to lie as the paper lies. It keeps
    its proportions, and is never larger than it was.
    """
    wide, high = size_mm
    turned = (wide > high) != (room.width() > room.height())
    if turned:
        wide, high = high, wide
    scale = min(room.width() / wide, room.height() / high, dots_per_mm)
    place = QRectF(0, 0, wide * scale, high * scale)
    place.moveCenter(QRectF(0, 0, room.width(), room.height()).center())
    return turned, place


def list_printed(printer: QPrinter, count: int, seen: int) -> list[int]:
    """List the pages that were chosen, from 0, in the order in which they are drawn, and as often as the printer does
    not repeat them itself.
    """
    from PyQt6.QtPrintSupport import QPrinter

    pages = list(range(count))
    if printer.printRange() is QPrinter.PrintRange.CurrentPage:
        pages = [seen]
    elif printer.printRange() is QPrinter.PrintRange.PageRange and printer.fromPage():
        pages = pages[printer.fromPage() - 1 : printer.toPage()]
    if printer.pageOrder() is QPrinter.PageOrder.LastPageFirst:
        pages.reverse()
    copies = 1 if printer.supportsMultipleCopies() else max(1, printer.copyCount())
    if printer.collateCopies():
        return pages * copies
    return [page for page in pages for _copy in range(copies)]


def is_fax_printer(name: str) -> bool:
    """Return whether what is printed there is faxed: by the name that it has where nobody has given it another."""
    return name.casefold() == FAX_PRINTER.casefold()


def _name(printer: QPrinter) -> str:
    """Name the printer, or the file that takes its place."""
    return printer.outputFileName() or printer.printerName()


def _leave_fax_printer(printer: QPrinter) -> None:
    """Offer another printer first where the person's usual one is the fax."""
    from PyQt6.QtPrintSupport import QPrinterInfo

    if is_fax_printer(printer.printerName()):
        others = [name for name in QPrinterInfo.availablePrinterNames() if not is_fax_printer(name)]
        if others:
            printer.setPrinterName(others[0])
