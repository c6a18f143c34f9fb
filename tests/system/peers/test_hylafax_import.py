# SPDX-License-Identifier: GPL-3.0-or-later
"""A real HylaFAX receives and sends on the exchange, and its spool is imported: pages, facts and sums are those that it
had, and those that our own end of each call has seen. And its programs count the calls of a real service as we do.
"""

import asyncio
import getpass
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from faxcore.cli.main import main
from faxcore.cli.xferfaxlog import format_call
from faxcore.config import LineConfig, NumberConfig
from faxcore.contract.recorded import CallGrouping, CallQuery, CallRecord, TotalsQuery
from faxcore.document.tiff import read_pages, write_pages
from faxcore.exchange import Exchange, ExchangeSettings, default_lines
from faxcore.fax_folders.own_copies import own_copies
from faxcore.lines.worker_line import worker_command
from faxcore.model.call import CallReport, Direction, Outcome
from faxcore.model.job import State
from faxcore.model.page import Page, Resolution
from faxcore.store.call_log import CallFilter
from faxcore.store.receptions import Receiving
from faxcore.store.store import Store
from faxcore.t30.capabilities import Terminal, codings
from tests.support.calls import Answerer, Listener, send_from, send_two
from tests.support.hylafax_spool import POINTS, kill_import, read_tree
from tests.support.pages import text_page, write_tiff
from tests.support.peers import hylafax
from tests.support.peers.hylafax import HylaFax
from tests.support.peers.hylafax_statistics import read_statistics, seconds_of
from tests.support.service_parts import ME, administrator, configured, running, submit
from tests.support.waiting import until

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(300)]

OURS, THEIRS = 1, 2
CONFIG = """
[folders]
state = "{home}/state"
received = "{home}/received"

[[person]]
name = "anne"

[[line]]
name = "office"
device = "/dev/ttyS0"
numbers = [{{ number = "{number}", owners = ["anne"] }}]
"""


@dataclass
class Day:
    """A day of a HylaFAX: what went over, and what is in its spool."""

    spool: Path
    modem: str
    number: str
    begun: datetime
    ended: datetime
    sent: list[tuple[list[Page], CallReport]]
    """What we have sent to it, with what our end says."""
    received: tuple[list[Page], CallReport]
    """What it has sent to us."""

    @property
    def log(self) -> str:
        return (self.spool / "log/xferfaxlog").read_text()


def letter(first: int, pages: int, resolution: Resolution = Resolution.FINE) -> list[Page]:
    return [text_page(resolution, seed, rows=400) for seed in range(first, first + pages)]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """It receives a fax in JBIG, one with error correction, and two in one call without; it sends one, and one for a
    number that there is not.
    """
    if why := hylafax.missing():
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("hylafax")
    begun = datetime.now(UTC)
    documents = [letter(0, 2), letter(2, 1), letter(3, 2), letter(5, 1, Resolution.STANDARD)]
    paths = [folder / f"document-{number}.tif" for number in range(len(documents))]
    for path, pages in zip(paths, documents, strict=True):
        write_pages(path, pages)
    settings = ExchangeSettings(folder / "exchange", default_lines(2), speed=20.0, seed=5)
    with Exchange(settings) as exchange, HylaFax(folder, exchange, THEIRS) as peer:
        number = exchange.numbers(THEIRS)[0]
        reports = []
        for path, terminal in (
            (paths[0], Terminal("0199000001")),
            (paths[1], Terminal("0199000001", codings=codings(jbig=True))),
        ):
            peer.answer()
            reports.append(send_from(exchange, OURS, path, number, terminal, Listener(), []))
            assert peer.wait_received(120).ok
        peer.answer()
        reports += send_two(exchange, OURS, (paths[2], paths[3]), number, Terminal("0199000001", False), [])
        assert peer.wait_received(120).ok and peer.wait_received(120).ok
        answerer = Answerer(exchange, OURS, folder / "received", Terminal("0199000001"))
        out = letter(6, 2)
        assert peer.send(write_tiff(folder / "out.tif", out), exchange.numbers(OURS)[0], 200).ok
        received = answerer.result()
        assert not peer.send(folder / "out.tif", "0199999999", 200).ok
        spool = folder / "spool"
        shutil.copytree(peer.spool, spool, symlinks=True, ignore=shutil.ignore_patterns("FIFO*"))
        modem = peer.modem
    sent = list(zip(documents, reports, strict=True))
    yield Day(spool, modem, number, begun, datetime.now(UTC), sent, (out, received))


