# SPDX-License-Identifier: GPL-3.0-or-later
"""Promises P1, P2 and P3: killed at every named point, restarted; nothing lost, nothing doubled, nothing guessed."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageSequence
from sqlalchemy import text

from faxcore.contract.order import Order
from faxcore.contract.printed import Accepted, Claim, Handover
from faxcore.contract.received_fax import ReceptionChange
from faxcore.contract.sent_fax import Job, StateCount
from faxcore.document.tiff import read_pages
from faxcore.model.job import State
from faxcore.service import FaxService
from tests.support import CHECKOUT
from tests.support.crash_child import BROADCASTING, POINTS, RECIPIENTS, submit_draft_to_many, submit_to_many
from tests.support.leftovers import until_clean
from tests.support.service_parts import ME, document, log, running, script
from tests.support.waiting import until

CHILD = "tests.support.crash_child"
SENDING = [name for name in POINTS if not name.startswith("draft")][:17]
WAITING = [name for name in POINTS if name.startswith("waiting")]
GOING_ON = "part of a broadcast accepted, client not told"
"""From this point on a broadcast is accepted, and a service that starts goes on with it."""
RECEIVING = [name for name in POINTS if name not in SENDING + WAITING and not name.startswith("draft")]


def kill_at(point: str, folder: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-m", CHILD, point, str(folder)], cwd=CHECKOUT, timeout=60, capture_output=True
    )
    assert child.returncode == -signal.SIGKILL, f"{point!r} was not passed: {child.stderr.decode()[-3000:]}"


def test_there_are_thirty_points() -> None:
    assert len(POINTS) >= 30


@pytest.mark.parametrize("point", SENDING)
def test_a_fax_accepted_is_neither_lost_nor_doubled(point: str, tmp_path: Path) -> None:
    document(tmp_path)
    script(tmp_path, {"0199000002": ["ok"]})
    kill_at(point, tmp_path)
    accepted = (tmp_path / "accepted").read_text().split() if (tmp_path / "accepted").exists() else []

    async def restart() -> list[Job]:
        async with running(tmp_path) as (service, listener):
            jobs = await service.api.list_jobs(ME)
            assert {job.id for job in jobs} >= set(accepted)
            assert service.store.jobs.in_state(State.ACTIVE, State.FINAL_PENDING) == [] or jobs
            for job in jobs:
                if job.state.value not in ("done", "uncertain"):
                    await listener.until_job(job.id, "done", "uncertain")
                found = service.store.jobs.get(job.id)
                assert found is not None
                pages = list(read_pages(service.store.documents.pages_file(found.document)))
                assert pages == list(read_pages(tmp_path / "document.tif"))
            known = service.store.database.value(text("SELECT count(*) FROM document"))
            assert len([path for path in service.store.documents.folder.iterdir() if path.suffix == ".tif"]) == known
            assert len(list(service.store.documents.folder.iterdir())) == 2 * known
            await until_clean(service)
            return await service.api.list_jobs(ME)

    jobs = asyncio.run(restart())
    complete = log(tmp_path).count("complete 0199000002")
    assert complete <= 1
    for job in jobs:
        assert job.state.value in ("done", "uncertain")
        if job.state.value == "done":
            assert complete == 1
    if accepted:
        assert len(jobs) == 1


@pytest.mark.parametrize("point", RECEIVING)
def test_a_page_that_was_confirmed_is_safe(point: str, tmp_path: Path) -> None:
    script(tmp_path, ring={"line-1": {"pages": 3, "end": "ok", "called": "0199000001"}})
    kill_at(point, tmp_path)

    async def restart() -> list[Path]:
        async with running(tmp_path) as (service, listener):
            confirmed = sum(line.startswith("confirmed") for line in log(tmp_path))
            if not confirmed:
                await until_clean(service)
                return []
            service.announcing.flush(ME)
            values = await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            pages = list(read_pages(Path(values.tiff)))
            assert [page.rows[0] for page in pages][:confirmed] == [1, 2, 3][:confirmed]
            assert len(await service.api.list_receptions(ME)) == 1
            await until_clean(service)
            return list((tmp_path / "received").iterdir())

    files = asyncio.run(restart())
    assert len(files) in (0, 2), files


@pytest.mark.parametrize("point", WAITING)
def test_a_fax_whose_folder_is_away_is_told_of_and_comes_into_it(point: str, tmp_path: Path) -> None:
    script(tmp_path, ring={"line-1": {"pages": 3, "end": "ok", "called": "0199000001"}})
    (tmp_path / "received").write_text("a file where the folder should be")
    kill_at(point, tmp_path)

    async def restart() -> list[Path]:
        async with running(tmp_path) as (service, listener):
            service.announcing.flush(ME)
            arrived = await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            assert arrived.waiting and not arrived.pdf
            (tmp_path / "received").unlink()
            service.filing.wake()
            change = await listener.until(lambda _uid, _name, v: isinstance(v, ReceptionChange) and v.reception.tiff)
            assert change.reception.id == arrived.id
            assert [page.rows[0] for page in read_pages(Path(change.reception.tiff))] == [1, 2, 3]
            assert [name for _uid, name, _values in listener.heard].count("ReceptionArrived") == 1
            await until_clean(service)
            return list((tmp_path / "received").iterdir())

    assert len(asyncio.run(restart())) == 2


@pytest.mark.parametrize("point", ["files made, no names", "a file placed", "a file placed #2", "filed, not committed"])
def test_a_fax_that_waited_comes_into_its_folder_once(point: str, tmp_path: Path) -> None:
    """Killed on its way there, after its owner was told of it."""
    script(tmp_path, ring={"line-1": {"pages": 3, "end": "ok", "called": "0199000001"}})
    (tmp_path / "received").write_text("a file where the folder should be")
    (tmp_path / "returns").touch()
    kill_at(point, tmp_path)

    async def restart() -> list[Path]:
        async with running(tmp_path) as (service, listener):
            service.announcing.flush(ME)
            change = await listener.until(lambda _uid, _name, v: isinstance(v, ReceptionChange) and v.reception.tiff)
            assert [page.rows[0] for page in read_pages(Path(change.reception.tiff))] == [1, 2, 3]
            assert [each.id for each in await service.api.list_receptions(ME)] == [change.reception.id]
            await until_clean(service)
            assert [name for _uid, name, _values in listener.heard].count("ReceptionArrived") == 0
            return list((tmp_path / "received").iterdir())

    assert sorted(path.suffix for path in asyncio.run(restart())) == [".pdf", ".tif"]


def test_a_draft_that_was_being_sent_is_a_draft_still(tmp_path: Path) -> None:
    document(tmp_path)
    (tmp_path / "draft").touch()
    script(tmp_path, {"0199000002": ["ok"]})
    kill_at("draft taken, not committed", tmp_path)

    async def restart() -> None:
        async with running(tmp_path) as (service, listener):
            (draft,) = await service.api.list_drafts(ME)
            assert draft.id == (tmp_path / "accepted").read_text().strip()
            job = await service.api.submit_draft(ME, draft.id, Order(number="0199000002"))
            assert await service.api.submit_draft(ME, draft.id, Order(number="0199000002")) == job
            await listener.until_job(job, "done")
            assert await service.api.list_drafts(ME) == []

    asyncio.run(restart())
    assert log(tmp_path).count("complete 0199000002") == 1


def test_a_print_job_whose_answer_was_not_heard_is_one_draft(tmp_path: Path) -> None:
    """Handed over again by cupsd, and drawn again for it; once before and once after a person has sent it."""
    document(tmp_path)
    (tmp_path / "draft").touch()
    script(tmp_path, {"0199000002": ["ok"]})
    kill_at("draft committed, backend not told", tmp_path)
    again = draw_again(tmp_path / "document.tif", tmp_path / "again.tif")

    async def restart() -> None:
        async with running(tmp_path) as (service, listener):
            (draft,) = await service.api.list_drafts(ME)
            assert await hand_over(service, again) == Handover(Accepted.DRAFT, draft.id)
            job = await service.api.submit_draft(ME, draft.id, Order(number="0199000002"))
            await listener.until_job(job, "done")
            assert await hand_over(service, again) == Handover(Accepted.DRAFT, draft.id)
            assert await service.api.list_drafts(ME) == []
            await service.intake.acknowledge("lp", draft.id)

    asyncio.run(restart())
    assert log(tmp_path).count("complete 0199000002") == 1


@pytest.mark.parametrize("points", [*([each] for each in BROADCASTING), [GOING_ON] * 2], ids=" and ".join)
def test_a_broadcast_is_there_for_all_of_its_recipients_or_for_none(points: list[str], tmp_path: Path) -> None:
    """Killed between its parts, also where the next service goes on with them; handed over again, it is the same."""
    document(tmp_path)
    (tmp_path / "list.csv").write_text("\n".join(("number", *RECIPIENTS)))
    script(tmp_path, {number: ["ok"] for number in RECIPIENTS}, absent={"line-1": "There is none."})
    for point in points:
        kill_at(point, tmp_path)
    is_accepted = list(BROADCASTING).index(points[0]) >= list(BROADCASTING).index(GOING_ON)
    script(tmp_path, {number: ["ok"] for number in RECIPIENTS})

    async def restart() -> None:
        async with running(tmp_path) as (service, _listener):

            async def is_whole() -> bool:
                return len(await service.api.list_jobs(ME)) == len(RECIPIENTS) * is_accepted

            begun = [found.id for found in await service.api.list_broadcasts(ME)]
            assert len(begun) == is_accepted
            await until("all of its faxes, or none", is_whole)
            broadcast = await submit_to_many(service, tmp_path)
            assert begun in ([], [broadcast])
            jobs = await service.api.list_jobs(ME)
            assert sorted(job.number.replace(" ", "") for job in jobs) == list(RECIPIENTS)
            assert {job.broadcast for job in jobs} == {broadcast}
            await until("its faxes to be sent", lambda: are_done(service, broadcast))
            await until_clean(service)

    asyncio.run(restart())
    complete = sorted(line for line in log(tmp_path) if line.startswith("complete"))
    assert complete == [f"complete {number}" for number in RECIPIENTS]


@pytest.mark.parametrize("point", BROADCASTING)
def test_a_draft_for_many_is_a_draft_or_a_broadcast_to_all_of_them(point: str, tmp_path: Path) -> None:
    document(tmp_path)
    (tmp_path / "draft").write_text(" ".join(RECIPIENTS))
    script(tmp_path, {number: ["ok"] for number in RECIPIENTS}, absent={"line-1": "There is none."})
    kill_at(point, tmp_path)
    is_accepted = list(BROADCASTING).index(point) >= list(BROADCASTING).index(GOING_ON)
    script(tmp_path, {number: ["ok"] for number in RECIPIENTS})
    draft = (tmp_path / "accepted").read_text().strip()

    async def restart() -> None:
        async with running(tmp_path) as (service, _listener):
            assert [each.id for each in await service.api.list_drafts(ME)] == [draft] * (not is_accepted)
            assert len(await service.api.list_broadcasts(ME)) == is_accepted
            broadcast = await submit_draft_to_many(service, tmp_path, draft)
            assert await submit_draft_to_many(service, tmp_path, draft) == broadcast
            assert await service.api.list_drafts(ME) == []
            await until("its faxes to be sent", lambda: are_done(service, broadcast))
            await until_clean(service)

    asyncio.run(restart())
    complete = sorted(line for line in log(tmp_path) if line.startswith("complete"))
    assert complete == [f"complete {number}" for number in RECIPIENTS]


async def are_done(service: FaxService, broadcast: str) -> bool:
    (count,) = (await service.api.show_broadcast(ME, broadcast)).states[:1]
    return count == StateCount(State.DONE, len(RECIPIENTS))


def draw_again(path: Path, out: Path) -> Path:
    """The same pixels in other octets, as a drawing of two seconds later has them."""
    with Image.open(path) as image:
        frames = [frame.copy() for frame in ImageSequence.Iterator(image)]
        how = {"compression": "group4", "dpi": image.info["dpi"], "tiffinfo": {306: "2026:11:26 10:00:02"}}
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:], **how)
    assert out.read_bytes() != path.read_bytes()
    return out


async def hand_over(service: FaxService, path: Path) -> Handover:
    with path.open("rb") as pages, open(os.devnull, "rb") as nothing:
        claim = Claim(user=ME, title="printed", key="urn:uuid:7")
        return await service.intake.submit("lp", pages.fileno(), nothing.fileno(), claim)
