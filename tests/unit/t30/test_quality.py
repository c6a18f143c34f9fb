# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the line is drawn: training checks that are good enough, pages that are confirmed, numbers that wrap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from faxcore.model.page import Coding, PageFormat, Resolution, Width
from faxcore.t30 import line as t30
from faxcore.t30.capabilities import Agreement
from faxcore.t30.ecm_sender import cut_blocks, select_refused_frames
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.modulation import V17_14400
from faxcore.t30.receive_state import ReceiveState
from faxcore.t30.receiver import is_good_training, judge_page

FINE = Agreement(V17_14400, PageFormat(Width.A4, Resolution.FINE, Coding.MR), False, 0)
CORRECTED = replace(FINE, error_correction=True)


def judged(page: t30.PageHeard) -> tuple[FCF, bool]:
    """The answer to a page, and whether it was kept as one that is confirmed."""
    script = judge_page(page, Frame(FCF.EOP), FINE, ReceiveState())
    request, kept = next(script), False
    try:
        while True:
            if isinstance(request, t30.KeepPage):
                kept = request.confirmed
                request = script.send(t30.Kept(0.0, stored=True, rows=page.rows, bad_rows=page.bad_rows))
            else:
                request = script.send(t30.Done(0.0))
    except StopIteration as end:
        return end.value, kept


@pytest.mark.parametrize(
    ("rows", "bad", "run", "rtc", "answer"),
    [
        (1000, 0, 0, True, FCF.MCF),
        (1000, 50, 1, True, FCF.MCF),
        (1000, 51, 1, True, FCF.RTP),
        (1000, 150, 1, True, FCF.RTP),
        (1000, 151, 1, True, FCF.RTN),
        (1000, 50, 39, True, FCF.MCF),
        (1000, 50, 40, True, FCF.RTN),
        (1, 0, 0, True, FCF.MCF),
        (0, 0, 0, True, FCF.RTN),
        (2080, 0, 0, False, FCF.MCF),
        (2070, 0, 0, False, FCF.RTN),
        (0, 0, 0, False, FCF.RTN),
    ],
)
def test_a_page_has_the_answer_that_its_quality_deserves(rows: int, bad: int, run: int, rtc: bool, answer: FCF) -> None:
    assert judged(t30.PageHeard(0.0, rows, bad, run, rtc)) == (answer, answer is not FCF.RTN)


@pytest.mark.parametrize(
    ("bits", "zeros", "ones", "agreement", "good"),
    [
        (21600, 21600, 0, FINE, True),
        (21600, 14400, 2159, FINE, True),
        (21600, 14399, 0, FINE, False),
        (21600, 14400, 2160, FINE, False),
        (0, 0, 0, FINE, False),
        # A drop-out has taken the rest.
        (5500, 5400, 50, CORRECTED, True),
        (5500, 5400, 50, FINE, False),
        (21600, 5399, 0, CORRECTED, False),
        (21600, 5400, 2160, CORRECTED, False),
        (0, 0, 0, CORRECTED, False),
    ],
)
def test_a_training_check_is_good_with_so_many_zeros_without_a_break_and_less_than_a_tenth_wrong(
    bits: int, zeros: int, ones: int, agreement: Agreement, good: bool
) -> None:
    assert is_good_training(t30.TrainingHeard(0.0, bits, zeros, ones), agreement) == good


def test_no_carrier_is_no_good_training() -> None:
    assert not is_good_training(t30.NoCarrier(0.0), CORRECTED)


@pytest.mark.parametrize("size", [256, 64])
def test_a_block_has_256_frames_and_the_last_frame_is_filled_with_zeros(size: int) -> None:
    blocks = cut_blocks(b"\1" * (256 * size + 1), size)
    assert [list(block) for block in blocks] == [list(range(256)), [0]]
    assert blocks[1][0] == b"\1" + bytes(size - 1)
    assert {len(data) for block in blocks for data in block.values()} == {size}


def test_the_first_bit_of_ppr_is_frame_0_and_bits_past_the_block_ask_for_nothing() -> None:
    block = {number: bytes((number,)) for number in range(5)}
    assert list(select_refused_frames(b"\x80" + bytes(31), block)) == [0]
    assert list(select_refused_frames(b"\x08" + b"\xff" * 31, block)) == [4]
    assert list(select_refused_frames(b"\xff" * 32, block)) == [0, 1, 2, 3, 4]
