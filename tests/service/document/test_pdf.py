# SPDX-License-Identifier: GPL-3.0-or-later
"""PDF as every viewer shows it: turned, cropped, with what was filled in; and refused where something is missing."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from faxcore.document.document_error import Reason
from faxcore.model.page import Coding, Page, Resolution, Width
from faxcore.t4 import encode_page
from tests.support.documents import failure, grey_noise, ink, pdf, raw_pdf, rendered

A4, A5 = (595, 842), (420, 595)
BOX = b"%d %d %d %d re f"


def made(
    content: bytes, media: tuple[int, int] = A4, change: Callable[[pikepdf.Pdf, Dictionary], None] | None = None
) -> bytes:
    """A PDF of one page, changed as it is told."""
    with pikepdf.Pdf.new() as document:
        page = document.add_blank_page(page_size=media).obj
        page.Contents = document.make_stream(content)
        if change is not None:
            change(document, page)
        file = io.BytesIO()
        document.save(file)
    return file.getvalue()


# ---------------------------------------------------------------- as every viewer shows it


@pytest.mark.parametrize("media", [A4, A5], ids=["A4", "A5"])
@pytest.mark.parametrize("turned", [0, 90, 180, 270, -90, 450])
def test_what_viewers_show_at_the_top_left_is_there(tmp_path: Path, media: tuple[int, int], turned: int) -> None:
    across, down = media
    box = {
        0: (0, down - 60, 150, 60),
        90: (0, 0, 60, 150),
        180: (across - 150, 0, 150, 60),
        270: (across - 60, down - 150, 60, 150),
    }[turned % 360]

    def turn(_document: pikepdf.Pdf, page: Dictionary) -> None:
        page.Rotate = turned

    [page] = rendered(tmp_path, made(BOX % box, media, turn))
    wide = media if turned % 180 == 0 else media[::-1]
    margin = max(0.0, (215.2 - min(wide) * 25.4 / 72) / 2) if wide[0] > 612 else (215.2 - wide[0] * 25.4 / 72) / 2
    length = page.length / 7.7
    if wide[0] > 612:  # laid on its left side: what was at the top left is at the bottom left
        assert ink(page, margin + 1, length - 52, margin + 20, length - 1) == 1.0
        assert ink(page, margin + 25, 1, 200, length - 1) == 0.0
    else:
        assert ink(page, margin + 1, 1, margin + 52, 20) == 1.0
        assert ink(page, margin + 1, 25, 200, length - 1) == 0.0


def test_what_was_cropped_away_is_not_faxed(tmp_path: Path) -> None:
    def crop(_document: pikepdf.Pdf, page: Dictionary) -> None:
        page.CropBox = Array([0, 0, 595, 421])

    [page] = rendered(tmp_path, made(BOX % (0, 500, 595, 300) + b" " + BOX % (100, 100, 50, 50), A4, crop))
    assert abs(page.length / 7.7 - 148.5) < 0.4
    assert ink(page, 0, 0, 215, 90) == 0.0
    assert ink(page, 40, 98, 53, 110) == 1.0


@pytest.mark.parametrize(("state", "inked"), [("OFF", 0.0), ("ON", 1.0)])
def test_a_layer_that_is_not_to_be_printed_is_not_faxed(tmp_path: Path, state: str, inked: float) -> None:
    def add_layer(document: pikepdf.Pdf, page: Dictionary) -> None:
        usage = Dictionary(Print=Dictionary(PrintState=Name("/" + state)))
        layer = document.make_indirect(Dictionary(Type=Name.OCG, Name="draft", Usage=usage))
        printing = Dictionary(Event=Name.Print, Category=Array([Name.Print]), OCGs=Array([layer]))
        document.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(AS=Array([printing])))
        page.Resources = Dictionary(Properties=Dictionary(L=layer))

    [page] = rendered(tmp_path, made(b"/OC /L BDC " + BOX % (100, 400, 200, 200) + b" EMC", A4, add_layer))
    assert ink(page, 50, 100, 90, 140) == inked


def test_a_form_that_was_filled_in_is_faxed_with_it(tmp_path: Path) -> None:
    def fill_in(document: pikepdf.Pdf, page: Dictionary) -> None:
        look = document.make_stream(BOX % (0, 0, 200, 100))
        look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 100])
        field = document.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T="name",
                V="filled in",
                F=4,
                Rect=Array([100, 400, 300, 500]),
                AP=Dictionary(N=look),
            )  # fmt: skip
        )
        page.Annots = Array([field])
        document.Root.AcroForm = Dictionary(Fields=Array([field]))

    [page] = rendered(tmp_path, made(b"", A4, fill_in))
    assert ink(page, 50, 125, 90, 150) > 0.2


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"\n<!-- a gateway's advertisement -->" * 100,
        lambda data: data + b"\0" * 5000,
        lambda data: b"\r\nContent-Type: application/pdf\r\n\r\n" + data,
        lambda data: data.replace(b" 0 0 9 9 re f", b" /GS9 gs 0 0 9 9 re f"),
    ],
    ids=["junk behind the end", "zeros behind the end", "junk before", "a graphics state that is missing"],
)
def test_what_harms_nothing_is_not_refused(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    [page] = rendered(tmp_path, change(made(b" 0 0 9 9 re f 100 100 200 200 re f")))
    assert ink(page, 45, 195, 100, 255) == 1.0


def test_a_font_or_a_picture_that_is_only_named_is_no_fault(tmp_path: Path) -> None:
    content = b"BT /F9 20 Tf 100 300 Td (WORDS) Tj ET /I9 Do " + BOX % (100, 100, 200, 100)
    [page] = rendered(tmp_path, made(content))
    assert ink(page, 45, 230, 100, 255) == 1.0


# ---------------------------------------------------------------- what is missing


@pytest.mark.parametrize(
    ("encryption", "reason"),
    [
        (pikepdf.Encryption(owner="x", user="secret", R=6), Reason.ENCRYPTED),
        (pikepdf.Encryption(owner="x", user="secret", R=3, aes=False, metadata=False), Reason.ENCRYPTED),
        (
            pikepdf.Encryption(
                owner="x", user="", R=4, allow=pikepdf.Permissions(print_lowres=False, print_highres=False)
            ),
            Reason.NOT_TO_BE_PRINTED,
        ),
    ],
    ids=["password", "old password", "no printing"],
)
def test_a_document_that_is_locked_is_called_so(tmp_path: Path, encryption: pikepdf.Encryption, reason: Reason) -> None:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(made(b"0 0 9 9 re f"))) as document:
        document.save(file, encryption=encryption)
    assert failure(tmp_path, file.getvalue()) is reason


def test_one_that_may_be_printed_but_not_changed_is_faxed(tmp_path: Path) -> None:
    file = io.BytesIO()
    allowed = pikepdf.Permissions(extract=False, modify_other=False)
    with pikepdf.open(io.BytesIO(made(b"0 0 9 9 re f"))) as document:
        document.save(file, encryption=pikepdf.Encryption(owner="x", user="", R=6, allow=allowed))
    assert len(rendered(tmp_path, file.getvalue())) == 1


GREY = grey_noise((400, 600), 90)
WHITE_AND_BLACK = GREY.convert("1")


def coded(kind: str) -> tuple[bytes, dict[str, object]]:
    """A picture in one of the codings of PDF, and what its dictionary says."""
    grey = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}
    bits = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 1}
    file = io.BytesIO()
    if kind in ("DCTDecode", "JPXDecode"):
        GREY.save(file, "JPEG" if kind == "DCTDecode" else "JPEG2000")
        return file.getvalue(), grey
    if kind == "FlateDecode":
        return zlib.compress(GREY.tobytes()), grey
    if kind == "LZWDecode":
        return lzw(GREY.tobytes()), grey
    if kind == "RunLengthDecode":
        return run_lengths(GREY.tobytes()), grey
    if kind == "ASCII85Decode":
        import base64

        return base64.a85encode(GREY.tobytes()) + b"~>", grey
    if kind == "none":
        return GREY.tobytes(), grey
    page = Page(Width.A4, Resolution.FINE, bytes(Image.new("1", (1728, 600)).tobytes()[:-1000] + b"\x55" * 1000))
    k = -1 if kind == "G4" else 0
    data = encode_page(page, Coding.MMR if kind == "G4" else Coding.MH)
    return data, bits | {"DecodeParms": Dictionary(K=k, Columns=1728, Rows=600), "Width": 1728, "Height": 600}


def run_lengths(octets: bytes) -> bytes:
    """RunLengthDecode's coding, of literal runs only."""
    pieces = [octets[at : at + 128] for at in range(0, len(octets), 128)]
    return b"".join(bytes([len(piece) - 1]) + piece for piece in pieces) + b"\x80"


