# SPDX-License-Identifier: GPL-3.0-or-later
"""The formats in which a received fax is filed."""

from __future__ import annotations

from enum import Enum
from typing import Final


class FileFormat(Enum):
    """A format; the value is the word used in the configuration."""

    TIFF = "tiff"
    PDF = "pdf"

    @property
    def suffix(self) -> str:
        """The suffix of its files."""
        return {FileFormat.TIFF: ".tif", FileFormat.PDF: ".pdf"}[self]


BOTH: Final = (FileFormat.TIFF, FileFormat.PDF)
"""The formats in which a fax is kept and, unless something else is said, filed."""
