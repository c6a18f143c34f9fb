# SPDX-License-Identifier: GPL-3.0-or-later
"""The logic of the CUPS backend: takes the documents of a print job, has them drawn, hands them to
the service as one fax, and goes.

Rules, each bought with somebody's vulnerability:

1. Standard error is a command channel: cupsd obeys `PPD:`, `STATE:` and `ATTR:` lines on it. So the channel is taken
   away from everybody else first (`Channel`): libraries and child processes write to nothing, and what we write is
   one of the sentences below, on one line, never a word of the job's.
2. User, title and options are claims of whoever printed; `cups_options` cleans them, the service checks them.
3. It never waits for a person: exit 0 means that the service has the document on disk. For the service it waits
   itself (`handing_over`): cupsd gives up after five tries.
4. What can never succeed is cancelled (exit 5) whatever the queue's error policy is: exit 1 is tried again, five
   times. What only its person can help is held (exit 3), so that the others' documents go on. The queue never stops.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import BinaryIO, Final

from faxcore.contract.bus import Accepted
from faxcore.cups.converting import make_drawable
from faxcore.cups.filters_ended import refuse_failed_filters
from faxcore.cups.handing_over import Exit, Refusal, hand_over
from faxcore.cups.options import RESOLUTIONS, BadArguments, PrintJob
from faxcore.cups.taken_documents import Document, receive_file, receive_stream
from faxcore.cups.watched import Killed, run_watched
from faxcore.document import renderer
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.join import join_pages
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.page import Resolution
from faxcore.model.text import clean_text

DISCOVERY: Final = 'network fax:/ "Facteur Fax" "Fax" "MFG:Facteur;MDL:Fax;CMD:PDF;"'
"""The answer of a backend without arguments: class, address, make and model, name, IEEE 1284 id."""

QUOTED: Final = "lp -o 'fax-last-name=\"de la Tour\"'"
"""A value with spaces as lp must be given it: lp takes one pair of quotes away itself."""


class JobCancelled(BaseException):
    """cupsd ends the job; not an Exception, so that nothing on the way takes it for a failure of its own."""


class Channel:
    """The one way to cupsd's ear. Made first: from then on nothing else reaches standard error."""

    def __init__(self) -> None:
        sys.stderr.flush()
        self._out = os.dup(2)  # not inheritable: no child process gets it
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        os.close(nothing)

    def say(self, level: str, sentence: str) -> None:
        """One status line; what is not printable in it goes, so that it stays one line."""
        line = f"{level}: {clean_text(sentence, 500)}\n".encode("utf-8", "replace")
        try:
            os.write(self._out, line)
        except OSError:
            return  # cupsd went away: there is nobody left to tell

    def close(self) -> None:
        """Give standard error back (for tests, which call `main` in their own process)."""
        os.dup2(self._out, 2)
        os.close(self._out)


def main(argv: Sequence[str]) -> int:
    """The backend; its exit code."""
    if len(argv) == 1:
        print(DISCOVERY)
        return Exit.OK
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _cancel)
    channel = Channel()
    try:
        return _guarded(channel, lambda: _take(argv, channel))
    except JobCancelled:
        channel.say("INFO", _("The print job was cancelled; nothing was faxed."))
        return Exit.OK
    finally:
        channel.close()


def _guarded(channel: Channel, work: Callable[[], int]) -> int:
    """Do something; whatever goes wrong becomes a sentence and an exit code."""
    try:
        return work()
    except Refusal as refusal:
        channel.say("ERROR", refusal.sentence)
        return refusal.exit_code
    except BadArguments:
        channel.say("ERROR", _("This program is started by CUPS only."))
        return Exit.FAILED
    except Exception as error:  # noqa: BLE001 - a traceback would put foreign text on cupsd's command channel
        channel.say("DEBUG", _where(error))
        channel.say("ERROR", _("The fax printer failed. The document is held: release it to try again."))
        return Exit.HOLD


def _take(argv: Sequence[str], channel: Channel) -> int:
    """Take the documents from cupsd, and have them handed over as one fax; the exit code."""
    job = PrintJob.from_arguments(argv)
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
                lambda: _in_child(channel, lambda: _hand_over(documents, job, argv, channel)),
                lambda: channel.say("WARNING", ended),
            )
        except Killed:
            held = _("The fax printer was ended from outside again and again. The document is held: release it later.")
            raise Refusal(Exit.HOLD, held) from None


