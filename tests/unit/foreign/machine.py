# SPDX-License-Identifier: GPL-3.0-or-later
"""The fax machine at the far end: polite by itself, and unpleasant where a test says so.

`answering` is one that we call: it reacts. What it does when it has heard something is looked up in `reactions`, by
the name of what was heard ("DCS", "TCF", "page", "burst", "MPS", "PPS-EOP", "DCN", "silence" ...): the first entry the
first time, and so on, the last one for ever. Where nothing is said it does what T.30 wants.

`calling` is one that calls us: a dumb list of things to say and to hear, in their order.

Either has a `Diary` of what was heard and said; pages for which it has said MCF are counted there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.unit.foreign.world import V21, Carrier, FarEnd, HangUp, Hear, Pause, Say, SendData, Sound

T1, T4, T2 = 35.0, 3.0, 6.0
TABLE = """
01 DIS 02 CSI 04 NSF 81 DTC 82 CIG 84 NSC 83 PWD 85 SEP
41 DCS 42 TSI 44 NSS 43 SUB 45 SID 48 CTC
21 CFR 22 FTT 23 CTR 31 MCF 32 RTN 33 RTP 34 PIN 35 PIP 3D PPR 37 RNR 38 ERR
71 EOM 72 MPS 74 EOP 79 PRI-EOM 7A PRI-MPS 7C PRI-EOP 7D PPS 73 EOR 76 RR
5F DCN 58 CRP 53 FNV
"""
NAMES = {int(code, 16): name for code, name in re.findall(r"(\w\w) (\S+)", TABLE)}
FCF = {name: code for code, name in NAMES.items()}
CONFIRMATIONS = frozenset({"MCF", "RTP", "PIP"})
INITIAL = frozenset({"DIS", "CSI", "NSF", "DTC", "CIG", "NSC"})


def bits(*numbers: int, octets: int = 4) -> bytes:
    """A FIF with these bits set; bit 1 is the first that is sent."""
    value = [0] * octets
    for number in numbers:
        value[(number - 1) // 8] |= 0x80 >> (number - 1) % 8
    return bytes(value)


DIS_FIF = bits(10, 11, 12, 14, 15, 16, 20, 21, 22, 23, 24, 27, 31)
DCS_FIF = bits(10, 14, 20, 21, 22, 23, 24, octets=4)
"""V.17 at 14,400, one-dimensional, unlimited, 0 ms, without error correction."""
DCS_ECM = bits(10, 14, 20, 21, 22, 23, 24, 27, 31)
"""The same with error correction and MMR."""
V17_14400 = 145


def identity(text: str) -> bytes:
    """Twenty octets, last character first."""
    return text.rjust(20).encode("ascii")[::-1].translate(bytes(int(f"{o:08b}"[::-1], 2) for o in range(256)))


def frame(name: str, fif: bytes = b"", x: bool = False) -> bytes:
    """A frame by name, without address and control."""
    code = FCF[name]
    return bytes([code | 0x80 if x and name not in INITIAL else code]) + fif


@dataclass(frozen=True)
class Bad:
    """A frame whose check sequence is wrong."""

    body: bytes


@dataclass(frozen=True)
class Data:
    """An image carrier."""

    octets: bytes
    code: int = V17_14400


@dataclass(frozen=True)
class Listen:
    """Listen for so long, whatever comes."""

    seconds: float = T4


GONE = "gone"
ECHO = "echo"
POLITE = "polite"
Thing: TypeAlias = bytes | tuple[bytes | Bad, ...] | Bad | float | Data | Listen | str
"""Frames in one carrier, seconds of silence, an image carrier, or GONE, ECHO (what was heard comes back), POLITE."""
Reactions: TypeAlias = Mapping[str, Sequence[Sequence[Thing]]]


@dataclass
class Diary:
    """What went over the line, as the far end knows it."""

    heard: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    confirmed: int = 0
    """Confirmations that were said behind an image carrier, a repeated one only once."""
    unanswered: bool = False
    """An image carrier has been heard behind the last confirmation."""
    sent: bool = False
    """A page has been sent whole behind the last confirmation that was heard."""
    acknowledged: int = 0
    """Confirmations that were heard behind a page, a repeated one only once, and each PPS counts once."""
    frames: list[bytes] = field(default_factory=list)


def name_of(body: bytes) -> str:
    """The name of a frame, without address and control."""
    if not body:
        return "?"
    name = NAMES.get(body[0]) or NAMES.get(body[0] & 0x7F, f"{body[0]:02x}")
    if name in ("PPS", "EOR") and len(body) > 1:
        return f"{name}-{'NULL' if body[1] == 0 else NAMES.get(body[1] & 0x7F, '?')}"
    return name


def confirms(thing: Thing) -> bool:
    """Whether this says that a page has come."""
    last = thing[-1] if isinstance(thing, tuple) else thing
    return isinstance(last, bytes) and name_of(last) in CONFIRMATIONS


def sounds(thing: bytes | Bad | tuple[bytes | Bad, ...]) -> Say:
    """Frames as they sound: the last one is final."""
    bodies = thing if isinstance(thing, tuple) else (thing,)
    made = []
    for place, body in enumerate(bodies):
        control = b"\xff\xc8" if place == len(bodies) - 1 else b"\xff\xc0"
        text, good = (body.body, False) if isinstance(body, Bad) else (body, True)
        made.append(Sound(control + text, good))
    return Say(tuple(made))


def calling(diary: Diary, things: Iterable[Thing]) -> FarEnd:
    """A machine that calls, and does these things one after the other."""
    counted: set[Thing] = set()
    for thing in things:
        if isinstance(thing, Listen):
            carrier = yield Hear(thing.seconds)
            diary.heard.append(heard_as(carrier, diary))
            diary.acknowledged += diary.sent and diary.heard[-1] in CONFIRMATIONS
            diary.sent = diary.sent and diary.heard[-1] not in CONFIRMATIONS
        elif thing == GONE:
            break
        else:
            yield from _does(diary, thing, None)
            name = name_of(thing) if isinstance(thing, bytes) else ""
            if (
                name.rpartition("-")[2] in ("MPS", "EOP", "EOM")
                and diary.said[-2:-1] == ["data"]
                and thing not in counted
            ):
                diary.sent = True
                counted |= {thing} if name.startswith("PPS") else set()
            elif name.startswith(("PPS-NULL", "EOR", "DCS")):
                diary.sent = False
    yield HangUp()


def answering(diary: Diary, reactions: Reactions | None = None, dis: Sequence[Thing] | None = None) -> FarEnd:
    """A machine that answers our call, and receives."""
    reacting = {} if reactions is None else reactions
    opening = [frame("DIS", DIS_FIF)] if dis is None else dis
    times: dict[str, int] = {}
    yield Pause(2.0)
    for thing in opening:
        if thing == GONE:
            yield HangUp()
            return
        yield from _does(diary, thing, None)
    last, silent = "", 0
    while True:
        carrier = yield Hear(T4 if last in ("", "EOM") else T2)
        name = heard_as(carrier, diary, last)
        diary.heard.append(name)
        silent = silent + 1 if carrier is None else 0
        if name != "silence":
            last = name
        if silent > 12:
            break
        entries = reacting.get(name)
        count = times.get(name, 0)
        times[name] = count + 1
        things = entries[min(count, len(entries) - 1)] if entries else [POLITE]
        for thing in things:
            for single in _politeness(name, last, opening) if thing == POLITE else [thing]:
                if single == GONE:
                    yield HangUp()
                    return
                diary.confirmed += diary.unanswered and confirms(single)
                diary.unanswered = diary.unanswered and not confirms(single)
                yield from _does(diary, single, carrier)
    yield HangUp()


def heard_as(carrier: Carrier | None, diary: Diary, last: str = "") -> str:
    """The name of what was heard."""
    if carrier is None:
        return "silence"
    if carrier.code == V21:
        diary.frames += [sound.octets for sound in carrier.frames]
        return name_of(carrier.frames[-1].octets[2:]) if carrier.frames else "flags"
    if not any(carrier.octets):
        return "TCF"
    diary.unanswered = True
    return "burst" if carrier.octets.startswith(b"\x7e\x7e") else "page"


def _politeness(name: str, last: str, opening: Sequence[Thing]) -> Sequence[Thing]:
    """What T.30 wants of a terminal that receives."""
    base = name.rpartition("-")[2]
    if name == "TCF":
        return [frame("CFR")]
    if name == "CTC":
        return [frame("CTR")]
    if name.startswith("EOR"):
        return [frame("ERR")]
    if base in ("MPS", "EOP", "EOM", "NULL") or name == "RR":
        return [frame("MCF")]
    if name == "DCN":
        return [GONE]
    return opening if name == "silence" and last in ("", "EOM", "PPS-EOM") else []


def _does(diary: Diary, thing: Thing, heard: Carrier | None) -> FarEnd:
    if isinstance(thing, float | int):
        yield Pause(float(thing))
    elif isinstance(thing, Data):
        diary.said.append("data")
        yield Pause(0.075)
        yield SendData(thing.code, thing.octets)
    elif thing == ECHO:
        assert heard is not None
        diary.said.append(ECHO)
        yield Say(tuple(heard.frames)) if heard.code == V21 else SendData(heard.code, heard.octets)
    elif isinstance(thing, bytes | tuple | Bad):
        diary.said.append(name_of(thing) if isinstance(thing, bytes) else "frames")
        yield Pause(0.075)
        yield sounds(thing)
    else:
        raise AssertionError(thing)
