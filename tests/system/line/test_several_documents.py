# SPDX-License-Identifier: GPL-3.0-or-later
"""Several documents in one call, on real modems: the line is left open for the next, and never left open for ever."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.contract.messages import Ended, FinalPending, Noted, NothingFollows, PlaceCall, Quit, Ready
from faxcore.contract.report_file import read_report
from faxcore.document.tiff import read_pages
from faxcore.exchange.settings import ExchangeSettings, default_lines
from faxcore.exchange.simulation import Exchange
from faxcore.model.call import CallReport, Outcome
from faxcore.model.page import Page, Resolution
from tests.support.pages import text_page
from tests.support.workers import PATIENCE, WorkerProcess, answer, document

TO = "0199000002"


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    settings = ExchangeSettings(lines=default_lines(3), folder=tmp_path / "exchange", speed=10.0)
    with Exchange(settings) as running:
        yield running


def order(folder: Path, call: str, pages: list[Page], follows: str = "") -> PlaceCall:
    path = document(folder / call, pages)
    return PlaceCall(call, str(folder / call), str(path), TO, "0199000001", follows=follows)


def send_first(sender: WorkerProcess, receiver: WorkerProcess, folder: Path, pages: list[Page]) -> Ended:
    """Send a document behind which another is to follow; its end."""
    sender.next(Ready)
    receiver.next(Ready)
    sender.say(order(folder, "first", pages))
    answer(receiver, folder / "in")
    sender.next(FinalPending)
    sender.say(Noted("first", more=True))
    return sender.next(Ended)


def test_two_documents_in_two_formats_in_one_call(exchange: Exchange, tmp_path: Path) -> None:
    first = [text_page(Resolution.STANDARD, seed, rows=100) for seed in range(2)]
    second = [text_page(Resolution.FINE, 5, rows=200)]
    with WorkerProcess(exchange.device(1), notes=False) as sender, WorkerProcess(exchange.device(2)) as receiver:
        ended = send_first(sender, receiver, tmp_path, first)
        assert (ended.open, ended.report.outcome, ended.report.confirmed) == (True, Outcome.OK, 2)
        assert ended.report.more
        sender.say(order(tmp_path, "second", second, follows="first"))
        assert sender.next(FinalPending).call == "second"
        sender.say(Noted("second"))
        last, heard = sender.next(Ended), receiver.next(Ended)
        assert (last.call, last.open, last.report.outcome, last.report.confirmed) == ("second", False, Outcome.OK, 1)
        assert last.report.dial_seconds == 0.0
        assert last.report.seconds > 0 and ended.report.seconds > 0
        came = (*heard.earlier, heard.report)
        assert [(each.outcome, each.received, each.resolution) for each in came] == [
            (Outcome.OK, 2, "standard"),
            (Outcome.OK, 1, "fine"),
        ]
        assert [each.files[-1] for each in came] == ["page-0002.tif", "document-0002-page-0001.tif"]
        for each, pages in zip(came, (first, second), strict=True):
            assert [page for name in each.files for page in read_pages(tmp_path / "in" / name)] == pages
        assert [read_report(tmp_path / "in", heard.call, number) for number in (1, 2)] == list(came)
        assert all(each.seconds > 0 for each in came)
        assert "PPS-EOM" in (tmp_path / "first" / "transcript").read_text()
        assert "# role: next sender" in (tmp_path / "second" / "transcript").read_text()
        assert read_report(tmp_path / "first", "first") == ended.report
        # The line is good for the next call.
        sender.say(order(tmp_path, "third", second))
        answer(receiver, tmp_path / "again")
        sender.next(FinalPending)
        sender.say(Noted("third"))
        assert sender.next(Ended).report.outcome is Outcome.OK


@pytest.mark.parametrize("word", ["nothing follows", "quit", "gone"])
def test_a_call_that_is_open_for_nothing_is_hung_up(exchange: Exchange, tmp_path: Path, word: str) -> None:
    sender = WorkerProcess(exchange.device(1), notes=False)
    with WorkerProcess(exchange.device(2)) as receiver:
        assert send_first(sender, receiver, tmp_path, [text_page(Resolution.STANDARD, rows=100)]).open
        match word:
            case "nothing follows":
                sender.say(NothingFollows("first"))
                sender.next(Ready)
            case "quit":
                sender.say(Quit())
            case "gone":
                sender.leave()
        received = receiver.next(Ended).report
        assert (received.outcome, received.confirmed) == (Outcome.OK_PARTIAL, 1), "it heard our DCN, and has the page"
        assert "between two documents" in str(received.reason)
    if word == "nothing follows":
        sender.say(Quit())
    assert sender.process.wait(PATIENCE) == 0
    if word != "gone":
        sender.leave()


def test_a_service_that_goes_while_the_last_page_is_confirmed_finds_the_report(
    exchange: Exchange, tmp_path: Path
) -> None:
    sender = WorkerProcess(exchange.device(1), notes=False)
    with WorkerProcess(exchange.device(2)) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        sender.say(order(tmp_path, "first", [text_page(Resolution.STANDARD, rows=100)]))
        answer(receiver, tmp_path / "in")
        sender.next(FinalPending)
        sender.say(Noted("first", more=True))
        sender.leave()
        assert receiver.next(Ended).report.outcome is Outcome.OK_PARTIAL
    assert sender.process.wait(PATIENCE) == 0
    left = read_report(tmp_path / "first", "first")
    assert isinstance(left, CallReport) and (left.outcome, left.confirmed) == (Outcome.OK, 1)


def test_a_document_that_cannot_be_read_ends_the_call(exchange: Exchange, tmp_path: Path) -> None:
    with WorkerProcess(exchange.device(1), notes=False) as sender, WorkerProcess(exchange.device(2)) as receiver:
        send_first(sender, receiver, tmp_path, [text_page(Resolution.STANDARD, rows=100)])
        (tmp_path / "broken").mkdir()
        broken = tmp_path / "broken" / "pages.tif"
        broken.write_bytes(b"II*\0 nothing")
        sender.say(PlaceCall("broken", str(broken.parent), str(broken), TO, follows="first"))
        last = sender.next(Ended)
        assert (last.call, last.open, last.report.outcome) == ("broken", False, Outcome.INCOMPATIBLE)
        assert receiver.next(Ended).report.confirmed == 1


def test_an_order_that_comes_too_late_dials_nothing(exchange: Exchange, tmp_path: Path) -> None:
    with WorkerProcess(exchange.device(1)) as sender:
        sender.next(Ready)
        sender.say(order(tmp_path, "late", [text_page(rows=50)], follows="a call that is over"))
        assert sender.next(Ended).report.outcome is Outcome.LOCAL_ABORT
        assert not (tmp_path / "late" / "transcript").exists()
