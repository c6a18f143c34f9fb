# SPDX-License-Identifier: GPL-3.0-or-later
"""Receiving a page with error correction: T.30, Annex A.

Frames that arrive whole are collected by number until PPS says how many there are; PPR asks for those that are
missing. A block is accepted only when it is complete, and the page only when its last block is. Page and block counters
tell a repeated PPS from a new one. When the sender gives a page up (EOR, answered with ERR), the part that has arrived
is kept as a partial page, never confirmed, and the call goes on with the next page.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from faxcore.model.call import Outcome
from faxcore.t30.bits import Bits
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import NEED_CORRECTION, Agreement
from faxcore.t30.frames import FCF, Frame, unpack_numbers
from faxcore.t30.limits import MAX_PAGE_OCTETS, T2
from faxcore.t30.line import BurstHeard, ReceiveBurst, Reply, Script, perform
from faxcore.t30.modulation import Modulation, find_modulation
from faxcore.t30.page_storage import keep_page, keep_partial_page
from faxcore.t30.post_message import read_post_message
from faxcore.t30.receive_state import (
    ReceiveState,
    command_key,
    count_incomplete,
    count_page,
    find_page_end,
    is_repeat,
    next_command,
    respond,
    respond_again,
)
from faxcore.t30.receive_terms import ReceiveTerms


@dataclass
class PageInHand:
    """A page that is being received, as far as it has arrived."""

    coded: bytearray = field(default_factory=bytearray)
    """The blocks that are complete."""
    block: dict[int, bytes] = field(default_factory=dict)
    """Frames of the block that is being received."""
    size: int = 0
    """Frames of that block, once a PPS has said it."""
    blocks: int = 0
    """The number of complete blocks."""
    counter: int | None = None
    """The page's number, once a PPS has said it."""
    incomplete: bool = False
    """True if a block of it was given up."""
    heard: dict[int, bytes] = field(default_factory=dict)
    """Frames that have arrived, but no PPS has told yet to which block they belong."""
    kept: bool = False
    """True if it is on its way to the disk, or there."""

    def find_missing(self) -> list[int]:
        """List the frames that are still to come."""
        return [number for number in range(self.size) if number not in self.block]

    def octets_so_far(self) -> bytes:
        """Return the octets that have arrived without a gap."""
        frames, number = self.block | self.heard, 0
        while number in frames:
            number += 1
        return bytes(self.coded) + b"".join(frames[each] for each in range(number))

    def end_block(self, readable_behind_holes: bool) -> None:
        """Append the frames of the block that have arrived to the page.

        At a missing frame the coding breaks off. If the coding can recover (`readable_behind_holes`), octets of zero,
        which are fill (T.4, 2.2), take the place of the missing frames.
        """
        for number in range(max(self.size, *(held + 1 for held in self.block), 0)):
            if number not in self.block:
                self.incomplete = True
            if not self.incomplete or readable_behind_holes:
                self.coded += self.block.get(number, bytes(len(next(iter(self.block.values()), b""))))
        self.block, self.size, self.blocks = {}, 0, self.blocks + 1


def receive_corrected_page(
    terms: ReceiveTerms, receiving: ReceiveState
) -> Script[tuple[tuple[Frame, ...], ReceiveTerms]]:
    """Receive one page (phases C and D); returns the command that ended it as MPS, EOM or EOP, or a new DCS, and the
    terms for the next page.
    """
    page = PageInHand()
    while True:
        try:
            ending, terms = yield from _receive_blocks(page, terms, receiving)
        except CallFailed as failure:
            if not page.kept and failure.outcome is not Outcome.STORAGE and (coded := page.octets_so_far()):
                yield from keep_partial_page(terms.agreement, coded, receiving)
            raise
        if ending[-1].fcf is not FCF.RTN:
            return ending, terms
        page = PageInHand()


def _receive_blocks(
    page: PageInHand, terms: ReceiveTerms, receiving: ReceiveState
) -> Script[tuple[tuple[Frame, ...], ReceiveTerms]]:
    """Receive the blocks of a page one by one; returns the command that ended it, or RTN if it has to be sent again,
    and the terms as they are then.
    """
    while True:
        heard = yield from _hear_burst(len(page.coded), terms, receiving)
        if isinstance(heard, BurstHeard):
            page.heard |= heard.frames
            terms = terms.with_training()
        command = yield from next_command(receiving, terms.find_command_wait(heard), find_page_end(heard))
        last = command[-1]
        if last.fcf is FCF.DCS:
            return command, terms
        if last.fcf is FCF.CTC:
            terms = yield from _follow_ctc(last, terms, receiving)
        elif last.fcf is FCF.RR:
            yield from respond_again(receiving)
        elif is_repeat(receiving, last) and (page.blocks or not page.heard):
            # Our answer was lost. Frames that came again with the command belong to the block before.
            page.heard = {}
            yield from respond_again(receiving)
        elif (last.fcf is FCF.EOR and last.fif) or (last.fcf is FCF.PPS and len(last.fif) >= 4):
            if last.fcf is FCF.PPS and not _is_in_order(last, page):
                page.heard = {}
                yield from _answer_previous(last, receiving)
            else:
                page.block |= page.heard
                ending = yield from _end_block(last, page, terms.agreement, receiving)
                if ending is not FCF.PPS:
                    return (Frame(ending),), terms
            page.heard = {}
        # Anything else is not a command within a page: the echo of our own response, perhaps.


