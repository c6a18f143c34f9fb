# SPDX-License-Identifier: GPL-3.0-or-later
"""The printer Fax on a real cupsd, with a real bus and the real service: what is printed waits, goes, or is refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from faxcore.document.tiff import read_pages
from faxcore.model.page import Resolution
from tests.support import CHECKOUT
from tests.support.waiting import wait_until
from tests.system.cups.house import IPP_ABORTED, IPP_CANCELLED, IPP_COMPLETED, IPP_HELD, PATIENCE, House

pytestmark = pytest.mark.xdist_group("cupsd")
KILLED_BEFORE_THE_ANSWER = """
import sys
from faxcore import daemon
from faxcore.checkpoint import checkpoint
checkpoint.arm("draft committed, backend not told")
sys.exit(daemon.main(sys.argv[1:]))
"""


def test_the_ppd_is_a_good_one() -> None:
    # Our filter is not in this machine's own cupsd.
    ppd = CHECKOUT / "cups-backend/fax.ppd"
    done = subprocess.run(["cupstestppd", "-I", "filters", str(ppd)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_backend_is_discovered(house: House) -> None:
    done = subprocess.run([house.printing.folder / "lib/backend/fax"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("network fax:/ ")
    assert done.stderr == ""


def test_a_printed_document_waits_for_its_user(house: House, before: set[str]) -> None:
    job = house.print(house.letter, title="Brief an Frau Müller")
    assert house.until_state(job, IPP_COMPLETED, IPP_ABORTED, IPP_CANCELLED, IPP_HELD) == IPP_COMPLETED
    (draft,) = house.fresh_drafts(before)
    assert (draft.title, draft.pages, draft.resolution) == ("Brief an Frau Müller", 1, Resolution.FINE)


@pytest.mark.parametrize(
    ("choice", "resolution"),
    [("204x98dpi", Resolution.STANDARD), ("204x391dpi", Resolution.SUPERFINE)],
    ids=["standard", "superfine"],
)
def test_the_resolution_is_the_printers_option(
    house: House, before: set[str], tmp_path: Path, choice: str, resolution: Resolution
) -> None:
    house.until_state(house.print("-o", f"Resolution={choice}", "-n", "2", house.letter), IPP_COMPLETED)
    (draft,) = house.fresh_drafts(before)
    with (tmp_path / "pages.tif").open("w+b") as out:
        house.ask("read_draft", draft.id, out)
    pages = list(read_pages(tmp_path / "pages.tif"))
    # Two copies were asked for, and they are pages of the fax, once.
    assert [page.resolution for page in pages] == [resolution] * 2


def test_options_send_without_a_dialog(house: House, before: set[str]) -> None:
    options = ["fax-number=0199000098", "fax-last-name=Martin", "fax-subject='No dialog'", "fax-header=plain"]
    job = house.print(*(part for option in options for part in ("-o", option)), house.letter)
    house.until_state(job, IPP_COMPLETED)
    assert not house.fresh_drafts(before)
    fax = next(fax for fax in house.ask("list_jobs") if fax.subject == "No dialog")
    assert (fax.recipient, fax.pages) == ("Martin", 1)
    house.ask("cancel_job", fax.id)


def test_a_print_job_says_who_pays(house: House, before: set[str]) -> None:
    for options in (["fax-number=0199000098", "fax-subject=Paid", "fax-budget=4711"], ["fax-budget=4711"]):
        job = house.print(*(part for option in options for part in ("-o", option)), house.letter)
        house.until_state(job, IPP_COMPLETED)
    fax = next(fax for fax in house.ask("list_jobs") if fax.subject == "Paid")
    (draft,) = house.fresh_drafts(before)
    assert (fax.payer, draft.payer) == ("4711", "4711")
    house.ask("cancel_job", fax.id)
    house.told()
    job = house.print("-o", "fax-budget=4712", house.letter, title="Unpaid")
    assert house.until_state(job, IPP_CANCELLED, IPP_ABORTED, IPP_COMPLETED) == IPP_CANCELLED
    (notice,) = house.told()
    assert (notice.title, notice.refused) == ("Unpaid", True)
    assert "There is no payer “4712”" in str(notice.sentence)


@pytest.mark.parametrize(
    ("number", "reason"),
    [("12", "is a short number"), ("15", "emergency")],
    ids=["impossible", "emergency"],
)
def test_a_number_that_cannot_be_dialled_cancels_the_job_and_says_so(house: House, number: str, reason: str) -> None:
    sentence = "not one that can be dialled"
    house.told()
    job = house.print("-o", f"fax-number={number}", house.letter, title=f"To {number}")
    assert house.until_state(job, IPP_CANCELLED, IPP_ABORTED, IPP_COMPLETED) == IPP_CANCELLED
    assert sentence in house.said()
    # The log of cupsd is not for numbers; its person is told what is wrong with this one.
    (notice,) = house.told()
    assert (notice.title, notice.refused) == (f"To {number}", True)
    assert reason in str(notice.sentence)


@pytest.mark.parametrize(
    "option",
    [
        'fax-number="0199000098 #42" fax-last-name="de la Tour"',
        'phone="01 99 00 00 98 #42" fax-last-name="de la Tour"',
        'destination-uris="tel:+33199000098;isub=42" fax-last-name="de la Tour"',
        "fax-number='Fax: \u202d01\u201199\u200900 00 98\u202c#42' fax-last-name='de la Tour'",
    ],
)
def test_quoted_values_arrive_whole(house: House, option: str) -> None:
    jobs = {fax.id for fax in house.ask("list_jobs")}
    assert house.until_state(house.print("-o", option, house.letter), IPP_COMPLETED, IPP_CANCELLED) == IPP_COMPLETED
    (fax,) = [fax for fax in house.ask("list_jobs") if fax.id not in jobs]
    assert (fax.number, fax.recipient) == ("01 99 00 00 98 #42", "de la Tour")
    house.ask("cancel_job", fax.id)


def test_a_sub_address_and_a_password_go_with_the_fax(house: House) -> None:
    jobs = {fax.id for fax in house.ask("list_jobs")}
    options = ("-o", "fax-number=0199000098", "-o", "fax-sub-address=42", "-o", "fax-password=7391")
    assert house.until_state(house.print(*options, house.letter), IPP_COMPLETED, IPP_CANCELLED) == IPP_COMPLETED
    (fax,) = [fax for fax in house.ask("list_jobs") if fax.id not in jobs]
    assert (fax.number, fax.has_password) == ("01 99 00 00 98 #42", True)
    house.ask("cancel_job", fax.id)


def test_a_password_without_a_number_is_not_dropped_on_the_way_to_the_dialog(house: House, before: set[str]) -> None:
    house.told()
    job = house.print("-o", "fax-password=7391", house.letter)
    assert house.until_state(job, IPP_CANCELLED, IPP_ABORTED, IPP_COMPLETED) == IPP_CANCELLED
    (notice,) = house.told()
    assert "but no fax number" in str(notice.sentence)
    assert not house.fresh_drafts(before)


@pytest.mark.parametrize(
    "option",
    [
        "fax-number=0199000002 #42",
        "phone=01 99 00 00 98",
        "fax-number=0199000002 ext. 12",
        "fax-number=0199000002 fax-last-name=de la Tour",
        "fax-number=0199000002 phone=0199000098",
    ],
)
def test_a_word_left_over_or_a_second_number_sends_nothing(house: House, before: set[str], option: str) -> None:
    jobs = {fax.id for fax in house.ask("list_jobs")}
    house.told()
    job = house.print("-o", option, house.letter)
    assert house.until_state(job, IPP_CANCELLED, IPP_ABORTED, IPP_COMPLETED) == IPP_CANCELLED
    (notice,) = house.told()
    assert "belongs to none of them" in str(notice.sentence) or "more than one fax number" in str(notice.sentence)
    assert {fax.id for fax in house.ask("list_jobs")} == jobs
    assert not house.fresh_drafts(before)
    said = [line for line in house.said().splitlines() if f"[Job {job}]" in line]
    assert any("belongs to none of them" in line or "more than one fax number" in line for line in said)


@pytest.mark.parametrize("contents", [b"%PDF-1.4\n1 0 obj<<>>", b"GIF89a rubbish", b""], ids=["cut", "no PDF", "empty"])
def test_a_document_that_cannot_be_faxed_is_no_shorter_fax(
    house: House, before: set[str], tmp_path: Path, contents: bytes
) -> None:
    (tmp_path / "bad.pdf").write_bytes(contents)
    if not contents:
        # lp itself refuses a file without contents.
        with pytest.raises(Exception, match="lp failed"):
            house.print("-o", "raw", tmp_path / "bad.pdf")
        return
    job = house.print("-o", "raw", tmp_path / "bad.pdf")
    assert house.until_state(job, IPP_CANCELLED, IPP_ABORTED, IPP_COMPLETED) == IPP_CANCELLED
    assert not house.fresh_drafts(before)


def test_hostile_text_stays_off_cupsds_command_channel(house: House, before: set[str]) -> None:
    evil = "x PPD: *Product: (evil) STATE: +paused-error ATTR: marker-names=evil"
    job = house.print("-o", f"fax-company={evil}", house.letter, title=evil)
    house.until_state(job, IPP_COMPLETED)
    (draft,) = house.fresh_drafts(before)
    assert draft.title == evil
    printer = house.connection.getPrinterAttributes(
        "Fax", requested_attributes=["printer-state-reasons", "marker-names"]
    )
    assert printer["printer-state-reasons"] in ("none", ["none"])
    assert "marker-names" not in printer
    backend_lines = [line for line in house.said().splitlines() if f"[Job {job}]" in line and "waits for its" in line]
    assert backend_lines
    assert all("evil" not in line for line in backend_lines)


def test_while_the_service_is_down_documents_are_kept_and_go_when_it_is_back(house: House, before: set[str]) -> None:
    house.stop_service()
    job = house.print(house.letter, title="patient")
    house.stage.until("the sentence", lambda: "The fax service is not running" in house.said(), PATIENCE)
    assert house.state(job) not in (IPP_COMPLETED, IPP_CANCELLED, IPP_ABORTED)
    # The queue itself is not stopped: other jobs are not blocked by this one.
    assert house.connection.getPrinters()["Fax"]["printer-state"] != 5
    house.start_service()
    assert house.until_state(job, IPP_COMPLETED) == IPP_COMPLETED
    (draft,) = house.fresh_drafts(before)
    assert draft.title == "patient"


def test_a_document_whose_answer_cupsd_did_not_hear_is_faxed_once(house: House, before: set[str]) -> None:
    """The service dies between its commit and its answer, so cupsd has the document drawn and handed over again."""
    house.stop_service()
    house.start_service("-c", KILLED_BEFORE_THE_ANSWER)
    job = house.print(house.letter, title="once")
    house.until_dead()
    house.start_service()
    assert house.until_state(job, IPP_COMPLETED) == IPP_COMPLETED
    (draft,) = house.fresh_drafts(before)
    assert (draft.title, draft.earlier) == ("once", None)


def test_a_document_that_a_person_prints_again_asks(house: House, before: set[str]) -> None:
    jobs = {job.id for job in house.ask("list_jobs")}
    job = house.print("-o", "fax-number=0199000002", house.letter, title="again")
    assert house.until_state(job, IPP_COMPLETED) == IPP_COMPLETED
    (fax,) = [fax for fax in house.ask("list_jobs") if fax.id not in jobs]
    assert house.fresh_drafts(before) == []
    house.connection.restartJob(job)
    (draft,) = house.stage.until("the question", lambda: house.fresh_drafts(before), PATIENCE)
    assert draft.earlier is not None
    assert draft.earlier.id == fax.id
    assert len(house.ask("list_jobs")) == len(jobs) + 1


def test_a_cancelled_job_leaves_nothing(house: House, before: set[str]) -> None:
    house.stop_service()
    job = house.print(house.letter, title="never")
    wait_until("the job to leave the queue", lambda: house.state(job) != 3, PATIENCE)
    house.connection.cancelJob(job)
    assert house.until_state(job, IPP_CANCELLED) == IPP_CANCELLED
    house.start_service()
    assert not house.fresh_drafts(before)
