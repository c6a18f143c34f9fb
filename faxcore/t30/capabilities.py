# SPDX-License-Identifier: GPL-3.0-or-later
"""The capabilities of this terminal, the offer of the other one, and their agreement (T.30, 5.3.6.2; T.4, 2.2).

`Terminal` is ours, `Offer` is a DIS read, `Agreement` is a DCS, to be sent or read. A DCS never sets a bit whose DIS
bit is clear, and a DCS that asks for something that our DIS did not offer is not an agreement.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from faxcore.model.call import Outcome
from faxcore.model.page import Coding, PageFormat, Resolution, Width
from faxcore.model.paper import Paper
from faxcore.t30 import bits
from faxcore.t30.bits import Bits
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.modulation import (
    ALL,
    Modulation,
    choose_offer,
    find_modulation,
    list_permitted,
    make_ladder,
    read_offer,
)
from faxcore.t30.selective import Selection, presence_bits, select_with_document

ECM_FRAME: Final = 256
"""Octets in a frame of an ECM block, unless one of the two ends asks for 64 (T.30, A.1.2)."""
SHORT_ECM_FRAME: Final = 64
"""Every terminal with error correction takes these too."""

NEED_CORRECTION: Final = frozenset({Coding.MMR, Coding.JBIG})
"""Codings that are used with error correction only: nothing after a wrong bit can be read."""

USUAL_CODINGS: Final = (Coding.MMR, Coding.MR, Coding.MH)
"""The codings of a terminal, best first, unless its settings say otherwise."""


def codings(jbig: bool) -> tuple[Coding, ...]:
    """The codings of a terminal, best first: JBIG only if somebody has asked for it."""
    return (Coding.JBIG, *USUAL_CODINGS) if jbig else USUAL_CODINGS


@dataclass(frozen=True)
class Terminal:
    """This terminal's settings for one call."""

    station_id: str = ""
    error_correction: bool = True
    codings: tuple[Coding, ...] = USUAL_CODINGS
    """Codings that may be used, best first. JBIG and MMR need error correction; MH cannot be left out."""
    max_rate: int = 14400
    """Bits a second at most. A DIS can only say 14400, 9600, 4800 and 2400: for another rate it says the next lower."""
    frame_size: int = ECM_FRAME
    """Octets in a frame of error correction: 64 asks for short ones (bit 7 of our DIS, bit 28 of our DCS)."""
    selection: Selection = Selection()
    """Calling: the fields that go with the document, or ask for one. Called: the fields that the caller must send."""
    takes_sub_address: bool = False
    """True if a SUB is of use here, so that our DIS may say that it is accepted."""
    sends: tuple[Modulation, ...] = ALL
    """The modulations that the modem of this call can send."""
    receives: tuple[Modulation, ...] = ALL
    """The modulations that the modem of this call can receive."""
    resend_last_page: bool = True
    """Calling: if true, a last page that was refused (RTN) is sent again like any other; else the call ends there."""


@dataclass(frozen=True)
class PageInfo:
    """A page to be sent: its geometry, without its rows."""

    width: Width
    resolution: Resolution
    length: int
    """Rows."""

    @property
    def millimetres(self) -> float:
        """The page's length."""
        return self.length / self.resolution.rows_per_mm


@dataclass(frozen=True)
class OfferedDocument:
    """One of several documents that callers may fetch, and the fields with which they get it."""

    pages: Sequence[PageInfo]
    document: str = ""
    """Its name (SEP); empty: it is what callers get who name none."""
    password: str = field(default="", repr=False)
    """PWD; empty: none is needed."""


NO_OTHERS: Final[Mapping[Paper, Sequence[PageInfo]]] = MappingProxyType({})
"""Of a document whose pages were made once."""

_LENGTH_BITS: Final = {Paper.A4: "00", Paper.B4: "10", Paper.UNLIMITED: "01"}
_LENGTHS: Final = {"00": Paper.A4, "10": Paper.B4, "01": Paper.UNLIMITED, "11": Paper.A4}
"""11 is invalid: only the shortest can be relied on."""
_WIDTHS: Final = {"00": Width.A4, "10": Width.B4, "01": Width.A3, "11": Width.A3}
_WIDTH_BITS: Final = {Width.A4: "00", Width.B4: "10", Width.A3: "01"}

_ROW_TIMES: Final = {
    "000": (20, 20),
    "001": (40, 40),
    "010": (10, 10),
    "100": (5, 5),
    "011": (10, 5),
    "110": (20, 10),
    "101": (40, 20),
    "111": (0, 0),
}
"""Bits 21 to 23 of a DIS: milliseconds a row at 3.85 and at 7.7 rows a millimetre."""
_ROW_TIME_BITS: Final = {0: "111", 5: "100", 10: "010", 20: "000", 40: "001"}