def lzw(octets: bytes) -> bytes:
    """LZWDecode's coding, which clears its table before it grows beyond nine bits: only single octets."""
    bits = ""
    for at, octet in enumerate(octets):
        if at % 200 == 0:
            bits += f"{256:09b}"
        bits += f"{octet:09b}"
    bits += f"{257:09b}"
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def scan(
    data: bytes, about: dict[str, object], filter_name: str | None, content: bytes = b"q 595 0 0 842 0 0 cm /I Do Q"
) -> bytes:
    """A page that is nothing but a picture."""

    def paste(document: pikepdf.Pdf, page: Dictionary) -> None:
        picture = document.make_stream(data)
        for name, value in ({"Width": 400, "Height": 600} | about).items():
            picture[Name("/" + name)] = value
        picture.Type, picture.Subtype = Name.XObject, Name.Image
        if filter_name is not None:
            picture.Filter = Name("/" + filter_name)
        page.Resources = Dictionary(XObject=Dictionary(I=picture))

    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(made(content, A4, paste))) as document:
        document.save(file, compress_streams=False)
    return file.getvalue()


FILTERS = {
    "DCTDecode": "DCTDecode",
    "JPXDecode": "JPXDecode",
    "FlateDecode": "FlateDecode",
    "LZWDecode": "LZWDecode",
    "RunLengthDecode": "RunLengthDecode",
    "ASCII85Decode": "ASCII85Decode",
    "none": None,
    "G3": "CCITTFaxDecode",
    "G4": "CCITTFaxDecode",
}


