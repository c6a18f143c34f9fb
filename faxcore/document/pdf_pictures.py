# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures in a PDF, decoded without mercy: a scan whose picture is cut is no white page.

Programs that draw leave a picture out that they cannot decode, or draw half of it, and say nothing. So each is decoded
once more, by a library that says (Pillow for JPEG and JPEG 2000, our own codec for T.4 and T.6) or by counting its
octets. JBIG2, and what these cannot read, is left to the program that draws: whether it has the picture at all is seen
in `draw_pdf`. Damage that decodes to as many pixels of another picture cannot be seen.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from faxcore.document.pdf_streams import Damaged, read_packed, read_stream, split_filters
from faxcore.document.tiff import MAX_PIXELS
from faxcore.model.page import Coding
from faxcore.t4 import Decoder

if TYPE_CHECKING:
    import pikepdf

_JPEG: Final = "/DCTDecode"
_JPEG_2000: Final = "/JPXDecode"
_FAX: Final = "/CCITTFaxDecode"
_JBIG2: Final = "/JBIG2Decode"
_FORMATS: Final = {_JPEG: ("JPEG",), _JPEG_2000: ("JPEG2000",)}

_COLOURS: Final = {
    **dict.fromkeys(("/DeviceGray", "/CalGray", "/G", "/Indexed", "/I", "/Separation"), 1),
    **dict.fromkeys(("/DeviceRGB", "/CalRGB", "/RGB", "/Lab"), 3),
    **dict.fromkeys(("/DeviceCMYK", "/CMYK"), 4),
}


def check_picture(pdf: pikepdf.Pdf, picture: Any, colour_spaces: Any) -> bool:
    """Decode a picture to its last pixel; Damaged if it does not have them all. False if only the program that draws
    can tell. `colour_spaces` are those that names in the picture may mean.
    """
    width, height = int(_get(picture, "Width", "W", 0)), int(_get(picture, "Height", "H", 0))
    if width < 1 or height < 1:
        raise Damaged(f"a picture of {width} x {height}")
    general, own = split_filters(picture)
    if own is None:
        _count(pdf, picture, width, height, colour_spaces)
        return True
    name, parameters = own
    data = read_packed(pdf, picture, general)
    if not data:
        raise Damaged("an empty picture")
    if name in _FORMATS:
        return _decode_by_pillow(data, _FORMATS[name])
    if name == _FAX:
        return _decode_fax(data, parameters, width, height)
    if name == _JBIG2:
        return False
    raise Damaged(f"filter {name}")


def _get(picture: Any, name: str, short: str, otherwise: Any) -> Any:
    return picture.get(f"/{name}", picture.get(f"/{short}", otherwise))


def _count(pdf: pikepdf.Pdf, picture: Any, width: int, height: int, colour_spaces: Any) -> None:
    """Count the octets of a picture without a coding of its own. A part of a row less harms nothing that is seen."""
    mask = bool(_get(picture, "ImageMask", "IM", False))
    colours = 1 if mask else _count_colours(_get(picture, "ColorSpace", "CS", None), colour_spaces)
    bits = 1 if mask else int(_get(picture, "BitsPerComponent", "BPC", 8))
    stride = (width * bits * colours + 7) // 8
    found = len(read_stream(pdf, picture))
    if found <= stride * (height - 1):
        raise Damaged(f"a picture of {height} rows with {found} octets of {stride * height}")


def _count_colours(space: Any, colour_spaces: Any, depth: int = 0) -> int:
    """Count the components of a colour space; 1, the least that there can be, if it is not known."""
    import pikepdf

    if isinstance(space, pikepdf.Array) and len(space):
        family = str(space[0])
        if family == "/ICCBased":
            return int(space[1].get("/N", 1))
        if family == "/DeviceN":
            return len(space[1])
        return _COLOURS.get(family, 1)
    name = str(space)
    if name in _COLOURS:
        return _COLOURS[name]
    named = colour_spaces.get(name) if colour_spaces is not None and isinstance(space, pikepdf.Name) else None
    return _count_colours(named, None, depth + 1) if named is not None and not depth else 1


def _decode_by_pillow(data: bytes, formats: tuple[str, ...]) -> bool:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(io.BytesIO(data), formats=formats) as image:
            image.draft(None, (1, 1))  # as small as it can be had: all of the data is read for that too
            image.load()
    except UnidentifiedImageError:
        return False
    except (OSError, ValueError, SyntaxError) as error:
        raise Damaged(str(error)) from error
    return True


def _decode_fax(data: bytes, parameters: Any, width: int, height: int) -> bool:
    """Decode a picture in T.4 or T.6 (ISO 32000-1, 7.4.6)."""
    given = parameters if parameters is not None else {}
    k, columns = int(given.get("/K", 0)), int(given.get("/Columns", 1728))
    if bool(given.get("/EncodedByteAlign", False)) or k > 0 or columns < 1:
        return False
    try:
        decoder = Decoder(columns, Coding.MMR if k < 0 else Coding.MH, max_rows=height)
        # Fill and an end of line before the first row, where there is none; one more does no harm.
        decoder.feed(data if k < 0 else b"\x00\x01" + data)
        decoder.finish()
    except ValueError as error:
        raise Damaged(str(error)) from error
    if decoder.broken is not None or decoder.bad_rows or decoder.rows < height:
        raise Damaged(f"{decoder.rows} rows of {height}, {decoder.bad_rows} of them bad")
    return True
