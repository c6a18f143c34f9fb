# SPDX-License-Identifier: GPL-3.0-or-later
"""The target at: what a modem says, as lines, result codes, caller id, frames and image data.

The first octet says which of these is read, the second in which pieces the octets come; the rest is what the modem
says. Behind it the modem is silent.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final

from faxcore.modem.bell import Bell
from faxcore.modem.commands import LONGEST_LINE, AtDialogue
from faxcore.modem.hdlc import BurstReader, make_burst
from faxcore.modem.known import find_known
from faxcore.modem.modem_failed import ModemFailed, OnHook
from faxcore.modem.modulations import choose_class_1, parse_modulations, parse_service_classes, parse_values
from faxcore.modem.receiving import Receiver
from faxcore.modem.results import CALL_RESULTS
from faxcore.modem.ring import Ring
from faxcore.modem.state import CallState
from tests.fuzz.bounds import Pieces, bounded

RING, RESULT, LISTS, FRAMES, IMAGE, BURST = range(6)
_LONGEST_TEXT: Final = 40
_LONGEST_FRAME: Final = 512
_DIGITS: Final = frozenset("0123456789+*#")

WORDS: Final = (
    b"\r\nRING\r\n",
    b"RING A\r\n",
    b"NMBR=",
    b"NAME=",
    b"NDID=",
    b"MESG=04",
    b"MESG=80",
    b"DRON=",
    b"CALLER NUMBER: ",
    b"\r\nOK\r\n",
    b"\r\nCONNECT\r\n",
    b"\r\nNO CARRIER\r\n",
    b"+FCERROR\r\n",
    b"+FRH:3\r\n",
    b"0\r",
    b"+F4\r",
    b"24\r",
    b"\x10\x03",
    b"\x10\x10",
    b"\x10\x1a",
    b"\x7e",
)


class _Port:
    """A port from which comes what the input says, and then nothing; what is written to it goes nowhere."""

    device = "the input"

    def __init__(self, said: bytes, size: int) -> None:
        self._said = said
        self._size = size

    def read(self, deadline: float) -> bytes:
        piece, self._said = self._said[: self._size], self._said[self._size :]
        return piece

    def unread(self, data: bytes) -> None:
        self._said = data + self._said

    def write(self, data: bytes, deadline: float) -> None:
        pass

    def discard(self) -> None:
        pass


def check(data: bytes) -> None:
    """Run one input; AssertionError for what must not be, and any error but those that a modem's faults have."""
    with bounded():
        pieces = Pieces(data)
        kind, size = pieces.octet() % 6, pieces.octet() or 4096
        port: Any = _Port(pieces.rest(), size)
        try:
            _READERS[kind](port)
        except (ModemFailed, OnHook):
            return


def _ring(port: Any) -> None:
    dialogue, bell, now = AtDialogue(port), Bell(Ring(), 0.0), 0.0
    while (line := dialogue.read_line(now)) is not None:
        _check_line(line)
        now += 0.7
        bell.hear(line, now)
        ring = bell.announce(now)
        if ring is None:
            continue
        for number in (ring.caller, ring.called):
            assert len(number) <= _LONGEST_TEXT and _DIGITS.issuperset(number), f"a number: {number!r}"
        name = ring.caller_name
        assert len(name) <= _LONGEST_TEXT and name.isprintable(), f"a name: {name!r}"
        assert len(ring.kind) <= 1
        if bell.is_over(now + len(line) % 10):
            return
        bell.decline()


def _result(port: Any) -> None:
    dialogue = AtDialogue(port)
    for _ in range(3):
        others: list[str] = []
        code = dialogue.wait_for_result(time.monotonic() + 1, others.append, CALL_RESULTS)
        assert code == "" or code in CALL_RESULTS
        for line in others:
            _check_line(line)


def _lists(port: Any) -> None:
    _result_code, lines = AtDialogue(port).ask("+FTM=?")
    parse_values(lines)
    parse_modulations(lines)
    assert choose_class_1(lines) in ("", *parse_service_classes(lines))
    find_known(lines)


