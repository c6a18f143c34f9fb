# SPDX-License-Identifier: GPL-3.0-or-later
"""The first page of a received fax, small, as a popup shows it."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QImage

from faxcore.bus.client import BusError
from faxcore.contract.received_fax import ReceptionFile
from faxcore.document.document_error import DocumentError
from faxcore.qt.link import DeskLink

log = logging.getLogger(__name__)

TALLEST: Final = 200
WIDEST: Final = 200
"""Pixels of the picture."""
SECONDS: Final = 1.0
"""A popup waits no longer for its picture."""
CHANNELS: Final = 3


@dataclass(frozen=True)
class Picture:
    """A picture of red, green and blue, row by row, as the notification service takes it."""

    width: int
    height: int
    stride: int
    octets: bytes

    @property
    def wire(self) -> list[object]:
        """The values of the hint `image-data`: of eight bits each, and nothing transparent."""
        return [self.width, self.height, self.stride, False, 8, CHANNELS, self.octets]


async def read_picture(link: DeskLink, reception: str) -> Picture | None:
    """Read the first page of a received fax as a picture; None if that cannot be had in time."""
    try:
        # Not wait_for: that of Python 3.11 forgets a cancellation that comes together with the answer.
        async with asyncio.timeout(SECONDS):
            with tempfile.TemporaryFile(prefix="facteur-popup-") as file:
                await link.desk.read_reception(reception, ReceptionFile.TIFF, file)
                file.seek(0)
                return draw_first_page(cast(BinaryIO, file))
    except TimeoutError:
        log.info("the page of a popup was not there in time: %s", reception)
    except (BusError, DocumentError, OSError) as error:
        log.info("a popup comes without its page: %s: %s", reception, error)
    return None


def draw_first_page(file: BinaryIO) -> Picture:
    """Draw the first page of a TIFF small, in the shape of its paper. DocumentError."""
    # A tray at rest has no document open, and nothing loaded for one.
    from faxcore.document.sizes import PageSize
    from faxcore.document.tiff import read_page
    from faxcore.qt.pages.page_image import draw_page, measure_paper

    page = read_page(file, 0)
    image = draw_page(page)
    wide, tall = measure_paper(PageSize.of(page))
    scale = min(TALLEST / tall, WIDEST / wide)
    size = QSize(max(1, round(wide * scale)), max(1, round(tall * scale)))
    smooth = Qt.TransformationMode.SmoothTransformation
    small = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    small = small.convertToFormat(QImage.Format.Format_RGB888)
    bits = small.constBits()
    assert bits is not None
    return Picture(small.width(), small.height(), small.bytesPerLine(), bits.asstring(small.sizeInBytes()))
