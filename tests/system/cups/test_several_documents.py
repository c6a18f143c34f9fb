# SPDX-License-Identifier: GPL-3.0-or-later
"""Several documents in one print job are one fax, in order: whatever ends meanwhile, it is neither lost nor doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from faxcore.document.tiff import write_pages
from tests.system.cups.house import ENDS, IPP_CANCELLED, IPP_COMPLETED, IPP_HELD, PATIENCE, House
from tests.system.cups.test_documents import count_bars, striped, write_bars, write_foreign
from tests.system.cups.test_printing import KILLED_BEFORE_THE_ANSWER

pytestmark = pytest.mark.xdist_group("cupsd")


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two documents: of one page with one bar, and of two pages with two and three."""
    return write_bars(tmp_path / "one.pdf", 1), write_bars(tmp_path / "more.pdf", 2, 3)


def bars_of_the_one(house: House, before: set[str]) -> list[int]:
    """Find the one draft that there is now; the bars on its pages."""
    (draft,) = house.fresh_drafts(before)
    return [count_bars(page) for page in house.pages(draft)]


def test_they_are_one_fax_in_order(house: House, two: tuple[Path, Path]) -> None:
    one, more = two
    assert [count_bars(page) for page in house.fax(one, more)] == [1, 2, 3]
    assert [count_bars(page) for page in house.fax(more, one)] == [2, 3, 1]


def test_documents_of_every_kind_are_one_fax(house: House, open_folder: Path, two: tuple[Path, Path]) -> None:
    write_pages(open_folder / "fax.tif", [striped(4), striped(5)])
    foreign = write_foreign(open_folder, write_bars(open_folder / "foreign.pdf", 6), "none", 0)
    (open_folder / "one.ps").write_bytes(b"%!PS-Adobe-3.0\n100 100 200 10 rectfill showpage\n")
    pages = house.fax(open_folder / "fax.tif", two[0], foreign, open_folder / "one.ps")
    assert [count_bars(page) for page in pages] == [4, 5, 1, 6, 1]
    assert pages[:2] == [striped(4), striped(5)]


def test_options_and_copies_are_for_all(house: House, two: tuple[Path, Path]) -> None:
    pages = house.fax("-n", "2", "-o", "outputorder=reverse", *two)
    assert [count_bars(page) for page in pages] == [1, 3, 2, 1, 3, 2]


def test_with_a_number_they_are_one_call(house: House, before: set[str], two: tuple[Path, Path]) -> None:
    jobs = {job.id for job in house.ask("list_jobs")}
    assert house.until_state(house.print("-o", "fax-number=0199000098", *two), *ENDS) == IPP_COMPLETED
    (fax,) = [job for job in house.ask("list_jobs") if job.id not in jobs]
    assert fax.pages == 3
    house.ask("cancel_job", fax.id)
    assert not house.fresh_drafts(before)


def test_they_wait_for_a_service_that_is_down(house: House, before: set[str], two: tuple[Path, Path]) -> None:
    house.stop_service()
    job = house.print(*two)
    house.stage.until("the sentence", lambda: "service is not running" in house.said_of(job), PATIENCE)
    house.start_service()
    assert house.until_state(job, *ENDS) == IPP_COMPLETED
    assert bars_of_the_one(house, before) == [1, 2, 3]


def test_a_service_that_dies_before_its_answer_doubles_nothing(
    house: House, before: set[str], two: tuple[Path, Path]
) -> None:
    house.stop_service()
    house.start_service("-c", KILLED_BEFORE_THE_ANSWER)
    job = house.print(*two)
    house.until_dead()
    house.start_service()
    assert house.until_state(job, *ENDS) == IPP_COMPLETED
    assert bars_of_the_one(house, before) == [1, 2, 3]


def test_a_cupsd_that_begins_again_doubles_nothing(house: House, before: set[str], two: tuple[Path, Path]) -> None:
    house.stop_service()
    job = house.print(*two)
    house.stage.until("the sentence", lambda: "service is not running" in house.said_of(job), PATIENCE)
    house.restart_cupsd()
    house.start_service()
    assert house.until_state(job, *ENDS) == IPP_COMPLETED
    assert bars_of_the_one(house, before) == [1, 2, 3]


def test_a_cupsd_that_begins_again_after_the_fax_ended_sends_nothing_twice(
    house: House, before: set[str], two: tuple[Path, Path]
) -> None:
    """The service has the fax and dies before its answer; the fax ends; only then does cupsd begin again."""
    known = {job.id for job in house.ask("list_jobs")}
    house.stop_service()
    house.start_service("-c", KILLED_BEFORE_THE_ANSWER.replace("draft committed, backend", "job committed, client"))
    jobs_before = house.print("-o", "fax-number=0199000098", *two)
    house.until_dead()
    # No cupsd hands anything over while the fax ends.
    house.connection.disablePrinter("Fax")
    try:
        house.start_service()
        (fax,) = (job for job in house.ask("list_jobs") if job.id not in known)
        house.ask("cancel_job", fax.id)
        count = len(house.ask("list_jobs"))
        house.restart_cupsd()
    finally:
        house.connection.enablePrinter("Fax")
    assert house.until_state(jobs_before, *ENDS) == IPP_COMPLETED
    assert len(house.ask("list_jobs")) == count
    assert not house.fresh_drafts(before)


def test_one_that_is_refused_refuses_all(house: House, tmp_path: Path, two: tuple[Path, Path]) -> None:
    (tmp_path / "cut.pdf").write_bytes(two[1].read_bytes()[:300])
    for order in ([two[0], tmp_path / "cut.pdf"], [tmp_path / "cut.pdf", two[0]]):
        said = house.refused(*order)
        assert f"Document {order.index(tmp_path / 'cut.pdf') + 1} of 2:" in said


def test_one_whose_filter_fails_refuses_all(house: House, open_folder: Path, two: tuple[Path, Path]) -> None:
    bad = write_foreign(open_folder, write_bars(open_folder / "part.pdf", 1), "none", 1)
    for order in ([two[0], bad], [bad, two[0]]):
        assert "could not convert the whole document" in house.refused(*order)


def test_what_only_a_person_can_help_is_held_whole(house: House, before: set[str], two: tuple[Path, Path]) -> None:
    program = house.printing.folder / "lib/filter/pdftopdf"
    program.rename(program.with_name("pdftopdf.away"))
    try:
        job = house.print("-o", "outputorder=reverse", *two)
        assert house.until_state(job, *ENDS) == IPP_HELD
    finally:
        program.with_name("pdftopdf.away").rename(program)
    house.connection.setJobHoldUntil(job, "no-hold")
    assert house.until_state(job, IPP_COMPLETED, IPP_CANCELLED) == IPP_COMPLETED
    assert bars_of_the_one(house, before) == [1, 3, 2]


def test_raw_documents_without_bounds_are_refused(house: House, two: tuple[Path, Path]) -> None:
    assert "together with the raw option" in house.refused("-o", "raw", *two)
    assert len(house.fax("-o", "raw", two[1])) == 2
