# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of one print job, each packed with what cupsd says about it, on the pipe to the backend.

cupsd runs a filter once for each document of a job. The backend it runs once for the whole job, or once for each
document (`cupsSingleFile`), and in neither case does it say which document is which: several come as one stream
without bounds, or as so many jobs of the same name. So the last filter of every document is ours (`pack`): it sends
the document on as it is, with its bounds and its type. The one backend of the job unpacks them all; when a parcel or
the end of one is missing, it knows.

The filter knows nothing else of Facteur, since it is started for each document: only this file is loaded for it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import BinaryIO, Final

MAGIC: Final = b"FACTEUR PARCEL 1 "
PIECE: Final = 1 << 16
_LONGEST_LABEL: Final = 4096
_SHEET: Final = "job-sheet"


class BadParcel(Exception):
    """The octets on the pipe are no parcel, or end before its end."""


@dataclass(frozen=True)
class Label:
    """The words of cupsd about a document."""

    type: str
    """Its MIME type when it was handed in."""
    is_sheet: bool
    """A banner or trailer page of cupsd's own, or its administrator's."""
    is_converted: bool
    """A filter of cupsd's stood before ours, so that this is not what was handed in."""

    @staticmethod
    def of(environment: Mapping[str, str], is_converted: bool) -> Label:
        """Read what cupsd tells its filters and backends (filter(7))."""
        is_sheet = environment.get("CUPS_FILETYPE") == _SHEET
        return Label(environment.get("CONTENT_TYPE", ""), is_sheet, is_converted)


def main(argv: Sequence[str]) -> int:
    """Pack one document: the filter; its exit code."""
    if len(argv) not in (6, 7):
        return 1
    # As `no_core`, which is not loaded for a moment's work: no document lies about in a core.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    label = Label.of(os.environ, is_converted=len(argv) == 6)
    try:
        if len(argv) == 7:
            with open(argv[6], "rb") as document:
                pack(label, document, sys.stdout.buffer)
        else:
            pack(label, sys.stdin.buffer, sys.stdout.buffer)
    except OSError:
        # A traceback would put foreign text on cupsd's command channel. The backend misses the end of the parcel.
        os._exit(1)
    return 0


def pack(label: Label, document: BinaryIO, out: BinaryIO) -> None:
    """Write a document as a parcel: one line, pieces with their lengths, a piece without length."""
    out.write(MAGIC + json.dumps(asdict(label)).encode() + b"\n")
    while piece := document.read(PIECE):
        if label.is_sheet:
            continue  # read, so that no filter before us fails; and not sent on
        out.write(len(piece).to_bytes(4, "big") + piece)
    out.write(bytes(4))
    out.flush()


def unpack(source: BinaryIO, open_file: Callable[[Label], BinaryIO]) -> Label | None:
    """Read one parcel: its label; None at the end of the stream. The document is written to what `open_file` gives.
    BadParcel if it is none, or not whole.
    """
    line = source.readline(_LONGEST_LABEL)
    if not line:
        return None
    label = _read_label(line)
    out = open_file(label)
    while size := int.from_bytes(_read_exactly(source, 4), "big"):
        if size > PIECE:
            raise BadParcel
        out.write(_read_exactly(source, size))
    return label


def _read_label(line: bytes) -> Label:
    if not line.startswith(MAGIC) or not line.endswith(b"\n"):
        raise BadParcel
    try:
        words = json.loads(line.removeprefix(MAGIC))
        return Label(str(words["type"]), bool(words["is_sheet"]), bool(words["is_converted"]))
    except (ValueError, LookupError, TypeError) as error:
        raise BadParcel from error


def _read_exactly(source: BinaryIO, size: int) -> bytes:
    octets = source.read(size)
    if len(octets) != size:
        raise BadParcel
    return octets
