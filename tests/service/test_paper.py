# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages that are longer than the other end prints: planned by what it last said, and anew when it offers less."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from faxcore.config.document_wall import DocumentConfig
from faxcore.contract.messages import Ended
from faxcore.contract.order import Order
from faxcore.contract.printed import Claim
from faxcore.contract.report_file import write_report
from faxcore.contract.sent_fax import Job, JobDetails
from faxcore.document.compose import PageOrder
from faxcore.document.sheets import fit_to_paper
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import page_sizes, read_pages, write_pages
from faxcore.model.call import CallReport, Outcome
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.paper import LongPages, Paper, PaperFrom, PaperPlan
from faxcore.service import FaxService
from faxcore.store.store_error import StoreAway
from tests.service.test_crashes import kill_at
from tests.support.service_parts import ME, configured, log, running, script, submit

TO = "0199000002"
KEY = "+33199000002"
A4, LEGAL, RECEIPT = 2287, 2738, 9000
SAID = "The other fax machine prints no pages longer than A4: longer ones were reduced, or cut into sheets."


def page(rows: int) -> Page:
    """Lines of 20 rows, 11 white rows between them."""
    return Page(Width.A4, Resolution.FINE, b"".join((b"\xf0" if row % 31 < 20 else b"\0") * 216 for row in range(rows)))


async def fit(pages: Path, out: Path, order: PageOrder) -> list[PageSize]:
    """Compose without a process, and without a header line."""
    write_pages(out, list(fit_to_paper(read_pages(pages), order.plan)))
    return page_sizes(out)


@pytest.fixture
def legal(tmp_path: Path) -> Iterator[Path]:
    """A page of Legal size, a short one, and a till receipt, which is six sheets of A4."""
    path = tmp_path / "document.tif"
    write_pages(path, [page(LEGAL), page(400), page(RECEIPT)])
    return path


def send(folder: Path, ends: list[str], faxes: int = 1, way: LongPages = LongPages.REDUCE) -> list[JobDetails]:
    """Send so many faxes, one behind the other; what is shown of them at their end."""

    async def main() -> list[JobDetails]:
        shown = []
        config = replace(configured(folder), document=DocumentConfig(long_pages=way))
        async with running(folder, config, composer=fit) as (service, listener):
            for _ in range(faxes):
                job = await submit(service, folder / "document.tif")
                await listener.until_job(job, "done", "failed")
                shown.append(await service.api.show_job(ME, job))
                assert list((folder / "state/calls").glob("*/*.tif")) == [], "pages for paper that nobody has"
        return shown

    script(folder, {TO: ends})
    return asyncio.run(main())


def test_where_the_other_end_prints_less_the_pages_are_others_and_the_fax_says_so(tmp_path: Path, legal: Path) -> None:
    sheets = 2 + len(list(fit_to_paper([page(RECEIPT)], PaperPlan((PaperFrom(1, Paper.A4),)))))
    first, second = send(tmp_path, ["A4 ok"], faxes=2)
    assert log(tmp_path).count(f"shortened {TO} {sheets}") == 1, "the second was planned for A4 at once"
    assert (first.job.pages, first.job.confirmed, str(first.job.reason)) == (sheets, sheets, SAID)
    assert (second.job.pages, second.job.confirmed, str(second.job.reason)) == (sheets, sheets, "")


def test_the_progress_counts_the_pages_that_go_out(tmp_path: Path, legal: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, composer=fit) as (service, listener):
            job = await submit(service, legal)
            sheets = (await listener.until_job(job, "done", "failed")).pages
            told = {str(news.progress) for _person, _name, news in listener.heard if isinstance(news, Job)}
            assert sheets > 3 and f"sending page 2 of {sheets}" in told

    script(tmp_path, {TO: ["A4 ok"]})
    asyncio.run(main())


def test_where_it_prints_any_length_pages_go_out_as_they_are(tmp_path: Path, legal: Path) -> None:
    [shown] = send(tmp_path, ["ok"])
    assert (shown.job.pages, str(shown.job.reason)) == (3, "")


def test_long_pages_are_cut_where_that_is_wished(tmp_path: Path, legal: Path) -> None:
    reduced = send(tmp_path, ["A4 ok"])[0].job.pages
    (tmp_path / "other").mkdir()
    legal.rename(tmp_path / "other/document.tif")
    assert send(tmp_path / "other", ["A4 ok"], way=LongPages.CUT)[0].job.pages == reduced + 1


@pytest.mark.parametrize("end", ["partial", "die"])
def test_a_fax_that_breaks_off_goes_on_with_the_pages_that_it_began_with(tmp_path: Path, legal: Path, end: str) -> None:
    """Also where the worker dies behind its first page."""
    [shown] = send(tmp_path, [f"A4 {end}", "A4 ok"])
    sheets = shown.job.pages
    assert (shown.job.confirmed, str(shown.job.reason)) == (sheets, SAID)
    seen = log(tmp_path)
    assert seen.count(f"shortened {TO} {sheets}") == 1, "what goes on is planned already"
    assert [line for line in seen if line.startswith("page")].count(f"page {TO} 1") == 1
    assert f"dial {TO} 2" in seen or f"dial {TO} {sheets}" in seen


