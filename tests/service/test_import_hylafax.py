# SPDX-License-Identifier: GPL-3.0-or-later
"""A HylaFAX is imported while the service is stopped: once, whole, and whatever its spool holds."""

import gzip
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from faxcore.cli.main import main
from faxcore.config import load
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.recorded import CallGrouping, CallQuery, TotalsQuery
from faxcore.document.document_error import Reason, RenderFailed
from faxcore.document.tiff import read_pages
from faxcore.fax_folders.own_copies import own_copies
from faxcore.hylafax import received_faxes
from faxcore.model.call import Direction, Outcome
from faxcore.model.job import State
from faxcore.model.page import Page, Resolution
from faxcore.store import schema
from faxcore.store.receptions import Receiving
from faxcore.store.state_lock import lock_state_folder
from faxcore.store.store import Store
from tests.support.hylafax_spool import CALLED, POINTS, RECEIVED, SENT, WrittenSpool, kill_import, read_tree
from tests.support.pages import text_page
from tests.support.service_parts import DATABASE, administrator, running, script
from tests.support.waiting import async_test, until

CONFIG = """
[folders]
state = "{home}/state"
received = "{home}/received"

[[person]]
name = "anne"

[[person]]
name = "bob"

[receiving]
sorters = ["bob"]

[[line]]
name = "office"
device = "/dev/ttyS0"
numbers = [{{ number = "0199000002", owners = ["anne"], name = "Surgery" }}, {{ number = "0199000003" }}]
"""
TEXT = "A letter.\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a configuration."""
    url = os.environ.get(DATABASE, "")
    store = f'\n[store]\nurl = "{url}"\n' if url else ""
    (tmp_path / "facteur.toml").write_text(CONFIG.format(home=tmp_path) + store)
    return tmp_path


@pytest.fixture
def spool(tmp_path: Path) -> WrittenSpool:
    """The spool of an office: two received faxes, one of them with several pages, and two that were sent."""
    made = WrittenSpool(tmp_path / "hylafax")
    fax = made.add_received(1, letter(2), sub_address="12", bad_rows=3)
    made.log(RECEIVED, file=fax, pages=2)
    made.log(CALLED)
    other = made.add_received(2, letter(1), station="Other", at="2024:11:21 10:00:20")
    made.log(RECEIVED, file=other, at="11/21/24 10:00", commid="000000002", called="0199000003", station="Other")
    made.log(SENT, job=7, at="11/20/24 09:20", commid="000000003", pages=0, reason="Busy signal detected {E001}")
    made.log(SENT, job=7, commid="000000004")
    made.log(SENT, job=8, commid="000000005", owner="bob", pages=0, reason="No answer from remote", number="0199000008")
    (made.folder / "docq/doc7.ps").write_text(TEXT)
    (made.folder / "docq/doc8.ps").write_text(TEXT)
    made.add_job(7, "docq/doc7.ps", commid="000000004", dials=2)
    made.add_job(
        8,
        "docq/doc8.ps",
        commid="000000005",
        owner="bob",
        state=8,
        confirmed=0,
        status="No answer from remote; too many attempts to dial",
        number="0199000008",
    )
    return made


def letter(pages: int) -> list[Page]:
    return [text_page(Resolution.FINE, seed, rows=300) for seed in range(pages)]


def run(home: Path, *options: str) -> int:
    where = ("--spool", str(home / "hylafax"), "--config", str(home / "facteur.toml"))
    return main(["import", "hylafax", *where, *options])