@pytest.mark.parametrize("kind", FILTERS)
def test_a_scan_is_whole_or_refused(tmp_path: Path, kind: str) -> None:
    data, about = coded(kind)
    whole = scan(data, about, FILTERS[kind])
    [page] = rendered(tmp_path, whole)
    assert ink(page, 20, 290, 190, 296) > 0.1
    assert failure(tmp_path, scan(data[: len(data) // 3], about, FILTERS[kind])) is Reason.PICTURE_DAMAGED
    assert failure(tmp_path, scan(b"", about, FILTERS[kind])) is Reason.PICTURE_DAMAGED


def test_a_picture_with_a_filter_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    data, about = coded("DCTDecode")
    assert failure(tmp_path, scan(data, about, "FooDecode")) is Reason.PICTURE_DAMAGED


def test_a_damaged_picture_that_is_not_shown_is_no_fault(tmp_path: Path) -> None:
    data, about = coded("DCTDecode")
    hidden = scan(data[:500], about, "DCTDecode", b"0 0 99 99 re f")
    assert len(rendered(tmp_path, hidden)) == 1


@pytest.mark.parametrize("where", ["form", "soft mask", "pattern", "annotation", "inline"])
def test_a_damaged_picture_is_found_wherever_it_is_shown(tmp_path: Path, where: str) -> None:
    data, about = coded("FlateDecode")

    def build(cut: bool) -> bytes:
        octets = data[: len(data) // 3] if cut else data

        def add(document: pikepdf.Pdf, page: Dictionary) -> None:
            picture = document.make_stream(octets)
            for name, value in ({"Width": 400, "Height": 600} | about).items():
                picture[Name("/" + name)] = value
            picture.Type, picture.Subtype, picture.Filter = Name.XObject, Name.Image, Name.FlateDecode
            form = document.make_stream(b"595 0 0 842 0 0 cm /I Do")
            form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 595, 842])
            form.Resources = Dictionary(XObject=Dictionary(I=picture))
            if where == "form":
                page.Resources = Dictionary(XObject=Dictionary(F=form))
            elif where == "soft mask":
                outer = document.make_stream(bytes(400 * 600))
                for name, value in ({"Width": 400, "Height": 600} | about).items():
                    outer[Name("/" + name)] = value
                outer.Type, outer.Subtype, outer.SMask = Name.XObject, Name.Image, picture
                page.Resources = Dictionary(XObject=Dictionary(F=outer))
            elif where == "pattern":
                form.PatternType, form.PaintType, form.TilingType, form.XStep, form.YStep = 1, 1, 1, 595, 842
                page.Resources = Dictionary(Pattern=Dictionary(P=form))
            elif where == "annotation":
                page.Annots = Array(
                    [
                        document.make_indirect(
                            Dictionary(
                                Type=Name.Annot,
                                Subtype=Name.Stamp,
                                Rect=Array([0, 0, 595, 842]),
                                F=4,
                                AP=Dictionary(N=form),
                            )  # fmt: skip
                        )
                    ]
                )

        content = {
            "form": b"/F Do",
            "soft mask": b"595 0 0 842 0 0 cm /F Do",
            "pattern": b"/Pattern cs /P scn 0 0 595 842 re f",
            "annotation": b"",
            "inline": b"q 595 0 0 842 0 0 cm BI /W 400 /H 600 /CS /G /BPC 8 /F /Fl ID " + octets + b"\nEI Q",
        }[where]
        return made(content, A4, add)

    assert len(rendered(tmp_path, build(cut=False))) == 1
    assert failure(tmp_path, build(cut=True)) is Reason.PICTURE_DAMAGED


@pytest.mark.parametrize("part", [0.2, 0.9])
def test_a_content_that_is_cut_is_refused(tmp_path: Path, part: float) -> None:
    lines = b"\n".join(BOX % (50, 40 + 10 * line, 300 + line * 7 % 90, 5) for line in range(75))
    packed = zlib.compress(lines)

    def cut(document: pikepdf.Pdf, page: Dictionary) -> None:
        page.Contents = pikepdf.Stream(document, packed[: int(len(packed) * part)], Filter=Name.FlateDecode)

    assert failure(tmp_path, made(b"", A4, cut)) is Reason.DAMAGED


def test_a_content_without_its_sum_is_whole(tmp_path: Path) -> None:
    """Some programs leave the four octets out, and nothing is missing on the page."""
    packed = zlib.compress(BOX % (100, 100, 200, 100))

    def leave_out(document: pikepdf.Pdf, page: Dictionary) -> None:
        page.Contents = pikepdf.Stream(document, packed[:-4], Filter=Name.FlateDecode)

    [page] = rendered(tmp_path, made(b"", A4, leave_out))
    assert ink(page, 45, 230, 100, 255) == 1.0


def test_a_file_for_the_web_that_is_cut_is_refused(tmp_path: Path) -> None:
    """It has an end of its first part near its beginning."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(5))) as document:
        document.save(file, linearize=True)
    whole = file.getvalue()
    assert len(rendered(tmp_path, whole)) == 5
    for part in (0.5, 0.8, 0.97):
        assert failure(tmp_path, whole[: int(len(whole) * part)]) is Reason.TRUNCATED


def test_a_later_version_that_is_cut_is_refused(tmp_path: Path) -> None:
    whole = raw_pdf(b"0 0 99 99 re f")
    assert failure(tmp_path, whole + b"4 0 obj<</Length 30>>stream\n0 0 500 500 re") is Reason.TRUNCATED
