# SPDX-License-Identifier: GPL-3.0-or-later
"""What all foreign peers have in common: outcomes, running programs, and comparing what arrived."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faxcore.model.page import Page
from tests.support.pages import read_tiff


class PeerFailed(AssertionError):
    """A foreign program did not do what it was started for; the text has what it said."""


@dataclass(frozen=True)
class Outcome:
    """What a foreign program itself says of a call."""

    ok: bool
    said: str
    """Its own words: a reason, or the end of its log."""
    files: tuple[Path, ...] = ()
    """The TIFF files it received, in the order of their pages."""

    def pages(self) -> list[Page]:
        """All pages received."""
        return [page for file in self.files for page in read_tiff(file)]


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something that another process does. Raises PeerFailed after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise PeerFailed(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes], seconds: float = 5) -> None:
    """End a process that we started, kindly and then firmly."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def holds(received: Page, sent: Page) -> bool:
    """Whether a received page is the sent page, with at most white rows added above and below.

    efax puts blank rows for its header line before each page and pads after it.
    """
    if received.width is not sent.width or received.resolution is not sent.resolution:
        return False
    blank = bytes(sent.stride)
    surplus = received.length - sent.length
    for offset in range(surplus + 1):
        start, end_ = offset * sent.stride, offset * sent.stride + len(sent.rows)
        if received.rows[start:end_] == sent.rows:
            around = received.rows[:start] + received.rows[end_:]
            return around == blank * surplus
    return False


def describe(sent: list[Page], received: list[Page]) -> str:
    """What differs, for the message of an assertion."""
    lines = [f"sent {len(sent)} pages, received {len(received)}"]
    for number, (one, other) in enumerate(zip(sent, received, strict=False), start=1):
        lines.append(
            f"page {number}: sent {one.width.value}x{one.length} {one.resolution.value}, "
            f"received {other.width.value}x{other.length} {other.resolution.value}, "
            f"{'same' if holds(other, one) else 'DIFFERENT'}"
        )
    return "\n".join(lines)


def assert_same(sent: list[Page], received: list[Page], *, exactly: bool = True) -> None:
    """The pages arrived pixel for pixel; not `exactly`: white rows around them are forgiven."""
    assert len(sent) == len(received), describe(sent, received)
    for one, other in zip(sent, received, strict=True):
        same = one == other if exactly else holds(other, one)
        assert same, describe(sent, received)
