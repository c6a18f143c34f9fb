# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays a call that stands in a file: a transcript from the field, or one written for a test (`calls/*.call`).

The form is that of `faxcore/t30/transcript.py`. The header says which script is played and with which settings. Then
each line that begins with `>` or `=` must be what our script asks for at that point, and each line that begins with
`<` is what the line answers. Seconds may be left out in a file that is written by hand. Lines with `=` that the
engine does not know (what an owner of the call has noted there) are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faxcore.model.call import Outcome
from faxcore.model.page import Coding, Resolution, Width
from faxcore.model.paper import Paper
from faxcore.model.sentence import Sentence
from faxcore.t30 import line as t30
from faxcore.t30.capabilities import OfferedDocument, PageInfo, Terminal
from faxcore.t30.frames import is_final, pack_selection, parse_frame
from faxcore.t30.modulation import ALL, Modulation
from faxcore.t30.polling_calling import poll
from faxcore.t30.receive_state import ReceiveState
from faxcore.t30.receiver import answer
from faxcore.t30.selective import Selection
from faxcore.t30.send_state import SendState
from faxcore.t30.sender import transmit, transmit_next
from faxcore.t30.transcript import STARS, format_reply, format_request, format_results, parse_ranges

LINE = re.compile(r"\s*(?:(\d+\.\d+)\s+)?([<>=] .*)")
KNOWN_NOTES = (
    "= code page",
    "= take pages",
    "= take document",
    "= kept",
    "= could not keep",
    "= still keeping",
    "= confirmed page",
    "= final pending",
    "= more follows",
    "= not offered",
    "= next document",
    "= result",
)
SENDS = (t30.SendFrames, t30.SendTraining, t30.SendPage, t30.SendBurst)
PREAMBLE_SECONDS, V21_RATE = 1.0, 300
LONGEST_CALL = 20_000
"""Requests after which a script is said to run in circles."""


class BadCall(Exception):
    """The file is no call, in words and with the line number."""


class Differs(AssertionError):
    """Our script asks for something else than what the file says."""


@dataclass(frozen=True)
class Line:
    """One line of the call. `seconds` is None where the file says no time."""

    number: int
    seconds: float | None
    text: str


