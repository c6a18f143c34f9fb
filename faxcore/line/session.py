# SPDX-License-Identifier: GPL-3.0-or-later
"""One call on one modem: performs what a T.30 script asks of the line, with the Class 1 driver, the codec and the
page files.

The script decides everything that the Recommendation decides; this file only translates. Each request and reply goes
into the transcript. A person's "cancel" arrives while the modem is busy (Interrupted): what it does is broken off,
and the script hears Cancelled, once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from faxcore.line.dial_results import ANSWERED, CERTAIN, DIALLED, NOT_UNDERSTOOD
from faxcore.line.disk import Disk
from faxcore.line.pages import EarlyReader, IncomingPages, OutgoingPages, PageReader
from faxcore.model.call import Outcome
from faxcore.model.sentence import Sentence
from faxcore.modem import hdlc
from faxcore.modem.class1 import Class1
from faxcore.modem.modem_failed import Interrupted, ModemFailed, OnHook
from faxcore.modem.modulations import modulation_code
from faxcore.t30 import line as t30
from faxcore.t30.frames import parse_frame
from faxcore.t30.modulation import Modulation
from faxcore.t30.transcript import format_line, format_reply, format_request

TRAINING_SECONDS = 1.5
LONGEST_TRAINING = 5.0
LONGEST_PAGE = 900.0
"""Seconds of one page's carrier: MAX_ROWS rows of a dithered photograph at 2400 bit/s, and more than anybody sends."""
LONGEST_ROW = 5.0
"""Seconds that a row may take at the most (T.4, 2.2)."""
LONGEST_BURST = 320.0
"""Seconds of one burst: 64 kB at 2400 bit/s take 235."""
KEEP_SECONDS = 1.5
"""Seconds that a page may take to the disk before the script hears that it takes longer: within T4 of the sender, less
the second until it hears our answer.
"""
T = TypeVar("T")

HUNG_UP = Sentence("The call was cut off.")


def while_rows_come(reader: PageReader, rate: int) -> Callable[[bytes], bool]:
    """Feeds the reader until the page ends, or until no valid row has come for LONGEST_ROW: no page is that slow.

    Time is counted in bits, which come at `rate` a second however late this program is.
    """
    waited = rows = 0

    def feed(octets: bytes) -> bool:
        nonlocal waited, rows
        more = reader.feed(octets)
        valid = reader.decoder.rows - reader.decoder.bad_rows
        waited = 0 if valid > rows else waited + 8 * len(octets)
        rows = max(valid, rows)
        return more and waited < LONGEST_ROW * rate

    return feed


class Owner(Protocol):
    """The owner of a call: hears of it while it goes on."""

    def note(self, note: t30.Note) -> bool:
        """Progress; when it returns, a confirmation or the pending end is on disk. True for the latter if another
        document follows in the same call.
        """

    def page_kept(self, number: int, file: str, reader: PageReader, confirmed: bool) -> None:
        """A page is on disk."""

    def may_take(self, offer: str) -> bool:
        """Return whether the caller may fetch the document with this id. Until the call is over, it is its own then."""


