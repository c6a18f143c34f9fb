# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes for documents that are forked from one that has loaded everything: how they end, and how their server does.
What they gain if they are broken out of is in test_wall.py.
"""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from faxcore.descriptor_limit import raise_descriptor_limit
from faxcore.document import fork_server, fork_servers, sandbox, walls
from faxcore.document.ahead import Ahead
from faxcore.document.document_error import Reason, RenderFailed
from faxcore.document.fork_server import ForkServer
from faxcore.document.program import Program
from faxcore.document.readiness import becomes_readable
from faxcore.document.walled_process import WalledProcess
from faxcore.document.walls import CHOICE, Wall
from tests.service.document.test_wall import descendants, leaves_the_processor
from tests.support.waiting import wait_until

DOES_AS_TOLD = """
import os, time
from faxcore.document.inside import serve
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.sizes import PageSize
from faxcore.model.page import Resolution, Width

def work(source, output, order):
    if order["do"] == "abort":
        os.abort()
    while order["do"] == "work":
        pass
    while order["do"] == "wait":
        time.sleep(1)
    return [PageSize(Width.A4, Resolution.FINE, len(loaded))]

loaded = ["for every document"]
serve(work, for_some=lambda: loaded.append("for some documents"))
"""
OBEDIENT = Program(("-c", DOES_AS_TOLD), cpu_seconds=1)


@pytest.fixture(autouse=True)
def ahead(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ahead]:
    """A place of its own for the processes of a test, behind the wall that can be built here."""
    made = Ahead()
    monkeypatch.setattr(sandbox, "_AHEAD", made)
    CHOICE.ask(walls.AUTO)
    assert serve("answer") is None  # the first one is the trial of the wall
    made.want([OBEDIENT])
    try:
        yield made
    finally:
        made.release([OBEDIENT])


def serve(what: str, program: Program = OBEDIENT) -> Reason | None:
    """Have the program do something; the reason why there are no pages."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output:
        try:
            sandbox.run(program, {"do": what}, source, output)
        except RenderFailed as failed:
            return failed.reason
    return None


def start(ahead: Ahead) -> WalledProcess:
    """Have a process forked; it stands behind its wall."""
    assert CHOICE.found
    process = ahead.start(OBEDIENT, CHOICE.found)
    wait_until("the process behind its wall", lambda: becomes_readable(process.control, 30))
    process.check_wall()
    return process


def server_of(process: WalledProcess) -> ForkServer:
    """The one that it was forked from."""
    assert process.server
    return process.server


def has_ended(server: ForkServer) -> bool:
    """Look whether a server's process is gone."""
    return not Path(f"/proc/{server.pid}").exists()


def test_each_document_has_a_process_and_all_have_one_server(ahead: Ahead) -> None:
    with closing(start(ahead)) as one, closing(start(ahead)) as other:
        server = server_of(one)
        assert server_of(other) is server
        assert one.made_of == other.made_of
        assert serve("answer") is None
    assert server.forks == 3
    ahead.release([OBEDIENT])
    assert has_ended(server)
    ahead.want([OBEDIENT])


def test_a_document_is_opened_by_a_service_with_many_descriptors(ahead: Ahead) -> None:
    """More than select(2) knows, in the numbers of what belongs to the process."""
    raise_descriptor_limit()
    with ExitStack() as many:
        for _ in range(1100):
            many.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        assert serve("answer") is None
        process = start(ahead)
        assert process.ended > 1023
        process.close()
        ahead.refill()
        (waiting,) = ahead.list_waiting(OBEDIENT)
        assert not waiting.has_ended()
        ahead.release([OBEDIENT])
    ahead.want([OBEDIENT])


def test_a_server_has_loaded_what_only_some_documents_need(ahead: Ahead) -> None:
    assert loaded_for_one() == 2
    ahead.release([OBEDIENT])
    try:
        assert loaded_for_one() == 1, "a fresh process does not take the time"
    finally:
        ahead.want([OBEDIENT])