def our_dis(terminal: Terminal, offers_document: bool = False, offered: Sequence[OfferedDocument] = ()) -> Bits:
    """Make the DIS of this terminal: what it can receive, whether it has documents to be polled, and nothing else."""
    guarded = bool(terminal.selection.password) or any(each.password for each in offered)
    chosen = (offers_document and bool(terminal.selection.document)) or any(each.document for each in offered)
    claims = {
        bits.POLLING: offers_document or bool(offered),
        bits.SUB: terminal.takes_sub_address,
        bits.PASSWORD: guarded,
        bits.SEP: chosen,
        bits.FNV: guarded or chosen,
    }
    return Bits.of(*_capability_bits(terminal), *(bit for bit, claimed in claims.items() if claimed))


def our_dtc(terminal: Terminal, selecting: Sequence[Frame]) -> Bits:
    """Make the DTC of this terminal: what it can receive, and which frames go with it to select the document."""
    return Bits.of(*_capability_bits(terminal), bits.FNV, *presence_bits(selecting))


def _capability_bits(terminal: Terminal) -> frozenset[int]:
    extra = {bits.ECM} if terminal.error_correction else set()
    if Coding.MR in terminal.codings:
        extra.add(bits.TWO_DIMENSIONAL)
    if terminal.error_correction and terminal.frame_size == SHORT_ECM_FRAME:
        extra.add(bits.SHORT_FRAMES)
    if terminal.error_correction and Coding.MMR in terminal.codings:
        extra.add(bits.MMR)
    if terminal.error_correction and Coding.JBIG in terminal.codings:
        # The decoder takes stripes of any height.
        extra |= {bits.JBIG, bits.JBIG_L0}
    return Bits.of(
        bits.RECEIVE,
        bits.FINE,
        bits.SUPERFINE,
        bits.METRIC,
        *extra,
        at_11=choose_offer(terminal.max_rate, terminal.receives),
        at_17="01",
        at_19="01",
        at_21="111",
    ).numbers()


@dataclass(frozen=True)
class Offer:
    """The DIS, or the DTC, of the other terminal."""

    bits: Bits

    @staticmethod
    def read(frame: Frame) -> Offer | None:
        """Read a DIS, or a DTC: a terminal that asks for a document can receive one, even if its DTC does not say so.
        None if it is too short.
        """
        said = Bits.parse(frame.fif)
        if said is None:
            return None
        return Offer(said.with_bit(bits.RECEIVE) if frame.fcf is FCF.DTC else said)

    @property
    def has_document(self) -> bool:
        """True if it has a document to be polled."""
        return self.bits[bits.POLLING]

    @property
    def can_receive(self) -> bool:
        """True if it can receive a document at all."""
        return self.bits[bits.RECEIVE]

    def modulations(self, terminal: Terminal) -> tuple[Modulation, ...]:
        """The rungs of the ladder for this call, fastest first."""
        return make_ladder(read_offer(self.bits.group(11, 14)), terminal.max_rate, terminal.sends)

    @property
    def width(self) -> Width:
        """The widest page that it accepts."""
        return _WIDTHS[self.bits.group(17, 18)]

    @property
    def paper(self) -> Paper:
        """The longest page that it accepts."""
        return _LENGTHS[self.bits.group(19, 20)]

    def row_time(self, resolution: Resolution) -> int:
        """Return the fewest milliseconds that a row takes, one of the five values that a DCS can say."""
        standard, fine = _ROW_TIMES[self.bits.group(21, 23)]
        match resolution:
            case Resolution.STANDARD:
                return standard
            case Resolution.SUPERFINE if self.bits[bits.HALF_AT_SUPERFINE]:
                return next(time for time in (0, 5, 10, 20, 40) if time >= fine / 2)
            case _:
                return fine

    def can_print(self, resolution: Resolution) -> bool:
        """Return whether it prints pages of this resolution."""
        return {
            Resolution.STANDARD: True,
            Resolution.FINE: self.bits[bits.FINE],
            Resolution.SUPERFINE: self.bits[bits.SUPERFINE],
        }[resolution]


_CODING_BITS: Final = {Coding.JBIG: bits.JBIG, Coding.MMR: bits.MMR, Coding.MR: bits.TWO_DIMENSIONAL}
"""The bit that asks for a coding in a DCS, best coding first; no bit asks for MH. JBIG is sent with L0 = 128, so never
with bit 79.
"""


