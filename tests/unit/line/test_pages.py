# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a call: coded once, joined where the other end prints coarser, decoded while they come, on disk before
they are promised.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from faxcore import t85
from faxcore.document.tiff import read_pages, write_pages
from faxcore.line import codecs
from faxcore.line.pages import EarlyReader, IncomingPages, OutgoingPages, PageReader, join_rows
from faxcore.line.player import Player, run_blocking
from faxcore.model.call import Outcome
from faxcore.model.page import MAX_ROWS, Coding, Page, PageFormat, Resolution, Width
from faxcore.modem import hdlc
from faxcore.modem.class1_carrier import Class1Carrier
from faxcore.t4 import encode_page
from faxcore.t30 import line as t30
from faxcore.t30.capabilities import Terminal, codings
from faxcore.t30.ecm_sender import cut_blocks
from tests.support.joined import End, Fault, Joined
from tests.support.pages import noise_page, text_page

MMR, JBIG = (PageFormat(Width.A4, Resolution.FINE, coding) for coding in (Coding.MMR, Coding.JBIG))
WHOLE = pytest.mark.parametrize("format", [MMR, JBIG], ids=["mmr", "jbig"])
FRAME = 256


def row(page: Page, number: int) -> bytes:
    return page.rows[number * page.stride : (number + 1) * page.stride]


@pytest.mark.parametrize(
    ("of", "to", "join"),
    [
        (Resolution.FINE, Resolution.STANDARD, 2),
        (Resolution.SUPERFINE, Resolution.FINE, 2),
        (Resolution.SUPERFINE, Resolution.STANDARD, 4),
    ],
)
def test_a_joined_row_is_black_where_one_of_its_rows_is(of: Resolution, to: Resolution, join: int) -> None:
    page = noise_page(of, seed=5, rows=join * 10 + 1, black=0.2)
    joined = join_rows(page, to)
    assert (joined.resolution, joined.length, joined.width) == (to, 11, page.width)
    for number in range(11):
        group = range(number * join, min((number + 1) * join, page.length))
        black = 0
        for member in group:
            black |= int.from_bytes(row(page, member), "big")
        assert int.from_bytes(row(joined, number), "big") == black


def test_a_page_is_never_made_finer() -> None:
    page = text_page(Resolution.STANDARD, rows=20)
    assert join_rows(page, Resolution.FINE) is page


@WHOLE
def test_pages_are_coded_in_order_and_again_when_asked(tmp_path: Path, format: PageFormat) -> None:
    pages = [text_page(Resolution.FINE, seed, rows=40) for seed in range(3)]
    write_pages(tmp_path / "document.tif", pages)
    outgoing = OutgoingPages(tmp_path / "document.tif")
    assert [info.length for info in outgoing.infos] == [40, 40, 40]
    for number in (1, 2, 2, 3, 1):
        coded = outgoing.encode_page(number, format, 0)
        assert PageReader.of(format, coded).page() == pages[number - 1]
    assert outgoing.encode_page(1, format, 0) is outgoing.encode_page(1, format, 0)


def test_the_file_is_closed_when_a_call_ends_before_its_last_page(tmp_path: Path) -> None:
    file = tmp_path / "document.tif"
    write_pages(file, [text_page(Resolution.FINE, rows=40)] * 3)

    def is_open() -> bool:
        return any(os.path.realpath(f"/proc/self/fd/{each}") == str(file) for each in os.listdir("/proc/self/fd"))

    def give_up() -> t30.Script[None]:
        yield from t30.expect(t30.CodePage(1, MMR), t30.Coded)
        assert is_open()
        raise ZeroDivisionError

    outgoing = OutgoingPages(file)
    player = Player(Class1Carrier(None), None, lambda _text: None, outgoing=outgoing)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        run_blocking(player.run(give_up()))
    assert not is_open()
    assert outgoing.encode_page(2, MMR, 0)
    outgoing.close()


class Coder(Joined):
    """Two engines joined, with the pages of a document in place of pretended ones."""

    def __init__(self, document: Path, faults: dict[int, Fault], terminal: Terminal) -> None:
        self.outgoing = OutgoingPages(document)
        super().__init__(self.outgoing.infos, faults, terminal, terminal)

    def _reply(self, end: End) -> t30.Reply | None:
        match end.request:
            case t30.CodePage(page=page, format=format, min_row_bits=bits):
                return t30.Coded(end.now, self.outgoing.encode_page(page, format, bits))
        return super()._reply(end)


PLAIN = Terminal("1", error_correction=False)
CORRECTED = Terminal("1", codings=codings(jbig=True))


@pytest.mark.parametrize(
    ("terminal", "faults", "again"),
    [
        (PLAIN, {4: Fault.HALF}, ["page V.17 14400", "page V.17 12000", "page V.17 12000"]),
        (CORRECTED, {2: Fault.GARBLE}, ["burst of 10 V.17 12000 short"] * 2),
        (CORRECTED, {4: Fault.GARBLE}, ["burst of 10 V.17 14400 short"] * 3),
    ],
    ids=["page refused", "training failed", "burst lost"],
)
def test_a_page_is_coded_once_however_often_it_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terminal: Terminal, faults: dict[int, Fault], again: list[str]
) -> None:
    real, coded = codecs.encode, list[Page]()

    def counting(page: Page, *how: Any) -> bytes:
        coded.append(page)
        return real(page, *how)

    monkeypatch.setattr(codecs, "encode", counting)
    pages = [noise_page(Resolution.FINE, seed, rows=10) for seed in range(2)]
    write_pages(tmp_path / "document.tif", pages)
    call = Coder(tmp_path / "document.tif", faults, terminal)
    sending, _ = call.run()
    assert (sending.outcome, sending.confirmed) == (Outcome.OK, 2)
    assert [name for name in call.caller.sent if name.startswith(("page", "burst"))] == again
    assert coded == pages


