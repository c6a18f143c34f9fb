# SPDX-License-Identifier: GPL-3.0-or-later
"""A printed document handed over to the service, however long that takes.

cupsd gives a job up after five tries (JobRetryLimit), some minutes: a document that was printed while the service was
being upgraded, or its disk was full, would be gone. So it is waited for here, as the backends of network printers wait
for their printers, and a document that only its own person can help is held, which is for as long as they like.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from faxcore.bus import client
from faxcore.contract.bus import ErrorCode
from faxcore.contract.printed import Handover
from faxcore.cups.options import PrintJob
from faxcore.cups.print_refusal import Exit, Refusal
from faxcore.model.sentence import NOTHING, Sentence

FAULTS: Final = 5
"""Faults of the service at one document, after which the document is held: it may be the cause."""

PAUSES: Final = (1.0, 2.0, 5.0, 10.0)
"""Seconds until the next attempt; the last one from then on."""


async def hand_over(pages: BinaryIO, original: BinaryIO, job: PrintJob, say: Callable[[Sentence], None]) -> Handover:
    """Hand a document over; `say` is told what is waited for. Refusal if waiting does not help."""
    said, faults = NOTHING, 0
    for pause in _pauses():
        try:
            return await _hand_over_once(pages, original, job)
        except client.ServiceUnavailable:
            sentence = Sentence("The fax service is not running. The document is kept and tried again.")
        except client.BusError as error:
            sentence = _waited_for(error)
            if not sentence:
                faults += 1
                sentence = Sentence("The fax service failed. The document is kept and tried again.")
            if faults == FAULTS:
                raise Refusal(
                    Exit.HOLD,
                    Sentence("The fax service failed at this document, which is held: release it to try again."),
                ) from None
        if sentence != said:
            say(sentence)
            said = sentence
        await asyncio.sleep(pause)
    raise AssertionError("the pauses have no end")


async def tell_refusal(job: PrintJob, reason: Sentence) -> ErrorCode | None:
    """Tell the person, through the service, why their print job is not faxed, however long that takes. Give the
    service's code if it refuses to: it knows no such person, or fails at it.
    """
    faults = 0
    for pause in _pauses():
        try:
            async with client.connect_intake() as intake:
                await intake.refuse_print(job.identity, reason)
            return None
        except client.ServiceUnavailable:
            faults = 0
        except client.BusError as error:
            faults += error.code is ErrorCode.INTERNAL
            passes = error.code in (ErrorCode.NO_SPACE, ErrorCode.AWAY, ErrorCode.INTERNAL)
            if not passes or faults == FAULTS:
                return error.code
        await asyncio.sleep(pause)
    raise AssertionError("the pauses have no end")


async def _hand_over_once(pages: BinaryIO, original: BinaryIO, job: PrintJob) -> Handover:
    async with client.connect_intake() as intake:
        handover = await intake.submit(pages, original, job.claim)
        # Only now is a print job that comes again a person's wish; until cupsd knows, it is the same one.
        await intake.acknowledge(handover.id)
        return handover


def _pauses() -> Iterator[float]:
    yield from PAUSES
    while True:
        yield PAUSES[-1]


def _waited_for(error: client.BusError) -> Sentence:
    """Say what is waited for after a refusal; NOTHING for a fault of the service. Refusal if waiting does not help. The
    service's own sentence may hold foreign text, and is for the person only.
    """
    match error.code:
        case ErrorCode.NO_SPACE:
            return Sentence("The fax service has no room left on its disk. The document is kept and tried again.")
        case ErrorCode.AWAY:
            return Sentence("The fax service cannot reach its database. The document is kept and tried again.")
        case ErrorCode.DENIED:
            return Sentence("The fax service does not accept documents from this printer: tell the administrator.")
        case ErrorCode.BAD_NUMBER:
            raise Refusal(Exit.CANCEL, Sentence("The fax number is not one that can be dialled."), error.sentence)
        case ErrorCode.BAD_DOCUMENT:
            raise Refusal(Exit.CANCEL, Sentence("The document has no pages that can be faxed."), error.sentence)
        case ErrorCode.BAD_ORDER | ErrorCode.UNKNOWN:
            raise Refusal(
                Exit.CANCEL, Sentence("The fax options or the user of this print job are not known."), error.sentence
            )
        case ErrorCode.TOO_MANY | ErrorCode.STATE:
            # Of this person only: others' documents behind it go on.
            raise Refusal(
                Exit.HOLD,
                Sentence("You have handed in as many faxes as you may. The document is held: release it later."),
                Sentence("{reason} The print job is held: release it later.", {"reason": error.sentence}),
            )
        case _:
            return NOTHING
