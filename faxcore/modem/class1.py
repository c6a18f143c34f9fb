# SPDX-License-Identifier: GPL-3.0-or-later
"""The Class 1 driver (T.31): carries out the requests to the abstract line with AT commands.

A Class 1 modem works strictly by command, then result; in between it is in a data state, in which octets are escaped by
DLE and end with DLE ETX. This file has the modem on hook, answering and dialling; a call continues in `transmitting`
and `receiving`, whose common state is in `state`.

Octets on a telephone line are sent least significant bit first; everything above these files is in document order, so
octets are reversed here, once.

Of the parameters of T.31, 8.5, and those beside them:

- +FIT=255,1. A modem whose computer has died in the middle of a call hangs up by itself. It counts only while it is the
  computer's turn: between a result code and the next command, and while it has room for data that does not come
  (Conexant 102184B, table 4-3). We never take more than some seconds for that; but firmware that counted a long page,
  or the wait for an answer, would cut good calls off, so it is the longest time there is. A process that dies closes
  its port, and with it Data Terminal Ready: that ends a call at once, and this is for what does not. Action 1 leaves
  the modem in Class 1; with 0 it would be a data modem when we dial again.
- +FCL is left at its default 0 (Conexant 102184B, 4-16; libspandsp2 too): the loss of a carrier is known at once. With
  more, a modem holds on to a lost carrier for so many tenths of a second, unless it has seen RTC before or hears V.21
  after it; after a training check there is neither, so each would be answered later. The cost of a drop-out is known:
  with error correction the frames after it are sent again, and a page without is answered RTN. Whether a demodulator
  finds the signal again after the gap is not known of any modem.
- +FAR=0. With +FAR=1 a modem that hears V.21 when told +FRM says +FRH:3 and goes on as if told +FRH=3. That spares one
  command in the second of preamble with which a repeated command begins, and there is time enough for that (on the
  soft modems both are heard whole, see tests/system/modem/test_adaptive.py). But it cannot be undone: where the last
  flags of a DCS are taken for a command, the training check after them is lost, while +FCERROR leaves it to us to ask
  again (see `receiving`). A modem that says +FRH:3 all the same is understood.
- +FAE=0. With +FAE=1 (+FAA in some manuals) a modem listens whether the caller is a data modem, and answers as one.
  No Recommendation lets a Class 1 modem tell a fax from a person when it answers: +FAE tells fax from data only
  (Conexant 102184B, 4-7). What a computer can do is to answer in the voice class (+FCLASS=8;H1 in HylaFAX's manual),
  wait for the calling tone, which comes as DLE c (V.253), and go on with +FCLASS=1;A without hanging up; but older
  machines and those dialled by hand send none, and the caller pays for the silence. So every caller hears CED and DIS,
  and the call of a person ends after T1 as NO_FAX, with nothing received
  (tests/system/line/test_voice_callers.py). A number that is for voice must not be answered.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

from faxcore.modem.commands import AtDialogue
from faxcore.modem.known import find_known
from faxcore.modem.modem_failed import ModemFailed
from faxcore.modem.modulations import choose_class_1, parse_modulations
from faxcore.modem.port import Port
from faxcore.modem.receiving import Receiver
from faxcore.modem.reset import reset
from faxcore.modem.results import CALL_RESULTS
from faxcore.modem.state import CallState, Direction, Doing, ImageCarrier
from faxcore.modem.transmitting import Transmitter
from faxcore.t30.modulation import ALL, Modulation

DIAL_SECONDS = 90.0
LATE_SECONDS = 5.0
"""Seconds that an answer may come late when a modem is asked for its name."""
ANSWER_SECONDS = 20.0
INACTIVITY_SECONDS = 255
"""Seconds after which a modem hangs up by itself when its computer has fallen silent: T.31's longest."""
_DATA_MODEM = re.compile(r"(?:\+FCLASS:)? *0+(?:\.0)?")
"""The answer of a modem that is in Class 0, to +FCLASS?."""
WISHES = ("X4", "S0=0", "+FAE=0", "+FAR=0", f"+FIT={INACTIVITY_SECONDS},1")