def _refuse_unclear(job: PrintJob) -> None:
    """Refuse a job whose options say who gets it, but not clearly: a word that is left out may be half of that."""
    if job.has_words_left_over:
        unclear = _(
            "A word in the options of this print job belongs to none of them. "
            "Values with spaces stand in quotes: {example}"
        )
        raise Refusal(Exit.CANCEL, unclear.format(example=QUOTED))
    if not job.has_one_number_at_most:
        raise Refusal(Exit.CANCEL, _("The options of this print job name more than one fax number."))


def _in_child(channel: Channel, work: Callable[[], int]) -> int:
    try:
        return _guarded(channel, work)
    except JobCancelled:
        return Exit.OK  # the first process says so


def _hand_over(documents: Sequence[Document], job: PrintJob, argv: Sequence[str], channel: Channel) -> int:
    """Draw the documents, and hand them over to the service."""
    with tempfile.TemporaryFile() as pages, tempfile.TemporaryFile() as nothing:
        _draw_all(documents, pages, job, argv)
        # Several have no one original.
        original = documents[0].file if len(documents) == 1 else nothing
        original.seek(0)
        pages.seek(0)
        handover = asyncio.run(hand_over(pages, original, job, lambda sentence: channel.say("WARNING", sentence)))
    if handover.kind is Accepted.JOB:
        channel.say("INFO", _("The fax is in the queue of the fax service."))
    else:
        channel.say("INFO", _("The document waits for its recipient in the fax dialog."))
    return Exit.OK


def _draw_all(documents: Sequence[Document], pages: BinaryIO, job: PrintJob, argv: Sequence[str]) -> None:
    """Draw the pages of all documents, and all of them as often as there are copies. Refusal, with the reason."""
    if len(documents) == 1 and job.copies == 1:
        _draw(documents[0], pages, job, argv)
        return
    with contextlib.ExitStack() as files:
        parts = [files.enter_context(tempfile.TemporaryFile()) for _document in documents]
        for number, (document, part) in enumerate(zip(documents, parts, strict=True), 1):
            try:
                _draw(document, part, job, argv)
            except Refusal as refusal:
                raise _of_many(refusal, number, len(documents)) from None
        try:
            join_pages(parts, job.copies, pages)
        except DocumentError as error:
            raise _refuse(error) from None


def _of_many(refusal: Refusal, number: int, count: int) -> Refusal:
    """Say which of several documents is refused."""
    if count == 1:
        return refusal
    sentence = _("Document {number} of {count}: {sentence}")
    return Refusal(refusal.exit_code, sentence.format(number=number, count=count, sentence=refusal.sentence))


def _draw(document: Document, pages: BinaryIO, job: PrintJob, argv: Sequence[str]) -> None:
    """Draw a document as the job, else the printer, says; Refusal, with the reason, if that can't be."""
    defaults = printer_defaults(os.environ.get("PPD"))
    fineness = job.choice("Resolution", defaults.get("resolution", ""))
    content = job.choice("FaxContent", defaults.get("faxcontent", ""))
    try:
        with contextlib.ExitStack() as files:
            renderer.render(
                make_drawable(document, job, argv, files),
                resolution=RESOLUTIONS.get(fineness.lower(), Resolution.FINE),
                style="photo" if content.lower() == "photo" else "text",
                output=pages,
            )
    except DocumentError as error:
        raise _refuse(error) from None


def _refuse(error: DocumentError) -> Refusal:
    exit_code = Exit.HOLD if error.reason.passes else Exit.CANCEL
    if error.reason is Reason.KILLED:
        exit_code = Exit.RETRY
    return Refusal(exit_code, translate(error.sentence))


def printer_defaults(ppd: str | None) -> dict[str, str]:
    """The choices that the administrator made the printer's own: the `*Default...` lines of its PPD."""
    if ppd is None:
        return {}
    try:
        lines = Path(ppd).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    pairs = (line.removeprefix("*Default").partition(":") for line in lines if line.startswith("*Default"))
    return {name.strip().lower(): value.strip() for name, _colon, value in pairs}


def _cancel(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: the way out must not be cut short
    raise JobCancelled


def _where(error: Exception) -> str:
    """The kind of a fault and the places in our own code that it went through: nothing of its text."""
    places = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
    )
    return f"{type(error).__name__} in {places}"