def command(day: Day, home: Path) -> list[str]:
    config = home / "facteur.toml"
    if not config.exists():
        home.mkdir(exist_ok=True)
        config.write_text(CONFIG.format(home=home, number=day.number))
    choices = ("--person", "test=anne", "--line", f"{day.modem}=office")
    return ["import", "hylafax", "--spool", str(day.spool), "--config", str(config), "--json", *choices]


@pytest.fixture
def imported(day: Day, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[tuple[Store, Any]]:
    """The store behind an import, and its report."""
    assert main(command(day, tmp_path)) == 0
    report = json.loads(capsys.readouterr().out)
    store = Store(tmp_path / "state")
    yield store, report
    store.close()


def log_of(store: Store) -> list[CallRecord]:
    return store.call_log.page(None, CallFilter(), "", 100)


def test_all_of_it_comes_and_nothing_is_changed(
    day: Day, imported: tuple[Store, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, report = imported
    counts = {kind: (each["imported"], each["there"], len(each["refused"])) for kind, each in report.items()}
    assert counts == {"receptions": (4, 0, 0), "calls": (6, 0, 0), "jobs": (2, 0, 0)}
    store.close()
    before = read_tree(day.spool)
    assert main(command(day, tmp_path)) == 0
    again = json.loads(capsys.readouterr().out)
    assert [each["imported"] for each in again.values()] == [0, 0, 0]
    assert read_tree(day.spool) == before


def test_received_faxes_are_what_was_sent_to_it(day: Day, imported: tuple[Store, Any]) -> None:
    store, _report = imported
    receptions = sorted(store.receptions.all("anne"), key=lambda fax: fax.received)
    assert [fax.state for fax in receptions] == [Receiving.WAITING] * 4
    calls = {call.fax: call for call in log_of(store)}
    for fax, (pages, report) in zip(receptions, day.sent, strict=True):
        assert list(read_pages(own_copies(store.call_folder(fax.call)).tiff)) == pages, "pixel for pixel"
        assert (fax.pages, fax.bad_rows, fax.outcome) == (len(pages), 0, Outcome.OK)
        assert (fax.line, fax.called, fax.remote_id, fax.rule) == ("office", day.number, "0199000001", "number")
        received = datetime.fromisoformat(fax.received)
        assert day.begun - timedelta(seconds=1) <= received <= day.ended
        call = calls[fax.id]
        assert (call.confirmed, call.rate, call.modulation) == (report.confirmed, report.rate, report.modulation)
        assert (call.coding, call.resolution) == (report.coding, report.resolution)
        assert call.error_correction == report.error_correction
    first, second = (calls[fax.id] for fax in receptions[2:])
    assert second.follows == first.id, "two faxes in one call"


def test_sent_faxes_are_what_it_sent(day: Day, imported: tuple[Store, Any]) -> None:
    store, _report = imported
    failed, done = sorted(store.jobs.all("anne"), key=lambda job: job.state is State.DONE)
    pages, report = day.received
    assert list(read_pages(store.documents.pages_file(done.document))) == pages
    assert (done.state, done.destination, done.pages, done.confirmed) == (State.DONE, "+33199000001", 2, 2)
    (call,) = (each for each in log_of(store) if each.fax == done.id)
    assert (call.outcome, call.confirmed, call.persons) == (Outcome.OK, report.confirmed, ("anne",))
    assert (call.station_id, call.rate, call.coding) == ("0199000001", report.rate, report.coding)
    assert call.error_correction == report.error_correction
    assert (failed.state, failed.destination, failed.confirmed) == (State.FAILED, "+33199999999", 0)
    assert "No carrier detected; too many attempts to dial" in str(failed.reason)
    (attempt,) = (each for each in log_of(store) if each.fax == failed.id)
    assert (attempt.outcome, attempt.rate, attempt.coding) == (Outcome.NO_FAX, 0, "")


def test_sums_are_those_of_hylafax(day: Day, imported: tuple[Store, Any], tmp_path: Path) -> None:
    store, _report = imported
    year = f"{day.begun:%y}"
    calls = log_of(store)
    ours = "".join(f"{format_call(call)}\n" for call in calls)
    for program, direction in (("xferfaxstats", Direction.OUT), ("recvstats", Direction.IN)):
        theirs = read_statistics(tmp_path, day.log, "-csi", program=program, year=year)
        again = read_statistics(tmp_path, ours, "-csi", program=program, year=year)
        assert theirs["0199000001"][:2] == again["0199000001"][:2], "pages and time"
        assert theirs["Total"][:2] == again["Total"][:2]
        mine = [call for call in calls if call.direction is direction]
        assert int(theirs["Total"][0]) == sum(call.confirmed for call in mine)
        assert seconds_of(theirs["Total"][1]) == sum(call.seconds for call in mine)
    total = store.call_totals.page(None, CallGrouping.LINE, "", "", "", None)
    assert [(each.key, each.calls, each.failures) for each in total] == [("office", 6, 1)]
    assert total[0].pages == sum(call.confirmed for call in calls) == 8


def test_killed_anywhere_and_begun_again_it_is_whole(
    day: Day, imported: tuple[Store, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, _report = imported
    wanted = [(call.id, call.fax, call.confirmed, call.seconds) for call in log_of(store)]
    for number, (point, nth) in enumerate(POINTS):
        home = tmp_path / f"again-{number}"
        again = command(day, home)
        kill_import(point, nth, again)
        assert main(again) == 0, capsys.readouterr().err
        other = Store(home / "state")
        try:
            assert [(call.id, call.fax, call.confirmed, call.seconds) for call in log_of(other)] == wanted, point
            assert len(other.receptions.all("anne")) == 4 and len(other.jobs.all("anne")) == 2
        finally:
            other.close()


def test_hylafax_counts_the_calls_of_a_real_service_as_we_do(tmp_path: Path) -> None:
    """Faxes go out and come in on a line of the service; its log is read by HylaFAX's own programs."""
    if why := hylafax.missing():
        pytest.skip(why)
    write_pages(tmp_path / "document.tif", letter(0, 2))

    async def live(exchange: Exchange) -> tuple[tuple[CallRecord, ...], Any]:
        numbers = (NumberConfig(exchange.numbers(OURS)[0], (getpass.getuser(),)),)
        line = LineConfig("line-1", exchange.device(OURS), exchange.numbers(OURS)[0], numbers)
        config = replace(configured(tmp_path), lines=(line,))
        async with running(tmp_path, config, worker=worker_command) as (service, listener):
            await until("the line to be idle", lambda: service.lines[0].state.value == "idle", 60)
            answerer = Answerer(exchange, THEIRS, tmp_path / "in", Terminal("0199000002"))
            job = await submit(service, tmp_path / "document.tif", exchange.numbers(THEIRS)[0])
            assert (await listener.until_job(job, "done", "failed")).state.value == "done"
            await asyncio.to_thread(answerer.result)
            lost = await submit(service, tmp_path / "document.tif", "0199000099")
            await listener.until_job(lost, "done", "failed")
            number, terminal = exchange.numbers(OURS)[0], Terminal("0199000002", False)
            await asyncio.to_thread(
                send_from, exchange, THEIRS, tmp_path / "document.tif", number, terminal, Listener(), []
            )
            await listener.until(lambda _person, name, _news: name == "ReceptionArrived")
            admin = administrator(service)
            calls = (await admin.list_all_calls(ME, CallQuery())).calls
            return calls, (await admin.sum_all_calls(ME, TotalsQuery(CallGrouping.LINE))).totals

    with Exchange(ExchangeSettings(tmp_path / "exchange", default_lines(2), speed=20.0, seed=3)) as exchange:
        calls, (total,) = asyncio.run(live(exchange))
    log = "".join(f"{format_call(call)}\n" for call in calls)
    year = datetime.now(UTC).strftime("%y")
    sent = read_statistics(tmp_path, log, "-csi", year=year)["Total"]
    received = read_statistics(tmp_path, log, "-csi", program="recvstats", year=year)["Total"]
    assert (int(sent[0]), int(received[0])) == (2, 2)
    assert int(sent[0]) + int(received[0]) == total.pages == 4
    reached = [call for call in calls if call.confirmed]
    assert abs(seconds_of(sent[1]) + seconds_of(received[1]) - sum(call.seconds for call in reached)) <= 1
    assert total.failures == sum(call.outcome is not Outcome.OK for call in calls) == len(calls) - 2
