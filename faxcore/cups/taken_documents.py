# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of a print job, taken from cupsd: all of them, in order and whole, or a refusal.

Everything is read before anything is refused. cupsd takes a backend that ends with an error before its last document
for one that failed, and throws the job away, whatever the backend says.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO, Final

from faxcore.cups.parcel import MAGIC, BadParcel, Label, unpack
from faxcore.cups.print_refusal import Exit, Refusal
from faxcore.model.sentence import Sentence

MAX_DOCUMENT: Final = 512 * 1024 * 1024
"""Octets that the documents of a print job may have."""
_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class Document:
    """One document as it was handed in, or as cupsd's filters have converted it."""

    file: BinaryIO
    label: Label


def receive_file(path: str, files: ExitStack) -> list[Document]:
    """Take the one document of a job that no filter saw (`lp -o raw`)."""
    taken = _Taking(files)
    with open(path, "rb") as source:
        taken.copy(source, Label.of(os.environ, is_converted=False))
    return taken.all()


def receive_stream(source: BinaryIO, job: int, files: ExitStack) -> list[Document]:
    """Take the documents of a job from the pipe; banners are left out."""
    taken, expected = _Taking(files), count_spooled(os.environ, job)
    parcels = 0
    try:
        if not peek(source).startswith(MAGIC):
            # What the raw option sends past our filter has no bounds.
            if expected > 1:
                raise Refusal(
                    Exit.CANCEL, Sentence("Several documents cannot be printed together with the raw option.")
                )
            taken.copy(source, Label.of(os.environ, is_converted=True))
            return taken.all()
        while unpack(source, taken.open) is not None:
            parcels += 1
    except BadParcel:
        parcels = -1
    finally:
        while source.read(_PIECE):
            pass
    if parcels < 0 or expected not in (0, parcels):
        incomplete = Sentence("Not all documents of this print job arrived. It is held: release it to try again.")
        raise Refusal(Exit.HOLD, incomplete)
    return taken.all()


def peek(source: BinaryIO) -> bytes:
    """Look at the first octets of a buffered stream."""
    assert isinstance(source, io.BufferedReader)
    return source.peek(len(MAGIC))[: len(MAGIC)]


def count_spooled(environment: Mapping[str, str], job: int) -> int:
    """Count the documents that cupsd has of a job, banners as well: all are there before it begins with the first. 0 if
    that cannot be told. Its names are `d`, the job and the document (cupsd's spool folder may not be listed).
    """
    folder, count = environment.get("CUPS_REQUESTROOT"), 0
    while folder and os.path.exists(f"{folder}/d{job:05d}-{count + 1:03d}"):
        count += 1
    return count


class _Taking:
    """Documents that are being taken, in files without names."""

    def __init__(self, files: ExitStack) -> None:
        self._files = files
        self._documents: list[Document] = []
        self._room = MAX_DOCUMENT

    def open(self, label: Label) -> BinaryIO:
        """Begin a document."""
        file = self._files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        self._documents.append(Document(file, label))
        return _Bounded(file, self)  # type: ignore[return-value]

    def copy(self, source: BinaryIO, label: Label) -> None:
        """Take a whole stream as a document."""
        out = self.open(label)
        while piece := source.read(_PIECE):
            out.write(piece)

    def take_room(self, octets: int) -> bool:
        """Count octets; False if there are too many."""
        self._room -= octets
        return self._room >= 0

    def all(self) -> list[Document]:
        """List the documents, but for banners. Refusal if they are too large, or none."""
        if self._room < 0:
            raise Refusal(Exit.CANCEL, Sentence("The document is too large for a fax."))
        documents = [each for each in self._documents if not each.label.is_sheet]
        if not documents:
            raise Refusal(Exit.CANCEL, Sentence("The document is empty: there is nothing to fax."))
        for document in documents:
            document.file.flush()
        return documents


class _Bounded:
    """A file for a document, which keeps nothing beyond the room that there is."""

    def __init__(self, file: BinaryIO, taking: _Taking) -> None:
        self._file = file
        self._taking = taking

    def write(self, octets: bytes) -> int:
        if self._taking.take_room(len(octets)):
            self._file.write(octets)
        return len(octets)
