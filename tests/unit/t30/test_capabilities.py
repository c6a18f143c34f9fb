# SPDX-License-Identifier: GPL-3.0-or-later
"""What two terminals agree on: never what one of them did not offer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.model.call import Outcome
from faxcore.model.page import Coding, PageFormat, Resolution, Width
from faxcore.model.paper import Paper
from faxcore.t30 import bits
from faxcore.t30.bits import EXTENSIONS, Bits
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import (
    Agreement,
    Offer,
    PageInfo,
    Terminal,
    agree,
    check_lengths,
    choose_pages,
    codings,
    our_dis,
    read_dcs,
)
from faxcore.t30.modulation import ALL, OFFERS, Modulation, find_modulation, list_permitted, make_ladder, read_offer
from faxcore.t30.selective import Selection

CODINGS = st.permutations(list(Coding)).flatmap(lambda order: st.integers(0, 3).map(lambda count: tuple(order[:count])))
TERMINALS = st.builds(
    Terminal,
    error_correction=st.booleans(),
    codings=CODINGS,
    max_rate=st.sampled_from([2400, 4800, 9600, 12000, 14400, 33600]),
)
PAGES = st.builds(PageInfo, st.sampled_from(Width), st.sampled_from(Resolution), st.integers(1, 12_000))
FIFS = st.binary(min_size=3, max_size=20)
CODES = frozenset({*range(11, 15), *range(17, 24)})
"""Bits of a DIS that are a code together, so that no single one of them is an offer."""


def read(fif: bytes) -> Offer:
    dis = Bits.parse(fif)
    assert dis is not None
    return Offer(dis)


@pytest.mark.parametrize(
    ("max_rate", "group"),
    [(14400, "1101"), (12000, "1100"), (9600, "1100"), (7200, "0100"), (4800, "0100"), (2400, "0000")],
)
def test_a_dis_offers_no_more_than_the_rate_that_is_wanted(max_rate: int, group: str) -> None:
    assert our_dis(Terminal(max_rate=max_rate)).group(11, 14) == group


@given(fif=FIFS, terminal=TERMINALS, page=PAGES)
def test_no_bit_of_a_dcs_is_set_whose_dis_bit_is_clear(fif: bytes, terminal: Terminal, page: PageInfo) -> None:
    offer = read(fif)
    try:
        agreement = agree(terminal, offer, page)
    except CallFailed as failure:
        assert failure.outcome in (Outcome.RX_INCAPABLE, Outcome.INCOMPATIBLE)
        return
    dcs = agreement.dcs()
    # Every terminal with error correction takes short frames: no bit of a DIS offers them, bit 7 only prefers them.
    claimed = dcs.numbers() - CODES - set(EXTENSIONS) - {bits.SHORT_FRAMES_DCS}
    assert claimed <= offer.bits.numbers()
    assert not dcs[bits.SHORT_FRAMES_DCS] or agreement.error_correction
    assert agreement.modulation in read_offer(offer.bits.group(11, 14))
    assert agreement.modulation.rate <= max(terminal.max_rate, read_offer(offer.bits.group(11, 14))[-1].rate)
    assert agreement.format.width.value <= offer.width.value
    assert agreement.format.coding in (*terminal.codings, Coding.MH)
    assert agreement.error_correction <= terminal.error_correction
    assert agreement.paper is offer.paper
    assert dcs.group(19, 20) == (offer.bits.group(19, 20) if offer.bits.group(19, 20) != "11" else "00")


@given(fif=FIFS, terminal=TERMINALS, page=PAGES)
def test_what_we_ask_for_is_read_as_it_was_meant(fif: bytes, terminal: Terminal, page: PageInfo) -> None:
    try:
        agreement = agree(terminal, read(fif), page)
    except CallFailed:
        return
    sent = Bits.parse(agreement.dcs().octets)
    assert sent is not None
    assert read_dcs(sent, our_dis(Terminal(codings=codings(jbig=True)))) == agreement


@given(ours=TERMINALS, theirs=TERMINALS, page=PAGES)
def test_two_of_us_always_agree(ours: Terminal, theirs: Terminal, page: PageInfo) -> None:
    dis = our_dis(theirs)
    agreement = agree(ours, Offer(dis), page)
    assert read_dcs(agreement.dcs(), dis) == agreement
    assert agreement.format.width is page.width
    assert agreement.format.resolution is page.resolution


@given(fif=FIFS, terminal=TERMINALS)
def test_any_dcs_is_an_agreement_or_refused(fif: bytes, terminal: Terminal) -> None:
    dcs = Bits.parse(fif)
    assert dcs is not None
    try:
        agreement = read_dcs(dcs, our_dis(terminal))
    except CallFailed as failure:
        assert failure.outcome is Outcome.INCOMPATIBLE
        return
    assert agreement.error_correction <= terminal.error_correction
    assert agreement.format.coding in (*terminal.codings, Coding.MH)
    assert agreement.modulation in ALL


PLAIN = Agreement(ALL[0], PageFormat(Width.A4, Resolution.FINE, Coding.MH), False, 0)


@pytest.mark.parametrize(
    "bit",
    [26, 36, 42, 43, 51, 53, 54, 55, 57, 59, 60, 62, 65, 68, 69, 71, 78, 79, 81, 82, 84, 92, 97, 105, 106, 110, 127],
)
def test_what_is_not_offered_is_refused_before_any_decoder(bit: int) -> None:
    dcs = Bits.of(*(PLAIN.dcs().numbers() - set(EXTENSIONS)), bit)
    with pytest.raises(CallFailed) as raised:
        read_dcs(dcs, our_dis(Terminal()))
    assert raised.value.outcome is Outcome.INCOMPATIBLE


WITH_JBIG = Terminal(codings=codings(jbig=True))
A4_FINE = PageInfo(Width.A4, Resolution.FINE, 2286)


def test_jbig_is_off_unless_it_is_asked_for_and_needs_error_correction() -> None:
    assert Coding.JBIG not in Terminal().codings
    assert codings(jbig=False) == Terminal().codings
    for terminal, offered_bits in (
        (Terminal(), set()),
        (WITH_JBIG, {bits.JBIG, bits.JBIG_L0}),
        (Terminal(error_correction=False, codings=WITH_JBIG.codings), set()),
    ):
        assert our_dis(terminal).numbers() & {bits.JBIG, bits.JBIG_L0} == offered_bits


@pytest.mark.parametrize(
    ("offer", "coding"),
    [
        ((bits.ECM, bits.JBIG, bits.JBIG_L0, bits.MMR, bits.TWO_DIMENSIONAL), Coding.JBIG),
        ((bits.ECM, bits.JBIG, bits.MMR, bits.TWO_DIMENSIONAL), Coding.JBIG),
        ((bits.ECM, bits.JBIG), Coding.JBIG),
        ((bits.ECM, bits.JBIG_L0, bits.MMR), Coding.MMR),
        ((bits.ECM, bits.MMR, bits.TWO_DIMENSIONAL), Coding.MMR),
        ((bits.ECM, bits.TWO_DIMENSIONAL), Coding.MR),
        ((bits.ECM,), Coding.MH),
        ((bits.JBIG, bits.JBIG_L0, bits.MMR, bits.TWO_DIMENSIONAL), Coding.MR),
        ((bits.JBIG,), Coding.MH),
    ],
)
def test_the_best_coding_that_both_have_is_used(offer: tuple[int, ...], coding: Coding) -> None:
    agreement = agree(WITH_JBIG, Offer(Bits.of(bits.RECEIVE, bits.FINE, *offer, at_11="1101")), A4_FINE)
    assert agreement.format.coding is coding
    coding_bits = {bits.JBIG, bits.JBIG_L0, bits.MMR, bits.TWO_DIMENSIONAL}
    asked_for = agreement.dcs().numbers() & coding_bits
    assert len(asked_for) == (coding is not Coding.MH), "one coding, one bit"
    assert bits.JBIG_L0 not in asked_for


@pytest.mark.parametrize("bit", [bits.JBIG, bits.JBIG_L0])
def test_jbig_without_error_correction_or_offer_is_refused(bit: int) -> None:
    dcs = {bits.RECEIVE, bits.FINE, bit}
    corrected = Bits.of(*dcs, bits.ECM, at_11="0001")
    assert read_dcs(corrected, our_dis(WITH_JBIG)).format.coding is Coding.JBIG
    for asking, terminal in ((Bits.of(*dcs, at_11="0001"), WITH_JBIG), (corrected, Terminal())):
        with pytest.raises(CallFailed) as raised:
            read_dcs(asking, our_dis(terminal))
        assert raised.value.outcome is Outcome.INCOMPATIBLE


@pytest.mark.parametrize("group", [f"{code:04b}" for code in range(16)])
def test_a_reserved_speed_is_safe_both_ways(group: str) -> None:
    rungs = read_offer(group)
    assert rungs
    assert set(rungs) <= set(ALL)
    if group not in OFFERS:
        assert all(rung.name == "V.27ter" for rung in rungs)
    known = find_modulation(group)
    assert known is None or known.dcs == group


@given(rate=st.integers(0, 40_000), group=st.sampled_from(sorted(OFFERS)))
def test_a_ladder_goes_down_and_is_never_empty(rate: int, group: str) -> None:
    rungs = make_ladder(read_offer(group), rate)
    assert rungs
    assert [rung.rate for rung in rungs] == sorted((rung.rate for rung in rungs), reverse=True)


@pytest.mark.parametrize(
    ("group", "standard", "fine"),
    [
        ("000", 20, 20),
        ("001", 40, 40),
        ("010", 10, 10),
        ("100", 5, 5),
        ("011", 10, 5),
        ("110", 20, 10),
        ("101", 40, 20),
        ("111", 0, 0),
    ],
)
def test_row_times_are_those_of_the_table(group: str, standard: int, fine: int) -> None:
    offer = Offer(Bits.of(bits.RECEIVE, at_21=group))
    assert (offer.row_time(Resolution.STANDARD), offer.row_time(Resolution.FINE)) == (standard, fine)


def test_half_the_row_time_at_superfine_is_rounded_up_to_what_a_dcs_can_say() -> None:
    times = {
        group: Offer(Bits.of(bits.RECEIVE, bits.SUPERFINE, bits.HALF_AT_SUPERFINE, at_21=group)).row_time(
            Resolution.SUPERFINE
        )
        for group in ("000", "001", "010", "100", "111")
    }
    assert times == {"000": 10, "001": 20, "010": 5, "100": 5, "111": 0}


def test_rows_are_filled_to_the_time_at_the_agreed_rate() -> None:
    agreement = Agreement(find_modulation("1000") or ALL[0], PLAIN.format, False, 20)
    assert agreement.min_row_bits == 192
    assert agreement.with_modulation(find_modulation("0000") or ALL[0]).min_row_bits == 48


@pytest.mark.parametrize(
    ("group", "longest"), [("00", Paper.A4), ("10", Paper.B4), ("01", Paper.UNLIMITED), ("11", Paper.A4)]
)
def test_a_page_that_is_longer_than_the_other_end_prints_is_refused(group: str, longest: Paper) -> None:
    offer = Offer(Bits.of(bits.RECEIVE, bits.FINE, at_19=group))
    assert offer.paper is longest
    for rows, fits in ((2286, Paper.A4), (2292, Paper.A4), (2750, Paper.B4), (4000, Paper.UNLIMITED)):
        pages = [A4_FINE, PageInfo(Width.A4, Resolution.FINE, rows)]
        order = (Paper.A4, Paper.B4, Paper.UNLIMITED)
        if order.index(fits) <= order.index(longest):
            check_lengths(offer, pages, 1)
            continue
        with pytest.raises(CallFailed, match="page 2 is longer") as raised:
            check_lengths(offer, pages, 1)
        assert raised.value.outcome is Outcome.INCOMPATIBLE
        check_lengths(offer, [pages[1], A4_FINE], 2)


def test_the_pages_for_the_longest_paper_that_it_prints_are_chosen() -> None:
    legal, b4, a4 = (PageInfo(Width.A4, Resolution.FINE, rows) for rows in (4000, 2800, 2286))
    a4_only, up_to_b4, any_length = (Offer(Bits.of(bits.RECEIVE, at_19=group)) for group in ("00", "10", "01"))
    both = {Paper.B4: [a4, b4], Paper.A4: [a4, a4, a4]}
    pages = [a4, legal]
    assert choose_pages(any_length, pages, both, 1) is None
    assert choose_pages(up_to_b4, pages, both, 1) is Paper.B4
    assert choose_pages(a4_only, pages, both, 1) is Paper.A4
    assert choose_pages(up_to_b4, pages, {Paper.A4: [a4, a4, a4]}, 1) is Paper.A4, "shorter ones can be printed too"
    assert choose_pages(a4_only, pages, {}, 1) is None, "what cannot be printed is refused behind it"
    assert choose_pages(a4_only, [legal, a4], both, 2) is None, "a page that is confirmed is not sent again"
    assert choose_pages(up_to_b4, [a4, b4], both, 1) is None


CLAIMED = {10, *range(11, 15), 15, 16, *range(17, 24), 27, 31, 41, 45}
"""Bits that every DIS of ours may set; those below only where the settings say so."""
CLAIMED_WHERE_ASKED = {bits.POLLING, bits.SHORT_FRAMES, bits.FNV, bits.SEP, bits.SUB, bits.PASSWORD, 78, 79}


@given(terminal=TERMINALS, offers=st.booleans(), takes=st.booleans(), guard=st.sampled_from(["", "12"]))
def test_a_dis_claims_nothing_that_we_cannot_do(terminal: Terminal, offers: bool, takes: bool, guard: str) -> None:
    terminal = replace(terminal, takes_sub_address=takes, selection=Selection(password=guard, document=guard))
    claimed = our_dis(terminal, offers).numbers() - set(EXTENSIONS)
    assert claimed <= CLAIMED | CLAIMED_WHERE_ASKED
    assert (bits.POLLING in claimed, bits.SUB in claimed) == (offers, takes)
    assert (bits.PASSWORD in claimed, bits.SEP in claimed) == (bool(guard), bool(guard and offers))
    assert claimed & {bits.MMR, bits.JBIG, bits.SHORT_FRAMES} == set() or bits.ECM in claimed
    assert bits.RECEIVE in claimed


def test_a_dis_with_nothing_asked_for_is_this() -> None:
    assert our_dis(Terminal()) == Bits.of(10, 15, 16, 27, 31, 41, 45, at_11="1101", at_17="01", at_19="01", at_21="111")


REFUSED = {
    25,
    26,
    29,
    30,
    36,
    37,
    38,
    39,
    42,
    43,
    *range(51, 56),
    *range(57, 64),
    65,
    *range(68, 72),
    73,
    74,
    75,
    78,
    79,
}
REFUSED |= {*range(81, 88), *range(89, 96), 97, 98, 99, 100, 101, 103, *range(105, 112), *range(113, 120), 122}
REFUSED |= {124, 125, 126, 127}


@pytest.mark.parametrize("bit", sorted({*range(1, 128)} - CODES - set(EXTENSIONS)))
def test_each_bit_of_a_dcs_is_understood_harmless_or_refused(bit: int) -> None:
    dcs = Bits.of(*(PLAIN.dcs().numbers() - set(EXTENSIONS)), bits.ECM, bit)
    try:
        read_dcs(dcs, our_dis(Terminal()))
    except CallFailed as failure:
        assert bit in REFUSED
        assert failure.outcome is Outcome.INCOMPATIBLE
        assert bits.NAMES.get(bit, f"bit {bit}") in str(failure.reason)
    else:
        assert bit not in REFUSED


@pytest.mark.parametrize(("group", "width"), [("00", Width.A4), ("10", Width.B4), ("01", Width.A3), ("11", Width.A3)])
def test_a_width_is_read_and_the_invalid_one_as_the_widest(group: str, width: Width) -> None:
    offer = Offer(Bits.of(bits.RECEIVE, bits.FINE, at_17=group))
    assert offer.width is width
    for page_width in Width:
        page = PageInfo(page_width, Resolution.FINE, 100)
        if page_width.value > width.value:
            with pytest.raises(CallFailed, match="cannot print pages"):
                agree(Terminal(), offer, page)
        else:
            code = {Width.A4: "00", Width.B4: "10", Width.A3: "01"}[page_width]
            assert agree(Terminal(), offer, page).dcs().group(17, 18) == code


@pytest.mark.parametrize(
    ("rung", "group"),
    [
        ("V.27ter 2400", "0000"),
        ("V.27ter 4800", "0100"),
        ("V.29 9600", "1000"),
        ("V.29 7200", "1100"),
        ("V.17 14400", "0001"),
        ("V.17 12000", "0101"),
        ("V.17 9600", "1001"),
        ("V.17 7200", "1101"),
    ],
)
def test_a_dcs_asks_for_a_rung_as_the_table_has_it(rung: str, group: str) -> None:
    (modulation,) = [candidate for candidate in ALL if str(candidate) == rung]
    assert PLAIN.with_modulation(modulation).dcs().group(11, 14) == group
    assert find_modulation(group) is modulation


@pytest.mark.parametrize(
    ("group", "rungs"),
    [
        ("0000", [2400]),
        ("0100", [4800, 2400]),
        ("1000", [9600, 7200]),
        ("1100", [9600, 7200, 4800, 2400]),
        ("1101", [14400, 12000, 9600, 9600, 7200, 4800, 2400]),
    ],
)
def test_a_dis_offers_the_rungs_of_the_table(group: str, rungs: list[int]) -> None:
    assert [rung.rate for rung in read_offer(group)] == rungs
    for rung in ALL:
        dcs, dis = PLAIN.with_modulation(rung).dcs(), Bits.of(bits.RECEIVE, bits.FINE, at_11=group)
        if rung in list_permitted(group):
            assert read_dcs(dcs, dis).modulation is rung
        else:
            with pytest.raises(CallFailed, match="was not offered"):
                read_dcs(dcs, dis)


def test_a_dcs_is_no_longer_than_its_last_bit() -> None:
    dis = Bits.of(10, 15, 16, 27, 31, 33, 41, 78, 100, 127, at_11="1101", at_21="111")
    lengths = {}
    for resolution in Resolution:
        page = PageInfo(Width.A4, resolution, 100)
        lengths[resolution] = len(
            agree(Terminal(error_correction=False), Offer(Bits.of(*BASE, *SUPER)), page).dcs().octets
        )
    assert lengths == {Resolution.STANDARD: 3, Resolution.FINE: 3, Resolution.SUPERFINE: 6}
    assert len(agree(Terminal(), Offer(dis), A4_FINE).dcs().octets) == 5
    assert len(agree(WITH_JBIG, Offer(dis), A4_FINE).dcs().octets) == 10


BASE, SUPER = (10, 15, 16, 27, 31), (41,)


def test_a_row_takes_no_time_with_error_correction() -> None:
    offer = Offer(Bits.of(*BASE, at_11="1101", at_21="000"))
    assert agree(Terminal(), offer, A4_FINE).dcs().group(21, 23) == "111"
    assert agree(Terminal(error_correction=False), offer, A4_FINE).dcs().group(21, 23) == "000"


@pytest.mark.parametrize("rung", ALL, ids=str)
@pytest.mark.parametrize("resolution", Resolution, ids=lambda each: each.value)
def test_a_ctc_says_the_speed_and_nothing_else(rung: Modulation, resolution: Resolution) -> None:
    dis = Offer(Bits.of(*BASE, *SUPER, at_11="1101"))
    agreement = agree(Terminal(), dis, replace(A4_FINE, resolution=resolution)).with_modulation(rung)
    said = Bits(agreement.ctc())
    assert (len(said.octets), said.group(11, 14)) == (2, rung.dcs)
    assert said.numbers() <= {11, 12, 13, 14}