def report_of(home: Path, capsys: pytest.CaptureFixture[str], *options: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run(home, "--json", *options) == code
    return json.loads(capsys.readouterr().out)


def counts(report: Any) -> dict[str, tuple[int, int, int, int]]:
    return {
        kind: (found["imported"], found["there"], found["left_out"], len(found["refused"]))
        for kind, found in report.items()
    }


def open_store(home: Path) -> Store:
    return Store(home / "state", url=os.environ.get(DATABASE, ""))


def read_rows(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Read every row, without what a second run may write otherwise: when a document came."""
    store = open_store(home)
    try:
        return {
            table.name: [
                tuple(value for column, value in row._mapping.items() if (table.name, column) not in CHANGING)
                for row in store.database.rows(select(table).order_by(*table.primary_key.columns))
            ]
            for table in schema.METADATA.sorted_tables
            if table.name != "mark"
        }
    finally:
        store.close()


CHANGING = {("document", "created"), ("entry", "number")}


def test_everything_is_imported_once(
    database: str, home: Path, spool: WrittenSpool, capsys: pytest.CaptureFixture[str]
) -> None:
    before = read_tree(spool.folder)
    assert counts(report_of(home, capsys)) == {
        "receptions": (2, 0, 0, 0),
        "calls": (5, 0, 1, 0),
        "jobs": (2, 0, 0, 0),
    }
    rows = read_rows(home)
    assert counts(report_of(home, capsys)) == {
        "receptions": (0, 2, 0, 0),
        "calls": (0, 5, 1, 0),
        "jobs": (0, 2, 0, 0),
    }
    assert read_rows(home) == rows
    assert read_tree(spool.folder) == before, "nothing in the spool is changed"


def test_a_received_fax_is_what_it_was(database: str, home: Path, spool: WrittenSpool) -> None:
    assert run(home) == 0
    store = open_store(home)
    (fax,) = store.receptions.all("anne")
    assert (fax.line, fax.called, fax.called_name, fax.caller) == ("office", "0199000002", "Surgery", "0198000001")
    assert (fax.caller_name, fax.sub_address, fax.remote_id) == ("A caller", "12", "0198000001")
    assert (fax.outcome, fax.pages, fax.bad_rows, fax.rule) == (Outcome.OK, 2, 6, "number")
    own = own_copies(store.call_folder(fax.call))
    assert list(read_pages(own.tiff)) == letter(2), "pixel for pixel"
    assert own.pdf.stat().st_size
    # What is nobody's is for those who sort it.
    (other,) = store.receptions.all("bob")
    assert (other.called, other.remote_id, other.rule) == ("0199000003", "Other", "nobody")
    store.close()


def test_a_sent_fax_is_what_it_was(database: str, home: Path, spool: WrittenSpool) -> None:
    assert run(home) == 0
    store = open_store(home)
    (job,) = store.jobs.all("anne")
    assert (job.state, job.number, job.destination, job.last_name) == (
        State.DONE,
        "0199000009",
        "+33199000009",
        "Martin",
    )
    assert (job.company, job.subject, job.pages, job.confirmed, job.dials) == ("Town hall", "Plans", 1, 1, 2)
    pages = list(read_pages(store.documents.pages_file(job.document)))
    assert len(pages) == 1 and any(pages[0].rows), "its text is there"
    calls = store.calls.of_job(job.id)
    assert [(call.outcome, call.owner, call.confirmed) for call in calls] == [
        (Outcome.BUSY, "anne", 0),
        (Outcome.OK, "anne", 1),
    ]
    (failed,) = store.jobs.all("bob")
    assert failed.state is State.FAILED
    assert str(failed.reason) == "HylaFAX has noted: No answer from remote; too many attempts to dial"
    assert [call.outcome for call in store.calls.of_job(failed.id)] == [Outcome.NO_ANSWER]
    store.close()


@async_test
async def test_the_service_goes_on_with_it(database: str, home: Path, spool: WrittenSpool) -> None:
    assert run(home) == 0
    script(home)
    async with running(home, load(home / "facteur.toml")) as (service, listener):
        await until("they are in the folder", lambda: len(list((home / "received").glob("*.pdf"))) == 2)
        page = await service.api.list_faxes("anne", FaxQuery(folder=Folder.INBOX))
        (fax,) = page.receptions
        assert fax.tiff and list(read_pages(Path(fax.tiff))) == letter(2)
        assert not fax.waiting and not fax.read
        assert not any(name == "ReceptionArrived" for _person, name, _news in listener.heard), "it is no news"
        admin = administrator(service)
        log = (await admin.list_all_calls("root", CallQuery())).calls
        assert sorted(call.started for call in log) == [call.started for call in log], "in the order of their times"
        assert {call.fax for call in log if call.direction is Direction.IN} >= {fax.id}
        assert sorted(str(call.outcome and call.outcome.value) for call in log) == [
            "busy",
            "no-answer",
            "ok",
            "ok",
            "ok",
        ]
        (month,) = (await admin.sum_all_calls("root", TotalsQuery(CallGrouping.MONTH))).totals
        assert (month.key, month.calls, month.pages, month.failures) == ("2024-11", 5, 4, 2)
        assert month.seconds == 40 + 40 + 30 + 30 + 30
        by_person = {
            each.key: each.calls
            for each in (await admin.sum_all_calls("root", TotalsQuery(CallGrouping.PERSON))).totals
        }
        assert by_person == {"anne": 3, "bob": 2}
        (mine,) = (await service.api.list_faxes("anne", FaxQuery(folder=Folder.SENT))).jobs
        assert (mine.number, mine.pages) == ("0199000009", 1)
        assert (await service.api.list_faxes("anne", FaxQuery(words="plans"))).jobs


def test_the_administrator_may_say_whose_they_are(
    database: str, home: Path, spool: WrittenSpool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, "--owner", "bob", "--read") == 0
    store = open_store(home)
    assert not store.receptions.all("anne")
    assert len(store.receptions.all("bob")) == 2
    assert store.entries.count("bob")["inbox"] == (2, 0)
    store.close()


def test_people_who_are_nobody_here_are_named_first(
    database: str, home: Path, spool: WrittenSpool, capsys: pytest.CaptureFixture[str]
) -> None:
    spool.log(SENT, owner="charly\x1b[31m", job=9)
    assert run(home) == 1
    said = capsys.readouterr().err
    assert "charly[31m (1)" in said and "--person THEIRS=OURS" in said
    assert not read_rows(home)["call"], "nothing was imported"
    assert run(home, "--person", "*=nobody-at-all") == 1
    assert "There is no nobody-at-all here." in capsys.readouterr().err
    assert run(home, "--person", "*=") == 0
    assert [row for row in read_rows(home)["call"] if "" in row]


def test_a_dry_run_writes_nothing(
    database: str, home: Path, spool: WrittenSpool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert counts(report_of(home, capsys, "--dry-run"))["receptions"] == (2, 0, 0, 0)
    rows = read_rows(home)
    assert not any(rows[table] for table in ("call", "reception", "job", "document", "entry"))
    assert not list((home / "state/calls").iterdir()) and not list((home / "state/documents").iterdir())


def test_what_is_broken_is_named_and_the_rest_imported(
    database: str, home: Path, spool: WrittenSpool, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = spool.folder
    (folder / "recvq/fax000000003.tif").write_bytes(b"II*\0 and no more")
    (folder / "recvq/fax000000004.tif").symlink_to("/etc/passwd")
    os.mkfifo(folder / "recvq/fax000000005.tif")
    (folder / "recvq/fax000000006.tif").mkdir()
    (folder / "recvq/fax000000007.tif").write_bytes(b"")
    (folder / "recvq/other.tif").write_bytes(b"not HylaFAX's")
    (folder / "doneq/q20").write_text("x" * 300_000)
    (folder / "doneq/q21").write_text("state:7\njobid:21\ntts:0\n")
    spool.add_job(22, "docq/../../etc/passwd")
    spool.add_job(23, "docq/gone.ps")
    spool.add_job(24, "docq/doc7.ps", state=2)
    (folder / "sendq/q30").write_text("state:2\n")
    with (folder / "log/xferfaxlog").open("ab") as log:
        log.write(b"\xff\xfe\x00\n" + b"y" * 100_000 + b"\n" + b"13/45/24 10:00" + b"\t" * 18 + b"\n")
    spool.log(SENT.replace("{at}", "11/20/68 09:30"), job=40)
    spool.log("\t".join(SENT.split("\t")[:14]) + "\n", job=41, commid="000000041")
    report = report_of(home, capsys, code=4)
    assert counts(report) == {
        "receptions": (2, 0, 0, 5),
        "calls": (6, 0, 1, 4),
        "jobs": (2, 0, 0, 6),
    }
    where = {each["where"]: each["reason"] for kind in report.values() for each in kind["refused"]}
    assert where["recvq/fax000000004.tif"] == "It is a link or a device, and no file."
    assert where["recvq/fax000000005.tif"] == "It is a link or a device, and no file."
    assert where["recvq/fax000000006.tif"] == "It is a link or a device, and no file."
    assert where["recvq/fax000000007.tif"] == "The document is empty: there is nothing to fax."
    assert where["doneq/q20"] == "It has 300000 octets, which is too much."
    assert where["doneq/q21"] == "It names no number."
    assert "does not lie where HylaFAX keeps documents" in where["doneq/q22"]
    assert where["doneq/q23"] == "Only its calls are in the log. Its document: It is not there any more."
    assert where["doneq/q24"] == "It is not over."
    assert "let HylaFAX send it" in where["sendq/q30"]
    assert "log/xferfaxlog, 8" in where


def test_logs_that_were_put_aside_are_read_too(
    database: str, home: Path, spool: WrittenSpool, capsys: pytest.CaptureFixture[str]
) -> None:
    log = spool.folder / "log/xferfaxlog"
    with gzip.open(log.with_name("xferfaxlog.2.gz"), "wb") as older:
        older.write(log.read_bytes())  # the same records: each counts once
        older.write(
            SENT.format(at="10/01/24 08:00", commid="9", job=3, owner="bob", number="0199", pages=1, reason="").encode()
        )
    log.with_name("xferfaxlog.3.gz").write_bytes(b"no gzip")
    report = report_of(home, capsys, code=4)
    assert report["calls"]["imported"] == 6
    assert [each["where"] for each in report["calls"]["refused"]] == ["log/xferfaxlog.3.gz, 1"]


def test_nothing_is_imported_while_the_service_runs(
    home: Path, spool: WrittenSpool, capsys: pytest.CaptureFixture[str]
) -> None:
    with lock_state_folder(home / "state"):
        assert run(home) == 1
    assert "stop it first" in capsys.readouterr().err
    assert main(["import", "hylafax", "--spool", str(home / "nowhere"), "--config", str(home / "facteur.toml")]) == 1
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize(("point", "nth"), POINTS)
def test_broken_off_and_begun_again_it_is_whole(
    database: str, point: str, nth: int, home: Path, spool: WrittenSpool, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["import", "hylafax", "--spool", str(spool.folder), "--config", str(home / "facteur.toml")]
    kill_import(point, nth, command)
    report = report_of(home, capsys)
    found = counts(report)
    assert {kind: sum(count[:2]) for kind, count in found.items()} == {"receptions": 2, "calls": 5, "jobs": 2}
    rows = read_rows(home)
    assert [len(rows[table]) for table in ("call", "reception", "reception_owner", "job", "document", "entry")] == [
        *(5, 2, 2, 2, 2, 4)
    ]
    store = open_store(home)
    for fax in store.receptions.in_state(Receiving.WAITING):
        assert own_copies(store.call_folder(fax.call)).complete
    assert all(store.documents.pages_file(row[0]).exists() for row in rows["document"])
    assert all(call.job for call in store.calls.of_job(store.jobs.all("anne")[0].id))
    store.close()


def test_what_cannot_be_read_now_comes_with_its_call_another_time(
    database: str,
    home: Path,
    spool: WrittenSpool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_source: object, _output: object) -> None:
        raise RenderFailed(reasons.pop())

    with monkeypatch.context() as patched:
        patched.setattr(received_faxes, "copy_received", fail)
        reasons = [Reason.KILLED, Reason.DAMAGED]
        report = report_of(home, capsys, code=4)
        assert counts(report)["receptions"] == (0, 0, 0, 2)
        assert report["calls"]["imported"] == 4, "the call of what is damaged, but not of what may come yet"
        reasons = [Reason.NO_WALL]
        assert run(home) == 1
        assert "can be begun again" in capsys.readouterr().err
    assert counts(report_of(home, capsys)) == {
        "receptions": (1, 1, 0, 0),
        "calls": (1, 4, 1, 0),
        "jobs": (0, 2, 0, 0),
    }


def test_another_zone_doubles_nothing(
    database: str,
    home: Path,
    spool: WrittenSpool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spool.add_received(3, letter(1))  # in no log
    assert counts(report_of(home, capsys))["receptions"] == (3, 0, 0, 0)
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "Pacific/Auckland")
        time.tzset()
        found = counts(report_of(home, capsys))
    time.tzset()
    assert found == {"receptions": (0, 3, 0, 0), "calls": (0, 5, 1, 0), "jobs": (0, 2, 0, 0)}


def test_what_was_removed_here_does_not_come_back(
    database: str, home: Path, spool: WrittenSpool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home) == 0
    store = open_store(home)
    with store.transaction():
        store.database.run(update(schema.reception).values(state=Receiving.FILED.value))
    assert store.retention.remove_receptions(30) == 2
    store.close()
    assert counts(report_of(home, capsys))["receptions"] == (0, 2, 0, 0)
    assert not read_rows(home)["reception"]
