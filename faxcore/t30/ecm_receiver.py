# SPDX-License-Identifier: GPL-3.0-or-later
"""Receiving a page with error correction: T.30, Annex A.

Frames that arrive whole are collected by number until PPS says how many there are; PPR asks for those that are
missing. A block is taken only when it is complete, and the page only when its last block is. Page and block counters
tell a repeated PPS from a new one.
"""

from __future__ import annotations

from faxcore.call import Outcome
from faxcore.t30.bits import Bits
from faxcore.t30.dialogue import T2
from faxcore.t30.failure import CallFailed
from faxcore.t30.frames import FCF, Frame, post_message, unpack_numbers
from faxcore.t30.line import BurstHeard, ReceiveBurst, Script, perform
from faxcore.t30.modulation import asked
from faxcore.t30.receiving import (
    Receiving,
    count_page,
    identity,
    keep_page,
    next_command,
    repeated,
    respond,
    respond_again,
)

MAX_PAGE_OCTETS = 4 * 1024 * 1024
"""Coded octets of one page after which no more are taken: the largest page, uncompressed, is a quarter of it."""


def receive_corrected_page(receiving: Receiving) -> Script[tuple[Frame, ...]]:
    """Phases C and D of one page; returns the command that ended it as MPS, EOM or EOP, or a new DCS."""
    page = bytearray()
    block: dict[int, bytes] = {}
    size = blocks = 0
    """Frames of the block, once a PPS has said it; blocks of the page that are whole."""
    counter: int | None = None  # the page's number, once a PPS has said it
    while True:
        heard = yield from _hear_burst(receiving, len(page))
        block.update(heard)
        command = yield from next_command(receiving, receiving.image_seconds)
        last = command[-1]
        if last.fcf is FCF.DCS:
            return command
        if last.fcf is FCF.CTC:
            yield from _lower_rate(last, receiving)
        elif last.fcf is FCF.EOR:
            yield from _give_up(last, receiving)
        elif last.fcf is FCF.RR:
            yield from respond_again(receiving)
        elif repeated(receiving, last) and (blocks or not heard):
            # Our answer was lost. Frames that came with the command once more belong to the block before.
            block.clear()
            yield from respond_again(receiving)
        elif last.fcf is FCF.PPS and len(last.fif) >= 4:
            counter = _check_counters(last, counter, blocks)
            # Only the first PPS of a block counts all of its frames; later ones count those that were sent again.
            size = max(size, unpack_numbers(last.fif)[3] + 1)
            missing = [number for number in range(size) if number not in block]
            if missing:
                yield from respond(receiving, Frame(FCF.PPR, refuse(missing, size)))
                continue
            page += b"".join(block[number] for number in range(size))
            block, size, blocks = {}, 0, blocks + 1
            ending = _ending(last)
            if (yield from _end_block(last, ending, bytes(page), receiving)):
                return (Frame(ending),)
            if ending is not FCF.PPS:
                page.clear()
                blocks, counter = 0, None
        # Anything else is no command within a page: the echo of our own response, perhaps.


def _check_counters(pps: Frame, counter: int | None, blocks: int) -> int:
    """The page counter of a PPS. CallFailed where it is of another page or block than the one in hand: frames of two
    would be mixed.
    """
    page, block = unpack_numbers(pps.fif)[1:3]
    if counter not in (None, page) or block != blocks % 256:
        raise CallFailed(
            Outcome.PROTOCOL,
            "The other fax machine has lost count (page {page}, block {block}).",
            page=page,
            block=block,
        )
    return page


def refuse(missing: list[int], size: int) -> bytes:
    """The FIF of a PPR: 256 bits, bit 1 for frame 0; set where a frame is missing, and past the end of the block
    (A.4.4).
    """
    bits = bytearray(32)
    for number in (*missing, *range(size, 256)):
        bits[number // 8] |= 0x80 >> number % 8
    return bytes(bits)


def _hear_burst(receiving: Receiving, block_at: int) -> Script[dict[int, bytes]]:
    agreement = receiving.agreement
    assert agreement is not None
    short = receiving.short_training
    request = ReceiveBurst(agreement.modulation, agreement.format, agreement.frame_size, T2, short, block_at)
    heard = yield from perform(request)
    if not isinstance(heard, BurstHeard):
        return {}
    receiving.trained = True
    return heard.frames


def _ending(pps: Frame) -> FCF:
    """What a PPS or EOR ends: a page, as MPS, EOM or EOP, or only a block, as PPS."""
    try:
        command = post_message(pps.fif[0])
    except ValueError as error:
        raise CallFailed(
            Outcome.PROTOCOL, "The other fax machine sent an unknown command ({cause}).", cause=error
        ) from error
    return command or FCF.PPS


def _end_block(pps: Frame, ending: FCF, page: bytes, receiving: Receiving) -> Script[bool]:
    """A block is complete: confirm it, and with the last block of a page keep the page first. Whether the page
    ended.
    """
    receiving.rounds = 0
    ended = ending is not FCF.PPS
    answer = FCF.MCF
    if len(page) > MAX_PAGE_OCTETS:
        raise CallFailed(Outcome.PROTOCOL, "The other fax machine sends a page without end.")
    if ended:
        kept = yield from keep_page(receiving, page, confirmed=True)
        if kept.rows == 0 or kept.broken:
            # Every frame was right, yet the page in them is not: the sender is told, and may send it again.
            answer = FCF.RTN
        else:
            yield from count_page(receiving, kept)
    yield from respond(receiving, Frame(answer), identity(pps))
    return ended and answer is FCF.MCF


def _lower_rate(ctc: Frame, receiving: Receiving) -> Script[None]:
    """CTC: the sender goes on at another rung, without a training check, and trains the long way (A.4.3)."""
    assert receiving.agreement is not None
    modulation = asked(Bits(ctc.fif).group(11, 14))
    if modulation is None:
        raise CallFailed(Outcome.PROTOCOL, "The other fax machine asked for a speed that does not exist.")
    receiving.agreement = receiving.agreement.at(modulation)
    receiving.trained = False
    yield from respond(receiving, Frame(FCF.CTR))


def _give_up(eor: Frame, receiving: Receiving) -> Script[None]:
    """EOR: the sender gives this page, or the rest of it, up (A.4.3). It is answered with ERR, and the call ends: a
    document with a hole in its middle is no document.
    """
    yield from respond(receiving, Frame(FCF.ERR), identity(eor))
    raise CallFailed(Outcome.PROTOCOL, "The other fax machine gave a page up because the line was too bad.")