class Class1:
    """A modem in Class 1 on a port."""

    def __init__(self, port: Port, log: Callable[[str], None] = lambda _: None, setup: Sequence[str] = ()) -> None:
        """`setup` are commands that this modem is given after each reset, without AT."""
        self._port = port
        self._setup = setup
        self.dialogue = AtDialogue(port, log)
        """For commands that the driver has no method for."""
        self._call = CallState(port, self.dialogue)
        self._transmitter = Transmitter(self._call)
        self._receiver = Receiver(self._call)
        self.name = ""
        self.sends: tuple[Modulation, ...] = ALL
        """The modulations that the modem says it sends; fastest first."""
        self.receives: tuple[Modulation, ...] = ALL

    @property
    def doing(self) -> Doing:
        """The modem's present activity."""
        return self._call.doing

    # ------------------------------------------------------------ on hook

    def initialise(self) -> None:
        """Reset the modem and put it in Class 1. ModemFailed says what is wrong, for a person."""
        device = self._port.device
        reset(self._port, self.dialogue)
        self._require("E0V1Q0")
        self._identify()
        result, lines = self.dialogue.ask("+FCLASS=?")
        fax = choose_class_1(lines)
        if result != "OK" or not fax:
            said = " ".join(lines) or result or "nothing"
            raise ModemFailed(
                "The modem on {device} does not support fax Class 1 (it reports {said}).", device=device, said=said
            )
        self._require(f"+FCLASS={fax}")
        # Not every modem knows these; a fax goes without them.
        for wish in WISHES:
            self.dialogue.command(wish)
        if self.dialogue.command("+VCID=1") != "OK":
            self.dialogue.command("#CID=1")
        # A modem that does not tell is taken to have all of them: it will refuse those that it lacks.
        self.sends, self.receives = (
            parse_modulations(self.dialogue.ask(ask)[1]) or ALL for ask in ("+FTM=?", "+FRM=?")
        )
        self._call.doing = Doing.COMMAND
        self._call.forget()

    def ensure_ready(self) -> None:
        """Bring a modem back that has been switched off and on while it waited: it is a data modem then. ModemFailed if
        it does not answer any more.
        """
        result, lines = self.dialogue.ask("+FCLASS?")
        if not result or any(_DATA_MODEM.fullmatch(line) for line in lines):
            self.initialise()

    def _identify(self) -> None:
        """Find out the modem's name, and send the setup commands that it needs because of it."""
        answers: list[str] = []
        for question in ("I", "I3", "+FMM?"):
            result, lines = self.dialogue.ask(question)
            answers += lines
            if not result:
                # A late answer must not be taken for that of the next command.
                self.dialogue.wait_for_result(time.monotonic() + LATE_SECONDS)
        self.name = next(iter(reversed(answers[:2])), "") or "Class 1 modem"
        row = find_known(answers)
        for command in (*(row.setup if row is not None else ()), *self._setup):
            self._require(command)

    def _require(self, command: str) -> None:
        if (result := self.dialogue.command(command)) != "OK":
            raise ModemFailed(
                "The modem on {device} refuses AT{command} (it answers {result}).",
                device=self._port.device,
                command=command,
                result=result or "nothing",
            )

    def read_unsolicited_line(self) -> str | None:
        """Return a line that the modem has sent without a command (RING, caller id), if there is one."""
        return self.dialogue.read_line(time.monotonic() + 0.2)

    def dial(self, number: str) -> str:
        """Dial; returns the result code: CONNECT once a V.21 carrier answers, or BUSY, NO ANSWER ... or "" for
        silence.
        """
        assert set(number) <= set("0123456789*#,"), "it is not a dial string"
        self._call.doing = Doing.DIALLING
        result = self.dialogue.command(f"DT{number}", DIAL_SECONDS, CALL_RESULTS)
        self._call.doing = Doing.RECEIVING if result == "CONNECT" else Doing.COMMAND
        self._call.connected, self._call.last = result == "CONNECT", Direction.THEIRS
        if not result:
            self.break_off()
        return result

    def pick_up(self) -> str:
        """Answer the ringing call, with CED; returns the result code, CONNECT if our V.21 carrier is on."""
        self._call.doing = Doing.DIALLING
        result = self.dialogue.command("A", ANSWER_SECONDS, CALL_RESULTS)
        self._call.doing = Doing.SENDING if result == "CONNECT" else Doing.COMMAND
        self._call.connected, self._call.last = result == "CONNECT", Direction.OURS
        if not result:
            self.break_off()
        return result

    def hang_up(self) -> None:
        """Go on hook, whatever the modem was doing."""
        if self._call.doing is not Doing.COMMAND:
            self.break_off()
        self._call.forget()
        if self.dialogue.command("H0") != "OK":
            self.initialise()

    def break_off(self) -> None:
        """Bring the modem back to the command state from any other."""
        self._call.break_off()

    # ------------------------------------------------------------ in a call

    def send_frames(self, frames: list[bytes]) -> None:
        """Send one V.21 carrier with these frames; see Transmitter."""
        self._transmitter.send_frames(frames)

    def send_data(self, code: int, octets: bytes, rate: int) -> None:
        """Send image data; see Transmitter."""
        self._transmitter.send_data(code, octets, rate)

    def receive_frames(self, seconds: float) -> tuple[list[bytes], bool]:
        """Receive the frames of one V.21 carrier; see Receiver."""
        return self._receiver.receive_frames(seconds)

    def receive_data(self, code: int, seconds: float, limit: float, feed: Callable[[bytes], bool]) -> ImageCarrier:
        """Receive image data; see Receiver."""
        return self._receiver.receive_data(code, seconds, limit, feed)

    def hears_silence(self) -> bool:
        """Return whether nobody sends anything; see Receiver."""
        return self._receiver.hears_silence()