class Session:
    """The line of one call."""

    def __init__(
        self,
        modem: Class1,
        owner: Owner,
        log: Callable[[str], None],
        outgoing: OutgoingPages | None = None,
        incoming: IncomingPages | None = None,
        clock: Callable[[], float] = time.monotonic,
        offered: Sequence[tuple[str, OutgoingPages]] = (),
        next_document: Callable[[], None] = lambda: None,
    ) -> None:
        """`clock` is the time of the line, in seconds: the real one, but for a simulated line that runs faster.
        `offered` are documents of which the caller may fetch one, each with its id. `next_document` is called where the
        caller begins another document.
        """
        self._modem = modem
        self._owner = owner
        self._log = log
        self._outgoing = outgoing
        self._offered = offered
        self._next_document = next_document
        self._disk = None if incoming is None else Disk(incoming, clock)
        self._asked: t30.KeepPage | None = None
        """The page that is on its way to the disk."""
        self._kept: PageReader | None = None
        self._page: PageReader | None = None
        self._early: EarlyReader | None = None
        self._clock = clock
        self._start = clock()
        self.picked_up: float | None = None
        """The time at which the line went off hook for a call in; None: it did not."""
        self.perhaps_answered = False
        """True if a number was dialled, and somebody may have answered whom the modem has not heard."""

    def run(self, script: t30.Script[T]) -> T:
        """Play a script to its end; the files of the pages are closed then."""
        try:
            return self._play(script)
        finally:
            for pages in (*filter(None, (self._outgoing,)), *(each for _offer, each in self._offered)):
                pages.close()

    def _play(self, script: t30.Script[T]) -> T:
        try:
            request = next(script)
            while True:
                request = script.send(self.perform(request))
        except StopIteration as end:
            self._settle()
            result: T = end.value
            return result

    def perform(self, request: t30.Request) -> t30.Reply:
        """One request, one reply; both go into the transcript."""
        for text in format_request(request):
            self._write(text)
        reply = self._reply(request)
        for text in format_reply(request, reply):
            self._write(text)
        return reply

    def _write(self, text: str) -> None:
        self._log(format_line(self._clock() - self._start, text))

    def _reply(self, request: t30.Request) -> t30.Reply:
        try:
            return self._do(request)
        except OnHook:
            return t30.Lost(self._clock(), Outcome.LINE_LOST, HUNG_UP)
        except ModemFailed as failure:
            return t30.Lost(self._clock(), Outcome.MODEM, failure.sentence)
        except Interrupted:
            try:
                self._modem.break_off()
            except ModemFailed as failure:
                return t30.Lost(self._clock(), Outcome.MODEM, failure.sentence)
            return t30.Cancelled(self._clock())

    def _do(self, request: t30.Request) -> t30.Reply:
        match request:
            case t30.Dial(number=number):
                self.perhaps_answered = True
                result = self._modem.dial(number)
                self.perhaps_answered = result not in CERTAIN
                return self._connected(result, DIALLED)
            case t30.PickUp():
                return self._pick_up()
            case t30.HangUp():
                self._modem.hang_up()
            case t30.SendFrames(frames=frames):
                last = len(frames) - 1
                self._modem.send_frames([frame.octets(place == last) for place, frame in enumerate(frames)])
            case t30.SendTraining(modulation=modulation):
                zeros = bytes(int(modulation.rate * TRAINING_SECONDS / 8))
                self._send_data(modulation, False, zeros)
            case t30.SendPage(modulation=modulation, data=data, short=short):
                self._send_data(modulation, short, data)
            case t30.SendBurst(modulation=modulation, frames=burst, short=short):
                self._send_data(modulation, short, hdlc.make_burst(burst, modulation.rate))
            case t30.TakeDocument(number=number):
                offer, pages = self._offered[number - 1]
                if not self._owner.may_take(offer):
                    return t30.NotOffered(self._clock())
                self._outgoing = pages
            case t30.TakePages(paper=paper):
                assert self._outgoing is not None
                self._outgoing.take(paper)
            case t30.Note():
                if request.next_document:
                    self._next_document()
                return t30.Done(self._clock(), more=self._owner.note(request))
            case _:
                return self._receive(request)
        return t30.Done(self._clock())

    def _receive(self, request: t30.Request) -> t30.Reply:
        match request:
            case t30.Listen(seconds=seconds):
                octets, garbled = self._modem.receive_frames(seconds)
                frames = [frame for frame in map(parse_frame, octets) if frame is not None]
                strange = garbled or len(frames) < len(octets)
                return t30.Heard(self._clock(), tuple(frames), strange, tuple(octets))
            case t30.ReceiveTraining():
                return self._training(request)
            case t30.ReceivePage():
                return self._plain_page(request)
            case t30.ReceiveBurst():
                return self._burst(request)
            case t30.CodePage(page=number, format=format, min_row_bits=bits):
                assert self._outgoing is not None
                return t30.Coded(self._clock(), self._outgoing.encode_page(number, format, bits))
            case t30.KeepPage():
                return self._keep(request)
        raise AssertionError(request)

    def _connected(self, result: str, ends: Mapping[str, tuple[Outcome, Sentence]]) -> t30.Reply:
        if result == "CONNECT":
            return t30.Done(self._clock())
        outcome, reason = ends.get(result, NOT_UNDERSTOOD)
        return t30.Lost(self._clock(), outcome, reason)

    def _pick_up(self) -> t30.Reply:
        begun = self._clock()
        reply = self._connected(self._modem.pick_up(), ANSWERED)
        if not (isinstance(reply, t30.Lost) and reply.outcome is Outcome.MODEM):
            self.picked_up = begun
        return reply

    def _send_data(self, modulation: Modulation, short: bool, octets: bytes) -> None:
        self._modem.send_data(modulation_code(modulation, short), octets, modulation.rate)

    def _training(self, request: t30.ReceiveTraining) -> t30.Reply:
        self._early = None
        heard = bytearray()
        limit = int(request.modulation.rate * LONGEST_TRAINING / 8)

        def feed(octets: bytes) -> bool:
            heard.extend(octets)
            return len(heard) < limit

        carrier = self._modem.receive_data(
            modulation_code(request.modulation, False), request.seconds, LONGEST_TRAINING, feed
        )
        if not carrier.heard:
            return t30.NoCarrier(self._clock(), carrier.other)
        bits = hdlc.to_bits(bytes(heard))
        zero_run = max(map(len, bits.split("1")))
        return t30.TrainingHeard(self._clock(), len(bits), zero_run, bits.count("1"))

    def _plain_page(self, request: t30.ReceivePage) -> t30.Reply:
        reader = PageReader(request.format)
        carrier = self._modem.receive_data(
            modulation_code(request.modulation, request.short),
            request.seconds,
            LONGEST_PAGE,
            while_rows_come(reader, request.modulation.rate),
        )
        if not carrier.heard:
            return t30.NoCarrier(self._clock(), carrier.other)
        decoder = reader.decoder
        decoder.finish()
        self._page = reader
        return t30.PageHeard(self._clock(), decoder.rows, decoder.bad_rows, decoder.worst_bad_run, bool(decoder.ended))

    def _burst(self, request: t30.ReceiveBurst) -> t30.Reply:
        reader = hdlc.BurstReader(request.size)
        early = self._early = self._early or EarlyReader(request.format)
        early.begin_burst(request.block_at, reader.frames)

        def feed(octets: bytes) -> bool:
            more = reader.feed(octets)
            early.decode_ahead(request.size)
            return more

        carrier = self._modem.receive_data(
            modulation_code(request.modulation, request.short), request.seconds, LONGEST_BURST, feed
        )
        if not carrier.heard:
            return t30.NoCarrier(self._clock(), carrier.other)
        return t30.BurstHeard(self._clock(), reader.frames)

    def _keep(self, request: t30.KeepPage) -> t30.Reply:
        """On disk first; only then may the script confirm it. What takes longer is asked for again."""
        if request != self._asked:
            coded = request.coded
            reader = self._page if coded is None else (self._early or EarlyReader(request.format)).finish(coded)
            self._early, self._kept = None, reader
            assert reader is not None and self._disk is not None
            if not reader.decoder.rows:
                return t30.Kept(self._clock(), stored=True, rows=0, bad_rows=0, broken=reader.broken)
            self._disk.begin(request.page, reader.page(), request.confirmed and not reader.broken)
            self._asked = request
        return self._on_disk(request)

    def _on_disk(self, request: t30.KeepPage) -> t30.Reply:
        assert self._disk is not None and self._kept is not None
        reader = self._kept
        rows, bad = reader.decoder.rows, reader.decoder.bad_rows
        try:
            file = self._disk.wait(KEEP_SECONDS)
        except OSError as error:
            self._asked = None
            self._write(f"= {error}")
            return t30.Kept(self._clock(), stored=False, rows=rows, bad_rows=bad)
        if file is None:
            return t30.Keeping(self._clock())
        self._asked = None
        self._owner.page_kept(request.page, file, reader, request.confirmed and not reader.broken)
        return t30.Kept(self._clock(), stored=True, rows=rows, bad_rows=bad, broken=reader.broken)

    def _settle(self) -> None:
        """A page that is still on its way to the disk when the call is over is kept all the same."""
        while self._asked is not None:
            self._on_disk(self._asked)
