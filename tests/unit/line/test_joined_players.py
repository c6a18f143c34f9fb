# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole faxes between two players over carriers that are joined in this process: real pages, real files, virtual time,
and no thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from faxcore.document.tiff import read_pages, write_pages
from faxcore.line import play_call
from faxcore.line.pages import IncomingPages
from faxcore.model.call import CallReport, Outcome
from faxcore.model.page import Page, Resolution
from faxcore.t30.capabilities import Terminal
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.limits import T4
from tests.support.calls import Listener
from tests.support.joined_carriers import JoinedLine
from tests.support.pages import text_page

ECM, PLAIN = Terminal("0199000002"), Terminal("0199000002", error_correction=False)
PAGES = [text_page(Resolution.FINE, seed, rows=300) for seed in range(3)]
BOTH = pytest.mark.parametrize("receiver", [ECM, PLAIN], ids=["ecm", "plain"])


class DiskAtOnce:
    """A disk that writes a page where it is asked to, in no thread."""

    def __init__(self, pages: IncomingPages, clock: Callable[[], float]) -> None:
        self._pages, self._file = pages, ""

    def begin(self, number: int, page: Page, confirmed: bool) -> None:
        self._file = self._pages.keep(number, page, confirmed)

    def wait(self, seconds: float) -> str | None:
        return self._file


@dataclass
class Faxed:
    """The ends of a call at both of its players, and the pages that came."""

    sent: CallReport
    received: CallReport
    pages: list[Page]
    transcripts: tuple[list[str], list[str]]


def fax(folder: Path, line: JoinedLine, receiver: Terminal, pages: list[Page] = PAGES) -> Faxed:
    """Send the pages from one end of the line to the other."""
    document, received = folder / "document.tif", folder / "received"
    received.mkdir()
    write_pages(document, pages)
    caller, called = line.ends
    transcripts: tuple[list[str], list[str]] = ([], [])
    sent, reports = line.run(
        play_call.send(caller, document, "0199000002", Terminal("0199000001"), Listener(), transcripts[0].append),
        play_call.receive(called, received, receiver, Listener(), transcripts[1].append, make_disk=DiskAtOnce),
    )
    arrived = [page for report in reports for name in report.files for page in read_pages(received / name)]
    return Faxed(sent, reports[-1], arrived, transcripts)


@pytest.mark.parametrize(("receiver", "last"), [(ECM, Frame(FCF.PPS)), (PLAIN, Frame(FCF.MPS))], ids=["ecm", "plain"])
def test_a_garbled_command_is_asked_for_again_and_costs_no_repeat_of_the_senders(
    tmp_path: Path, receiver: Terminal, last: Frame
) -> None:
    good, bad = JoinedLine(), JoinedLine()
    (tmp_path / "good").mkdir()
    (tmp_path / "bad").mkdir()
    fax(tmp_path / "good", good, receiver)
    bad.ends[1].garbled = [last.with_x().octets(final=True)[2]]
    faxed = fax(tmp_path / "bad", bad, receiver)
    assert (faxed.sent.outcome, faxed.pages) == (Outcome.OK, PAGES)
    assert sum("CRP" in text for text in faxed.transcripts[0]) == 1
    # CRP and the command again take less than the sender would have waited for an answer.
    assert bad.ends[0].time - good.ends[0].time < T4


@BOTH
def test_a_fax_of_several_pages_takes_minutes_of_the_line_and_no_thread(tmp_path: Path, receiver: Terminal) -> None:
    threads, begun = threading.active_count(), time.monotonic()
    line = JoinedLine()
    faxed = fax(tmp_path, line, receiver)
    taken = time.monotonic() - begun
    assert (faxed.sent.outcome, faxed.sent.confirmed, faxed.received.confirmed) == (Outcome.OK, 3, 3)
    assert faxed.sent.error_correction is (receiver is ECM)
    assert faxed.pages == PAGES
    assert threading.active_count() == threads
    assert all(end.time > 20 for end in line.ends)
    assert taken < line.ends[0].time / 10, "the time of the line has been waited for"


def test_a_call_that_is_cancelled_in_the_middle_ends_with_dcn(tmp_path: Path) -> None:
    line = JoinedLine()
    line.ends[0].cancel_at = 18.0
    faxed = fax(tmp_path, line, ECM)
    assert faxed.sent.outcome is Outcome.LOCAL_ABORT
    assert line.ends[0].broken_off == 1
    assert any("cancelled" in text for text in faxed.transcripts[0])
    assert any("DCN" in text for text in faxed.transcripts[1])
    assert faxed.sent.confirmed < 3


def test_a_line_that_is_cut_is_said_so_at_both_ends_and_keeps_what_was_confirmed(tmp_path: Path) -> None:
    line = JoinedLine(cut_at=24.0)
    faxed = fax(tmp_path, line, ECM)
    assert faxed.sent.outcome is Outcome.LINE_LOST
    assert 0 < faxed.sent.confirmed < 3
    assert faxed.received.confirmed == faxed.sent.confirmed
    assert faxed.pages[: faxed.sent.confirmed] == PAGES[: faxed.sent.confirmed]


def test_a_page_that_was_refused_is_sent_again_more_slowly(tmp_path: Path) -> None:
    line = JoinedLine()
    line.ends[1].spoilt_pages = 1
    faxed = fax(tmp_path, line, PLAIN)
    sent = [text.split("> page ")[1].split(" short")[0] for text in faxed.transcripts[0] if "> page" in text]
    assert sent == ["V.17 14400", "V.17 12000", "V.17 12000", "V.17 12000"]
    assert (faxed.sent.outcome, faxed.sent.confirmed) == (Outcome.OK, 3)
    assert faxed.pages == PAGES
    assert any("RTN" in text for text in faxed.transcripts[0])
