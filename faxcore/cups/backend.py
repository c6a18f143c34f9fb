# SPDX-License-Identifier: GPL-3.0-or-later
"""The logic of the CUPS backend: takes the documents of a print job, has them drawn, hands them to
the service as one fax, and goes.

Rules, each bought with somebody's vulnerability:

1. Standard error is a command channel: cupsd obeys `PPD:`, `STATE:` and `ATTR:` lines on it. So the channel is taken
   away from everybody else first (`Channel`): libraries and child processes write to nothing, and what we write is
   one of the sentences below, on one line, never a word of the job's.
2. User, title and options are claims of whoever printed; `options` cleans them, the service checks them.
3. It never waits for a person: exit 0 means that the service has the document on disk. For the service it waits
   itself (`handing_over`): cupsd gives up after five tries.
4. What can never succeed is cancelled (exit 5) whatever the queue's error policy is: exit 1 is tried again, five
   times. What only its person can help is held (exit 3), so that the others' documents go on. The queue never stops.
5. Nobody reads cupsd's log: of everything that is cancelled or held, the person who printed is told by the service.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from faxcore.contract.printed import Accepted
from faxcore.cups.channel import Channel
from faxcore.cups.drawing import draw_all
from faxcore.cups.filters_ended import refuse_failed_filters
from faxcore.cups.handing_over import hand_over, tell_refusal
from faxcore.cups.options import BadArguments, PrintJob
from faxcore.cups.print_refusal import Exit, Refusal
from faxcore.cups.taken_documents import Document, receive_file, receive_stream
from faxcore.cups.watched import Killed, run_watched
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.sentence import Sentence
from faxcore.no_core import leave_no_core

DISCOVERY: Final = 'network fax:/ "Facteur Fax" "Fax" "MFG:Facteur;MDL:Fax;CMD:PDF;"'
"""The answer of a backend without arguments: class, address, make and model, name, IEEE 1284 id."""

QUOTED: Final = "lp -o 'fax-last-name=\"de la Tour\"'"
"""A value with spaces as lp must be given it: lp takes one pair of quotes away itself."""


class JobCancelled(BaseException):
    """cupsd ends the job; not an Exception, so that nothing on the way takes it for a failure of its own."""


def main(argv: Sequence[str]) -> int:
    """The backend; its exit code."""
    if len(argv) == 1:
        print(DISCOVERY)
        return Exit.OK
    # Its child, who opens the documents, says of itself whether it may be ended first, which it then could not.
    leave_no_core(looked_into=True)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _cancel)
    channel = Channel()
    try:
        job = PrintJob.from_arguments(argv)
        return _guarded(channel, job, lambda: _take(argv, job, channel))
    except BadArguments:
        channel.say("ERROR", _("This program is started by CUPS only."))
        return Exit.FAILED
    except JobCancelled:
        channel.say("INFO", _("The print job was cancelled; nothing was faxed."))
        return Exit.OK
    finally:
        channel.close()


def _guarded(channel: Channel, job: PrintJob, work: Callable[[], int]) -> int:
    """Do something; whatever goes wrong becomes an exit code, a sentence for cupsd, and a reason for the person."""
    try:
        return work()
    except Refusal as error:
        refusal = error
    except Exception as error:  # noqa: BLE001 - a traceback would put foreign text on cupsd's command channel
        channel.say("DEBUG", _where(error))
        failed = Sentence("The fax printer failed. The document is held: release it to try again.")
        refusal = Refusal(Exit.HOLD, failed)
    channel.say("ERROR", translate(refusal.sentence))
    # A document that is tried again is not refused yet.
    untold = None if refusal.exit_code is Exit.RETRY else asyncio.run(tell_refusal(job, refusal.reason))
    if untold is not None:
        channel.say("DEBUG", f"The service does not tell the person: {untold.value}")
    return refusal.exit_code


def _take(argv: Sequence[str], job: PrintJob, channel: Channel) -> int:
    """Take the documents from cupsd, and have them handed over as one fax; the exit code."""
    with contextlib.ExitStack() as files:
        if len(argv) == 7:
            documents = receive_file(argv[6], files)
        else:
            documents = receive_stream(sys.stdin.buffer, job.number, files)
        _refuse_unclear(job)
        if any(document.label.is_converted for document in documents):
            refuse_failed_filters(job.number, lambda sentence: channel.say("WARNING", sentence))
        ended = _("The fax printer was ended from outside. The document is kept and tried again.")
        try:
            return run_watched(
                lambda: _in_child(channel, job, lambda: _hand_over(documents, job, argv, channel)),
                lambda: channel.say("WARNING", ended),
            )
        except Killed:
            held = Sentence(
                "The fax printer was ended from outside again and again. The document is held: release it later."
            )
            raise Refusal(Exit.HOLD, held) from None


def _refuse_unclear(job: PrintJob) -> None:
    """Refuse a job whose options say who gets it, but not clearly: a word that is left out may be half of that."""
    if job.has_words_left_over:
        unclear = Sentence(
            "A word in the options of this print job belongs to none of them. "
            "Values with spaces stand in quotes: {example}",
            {"example": QUOTED},
        )
        raise Refusal(Exit.CANCEL, unclear)
    if job.has_secret_for_nobody:
        lonely = Sentence("The options of this print job name a sub-address or a password, but no fax number.")
        raise Refusal(Exit.CANCEL, lonely)
    if not job.has_one_number_at_most:
        raise Refusal(Exit.CANCEL, Sentence("The options of this print job name more than one fax number."))


def _in_child(channel: Channel, job: PrintJob, work: Callable[[], int]) -> int:
    try:
        return _guarded(channel, job, work)
    except JobCancelled:
        return Exit.OK  # the first process says so


def _hand_over(documents: Sequence[Document], job: PrintJob, argv: Sequence[str], channel: Channel) -> int:
    """Draw the documents, and hand them over to the service."""
    with tempfile.TemporaryFile() as pages, tempfile.TemporaryFile() as nothing:
        draw_all(documents, pages, job, argv)
        # Several have no one original.
        original = documents[0].file if len(documents) == 1 else nothing
        original.seek(0)
        pages.seek(0)
        handover = asyncio.run(
            hand_over(pages, original, job, lambda sentence: channel.say("WARNING", translate(sentence)))
        )
    if handover.kind is Accepted.JOB:
        channel.say("INFO", _("The fax is in the queue of the fax service."))
    else:
        channel.say("INFO", _("The document waits for its recipient in the fax dialog."))
    return Exit.OK


def _cancel(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: the way out must not be cut short
    raise JobCancelled


def _where(error: Exception) -> str:
    """The kind of a fault and the places in our own code that it went through: nothing of its text."""
    places = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
    )
    return f"{type(error).__name__} in {places}"
