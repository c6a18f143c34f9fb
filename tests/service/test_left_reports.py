# SPDX-License-Identifier: GPL-3.0-or-later
"""The service dies in a call and its worker does not: how the call ended is in its folder, and the next service reads
it. A fax that was confirmed is done, not uncertain; one that was received whole is whole, not incomplete.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from faxcore.contract.messages import Ended
from faxcore.contract.received_fax import Reception
from faxcore.contract.report_file import NAME, read_report, write_report
from faxcore.contract.sent_fax import Call, Job
from faxcore.model.call import CallReport, Outcome
from tests.service.test_crashes import kill_at
from tests.support.leftovers import until_clean
from tests.support.service_parts import ME, document, log, running, script
from tests.support.small_disk import fill

TO = "0199000002"
TOLD = "line told, end not heard"


async def restarted(folder: Path, *states: str) -> tuple[Job, tuple[Call, ...]]:
    """The one fax, once the next service has it in one of these states, and its calls."""
    async with running(folder) as (service, listener):
        (job,) = await service.api.list_jobs(ME)
        if job.state.value not in states:
            await listener.until_job(job.id, *states)
        await until_clean(service)
        shown = await service.api.show_job(ME, job.id)
        return shown.job, shown.calls


@pytest.mark.parametrize(
    ("end", "state", "confirmed"),
    [("ok-alone", "done", 2), ("unconfirmed-alone", "uncertain", 1), ("die-final", "uncertain", 1)],
)
def test_a_fax_whose_last_page_was_out_is_what_its_report_says(
    tmp_path: Path, database: str, end: str, state: str, confirmed: int
) -> None:
    document(tmp_path)
    script(tmp_path, {TO: [end]})
    kill_at(TOLD, tmp_path)
    job, calls = asyncio.run(restarted(tmp_path, "done", "uncertain"))
    assert (job.state.value, job.confirmed, job.dials) == (state, confirmed, 1)
    assert log(tmp_path).count(f"dial {TO} 1") == 1, "it is not sent again"
    assert [call.outcome for call in calls] == [
        {"ok-alone": Outcome.OK, "unconfirmed-alone": Outcome.UNCONFIRMED, "die-final": Outcome.LINE_LOST}[end]
    ]
    if end == "ok-alone":
        assert (calls[0].remote_id, calls[0].rate, calls[0].confirmed) == ("+33199000099", 14400, 2)


def test_a_fax_whose_last_page_was_refused_is_sent_again(tmp_path: Path, database: str) -> None:
    document(tmp_path)
    script(tmp_path, {TO: ["refused-alone", "ok"]})
    kill_at(TOLD, tmp_path)
    job, calls = asyncio.run(restarted(tmp_path, "done"))
    assert [call.outcome for call in calls] == [Outcome.REJECTED, Outcome.OK]
    assert (job.dials, log(tmp_path).count(f"complete {TO}")) == (2, 2)


@pytest.mark.parametrize("end", ["ok-alone", "partial-alone"])
def test_a_reception_that_was_brought_to_its_end_is_what_its_report_says(
    tmp_path: Path, database: str, end: str
) -> None:
    script(tmp_path, ring={"line-1": {"pages": 3, "end": end, "called": "0199000001"}})
    kill_at("page's row written", tmp_path)

    async def main() -> Reception:
        async with running(tmp_path) as (service, listener):
            service.announcing.flush(ME)
            found: Reception = await listener.until(lambda _p, name, _v: name == "ReceptionArrived")
            await until_clean(service)
            assert service.store.database.value(text("SELECT received FROM call")) == 3
            return found

    found = asyncio.run(main())
    assert (found.pages, found.remote_id) == (3, "+33 1 99 00 00 77")
    assert found.outcome is (Outcome.OK if end == "ok-alone" else Outcome.OK_PARTIAL)
    assert str(found.reason) == ""


def test_a_report_is_that_of_its_call(tmp_path: Path) -> None:
    assert read_report(tmp_path, "a") is None
    report = CallReport(Outcome.OK, confirmed=3, files=("page-0001.tif",), remote_id="+33")
    write_report(tmp_path, Ended("a", report))
    assert read_report(tmp_path, "a") == report
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    with pytest.raises(ValueError, match="not the report of call b"):
        read_report(tmp_path, "b")
    for wrong in (b"", b"{}", b"\xff" * 10, b'{"type": "Noted", "call": "a"}', (tmp_path / NAME).read_bytes()[:40]):
        (tmp_path / NAME).write_bytes(wrong)
        with pytest.raises(ValueError):
            read_report(tmp_path, "a")


def test_a_report_that_cannot_be_written_leaves_nothing(tmp_path: Path, small_disk: Path) -> None:
    fill(small_disk)
    with pytest.raises(OSError, match="No space left"):
        write_report(small_disk, Ended("a", CallReport(Outcome.OK, remote_id="+33" * 3000)))
    assert not list(small_disk.glob("*report*")) and not list(small_disk.glob(".report*"))