def _check_line(line: str) -> None:
    assert 0 < len(line) <= LONGEST_LINE and line.isprintable(), f"a line: {line!r}"


def _frames(port: Any) -> None:
    receiver = Receiver(CallState(port, AtDialogue(port)))
    frames, _garbled = receiver.receive_frames(1.0)
    assert all(3 <= len(frame) <= _LONGEST_FRAME for frame in frames), f"frames: {frames}"


def _image(port: Any) -> None:
    receiver = Receiver(CallState(port, AtDialogue(port)))
    received = bytearray()

    def feed(octets: bytes) -> bool:
        received.extend(octets)
        return len(received) < 3000

    receiver.receive_data(145, 1.0, 1.0, feed)


def _burst(port: Any) -> None:
    pieces = list(iter(lambda: port.read(0.0), b""))
    for size in (64, 256):
        reader = BurstReader(size)
        # As the driver does it: fed no more once the burst has ended.
        all(map(reader.feed, pieces))
        assert all(0 <= number < 256 and len(frame) == size for number, frame in reader.frames.items())


_READERS: Final = {RING: _ring, RESULT: _result, LISTS: _lists, FRAMES: _frames, IMAGE: _image, BURST: _burst}


def seeds() -> Iterator[tuple[str, bytes]]:
    """What modems say when all goes well, in each of their languages."""
    rings = {
        "tags": b"\r\nRING\r\n\r\nDATE = 0101\r\nTIME = 1200\r\nNMBR = 0199000001\r\nNAME = DOE JOHN\r\n\r\nRING\r\n",
        "called": b"RING\r\nNMBR=P\r\nNDID=0199000002\r\nRING A\r\n",
        "zyxel": b"RING\r\nCALLER NUMBER: 0199\r\nCALLER NAME: \xe9t\xe9\r\nRING\r\n",
        "tones": b"DRON=5\r\nDRON=2\r\nRING\r\nDROF=20\r\nRING\r\n",
        "single": b"RING\r\nMESG=0412303130313132303030313939303030303031\r\nRING\r\n",
        "multiple": b"RING\r\n800F020A303139393030303030310701410301320A\r\nRING\r\n",
        "next": b"RING\r\n" * 5 + b"NMBR=1\r\n" + b"RING\r\n" * 3,
    }
    for name, said in rings.items():
        yield f"ring-{name}", bytes((RING, 0)) + said
        yield f"ring-{name}-pieces", bytes((RING, 5)) + said
    results = b"AT\r\r\nOK\r\nRINGING\r\n\r\nCONNECT 9600\r\n\r\n+FRH:3\r\nFCERROR\r\nNO DIAL TONE\r\n"
    yield "result-words", bytes((RESULT, 0)) + results
    yield "result-numbers", bytes((RESULT, 3)) + b"2\r0\r+F4\r24\r1\r\n7\r"
    yield "lists", bytes((LISTS, 9)) + b"\r\n+FTM: (3,24,48),(72-74)\r\n145-146,0,1.0,2\r\nOK\r\n"
    frame = b"\r\nCONNECT\r\n\xff\x03\x40\x10\x10\x10\x1a\x01\x12\x34\x10\x03\r\nOK\r\n"
    yield "frames", bytes((FRAMES, 0)) + frame + frame.replace(b"\x03\x40", b"\x13\x80")
    yield "frames-fcerror", bytes((FRAMES, 4)) + b"\r\n+FCERROR\r\n\r\nNO CARRIER\r\n" * 2 + frame
    yield "frames-numeric", bytes((FRAMES, 7)) + b"1\r\xff\x13\x84\x12\x34\x10\x034\r0\r"
    yield "image", bytes((IMAGE, 0)) + b"\r\nCONNECT\r\n" + bytes(range(256)) + b"\x10\x03\r\nNO CARRIER\r\n"
    yield "image-other", bytes((IMAGE, 0)) + b"\r\n+FRH:3\r\n\r\nCONNECT\r\n"
    for size in (64, 256):
        yield f"burst-{size}", bytes((BURST, 100)) + make_burst({number: bytes(range(size)) for number in (0, 7)}, 2400)