def test_jbig_is_sent_with_the_least_significant_bit_of_each_octet_first() -> None:
    page = text_page(Resolution.FINE, rows=60)
    on_the_line = codecs.encode(page, Coding.JBIG)
    octets = t85.encode_page(page)
    assert hdlc.to_bits(on_the_line) == "".join(f"{octet:08b}"[::-1] for octet in octets)
    assert octets[:8] == b"\0\0\1\0" + page.width.value.to_bytes(4, "big")
    assert codecs.encode(page, Coding.MMR) == encode_page(page, Coding.MMR)


def test_a_better_transmission_of_a_page_takes_the_place_of_the_bad_one(tmp_path: Path) -> None:
    incoming = IncomingPages(tmp_path)
    page = text_page(rows=30)
    assert incoming.keep(1, noise_page(rows=30), confirmed=False) == "page-0001-unconfirmed.tif"
    assert incoming.keep(1, page, confirmed=True) == "page-0001.tif"
    assert [path.name for path in tmp_path.iterdir()] == ["page-0001.tif"]
    assert list(read_pages(tmp_path / "page-0001.tif")) == [page]


@WHOLE
def test_a_page_that_breaks_off_is_known_as_broken(format: PageFormat) -> None:
    coded = codecs.encode(text_page(Resolution.FINE, rows=60), format.coding)
    assert not PageReader.of(format, coded).broken
    assert not PageReader.of(format, coded + bytes(255)).broken, "the last frame is filled up"
    assert PageReader.of(format, coded[: len(coded) // 2]).broken
    assert PageReader.of(format, b"").broken


def test_a_jbig_page_that_is_none_is_broken_and_has_no_rows() -> None:
    chance = random.Random(1)
    width = Width.A4.value.to_bytes(4, "big")
    for header in (b"", b"\0\0\1\0" + b"\xff" * 8, b"\0\0\1\0" + width + b"\xff" * 7, b"\0\1\1\0" + width):
        reader = PageReader.of(JBIG, codecs.reverse_bits(header + chance.randbytes(4000), Coding.JBIG))
        assert reader.broken
        assert reader.page().length == 0


@WHOLE
def test_a_page_has_no_more_rows_than_a_page_may_have(format: PageFormat) -> None:
    page = Page(Width.A4, Resolution.FINE, bytes(216 * (MAX_ROWS + 1)))
    reader = PageReader.of(format, codecs.encode(page, format.coding))
    assert reader.broken
    assert reader.page().length <= MAX_ROWS


def framed(coded: bytes) -> dict[int, bytes]:
    """The frames of a coded page by number, as one block."""
    (block,) = cut_blocks(coded)
    return block


@WHOLE
def test_frames_are_decoded_as_they_come_up_to_the_first_that_is_missing(format: PageFormat) -> None:
    page = noise_page(Resolution.FINE, seed=3, rows=60)
    block = framed(codecs.encode(page, format.coding))
    coded = b"".join(block.values())
    early = EarlyReader(format)
    first: dict[int, bytes] = {}
    early.begin_burst(0, first)
    rows = []
    for number, data in block.items():
        if number != 30:
            first[number] = data
        early.decode_ahead(FRAME)
        rows.append(early.rows)
    assert rows[29] > 0
    assert rows == sorted(rows)
    assert rows[30] == rows[-1] == rows[29], "what is behind the gap has to wait"
    early.begin_burst(0, {30: block[30]})
    early.decode_ahead(FRAME)
    assert early.rows == 60
    reader = early.finish(coded)
    assert (reader.page(), reader.broken) == (page, False)


@WHOLE
def test_a_page_of_several_blocks_is_decoded_as_it_comes(format: PageFormat) -> None:
    page = noise_page(Resolution.FINE, seed=4, rows=400)
    blocks = cut_blocks(codecs.encode(page, format.coding))
    assert len(blocks) > 1
    early, coded = EarlyReader(format), b""
    for block in blocks:
        early.begin_burst(len(coded), block)
        early.decode_ahead(FRAME)
        coded += b"".join(block.values())
    assert early.rows == 400
    assert early.finish(coded).page() == page


@WHOLE
def test_only_what_error_correction_says_is_the_page(format: PageFormat) -> None:
    """A block that came twice, because our answer was lost, or a page that was begun anew."""
    other, page = (noise_page(Resolution.FINE, seed, rows=60) for seed in (5, 6))
    early = EarlyReader(format)
    early.begin_burst(0, framed(codecs.encode(other, format.coding)))
    early.decode_ahead(FRAME)
    coded = codecs.encode(page, format.coding)
    early.begin_burst(0, framed(coded))
    early.decode_ahead(FRAME)
    reader = early.finish(coded)
    assert (reader.page(), reader.broken) == (page, False)


def test_what_was_not_read_early_is_read_in_the_end() -> None:
    coded = codecs.encode(text_page(Resolution.FINE, rows=60), Coding.JBIG)
    early = EarlyReader(JBIG)
    early.begin_burst(65_536, {0: bytes(FRAME)})
    early.decode_ahead(FRAME)
    assert early.rows == 0
    assert early.finish(coded).page().length == 60