@dataclass(frozen=True)
class Agreement:
    """The settings with which one document is sent: the meaning of a DCS."""

    modulation: Modulation
    format: PageFormat
    error_correction: bool
    row_time: int
    """Milliseconds a row at least; 0 with error correction."""
    frame_size: int = ECM_FRAME
    paper: Paper = Paper.UNLIMITED
    says: frozenset[int] = frozenset()
    """Bits that say which frames go with the DCS, and that FNV is understood."""

    def with_modulation(self, modulation: Modulation) -> Agreement:
        """Return the same agreement at another rung of the ladder."""
        return replace(self, modulation=modulation)

    @property
    def min_row_bits(self) -> int:
        """Bits that a row is filled up to at the agreed rate (T.4, 2.2)."""
        return math.ceil(self.modulation.rate * self.row_time / 1000)

    def dcs(self) -> Bits:
        """Make the DCS that asks for it."""
        wanted = {bits.RECEIVE, *self.says}
        if self.format.resolution is Resolution.FINE:
            wanted.add(bits.FINE)
        if self.format.resolution is Resolution.SUPERFINE:
            wanted.add(bits.SUPERFINE)
        if self.format.coding in _CODING_BITS:
            wanted.add(_CODING_BITS[self.format.coding])
        if self.error_correction:
            wanted.add(bits.ECM)
        if self.frame_size != ECM_FRAME:
            wanted.add(bits.SHORT_FRAMES_DCS)
        return Bits.of(
            *wanted,
            at_11=self.modulation.dcs,
            at_17=_WIDTH_BITS[self.format.width],
            at_19=_LENGTH_BITS[self.paper],
            at_21=_ROW_TIME_BITS[0 if self.error_correction else self.row_time],
        )

    def ctc(self) -> bytes:
        """Make the FIF of the CTC that asks to go on at its rung: the first two octets of a DCS, but with the rate bits
        alone, because nothing else can change in a page.
        """
        return Bits.of(at_11=self.modulation.dcs).octets[:2]


def agree(terminal: Terminal, offer: Offer, page: PageInfo) -> Agreement:
    """Agree on how to send this page. CallFailed if the other terminal cannot accept it as it is."""
    if not offer.can_receive:
        raise CallFailed(Outcome.RX_INCAPABLE, "The other fax machine cannot receive at the moment.")
    if page.width.value > offer.width.value:
        raise CallFailed(
            Outcome.INCOMPATIBLE,
            "The other fax machine cannot print pages {width} wide, only {offered}.",
            width=page.width.name,
            offered=offer.width.name,
        )
    # A page of more rows a millimetre than the other end prints is sent with fewer (the line joins rows).
    resolution = next(finer for finer in _list_no_finer(page.resolution) if offer.can_print(finer))
    correct = terminal.error_correction and offer.bits[bits.ECM]
    short = terminal.frame_size == SHORT_ECM_FRAME or offer.bits[bits.SHORT_FRAMES]
    return Agreement(
        modulation=offer.modulations(terminal)[0],
        format=PageFormat(page.width, resolution, _choose_coding(terminal, offer, correct)),
        error_correction=correct,
        row_time=0 if correct else offer.row_time(resolution),
        frame_size=SHORT_ECM_FRAME if correct and short else ECM_FRAME,
        paper=offer.paper,
        says=presence_bits(select_with_document(terminal.selection, offer.bits)) | ({bits.FNV} & offer.bits.numbers()),
    )


def choose_pages(
    offer: Offer, pages: Sequence[PageInfo], shorter: Mapping[Paper, Sequence[PageInfo]], first: int
) -> Paper | None:
    """Choose among these pages and those made for `shorter` paper: None if these will do as they are, or if there are
    no others; else the longest paper that the other terminal prints. Pages before `first` (1 = first) do not count.
    """
    if all(page.millimetres <= offer.paper.longest_mm for page in pages[first - 1 :]):
        return None
    return next((paper for paper in (offer.paper, *offer.paper.shorter) if paper in shorter), None)


def check_lengths(offer: Offer, pages: Sequence[PageInfo], first: int) -> None:
    """Raise CallFailed, before anything is sent, if a page from `first` on (1 = first) is longer than the other
    terminal prints: such a page would be cut off and lose text.
    """
    for number, page in enumerate(pages[first - 1 :], start=first):
        if page.millimetres > offer.paper.longest_mm:
            raise CallFailed(
                Outcome.INCOMPATIBLE,
                "The other fax machine prints pages no longer than {offered}, and page {page} is longer.",
                offered=offer.paper.name,
                page=number,
            )