@dataclass
class Call:
    """A call as it stands in its file."""

    name: str
    settings: dict[str, list[str]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def setting(self, key: str, default: str) -> str:
        return self.settings.get(key, [default])[-1]

    @property
    def terminal(self) -> Terminal:
        codings = tuple(Coding(word) for word in self.setting("codings", "MMR MR MH").split())
        return Terminal(
            self.setting("station id", ""),
            self.setting("error correction", "yes") == "yes",
            codings,
            int(self.setting("max rate", "14400")),
            int(self.setting("frame size", "256")),
            Selection(
                self.setting("sub-address", ""),
                self.setting("password", ""),
                self.setting("document", ""),
                self.setting("polled sub-address", ""),
                self.setting("internet address", ""),
            ),
            self.setting("takes sub-address", "no") == "yes",
            self._able("sends"),
            self._able("receives"),
            self.setting("resend last page", "yes") == "yes",
        )

    def _able(self, key: str) -> tuple[Modulation, ...]:
        names = self.setting(key, "")
        return tuple(rung for rung in ALL if not names or str(rung) in names.split(", "))

    @property
    def pages(self) -> list[PageInfo]:
        return self._pages("page")

    @property
    def documents(self) -> list[OfferedDocument]:
        found: list[OfferedDocument] = []
        while (name := f"document {len(found) + 1}") in self.settings:
            number = len(found) + 1
            word = self.setting(f"password {number}", "")
            found.append(OfferedDocument(self._pages(f"page {number}"), self.setting(name, ""), word))
        return found

    @property
    def shorter(self) -> dict[Paper, list[PageInfo]]:
        return {paper: pages for paper in Paper if (pages := self._pages(f"page on {paper.name}"))}

    def _pages(self, name: str) -> list[PageInfo]:
        pages: list[PageInfo] = []
        for text in self.settings.get(name, []):
            width, resolution, length, *times = text.split()
            count = int(times[1]) if times else 1
            pages += [PageInfo(Width[width], Resolution(resolution), int(length))] * count
        return pages

    def script(self) -> t30.Script[Any]:
        """Our side of it, to be played."""
        match self.setting("role", ""):
            case "sender":
                first = int(self.setting("first page", "1"))
                return transmit(self.terminal, self.pages, self.setting("number", ""), first, self.shorter)
            case "next sender":
                before = SendState(
                    remote_id=self.setting("remote id", ""), transmissions=int(self.setting("transmissions", "0"))
                )
                first = int(self.setting("first page", "1"))
                return transmit_next(self.terminal, self.pages, before, first, self.shorter)
            case "receiver":
                return answer(self.terminal, self.pages, self.documents)
            case "poller":
                return poll(self.terminal, self.setting("number", ""))
            case role:
                raise BadCall(f"{self.name}: the header needs `# role: sender`, `receiver` or `poller`, not {role!r}")


def parse(name: str, text: str) -> Call:
    """The call in this text. BadCall with the line number if it is none."""
    call = Call(name)
    for number, raw in enumerate(text.splitlines(), start=1):
        if raw.startswith("#"):
            key, colon, value = raw[1:].partition(":")
            if colon:
                call.settings.setdefault(key.strip(), []).append(value.strip())
        elif raw.strip():
            found = LINE.fullmatch(raw)
            if found is None:
                raise BadCall(f"{name}:{number}: no line of a transcript: {raw!r}")
            seconds, said = found.groups()
            said = said.partition(" # ")[0].rstrip()
            if not said.startswith("=") or said.startswith(KNOWN_NOTES):
                call.lines.append(Line(number, float(seconds) if seconds else None, said))
    return call


def read(path: Path) -> Call:
    return parse(path.name, path.read_text(encoding="utf-8"))


class Player:
    """Plays one call, line by line."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self._left = iter(call.lines)
        self._next = next(self._left, None)
        self._now = 0.0

    def play(self) -> SendState | ReceiveState:
        """The whole call; returns how it ended. Differs where our script does not do as the file says."""
        script = self.call.script()
        reply: t30.Reply | None = None
        for _ in range(LONGEST_CALL):
            try:
                request = script.send(reply)
            except StopIteration as stop:
                return self._ended(stop.value)
            reply = self.perform(request)
        raise self._differs("a script that runs in circles")

    def _ended(self, end: SendState | ReceiveState) -> SendState | ReceiveState:
        for ours in format_results(end):
            if self._next is not None and "phase=" not in self._next.text:
                ours = re.sub(r" phase=\w", "", ours)
            self._expect(ours)
        if self._next is not None:
            raise self._differs("the end of the call")
        return end

    def perform(self, request: t30.Request) -> t30.Reply:
        """One request: compared with the file where it is written there, and answered from it."""
        for text in format_request(request):
            self._expect(text)
        match request:
            case t30.Note(final=True) if self._next is not None and self._next.text == "= more follows":
                self._take(request)
                return t30.Done(self._now, more=True)
            case t30.TakeDocument() if self._next is not None and self._next.text == "= not offered":
                self._take(request)
                return t30.NotOffered(self._now)
            case t30.Note() | t30.TakePages() | t30.TakeDocument():
                return t30.Done(self._now)
            case t30.HangUp():
                if self._next is not None and self._next.text.startswith("< lost"):
                    self._take(request)
                return t30.Done(self._now)
            case t30.CodePage():
                return self._compared(request, self._coded(request))
            case t30.KeepPage():
                return self._compared(request, self._kept(request))
        return self._interrupted(request) or self._answered(request)

    # ------------------------------------------------------------ replies

    def _interrupted(self, request: t30.Request) -> t30.Reply | None:
        words = self._next.text.split() if self._next is not None else []
        if words[:2] not in (["<", "lost"], ["<", "cancelled"]) or isinstance(request, SENDS) != ("sending" in words):
            return None
        line = self._take(request)
        if words[1] == "cancelled":
            return t30.Cancelled(self._now)
        try:
            return t30.Lost(self._now, Outcome(words[2]), Sentence("as the file says"))
        except ValueError as error:
            raise BadCall(f"{self.call.name}:{line.number}: {error}") from error

    def _answered(self, request: t30.Request) -> t30.Reply:
        if isinstance(request, SENDS):
            return t30.Done(self._after(request))
        if isinstance(request, t30.Listen):
            return self._heard(request)
        line = self._take(request)
        match line.text.split():
            case ["<", "connected"]:
                return self._checked(line, request, t30.Done(self._now))
            case ["<", "no", "carrier"]:
                return self._checked(line, request, t30.NoCarrier(self._now))
            case ["<", "no", "carrier,", "line", "silent"]:
                return self._checked(line, request, t30.NoCarrier(self._now, silent=True))
            case ["<", "other", "carrier"]:
                return self._checked(line, request, t30.NoCarrier(self._now, other=True))
            case ["<", "training", _, _, *counts]:
                bits, zeros, ones = self._numbers(line, counts, "bits", "zeros", "ones")
                return self._checked(line, request, t30.TrainingHeard(self._now, bits, zeros, ones))
            case ["<", "page", _, _, *counts]:
                rtc = counts[-1:] == ["rtc"]
                rows, bad, run = self._numbers(line, counts[:3], "rows", "bad", "run")
                return self._checked(line, request, t30.PageHeard(self._now, rows, bad, run, rtc))
            case ["<", "burst", _, _, *numbers] if isinstance(request, t30.ReceiveBurst):
                rcp = numbers[-1:] == ["rcp"]
                ranges = " ".join(numbers[:-1] if rcp else numbers)
                frames = {number: bytes((number,)) * request.size for number in parse_ranges(ranges)}
                return self._checked(line, request, t30.BurstHeard(self._now, frames, rcp))
        raise self._differs(_wanted(request), line)

    def _checked(self, line: Line, request: t30.Request, reply: t30.Reply) -> t30.Reply:
        """The reply, if that is what such a request is answered with: compared as the transcript would show it."""
        shown = [text.partition(" # ")[0].rstrip() for text in format_reply(request, reply)]
        if shown != [line.text]:
            raise self._differs(_wanted(request), line)
        return reply

    def _heard(self, request: t30.Listen) -> t30.Heard:
        """The frames of one carrier: up to a final one, or to `garbled`."""
        octets: list[bytes] = []
        while True:
            line = self._take(request)
            match line.text:
                case "< silence" if not octets:
                    return t30.Heard(self._now)
                case "< garbled":
                    return self._carrier(octets, garbled=True)
                case "< carrier ended":
                    return self._carrier(octets)
            try:
                octets.append(bytes.fromhex(line.text.removeprefix("< ").replace(STARS, self._password(line))))
            except ValueError:
                raise self._differs(_wanted(request), line) from None
            if is_final(octets[-1]):
                return self._carrier(octets)

    def _carrier(self, octets: list[bytes], garbled: bool = False) -> t30.Heard:
        frames = [frame for frame in map(parse_frame, octets) if frame is not None]
        return t30.Heard(self._now, tuple(frames), garbled or len(frames) < len(octets), tuple(octets))

    def _password(self, line: Line) -> str:
        """What stood where this line has stars: a wrong password if FNV or DCN was the next that we said."""
        said = (later.text for later in self.call.lines if later.number > line.number and later.text.startswith("> "))
        wrong = next(said, "").split()[3:4] in (["53"], ["d3"], ["5f"], ["df"])
        return pack_selection("0" if wrong else self.call.setting("password", "1")).hex(" ")

    def _coded(self, request: t30.CodePage) -> t30.Reply:
        line = self._take(request)
        found = re.fullmatch(r"= code page \d+ \S+ (\d+) octets", line.text)
        if found is None:
            raise self._differs(f"= code page {request.page} {request.format.coding.value} ...", line)
        return t30.Coded(self._now, bytes(int(found[1])))

    def _kept(self, request: t30.KeepPage) -> t30.Reply:
        if request.coded is not None and request.confirmed:
            self._check_whole(request.coded)
        line = self._take(request)
        if line.text.startswith("= still keeping"):
            return t30.Keeping(self._now)
        found = re.fullmatch(r"= (kept|could not keep).* rows=(\d+) bad=(\d+)( broken)?", line.text)
        if found is None:
            raise self._differs(_wanted(request), line)
        return t30.Kept(self._now, found[1] == "kept", int(found[2]), int(found[3]), bool(found[4]))

    def _compared(self, request: t30.Request, reply: t30.Reply) -> t30.Reply:
        shown = next(iter(format_reply(request, reply)))
        if shown != self._last.text:
            raise self._differs(shown, self._last)
        return reply

    def _check_whole(self, coded: bytes) -> None:
        """No page with a hole is kept: the frames that this file invents carry their own numbers."""
        numbers = [octet for octet, following in zip(coded, coded[1:] + b"\0", strict=True) if octet != following]
        for before, after in zip([-1, *numbers], numbers, strict=False):
            if after not in (before + 1, 0):
                raise self._differs(f"a page without holes, not frame {after} behind frame {before}")

    def _numbers(self, line: Line, words: list[str], *names: str) -> list[int]:
        found = dict(re.findall(r"(\w+)=(\d+)", " ".join(words)))
        if list(found) != list(names):
            raise BadCall(f"{self.call.name}:{line.number}: needs {', '.join(names)}: {line.text}")
        return [int(found[name]) for name in names]

    # ------------------------------------------------------------ the file

    def _after(self, request: t30.Request) -> float:
        """When what we send has gone out: the file says only when that began, and what came next."""
        if isinstance(request, t30.SendFrames):
            octets = sum(len(frame.fif) + 6 for frame in request.frames)
            self._now += PREAMBLE_SECONDS + 8 * octets / V21_RATE
        if self._next is not None and self._next.seconds is not None:
            self._now = min(self._now, self._next.seconds)
        return self._now

    def _take(self, request: t30.Request) -> Line:
        line = self._next
        if line is None:
            raise self._differs(_wanted(request))
        self._next = next(self._left, None)
        self._last = line
        if line.seconds is not None:
            self._now = max(self._now, line.seconds)
        else:
            waits = line.text in ("< silence", "< no carrier", "< no carrier, line silent")
            self._now += getattr(request, "seconds", 0.0) if waits else 1.0
        return line

    def _expect(self, text: str) -> None:
        text = text.partition(" # ")[0].rstrip()
        line = self._next
        if line is None or line.text != text:
            raise self._differs(text)
        self._take(t30.HangUp())

    def _differs(self, ours: str, line: Line | None = None) -> Differs:
        line = line or self._next
        if line is None:
            return Differs(f"{self.call.name}: the file ends, but our script goes on with\n  {ours}")
        return Differs(f"{self.call.name}:{line.number}: the file says\n  {line.text}\nour script wants\n  {ours}")


def _wanted(request: t30.Request) -> str:
    """What a request that is not written down would be answered with, for a person."""
    match request:
        case t30.Listen(seconds=seconds):
            return f"< frames, silence or garbled (it listens for {seconds:.1f} s)"
        case t30.ReceiveTraining(modulation=modulation):
            return f"< training {modulation} bits= zeros= ones=, or no carrier"
        case t30.ReceivePage(modulation=modulation):
            return f"< page {modulation} rows= bad= run= [rtc], or no carrier"
        case t30.ReceiveBurst(modulation=modulation):
            return f"< burst {modulation} NUMBERS, or no carrier"
        case t30.KeepPage(page=page, confirmed=confirmed):
            return f"= kept{'' if confirmed else ' unconfirmed'} page {page} rows= bad="
        case t30.Dial() | t30.PickUp():
            return "< connected, or lost"
    return str(request)


def calls(folder: Path) -> Iterator[Path]:
    """The files of calls in this folder."""
    return iter(sorted(folder.glob("*.call")))