@pytest.mark.parametrize(
    ("point", "end", "calls"),
    [
        ("dialled", "die", 2),
        ("page confirmed on disk", "die", 1),
        ("line told, end not heard", "ok-alone", 1),
    ],
)
def test_a_service_that_is_killed_in_such_a_call(tmp_path: Path, legal: Path, point: str, end: str, calls: int) -> None:
    """Where no page is confirmed the next call begins anew, and is told again; else the pages are planned already, or
    the report in the call's folder tells that they arrived.
    """
    script(tmp_path, {TO: [f"A4 {end}", "A4 ok"]})
    kill_at(point, tmp_path)
    job = asyncio.run(_restart(tmp_path))
    assert (job.confirmed, str(job.reason)) == (job.pages, SAID)
    seen = log(tmp_path)
    assert len([line for line in seen if line.startswith("shortened")]) == calls
    assert len([line for line in seen if line.startswith("complete")]) == 1


@pytest.mark.parametrize(("outcome", "confirmed"), [(Outcome.LOCAL_ABORT, 1), (Outcome.OK_PARTIAL, 2)])
def test_a_service_that_was_killed_before_it_heard_of_other_pages(
    tmp_path: Path, legal: Path, outcome: Outcome, confirmed: int
) -> None:
    """The worker went on, and its report tells of which pages so many are confirmed: the rest of those are sent."""
    script(tmp_path, {TO: ["A4 ok"]})
    kill_at("composed, not dialled", tmp_path)
    sheets = len(list(fit_to_paper(read_pages(legal), PaperPlan((PaperFrom(1, Paper.A4),)))))
    [folder] = (tmp_path / "state/calls").iterdir()
    report = CallReport(outcome, pages=sheets, confirmed=confirmed, paper="a4", shortened="a4")
    write_report(folder, Ended(folder.name, report))
    job = asyncio.run(_restart(tmp_path))
    assert (job.pages, job.confirmed, str(job.reason)) == (sheets, sheets, SAID)
    seen = log(tmp_path)
    assert [line for line in seen if line.startswith(("dial", "shortened"))] == [f"dial {TO} {confirmed + 1}"]


async def _restart(folder: Path) -> Job:
    """The one fax, when the next service has sent it."""
    async with running(folder, composer=fit) as (service, listener):
        (job,) = await service.api.list_jobs(ME)
        if job.state.value != "done":
            await listener.until_job(job.id, "done")
        return (await service.api.show_job(ME, job.id)).job


@pytest.mark.parametrize(("ends", "times"), [(["A4 ok"], 1), (["A4 die", "A4 ok"], 2)])
def test_a_database_that_is_away_meanwhile(tmp_path: Path, legal: Path, ends: list[str], times: int) -> None:
    """The other pages are written down with what comes next, before any of them is confirmed."""

    async def main() -> Job:
        async with running(tmp_path, composer=fit) as (service, listener):
            jobs, left = service.store.jobs, [StoreAway("away")] * times
            shorten = jobs.shorten

            def away(id: str, first_page: int, paper: Paper, pages: int, call: str) -> None:
                if left:
                    raise left.pop()
                shorten(id, first_page, paper, pages, call)

            jobs.shorten = away  # type: ignore[method-assign]
            job = await submit(service, legal)
            await listener.until_job(job, "done")
            assert not left
            return (await service.api.show_job(ME, job)).job

    script(tmp_path, {TO: ends})
    job = asyncio.run(main())
    assert job.pages > 3
    assert (job.confirmed, str(job.reason)) == (job.pages, SAID)
    seen = log(tmp_path)
    assert len([line for line in seen if line.startswith("shortened")]) == 1
    assert f"page {TO} {job.pages - 1}" in seen and seen.count(f"page {TO} 1") == 1


def test_a_preview_shows_the_sheets_that_the_other_end_will_print(tmp_path: Path, legal: Path) -> None:
    async def preview(service: FaxService, number: str) -> list[int]:
        with legal.open("rb") as pages, legal.open("rb") as original:
            claim = Claim(user=ME, title="long", key=f"urn:uuid:{number}")
            draft = await service.intake.submit("lp", pages.fileno(), original.fileno(), claim)
        with (tmp_path / "preview.tif").open("w+b") as out:
            made = await service.api.compose_draft(ME, draft.id, Order(number=number, last_name="Martin"), out.fileno())
        lengths = [size.length for size in page_sizes(tmp_path / "preview.tif")]
        assert made.pages == len(lengths)
        return lengths

    async def main() -> None:
        async with running(tmp_path, composer=fit) as (service, listener):
            assert await preview(service, TO) == [LEGAL, 400, RECEIPT], "nothing is known of it"
            await listener.until_job(await submit(service, legal), "done")
            planned = await preview(service, TO)
            assert planned[1] == 400 and max(planned) <= A4 and len(planned) > 3
            assert await preview(service, "0199000003") == [LEGAL, 400, RECEIPT], "another machine's paper"
            assert await preview(service, "") == [LEGAL, 400, RECEIPT]

    script(tmp_path, {TO: ["A4 ok"]})
    asyncio.run(main())


def test_a_paper_that_is_longer_than_was_known_counts_from_the_next_fax(tmp_path: Path, legal: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, composer=fit) as (service, listener):
            history = service.store.call_history
            for known in (Paper.A4, Paper.UNLIMITED):
                await listener.until_job(await submit(service, legal), "done")
                assert history.experience(KEY).longest is known
            job = await submit(service, legal)
            await listener.until_job(job, "done")
            assert (await service.api.show_job(ME, job)).job.pages == 3

    script(tmp_path, {TO: ["A4 ok", "UNLIMITED ok", "UNLIMITED ok"]})
    asyncio.run(main())
