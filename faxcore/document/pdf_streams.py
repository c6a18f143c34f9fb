# SPDX-License-Identifier: GPL-3.0-or-later
"""The streams of a PDF (ISO 32000-1, 7.3.8 and 7.4), read to their end: every octet that they promise, or an error.

Programs that draw show what they could read of a damaged stream, and say nothing. Here a deflated stream must come to
its end, and its sum be right; one without its sum is whole. The other filters are qpdf's, which complains of what it
cannot read.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

from faxcore.document.document_error import DocumentError, Reason

if TYPE_CHECKING:
    import pikepdf

MAX_OCTETS: Final = 256 << 20
"""Octets that a stream may have when it is unpacked: a picture of 40 million pixels in four colours has 160 million."""
_PIECE: Final = 1 << 20

FLATE: Final = "/FlateDecode"
_SHORT: Final = {
    "/Fl": FLATE,
    "/AHx": "/ASCIIHexDecode",
    "/A85": "/ASCII85Decode",
    "/LZW": "/LZWDecode",
    "/RL": "/RunLengthDecode",
    "/CCF": "/CCITTFaxDecode",
    "/DCT": "/DCTDecode",
}
"""The names that pictures within a page's content may use."""
_GENERAL: Final = frozenset({FLATE, "/LZWDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode", "/Crypt"})


class Damaged(DocumentError):
    """A stream is not what it should be."""

    def __init__(self, detail: str) -> None:
        super().__init__(Reason.DAMAGED, detail)


def list_filters(stream: Any) -> list[tuple[str, Any]]:
    """List a stream's filters, in the order of decoding, each with its parameters (a dictionary, or None)."""
    names = _listed(stream.get("/Filter", stream.get("/F")))
    given = _listed(stream.get("/DecodeParms", stream.get("/DP")))
    parameters = given + [None] * (len(names) - len(given))
    return [(_SHORT.get(str(name), str(name)), each) for name, each in zip(names, parameters, strict=False)]


def _listed(value: Any) -> list[Any]:
    import pikepdf

    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def read_stream(pdf: pikepdf.Pdf, stream: Any) -> bytes:
    """Read a stream that has general filters only, unpacked; Damaged if it has no end, or another filter."""
    filters = list_filters(stream)
    if not filters:
        return bytes(stream.read_raw_bytes())
    if [name for name, _parameters in filters] == [FLATE] and not _is_predicted(filters[0][1]):
        return _inflate(stream.read_raw_bytes())
    if unknown := [name for name, _parameters in filters if name not in _GENERAL]:
        raise Damaged(f"filter {unknown[0]}")
    return _read_by_qpdf(pdf, stream)


def split_filters(stream: Any) -> tuple[list[tuple[str, Any]], tuple[str, Any] | None]:
    """Split a picture's filters: the general ones that come first, and the picture's own, if it has one."""
    filters = list_filters(stream)
    if filters and filters[-1][0] not in _GENERAL:
        return filters[:-1], filters[-1]
    return filters, None


def read_packed(pdf: pikepdf.Pdf, stream: Any, general: list[tuple[str, Any]]) -> bytes:
    """Read a picture's own coding, behind its general filters."""
    import pikepdf as qpdf

    if not general:
        return bytes(stream.read_raw_bytes())
    # The same octets under their general filters alone.
    outer = qpdf.Stream(pdf, stream.read_raw_bytes())
    outer.Filter = qpdf.Array([qpdf.Name(name) for name, _parameters in general])
    if any(parameters is not None for _name, parameters in general):
        nothing = qpdf.Dictionary()
        outer.DecodeParms = qpdf.Array([nothing if each is None else each for _name, each in general])
    return read_stream(pdf, outer)


def _is_predicted(parameters: Any) -> bool:
    return parameters is not None and int(parameters.get("/Predictor", 1)) > 1


def _read_by_qpdf(pdf: pikepdf.Pdf, stream: Any) -> bytes:
    import pikepdf as qpdf

    pdf.get_warnings()  # of what was read before
    try:
        found = bytes(stream.read_bytes(qpdf.StreamDecodeLevel.specialized))
    except qpdf.PdfError as error:
        raise Damaged(str(error)) from error
    if complaints := pdf.get_warnings():
        raise Damaged(str(complaints[0]))
    if list_filters(stream)[0][0] == FLATE:
        _inflate(stream.read_raw_bytes())  # qpdf takes one without its end for whole
    return found


class _NoEnd(Damaged):
    pass


def _inflate(packed: bytes) -> bytes:
    """Inflate to the end; Damaged if there is none. Of nothing writers make nothing."""
    if not packed:
        return b""
    try:
        return _inflate_with(zlib.decompressobj(), packed)
    except _NoEnd:
        # All of it is there if only the sum at its end is missing.
        return _inflate_with(zlib.decompressobj(-zlib.MAX_WBITS), packed[2:])


def _inflate_with(inflater: Any, packed: bytes) -> bytes:
    found: list[bytes] = []
    size = 0
    try:
        while not inflater.eof:
            piece = inflater.decompress(packed, _PIECE)
            packed = inflater.unconsumed_tail
            if not piece and not packed:
                raise _NoEnd(f"no end behind {size} octets")
            found.append(piece)
            size += len(piece)
            if size > MAX_OCTETS:
                raise DocumentError(Reason.TOO_LARGE, f"a stream of more than {MAX_OCTETS} octets")
    except zlib.error as error:
        raise Damaged(str(error)) from error
    return b"".join(found)
