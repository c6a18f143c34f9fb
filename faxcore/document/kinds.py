# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of documents that can be drawn, told by their first octets, because a name may be wrong."""

from __future__ import annotations

import re
import shutil
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO, Final

from faxcore.document.document_error import DocumentError, Reason

HEAD: Final = 1024
"""Octets of a file that are looked at."""


class Kind(Enum):
    """A way of drawing."""

    PDF = auto()
    POSTSCRIPT = auto()
    PICTURE = auto()
    TEXT = auto()


_TIFF: Final = (b"II*\0", b"MM\0*")
_MAGIC: Final = {
    b"\x89PNG\r\n\x1a\n": Kind.PICTURE,
    b"\xff\xd8\xff": Kind.PICTURE,
    **dict.fromkeys(_TIFF, Kind.PICTURE),
    b"GIF8": Kind.PICTURE,
    b"BM": Kind.PICTURE,
    b"%!": Kind.POSTSCRIPT,
    b"\x04%!": Kind.POSTSCRIPT,
    b"\x1b%-12345X": Kind.POSTSCRIPT,
}
_WEBP: Final = re.compile(rb"RIFF....WEBP", re.DOTALL)
_HEIF: Final = re.compile(rb"....ftyp(hei[cxms]|hev[cxms]|mif1|msf1|avif)", re.DOTALL)
BYTE_ORDER_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""The beginnings of texts in Unicode, and the coding that each says."""
CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
"""Signs that no plain text has."""


def detect_kind(head: bytes) -> Kind:
    """Detect a document's kind by its first octets; DocumentError if it is none that can be drawn."""
    if not head:
        raise DocumentError(Reason.EMPTY)
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if b"%PDF-" in head:
        return Kind.PDF
    if _WEBP.match(head) or _HEIF.match(head):
        return Kind.PICTURE
    if looks_like_text(head):
        return Kind.TEXT
    raise DocumentError(Reason.UNKNOWN_FORMAT)


def looks_like_text(head: bytes) -> bool:
    """Tell if a file that begins so is plain text: no controls, and not the source of another kind of document."""
    if any(head.startswith(mark) for mark in BYTE_ORDER_MARKS):
        return True
    if head.lstrip()[:5].lower().startswith((b"<", b"{\\rtf")):
        return False
    return bool(head.strip()) and not CONTROLS.search(head.decode("latin-1"))


def is_tiff(head: bytes) -> bool:
    """Tell by its first octets whether a file says that it is a TIFF."""
    return head.startswith(_TIFF)


def take_document(source: BinaryIO) -> tuple[Path, Kind]:
    """Copy a document into the private folder of a process for documents: libraries want a file that can be sought, and
    that nobody changes. DocumentError if it is none that can be drawn.
    """
    document = Path("source")
    with document.open("w+b") as copy:
        shutil.copyfileobj(source, copy)
        copy.seek(0)
        return document, detect_kind(copy.read(HEAD))
