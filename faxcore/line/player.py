# SPDX-License-Identifier: GPL-3.0-or-later
"""The player of a call: performs what a T.30 script asks, with a carrier, with the pages and their disk, and with the
owner of the call.

The script decides everything that the Recommendation decides; this file only hands on. Each request and reply goes
into the transcript. A person's "cancel" arrives while the carrier is busy (Interrupted): what it does is broken off,
and the script hears Cancelled, once. Nothing here knows a device.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, Protocol, TypeVar

from faxcore.line.call_pages import CallPages, MakeDisk, while_rows_come
from faxcore.line.disk import Disk
from faxcore.line.pages import IncomingPages, OutgoingPages, PageReader
from faxcore.model.call import Outcome
from faxcore.model.sentence import Sentence
from faxcore.t30 import line as t30
from faxcore.t30.carrier import LONGEST_TRAINING, Carrier, CutOff, DeviceFailed, ImageHeard, Interrupted, NotConnected
from faxcore.t30.frames import parse_frame
from faxcore.t30.transcript import format_line, format_reply, format_request

T = TypeVar("T")

HUNG_UP: Final = Sentence("The call was cut off.")


def run_blocking(call: Coroutine[Any, Any, T]) -> T:
    """Play a call on a carrier that blocks, from its beginning to its end."""
    try:
        call.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    call.close()
    raise AssertionError("a carrier that blocks awaits nothing")


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


class Player:
    """Plays one call on a carrier."""

    def __init__(
        self,
        carrier: Carrier,
        owner: Owner,
        log: Callable[[str], None],
        outgoing: OutgoingPages | None = None,
        incoming: IncomingPages | None = None,
        offered: Sequence[tuple[str, OutgoingPages]] = (),
        next_document: Callable[[], None] = lambda: None,
        make_disk: MakeDisk = Disk,
    ) -> None:
        """`offered` are documents of which the caller may fetch one, each with its id. `next_document` is called where
        the caller begins another document.
        """
        self._carrier = carrier
        self._owner = owner
        self._log = log
        self._next_document = next_document
        kept = self._tell_kept
        self._pages = CallPages(carrier.now, self._write, kept, outgoing, incoming, offered, make_disk)
        self._start = carrier.now()
        self.picked_up: float | None = None
        """The time at which the line went off hook for a call in; None: it did not."""
        self.perhaps_answered = False
        """True if a number was dialled, and somebody may have answered whom the carrier has not heard."""

    async def run(self, script: t30.Script[T]) -> T:
        """Play a script to its end; the files of the pages are closed then."""
        try:
            return await self._play(script)
        finally:
            self._pages.close()

    async def _play(self, script: t30.Script[T]) -> T:
        try:
            request = next(script)
            while True:
                request = script.send(await self.perform(request))
        except StopIteration as end:
            self._pages.settle()
            result: T = end.value
            return result

    async def perform(self, request: t30.Request) -> t30.Reply:
        """One request, one reply; both go into the transcript."""
        for text in format_request(request):
            self._write(text)
        reply = await self._reply(request)
        for text in format_reply(request, reply):
            self._write(text)
        return reply

    def _tell_kept(self, number: int, file: str, reader: PageReader, confirmed: bool) -> None:
        self._owner.page_kept(number, file, reader, confirmed)

    def _now(self) -> float:
        return self._carrier.now()

    def _write(self, text: str) -> None:
        self._log(format_line(self._now() - self._start, text))

    async def _reply(self, request: t30.Request) -> t30.Reply:
        try:
            match request:
                case t30.Note() | t30.TakeDocument():
                    return self._ask_owner(request)
                case t30.CodePage() | t30.TakePages() | t30.KeepPage():
                    return self._pages.reply(request)
                case _:
                    return await self._ask_carrier(request)
        except NotConnected as failure:
            return t30.Lost(self._now(), failure.outcome, failure.reason)
        except CutOff:
            return t30.Lost(self._now(), Outcome.LINE_LOST, HUNG_UP)
        except DeviceFailed as failure:
            return t30.Lost(self._now(), Outcome.MODEM, failure.sentence)
        except Interrupted:
            try:
                await self._carrier.break_off()
            except DeviceFailed as failure:
                return t30.Lost(self._now(), Outcome.MODEM, failure.sentence)
            return t30.Cancelled(self._now())

    def _ask_owner(self, request: t30.OwnerRequest) -> t30.OwnerReply:
        match request:
            case t30.TakeDocument(number=number):
                offer, pages = self._pages.offered[number - 1]
                if not self._owner.may_take(offer):
                    return t30.NotOffered(self._now())
                self._pages.take_offered(pages)
                return t30.Done(self._now())
            case t30.Note():
                if request.next_document:
                    self._next_document()
                return t30.Done(self._now(), more=self._owner.note(request))

    async def _ask_carrier(self, request: t30.CarrierRequest) -> t30.CarrierReply:
        carrier = self._carrier
        match request:
            case t30.Dial(number=number):
                await self._dial(number)
            case t30.PickUp():
                await self._pick_up()
            case t30.HangUp():
                await carrier.hang_up()
            case t30.SendFrames(frames=frames):
                last = len(frames) - 1
                await carrier.send_frames([frame.octets(place == last) for place, frame in enumerate(frames)])
            case t30.SendTraining(modulation=modulation):
                await carrier.send_training(modulation)
            case t30.SendPage(modulation=modulation, data=data, short=short):
                await carrier.send_page(modulation, short, data)
            case t30.SendBurst(modulation=modulation, frames=burst, short=short):
                await carrier.send_burst(modulation, short, burst)
            case t30.Listen(seconds=seconds):
                return await self._listen(seconds)
            case t30.ReceiveTraining():
                return await self._hear_training(request)
            case t30.ReceivePage():
                return await self._hear_page(request)
            case t30.ReceiveBurst():
                return await self._hear_burst(request)
        return t30.Done(self._now())

    async def _dial(self, number: str) -> None:
        self.perhaps_answered = True
        try:
            await self._carrier.dial(number)
        except NotConnected as failure:
            self.perhaps_answered = failure.perhaps_answered
            raise
        self.perhaps_answered = False

    async def _pick_up(self) -> None:
        begun = self._now()
        try:
            await self._carrier.pick_up()
        except NotConnected as failure:
            if failure.outcome is not Outcome.MODEM:
                self.picked_up = begun
            raise
        self.picked_up = begun

    async def _listen(self, seconds: float) -> t30.Heard:
        heard = await self._carrier.hear_frames(seconds)
        frames = [frame for frame in map(parse_frame, heard.octets) if frame is not None]
        strange = heard.garbled or len(frames) < len(heard.octets)
        return t30.Heard(self._now(), tuple(frames), strange, heard.octets)

    async def _hear_training(self, request: t30.ReceiveTraining) -> t30.TrainingHeard | t30.NoCarrier:
        self._pages.forget_early()
        octets = bytearray()
        limit = int(request.modulation.rate * LONGEST_TRAINING / 8)

        def feed(more: bytes) -> bool:
            octets.extend(more)
            return len(octets) < limit

        image = await self._carrier.hear_training(request.modulation, request.seconds, feed)
        if not image.heard:
            return self._make_no_carrier(image)
        bits = "".join(f"{octet:08b}" for octet in octets)
        return t30.TrainingHeard(self._now(), len(bits), max(map(len, bits.split("1"))), bits.count("1"))

    async def _hear_page(self, request: t30.ReceivePage) -> t30.PageHeard | t30.NoCarrier:
        reader = PageReader(request.format)
        feed = while_rows_come(reader, request.modulation.rate)
        image = await self._carrier.hear_page(request.modulation, request.short, request.seconds, feed)
        if not image.heard:
            return self._make_no_carrier(image)
        decoder = reader.decoder
        decoder.finish()
        self._pages.take_page(reader)
        return t30.PageHeard(self._now(), decoder.rows, decoder.bad_rows, decoder.worst_bad_run, bool(decoder.ended))

    async def _hear_burst(self, request: t30.ReceiveBurst) -> t30.BurstHeard | t30.NoCarrier:
        frames: dict[int, bytes] = {}
        early = self._pages.read_early(request.format)
        early.begin_burst(request.block_at, frames)

        def feed(arrived: dict[int, bytes]) -> None:
            frames.update(arrived)
            early.decode_ahead(request.size)

        image = await self._carrier.hear_burst(request.modulation, request.short, request.seconds, request.size, feed)
        return t30.BurstHeard(self._now(), frames, image.rcp) if image.heard else self._make_no_carrier(image)

    def _make_no_carrier(self, image: ImageHeard) -> t30.NoCarrier:
        return t30.NoCarrier(self._now(), image.other, image.silent)