def _list_no_finer(resolution: Resolution) -> tuple[Resolution, ...]:
    """Return this resolution and every coarser one, finest first."""
    order = (Resolution.SUPERFINE, Resolution.FINE, Resolution.STANDARD)
    return order[order.index(resolution) :]


def _choose_coding(terminal: Terminal, offer: Offer, correct: bool) -> Coding:
    """Return the best coding that both ends know."""
    theirs = {coding for coding, bit in _CODING_BITS.items() if offer.bits[bit]}
    both = theirs if correct else theirs - NEED_CORRECTION
    return next((coding for coding in terminal.codings if coding in both | {Coding.MH}), Coding.MH)


_SAID: Final = frozenset({bits.FNV, bits.SUB, bits.PASSWORD})
UNDERSTOOD: Final = frozenset(
    {
        bits.RECEIVE,
        bits.FINE,
        bits.TWO_DIMENSIONAL,
        bits.ECM,
        bits.SHORT_FRAMES_DCS,
        bits.MMR,
        bits.SUPERFINE,
        # Bits 44 and 45 only say which of two nearly equal resolutions was meant.
        44,
        bits.METRIC,
        bits.JBIG,
        bits.JBIG_L0,
    }
    | _SAID
    | set(range(11, 15))
    | set(range(17, 24))
    | set(bits.EXTENSIONS)
)
"""Bits that may be set in a DCS to this terminal."""

_HARMLESS: Final = frozenset(
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 34, bits.PSA, bits.HALF_AT_SUPERFINE, bits.SEP, 66, 67, 76, 77, 102, 121, 123}
)
"""Bits that some terminals copy into their DCS, and that change nothing in what they send."""


MOST_NAMED: Final = 5
"""Unknown requests of a DCS that a message names at most."""


def read_width(dcs: Bits) -> Width:
    """Read the width of the pages that a DCS announces."""
    return _WIDTHS[dcs.group(17, 18)]


def read_dcs(dcs: Bits, offered_dis: Bits) -> Agreement:
    """Read the agreement that a DCS asks for. CallFailed if it was not offered: the page decoder is never reached."""
    modulation = find_modulation(dcs.group(11, 14))
    strange = _find_not_offered(dcs, offered_dis)
    if strange or modulation is None:
        raise CallFailed(
            Outcome.INCOMPATIBLE,
            "The other fax machine asks for something that was not offered ({what}).",
            what=", ".join(strange[:MOST_NAMED]) + ", ..." * (len(strange) > MOST_NAMED),
        )
    row_time = {code: time for time, code in _ROW_TIME_BITS.items()}.get(dcs.group(21, 23))
    resolution = (
        Resolution.SUPERFINE if dcs[bits.SUPERFINE] else Resolution.FINE if dcs[bits.FINE] else Resolution.STANDARD
    )
    return Agreement(
        modulation=modulation,
        format=PageFormat(read_width(dcs), resolution, _read_coding(dcs)),
        error_correction=dcs[bits.ECM],
        row_time=row_time or 0,
        frame_size=SHORT_ECM_FRAME if dcs[bits.SHORT_FRAMES_DCS] else ECM_FRAME,
        paper=_LENGTHS[dcs.group(19, 20)],
        says=dcs.numbers() & _SAID,
    )


def _find_not_offered(dcs: Bits, dis: Bits) -> list[str]:
    """List, in words, the requests of a DCS that this DIS did not offer."""
    bits_of_offer = (bits.TWO_DIMENSIONAL, bits.ECM, bits.MMR, bits.JBIG, bits.JBIG_L0)
    strange = sorted(dcs.numbers() - UNDERSTOOD - _HARMLESS) + [bit for bit in bits_of_offer if dcs[bit] > dis[bit]]
    words = [bits.NAMES.get(bit, f"bit {bit}") for bit in strange]
    modulation, coding = find_modulation(dcs.group(11, 14)), _read_coding(dcs)
    if modulation not in list_permitted(dis.group(11, 14)):
        words.append(str(modulation or "reserved rate"))
    if dcs.group(17, 18) == "11":
        words.append("reserved width")
    if coding in NEED_CORRECTION and not dcs[bits.ECM]:
        words.append(f"{coding.value} without ECM")
    return words


def _read_coding(dcs: Bits) -> Coding:
    """Read the coding that a DCS asks for. Of several bits the best counts, as HylaFAX and libspandsp read it too."""
    if dcs[bits.JBIG_L0]:  # beside bit 78, or alone, as later versions of libspandsp send it
        return Coding.JBIG
    return next((coding for coding, bit in _CODING_BITS.items() if dcs[bit]), Coding.MH)