def _is_in_order(pps: Frame, page: PageInHand) -> bool:
    """Return whether a PPS is of the page and the block in hand. If so, its page counter becomes that of the page."""
    counter, block = unpack_numbers(pps.fif)[1:3]
    if page.counter not in (None, counter) or block != page.blocks % 256:
        return False
    page.counter = counter
    return True


def _answer_previous(pps: Frame, receiving: ReceiveState) -> Script[None]:
    """Answer a PPS of another block than the one in hand: if it is the last block that we have confirmed, confirm it
    again. CallFailed if it is any other block: frames of two blocks would be mixed.
    """
    page, block = unpack_numbers(pps.fif)[1:3]
    if receiving.confirmed_block != pps.fif[1:3]:
        raise CallFailed(
            Outcome.PROTOCOL,
            "The other fax machine has lost count (page {page}, block {block}).",
            page=page,
            block=block,
        )
    yield from respond(receiving, Frame(FCF.MCF), command_key(pps))


def pack_missing_frames(missing: list[int], size: int) -> bytes:
    """Make the FIF of a PPR: 256 bits, bit 1 for frame 0; set where a frame is missing, and past the end of the block
    (A.4.4).
    """
    bits = bytearray(32)
    for number in (*missing, *range(size, 256)):
        bits[number // 8] |= 0x80 >> number % 8
    return bytes(bits)


def _hear_burst(block_at: int, terms: ReceiveTerms, receiving: ReceiveState) -> Script[Reply]:
    """Hear the frames of a burst of the block that begins at this octet of the page."""
    agreement, short = terms.agreement, terms.short_training
    receiving.phase = "C"
    request = ReceiveBurst(agreement.modulation, agreement.format, agreement.frame_size, T2, short, block_at)
    heard = yield from perform(request)
    receiving.phase = "D" if isinstance(heard, BurstHeard) else "C"
    return heard


def _read_ending(pps: Frame) -> FCF:
    """Read whether a PPS or EOR ends a page (returned as MPS, EOM or EOP), or only a block (returned as PPS)."""
    try:
        command = read_post_message(pps.fif[0])
    except ValueError as error:
        raise CallFailed(
            Outcome.PROTOCOL, "The other fax machine sent an unknown command ({cause}).", cause=str(error)
        ) from error
    return command or FCF.PPS


def _end_block(command: Frame, page: PageInHand, agreement: Agreement, receiving: ReceiveState) -> Script[FCF]:
    """Answer a PPS or EOR for the block in hand. Returns MPS, EOM or EOP when the page is complete or given up, PPS
    when more of it is to come, RTN when it has to be sent again.
    """
    ending = _read_ending(command)
    if command.fcf is FCF.PPS:
        # Only the first PPS of a block counts all of its frames; later ones count those that were sent again.
        page.size = max(page.size, unpack_numbers(command.fif)[3] + 1)
        if missing := page.find_missing():
            yield from respond(receiving, Frame(FCF.PPR, pack_missing_frames(missing, page.size)))
            return FCF.PPS
        receiving.rounds = 0
    page.end_block(agreement.format.coding not in NEED_CORRECTION)
    page.incomplete |= command.fcf is FCF.EOR
    if len(page.coded) > MAX_PAGE_OCTETS:
        raise CallFailed(Outcome.PROTOCOL, "The other fax machine sends a page that never ends.")
    answer = FCF.ERR if command.fcf is FCF.EOR else FCF.MCF
    if ending is not FCF.PPS and not (yield from _keep_page(page, command, agreement, receiving)):
        # Every frame was right, but the page in them is broken: the sender is told, and may send it again.
        answer = ending = FCF.RTN
    yield from respond(receiving, Frame(answer), command_key(command))
    return ending


def _keep_page(page: PageInHand, command: Frame, agreement: Agreement, receiving: ReceiveState) -> Script[bool]:
    """Keep the page; returns whether it may be confirmed: not if it is broken although all its frames are there."""
    page.kept = True
    if page.incomplete:
        if page.coded:
            yield from keep_page(agreement, bytes(page.coded), False, command, receiving)
        yield from count_incomplete(receiving)
        return True
    kept = yield from keep_page(agreement, bytes(page.coded), True, command, receiving)
    if kept.rows == 0 or kept.broken:
        return False
    yield from count_page(receiving, kept)
    return True


def _follow_ctc(ctc: Frame, terms: ReceiveTerms, receiving: ReceiveState) -> Script[ReceiveTerms]:
    """Follow a CTC: the sender continues at another rung, without a training check, with long training (A.4.1). A CTC
    that is too short to name a rung is taken to mean the present one.
    """
    modulation: Modulation | None = terms.agreement.modulation
    if len(ctc.fif) >= 2:
        modulation = find_modulation(Bits(ctc.fif).group(11, 14))
    if modulation is None or not terms.permits(modulation):
        raise CallFailed(Outcome.PROTOCOL, "The other fax machine asked for a speed that was not offered.")
    terms = terms.with_modulation(modulation)
    receiving.agreement = terms.agreement
    yield from respond(receiving, Frame(FCF.CTR))
    return terms