def loaded_for_one() -> int:
    """Have the program say how much it has loaded."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output:
        (page,) = sandbox.run(OBEDIENT, {"do": "answer"}, source, output)
    return page.length


@pytest.mark.parametrize(("what", "reason"), [("abort", Reason.OUT_OF_MEMORY), ("work", Reason.OUT_OF_TIME)])
def test_its_end_is_known_as_that_of_any_other(what: str, reason: Reason) -> None:
    """By its own limits, too: the first process of a system of its own would be spared them."""
    assert serve(what) is reason


def test_one_that_a_signal_ended_takes_its_server_with_it(ahead: Ahead) -> None:
    """The next process has another layout of memory: what a document found out by a crash is of no use to another."""
    with closing(start(ahead)) as waiting:
        first = server_of(waiting)
        assert serve("abort") is Reason.OUT_OF_MEMORY
        with closing(start(ahead)) as later:
            assert server_of(later) is not first
        # What waits already still serves its document.
        assert not waiting.has_ended()
        assert not has_ended(first)
    assert has_ended(first)


def test_a_server_is_replaced_before_it_has_forked_too_many(ahead: Ahead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fork_server, "MOST_FORKS", 4)
    monkeypatch.setattr(fork_servers, "SUCCESSOR_AT", 2)
    started: list[ForkServer] = []

    class Noted(ForkServer):
        def __init__(self, program: Program, wall: Wall) -> None:
            super().__init__(program, wall)
            started.append(self)

    monkeypatch.setattr(fork_servers, "ForkServer", Noted)
    with ExitStack() as undo:
        processes = [undo.enter_context(closing(start(ahead))) for _each in range(2)]
        assert len(started) == 1
        processes += [undo.enter_context(closing(start(ahead))) for _each in range(3)]
        # The successor was there before its first process was wanted.
        assert [started.index(server_of(each)) for each in processes] == [0, 0, 0, 0, 1]
        assert not has_ended(started[0])
    assert has_ended(started[0])
    assert not has_ended(started[1])
    assert len(started) == 2


def test_after_the_end_of_a_server_the_next_document_is_served(ahead: Ahead) -> None:
    with closing(start(ahead)) as process:
        first = server_of(process)
        os.killpg(first.pid, signal.SIGKILL)
        wait_until("its end", first.is_worn_out)
        wait_until("the end of what it forked", process.has_ended)
        assert process.exit_code() == -signal.SIGKILL
        assert serve("answer") is None
        with closing(start(ahead)) as later:
            assert server_of(later) is not first


def test_a_document_is_not_to_blame_for_the_end_of_its_server(ahead: Ahead) -> None:
    def kill(_process: WalledProcess, *_handed: object) -> None:
        os.killpg(server_of(_process).pid, signal.SIGKILL)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WalledProcess, "hand_over", kill)
        assert serve("answer") is Reason.KILLED
    assert serve("answer") is None


def test_a_process_at_work_is_killed_when_nobody_waits_any_more(ahead: Ahead) -> None:
    process = start(ahead)
    server = server_of(process)
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as answer:
        process.hand_over({"do": "wait"}, source.fileno(), output.fileno(), answer.fileno())
        assert not process.has_ended()
        process.close()
    family = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    assert not family if CHOICE.found is Wall.LANDLOCK else len(family) == 1, "bubblewrap's own is left alone"


def test_one_that_is_not_done_in_a_moment_leaves_the_processor_to_calls(ahead: Ahead) -> None:
    """A page is checked in less: whoever handed it in waits for it."""
    with closing(start(ahead)) as process, tempfile.TemporaryFile() as file:
        at_work = max(descendants(server_of(process).pid))
        assert not leaves_the_processor(at_work)
        process.hand_over({"do": "wait"}, file.fileno(), file.fileno(), file.fileno())
        wait_until("others going first", lambda: leaves_the_processor(at_work))
        assert not process.has_ended()


def test_where_a_fork_cannot_build_the_wall_each_document_has_a_fresh_process(
    ahead: Ahead, caplog: pytest.LogCaptureFixture
) -> None:
    """A system that allows no namespaces within bubblewrap's, as Ubuntu's."""
    refuse = "from faxcore.document import namespaces\nnamespaces.leave = lambda **_how: False\n"
    without = Program(("-c", refuse + DOES_AS_TOLD))
    if CHOICE.found is not Wall.BUBBLEWRAP:
        pytest.skip("bubblewrap cannot be used here")
    ahead.want([without])
    try:
        for _each in range(2):
            assert serve("answer", without) is None
            assert ahead.list_waiting(without) == []
        told = [record.message for record in caplog.records if "a fresh process" in record.message]
        assert len(told) == 1
        assert "no namespaces within those of bubblewrap" in told[0]
        ahead.refill()
        (waiting,) = ahead.list_waiting(without)
        assert waiting.server is None
    finally:
        ahead.release([without])
