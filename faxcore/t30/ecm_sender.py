# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending a page with error correction: T.30, Annex A.

The page is cut into blocks of 256 frames; a block goes out as a burst, and PPS asks for its confirmation. PPR names
the frames to be sent again. After the fourth PPR for one block, CTC asks to go on at a lower rung (A.1.3, A.4.1);
below the last one, EOR gives the page up, and the call goes on with the next.
"""

from __future__ import annotations

from faxcore.model.call import Outcome
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import ECM_FRAME
from faxcore.t30.dialogue import ask, make_carrier
from faxcore.t30.frames import FCF, NULL, Frame, pack_numbers
from faxcore.t30.limits import PPR_LIMIT
from faxcore.t30.line import Script, SendBurst, do
from faxcore.t30.post_message import BEGUN_AGAIN
from faxcore.t30.send_state import SendState, announce_end, confirm, step_down
from faxcore.t30.send_terms import SendTerms

BLOCK_FRAMES = 256
"""Frames in a block at most (A.3.2)."""


def send_corrected_page(
    coded: bytes, command: FCF, page: int, terms: SendTerms, sending: SendState
) -> Script[tuple[Frame, SendTerms]]:
    """Send every block of one page (phases C and D). Returns the answer to the last one: MCF, or another answer in its
    place; DIS or DTC if the other end began phase B again after a block; or ERR, the answer to EOR. With it come the
    terms on which the call goes on: CTC may have changed them.

    `page` is the page counter of the PPS, see `SendState.transmissions`, modulo 256.
    """
    blocks = cut_blocks(coded, terms.agreement.frame_size)
    *before, final = enumerate(blocks)
    for number, block in before:
        answer, terms = yield from _send_block(block, None, page, number % 256, terms, sending)
        if answer is None:
            return (yield from _give_up(command)), terms
        if answer.fcf in BEGUN_AGAIN:
            return answer, terms
        if answer.fcf is not FCF.MCF:
            raise CallFailed(
                Outcome.PROTOCOL, "The other fax machine answered {answer} within a page.", answer=answer.name
            )
    number, block = final
    answer, terms = yield from _send_block(block, command, page, number % 256, terms, sending)
    return answer or (yield from _give_up(command)), terms


def cut_blocks(coded: bytes, frame_size: int = ECM_FRAME) -> list[dict[int, bytes]]:
    """Cut a coded page into blocks: frames by number, the last one of the page padded with zeros."""
    cut = [
        coded[start : start + frame_size].ljust(frame_size, b"\0") for start in range(0, max(len(coded), 1), frame_size)
    ]
    return [dict(enumerate(cut[start : start + BLOCK_FRAMES])) for start in range(0, len(cut), BLOCK_FRAMES)]


def _send_block(
    block: dict[int, bytes], asked: FCF | None, page: int, number: int, terms: SendTerms, sending: SendState
) -> Script[tuple[Frame | None, SendTerms]]:
    """Send one block until it is confirmed (A.5.3): bursts of the missing frames, PPS after each. Returns None in place
    of the answer if it cannot be sent, and the terms as they are then.
    """
    missing, refusals = block, 0
    long_training = False
    while True:
        modulation, sending.phase = terms.agreement.modulation, "C"
        yield from do(SendBurst(modulation, missing, modulation.short_training and not long_training))
        long_training = False
        command = yield from announce_end(asked, sending)
        fcf2 = NULL if command is None else command
        pps = Frame(FCF.PPS, bytes((fcf2,)) + pack_numbers(page, number, len(missing) - 1))
        answer = yield from confirm(pps, sending)
        if answer.fcf is not FCF.PPR:
            return answer, terms
        missing = select_refused_frames(answer.fif, block)
        refusals += 1
        if refusals == PPR_LIMIT:
            if terms.is_lowest:
                return None, terms
            terms = yield from _continue_to_correct(terms, sending)
            refusals, long_training = 0, True


def select_refused_frames(fif: bytes, block: dict[int, bytes]) -> dict[int, bytes]:
    """Select the frames that a PPR asks for: bit 1, the first on the line, is frame 0 (A.4.4).

    A PPR that names no frame of ours cannot be answered as it stands: then all of them are sent again.
    """
    bits = fif.ljust(32, b"\0")
    refused = {number: data for number, data in block.items() if bits[number // 8] & 0x80 >> number % 8}
    return refused or block


def _continue_to_correct(terms: SendTerms, sending: SendState) -> Script[SendTerms]:
    """Send CTC for the next rung down, after the fourth PPR (A.1.3, A.4.1); returns the terms of that rung."""
    lower = step_down(terms, sending)
    answer = yield from ask(make_carrier(Frame(FCF.CTC, lower.agreement.ctc())))
    if answer.fcf is not FCF.CTR:
        raise CallFailed(Outcome.PROTOCOL, "The other fax machine answered {answer} to CTC.", answer=answer.name)
    sending.agreement = lower.agreement
    return lower


def _give_up(command: FCF) -> Script[Frame]:
    """Give the page up with EOR and the command after the page, because there is no lower rung. Even in its middle the
    whole page is given up, because nothing after a gap can be read. Returns ERR.
    """
    answer = yield from ask(make_carrier(Frame(FCF.EOR, bytes((command,)))))
    if answer.fcf is not FCF.ERR:
        raise CallFailed(Outcome.PROTOCOL, "The other fax machine answered {answer} to EOR.", answer=answer.name)
    return answer
