# SPDX-License-Identifier: GPL-3.0-or-later
"""Line workers as processes: calls between them, many at once, cancelled, and with a modem that comes and goes."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from faxcore.contract.messages import (
    Absent,
    AnswerCall,
    Cancel,
    Decline,
    Ended,
    FinalPending,
    PageConfirmed,
    PageKept,
    PlaceCall,
    Progress,
    Quit,
    Ready,
    Ringing,
    RingingEnded,
    Step,
)
from faxcore.contract.report_file import read_report
from faxcore.document.tiff import read_pages
from faxcore.exchange.settings import ExchangeSettings, default_lines
from faxcore.exchange.simulation import Exchange
from faxcore.line.service_socket import ServiceGone, ServiceSocket
from faxcore.model.call import Outcome
from faxcore.model.page import Resolution
from tests.support.pages import text_page
from tests.support.workers import PATIENCE, WorkerProcess, answer, dial, document


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    settings = ExchangeSettings(lines=default_lines(6), folder=tmp_path / "exchange", speed=10.0)
    with Exchange(settings) as running:
        yield running


def test_a_call_between_two_workers(exchange: Exchange, tmp_path: Path) -> None:
    pages = [text_page(Resolution.STANDARD, seed, rows=200) for seed in range(2)]
    with WorkerProcess(exchange.device(1)) as sender, WorkerProcess(exchange.device(2)) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        dial(sender, tmp_path / "out", pages, "0199000012")
        ringing = answer(receiver, tmp_path / "in")
        assert (ringing.caller, ringing.called) == ("0199000001", "0199000012")
        sent, received = sender.next(Ended).report, receiver.next(Ended).report
        assert (sent.outcome, sent.confirmed, received.outcome) == (Outcome.OK, 2, Outcome.OK)
        assert [m.page for m in sender.heard if isinstance(m, PageConfirmed)] == [1, 2]
        assert [m.page for m in receiver.heard if isinstance(m, PageKept)] == [1, 2]
        assert [page for name in received.files for page in read_pages(tmp_path / "in" / name)] == pages
        assert "PPS-EOP" in (tmp_path / "out" / "transcript").read_text()
        sender.say(Quit())
        receiver.say(Quit())
        assert (sender.process.wait(PATIENCE), receiver.process.wait(PATIENCE)) == (0, 0)


def test_what_is_hidden_of_a_dial_string_stands_in_no_transcript(exchange: Exchange, tmp_path: Path) -> None:
    with WorkerProcess(exchange.device(1)) as sender, WorkerProcess(exchange.device(2)) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        path = document(tmp_path / "out", [text_page(Resolution.STANDARD, rows=200)])
        sender.say(PlaceCall("out", str(tmp_path / "out"), str(path), "0199000012", shown="…12"))
        answer(receiver, tmp_path / "in")
        assert sender.next(Ended).report.outcome is Outcome.OK
        written = (tmp_path / "out" / "transcript").read_text()
        assert "> dial …12\n" in written and "# number: …12\n" in written
        assert "0199000012" not in written


@pytest.mark.parametrize("wanted", [True, False])
def test_the_log_tells_what_the_modem_says_where_that_is_wanted(
    exchange: Exchange, tmp_path: Path, wanted: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    with WorkerProcess(exchange.device(1), options=["--modem-log"] if wanted else []) as sender:
        sender.next(Ready)
        path = document(tmp_path / "out", [text_page(Resolution.STANDARD, rows=100)])
        sender.say(PlaceCall("out", str(tmp_path / "out"), str(path), "0199000098", shown="…98"))
        assert sender.next(Ended).report.outcome is Outcome.BUSY
    said = capfd.readouterr().err
    assert ("> AT+FCLASS=1" in said, "> ATDT…98" in said, "< BUSY" in said) == (wanted, wanted, wanted)
    assert "0199000098" not in said


def test_jbig_is_used_where_both_orders_allow_it(exchange: Exchange, tmp_path: Path) -> None:
    page = text_page(Resolution.STANDARD, rows=200)
    with WorkerProcess(exchange.device(1)) as sender, WorkerProcess(exchange.device(2)) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        path = document(tmp_path / "out", [page])
        sender.say(PlaceCall("out", str(tmp_path / "out"), str(path), "0199000002", "0199000001", jbig=True))
        receiver.next(Ringing)
        (tmp_path / "in").mkdir()
        receiver.say(AnswerCall("in", str(tmp_path / "in"), "0199000002", jbig=True))
        sent, received = sender.next(Ended).report, receiver.next(Ended).report
        assert (sent.outcome, sent.coding, received.coding) == (Outcome.OK, "JBIG", "JBIG")
        assert [got for name in received.files for got in read_pages(tmp_path / "in" / name)] == [page]


def test_a_fax_is_for_the_sub_address_that_its_order_names(exchange: Exchange, tmp_path: Path) -> None:
    page = text_page(Resolution.STANDARD, rows=100)
    with WorkerProcess(exchange.device(1)) as sender, WorkerProcess(exchange.device(2)) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        path = document(tmp_path / "out", [page])
        order = PlaceCall("out", str(tmp_path / "out"), str(path), "0199000002", "0199000001", sub_address="42")
        for takes, outcome in ((True, Outcome.OK), (False, Outcome.INCOMPATIBLE)):
            sender.say(order)
            receiver.next(Ringing)
            (tmp_path / f"in {takes}").mkdir()
            receiver.say(AnswerCall("in", str(tmp_path / f"in {takes}"), "0199000002", takes_sub_address=takes))
            assert sender.next(Ended).report.outcome is outcome
            assert receiver.next(Ended).report.sub_address == ("42" if takes else "")
        assert [m.sub_address for m in receiver.heard if isinstance(m, PageKept)] == ["42"]


@pytest.mark.parametrize(
    ("dialled", "answered", "rung"),
    [
        ({"begin_at": "V.29 7200"}, {}, ("V.29", 7200)),
        ({"max_rate": 9600}, {}, ("V.17", 9600)),
        ({}, {"max_rate": 4800}, ("V.27ter", 4800)),
        ({"without": ("V.17",)}, {}, ("V.29", 9600)),
        ({}, {"without": ("V.17", "V.29")}, ("V.27ter", 4800)),
        ({"without": ("V.29",), "begin_at": "V.29 9600"}, {"without": ("MMR",)}, ("V.27ter", 4800)),
    ],
)
def test_a_call_begins_as_either_order_says(
    exchange: Exchange, tmp_path: Path, dialled: dict[str, Any], answered: dict[str, Any], rung: tuple[str, int]
) -> None:
    page = text_page(Resolution.STANDARD, rows=100)
    with WorkerProcess(exchange.device(1)) as sender, WorkerProcess(exchange.device(2)) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        path = document(tmp_path / "out", [page])
        sender.say(PlaceCall("out", str(tmp_path / "out"), str(path), "0199000002", "0199000001", **dialled))
        receiver.next(Ringing)
        (tmp_path / "in").mkdir()
        receiver.say(AnswerCall("in", str(tmp_path / "in"), "0199000002", **answered))
        sent = sender.next(Ended).report
        assert (sent.outcome, sent.modulation, sent.rate, sent.fallbacks) == (Outcome.OK, *rung, 0)
        receiver.next(Ended)
        (told,) = [each for each in sender.heard if isinstance(each, Progress) and each.step is Step.PAGE]
        assert (told.page, told.rate, told.error_correction) == (1, sent.rate, sent.error_correction)
        assert told.octets > 0
        (heard,) = {each.remote_id for each in sender.heard if isinstance(each, Progress)} - {""}
        assert heard == sent.remote_id


def test_a_later_try_begins_at_the_first_page_that_is_not_confirmed(exchange: Exchange, tmp_path: Path) -> None:
    pages = [text_page(Resolution.STANDARD, seed, rows=100) for seed in range(3)]
    with WorkerProcess(exchange.device(1)) as sender, WorkerProcess(exchange.device(2)) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        dial(sender, tmp_path / "out", pages, "0199000002", first_page=3)
        answer(receiver, tmp_path / "in")
        sent, received = sender.next(Ended).report, receiver.next(Ended).report
        assert (sent.pages, sent.sent, sent.confirmed) == (3, 1, 3)
        assert [page for name in received.files for page in read_pages(tmp_path / "in" / name)] == pages[2:]


def test_three_lines_send_while_three_receive(exchange: Exchange, tmp_path: Path) -> None:
    documents = [[text_page(Resolution.STANDARD, 10 * line + n, rows=300) for n in range(3)] for line in range(3)]
    workers = [WorkerProcess(exchange.device(line)) for line in range(1, 7)]
    try:
        for worker in workers:
            worker.next(Ready)
        for line, pages in enumerate(documents):
            dial(workers[line], tmp_path / f"out{line}", pages, exchange.numbers(line + 4)[0])
        for line in range(3):
            answer(workers[line + 3], tmp_path / f"in{line}")
        for line, pages in enumerate(documents):
            sent, received = workers[line].next(Ended).report, workers[line + 3].next(Ended).report
            assert (sent.outcome, sent.confirmed) == (Outcome.OK, 3), sent
            got = [page for name in received.files for page in read_pages(tmp_path / f"in{line}" / name)]
            assert got == pages
    finally:
        for worker in workers:
            worker.__exit__(None, None, None)


@pytest.mark.parametrize("state", ["training", "page"])
def test_a_cancelled_call_ends_in_order(exchange: Exchange, tmp_path: Path, state: str) -> None:
    pages = [text_page(Resolution.FINE, seed) for seed in range(3)]
    with WorkerProcess(exchange.device(1)) as sender, WorkerProcess(exchange.device(2)) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        dial(sender, tmp_path / "out", pages, "0199000002")
        answer(receiver, tmp_path / "in")
        sender.next(Progress, lambda progress: progress.step.value == state)
        sender.say(Cancel("out"))
        sent, received = sender.next(Ended).report, receiver.next(Ended).report
        assert (sent.outcome, sent.confirmed) == (Outcome.LOCAL_ABORT, 0)
        assert received.outcome in (Outcome.REMOTE_DCN, Outcome.TIMEOUT)
        # The line is good for the next call.
        (tmp_path / "in").rename(tmp_path / "first")
        dial(sender, tmp_path / "out", pages[:1], "0199000002")
        answer(receiver, tmp_path / "in")
        assert sender.next(Ended).report.outcome is Outcome.OK


def test_a_caller_who_gives_up_is_forgotten(exchange: Exchange, tmp_path: Path) -> None:
    with WorkerProcess(exchange.device(1)) as sender, WorkerProcess(exchange.device(2)) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        dial(sender, tmp_path / "out", [text_page(rows=50)], "0199000002")
        receiver.next(Ringing)
        sender.say(Cancel("out"))
        assert sender.next(Ended).report.outcome is Outcome.LOCAL_ABORT
        receiver.next(RingingEnded)


def test_a_call_right_behind_a_declined_one_is_announced(exchange: Exchange, tmp_path: Path) -> None:
    """Between the two is no pause that would tell them apart."""
    page = text_page(Resolution.STANDARD, rows=100)
    one, two, three = (exchange.device(line) for line in (1, 2, 3))
    with WorkerProcess(one) as first, WorkerProcess(two) as receiver, WorkerProcess(three) as second:
        for worker in (first, receiver, second):
            worker.next(Ready)
        dial(first, tmp_path / "first", [page], "0199000002")
        assert receiver.next(Ringing).caller == "0199000001"
        receiver.say(Decline())
        first.say(Cancel("out"))
        first.next(Ended)
        dial(second, tmp_path / "second", [page], "0199000002")
        ringing = receiver.next(Ringing)
        while ringing.caller != "0199000003":
            receiver.say(Decline())
            ringing = receiver.next(Ringing)
        assert not [message for message in receiver.heard if isinstance(message, RingingEnded)]
        (tmp_path / "in").mkdir()
        receiver.say(AnswerCall("in", str(tmp_path / "in"), "0199000002"))
        assert second.next(Ended).report.outcome is Outcome.OK


def test_a_declined_call_that_rings_on_is_offered_again(exchange: Exchange, tmp_path: Path) -> None:
    """The disk was full, and has room again."""
    with WorkerProcess(exchange.device(1)) as sender, WorkerProcess(exchange.device(2)) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        dial(sender, tmp_path / "out", [text_page(Resolution.STANDARD, rows=100)], "0199000012")
        assert receiver.next(Ringing).called == "0199000012"
        receiver.say(Decline())
        assert answer(receiver, tmp_path / "in").called == "0199000012"
        assert sender.next(Ended).report.outcome is Outcome.OK


def test_the_last_confirmation_is_not_asked_for_before_the_service_has_noted_it(
    exchange: Exchange, tmp_path: Path
) -> None:
    sender_device, receiver_device = exchange.device(1), exchange.device(2)
    with WorkerProcess(sender_device, notes=False) as sender, WorkerProcess(receiver_device) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        dial(sender, tmp_path / "out", [text_page(rows=50)], "0199000002")
        answer(receiver, tmp_path / "in")
        sender.next(FinalPending)
        # Nothing is said: the worker must rather give the call up.
        report = sender.next(Ended).report
        assert (report.outcome, report.confirmed) == (Outcome.LOCAL_ABORT, 0)
        assert "PPS-EOP" not in (tmp_path / "out" / "transcript").read_text()


def test_a_receiving_worker_brings_its_call_to_an_end_without_the_service(exchange: Exchange, tmp_path: Path) -> None:
    pages = [text_page(Resolution.STANDARD, seed, rows=100) for seed in range(2)]
    receiver = WorkerProcess(exchange.device(2))
    with WorkerProcess(exchange.device(1)) as sender:
        sender.next(Ready)
        receiver.next(Ready)
        dial(sender, tmp_path / "out", pages, "0199000002")
        answer(receiver, tmp_path / "in")
        receiver.next(PageKept)
        receiver.leave()
        assert sender.next(Ended).report.confirmed == 2
    receiver.process.wait(PATIENCE)
    assert [page for path in sorted((tmp_path / "in").glob("*.tif")) for page in read_pages(path)] == pages
    left = read_report(tmp_path / "in", "in")
    assert left is not None
    assert (left.outcome, left.received, left.remote_id) == (Outcome.OK, 2, "0199000001")


def test_a_sending_worker_hears_the_last_confirmation_without_the_service(exchange: Exchange, tmp_path: Path) -> None:
    sender = WorkerProcess(exchange.device(1))
    with WorkerProcess(exchange.device(2)) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        dial(sender, tmp_path / "out", [text_page(Resolution.STANDARD, rows=100)], "0199000002")
        answer(receiver, tmp_path / "in")
        sender.next(FinalPending)
        sender.leave()
        assert receiver.next(Ended).report.outcome is Outcome.OK
    assert sender.process.wait(PATIENCE) == 0
    left = read_report(tmp_path / "out", "out")
    assert left is not None
    assert (left.outcome, left.confirmed) == (Outcome.OK, 1)


def test_a_sending_worker_breaks_off_without_the_service_before_that(exchange: Exchange, tmp_path: Path) -> None:
    pages = [text_page(Resolution.FINE, seed) for seed in range(3)]
    sender = WorkerProcess(exchange.device(1))
    with WorkerProcess(exchange.device(2)) as receiver:
        sender.next(Ready)
        receiver.next(Ready)
        dial(sender, tmp_path / "out", pages, "0199000002")
        answer(receiver, tmp_path / "in")
        sender.next(PageConfirmed)
        sender.leave()
        assert receiver.next(Ended).report.received < 3
    assert sender.process.wait(PATIENCE) == 0
    left = read_report(tmp_path / "out", "out")
    assert left is not None
    assert left.outcome is Outcome.LOCAL_ABORT
    assert left.confirmed in (1, 2)


def test_an_absent_modem_is_said_and_found_when_it_comes(exchange: Exchange, tmp_path: Path) -> None:
    device = tmp_path / "modem"
    with WorkerProcess(device) as worker:
        absent = worker.next(Absent)
        assert str(device) in str(absent.reason)
        worker.say(PlaceCall("out", str(tmp_path), str(tmp_path / "none.tif"), "1"))
        assert worker.next(Ended).report.outcome is Outcome.MODEM
        device.symlink_to(exchange.device(1))
        assert worker.next(Ready).modem


def test_a_document_that_cannot_be_read_is_said_so_and_nothing_is_dialled(exchange: Exchange, tmp_path: Path) -> None:
    with WorkerProcess(exchange.device(1)) as worker:
        worker.next(Ready)
        broken = tmp_path / "broken.tif"
        broken.write_bytes(b"II*\0 nothing")
        worker.say(PlaceCall("out", str(tmp_path), str(broken), "0199000002"))
        report = worker.next(Ended).report
        assert (report.outcome, report.sent) == (Outcome.INCOMPATIBLE, 0)
        assert "dial" not in (tmp_path / "transcript").read_text()


def test_the_service_is_told_when_a_socket_closes(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with pytest.raises(ServiceGone):
        ServiceSocket(ours).receive(time.monotonic() + 1)
    ours.close()
