# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of a document, in sentences for the person whose document it is."""

from __future__ import annotations

from enum import Enum

from faxcore.model.page import MAX_PAGES, MAX_ROWS
from faxcore.model.sentence import Sentence


class Reason(Enum):
    """The reason why a document can't become pages; the value is the word that a renderer process reports."""

    EMPTY = "empty"
    UNKNOWN_FORMAT = "unknown-format"
    ENCRYPTED = "encrypted"
    NOT_TO_BE_PRINTED = "not-to-be-printed"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    PICTURE_DAMAGED = "picture-damaged"
    PAGES_MISSING = "pages-missing"
    NO_PAGES = "no-pages"
    TOO_MANY_PAGES = "too-many-pages"
    TOO_LARGE = "too-large"
    NO_SPACE = "no-space"
    TOO_LONG = "too-long"
    NOT_FAX = "not-fax"
    NO_LETTERS = "no-letters"
    OUT_OF_TIME = "out-of-time"
    OUT_OF_MEMORY = "out-of-memory"
    CRASHED = "crashed"
    NO_WALL = "no-wall"
    KILLED = "killed"

    def sentence(self) -> Sentence:
        """Tell a person what happened and what to do."""
        sentences = {
            Reason.EMPTY: Sentence("The document is empty: there is nothing to fax."),
            Reason.UNKNOWN_FORMAT: Sentence(
                "The document is not a PDF, a PostScript file, a text or a picture of a usual kind:"
                " print it, or save it as PDF."
            ),
            Reason.ENCRYPTED: Sentence("The document is protected by a password: save a copy without one."),
            Reason.NOT_TO_BE_PRINTED: Sentence(
                "The document does not allow printing, so it is not faxed: ask its author for one that does."
            ),
            Reason.TRUNCATED: Sentence("The end of the document is missing: fetch or save it again."),
            Reason.DAMAGED: Sentence("The document is damaged and cannot be drawn: save or print it again."),
            Reason.PICTURE_DAMAGED: Sentence(
                "A picture in the document is damaged or cut off, and would be missing on the fax:"
                " scan or save it again."
            ),
            Reason.PAGES_MISSING: Sentence("Not all pages of the document could be drawn: save or print it again."),
            Reason.NO_PAGES: Sentence("The document has no pages."),
            Reason.TOO_MANY_PAGES: Sentence(
                "The document has more than {pages} pages: send it in parts.", {"pages": MAX_PAGES}
            ),
            Reason.TOO_LARGE: Sentence("The document needs more space than a fax is allowed to: make it smaller."),
            Reason.NO_SPACE: Sentence("The disk is full: the pages could not be made yet."),
            Reason.TOO_LONG: Sentence("A page has more than {rows} rows, the limit for a fax.", {"rows": MAX_ROWS}),
            Reason.NOT_FAX: Sentence("The file is not a black and white TIFF with the dimensions of a fax."),
            Reason.NO_LETTERS: Sentence(
                "The text has letters that no font here can draw: open it in a word processor, and print it from there."
            ),
            Reason.OUT_OF_TIME: Sentence("The document takes too long to draw: simplify it, or print it as an image."),
            Reason.OUT_OF_MEMORY: Sentence("The document takes too much memory to draw: simplify it."),
            Reason.CRASHED: Sentence("The program that draws documents failed on this one: save or print it again."),
            Reason.KILLED: Sentence(
                "The program that opens documents was ended from outside, perhaps for want of memory: try it again."
            ),
            Reason.NO_WALL: Sentence(
                "Documents cannot be opened safely on this computer, so none is faxed: tell the administrator that"
                " bubblewrap is missing, or not allowed."
            ),
        }
        return sentences[self]

    @property
    def passes(self) -> bool:
        """True if the fault is not the document's: it can be tried again as it is."""
        return self in (Reason.NO_SPACE, Reason.NO_WALL, Reason.KILLED)


class DocumentError(Exception):
    """A document is not what it must be; `sentence` says so to a person."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        """`detail` is for the log: it may hold words of the document's own."""
        self.sentence = reason.sentence()
        super().__init__(str(self.sentence))
        self.reason = reason
        self.detail = detail


class RenderFailed(DocumentError):
    """A renderer or check process could not make pages of a document."""
