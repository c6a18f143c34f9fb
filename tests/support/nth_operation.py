# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole flows on a disk that fails at its nth operation.

    python -m tests.support.nth_operation FOLDER FLOW ERROR FIRST STEP

For n = FIRST, FIRST + STEP, ... until a run passes in which nothing failed: the flow on the disk that fails once, then
the service again on a good one. What was accepted is sent once, what was confirmed is there, nothing is left over; else
the program ends with a traceback. A line for each n says what failed, and what came of it at once.

It must be started with the library of failing_disk.c loaded (`run_flows` does so).
"""

from __future__ import annotations

import asyncio
import ctypes
import errno
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from faxcore.api.api_error import ApiError
from faxcore.contract.order import Order
from faxcore.contract.printed import Claim
from faxcore.document.tiff import read_pages
from faxcore.model.job import FINAL, State
from faxcore.service import FaxService
from faxcore.store.store_error import StoreError
from tests.support import CHECKOUT
from tests.support.archived import archived, stamp
from tests.support.leftovers import until_clean
from tests.support.office_flows import answer_all, check_held_and_changed, check_sent_to_many, prepare_office
from tests.support.power_cut.after_cut import read_told
from tests.support.power_cut.flows import OFFICE_FLOWS, OfficeFlow, Witness
from tests.support.service_parts import ME, Listener, document, log, running, script
from tests.support.waiting import until

SOURCE = Path(__file__).with_name("failing_disk.c")
ATTEMPTS = 100


class FailingDisk:
    """The library of failing_disk.c, in this process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        self._library.failing_disk_failed.restype = ctypes.c_char_p
        self._library.failing_disk_arm.argtypes = (ctypes.c_char_p, ctypes.c_long, ctypes.c_int)

    def arm(self, folder: Path, nth: int, number: int) -> None:
        """Let the nth operation below a folder fail with this error number."""
        self._library.failing_disk_arm(os.fsencode(folder), nth, number)

    def failed(self) -> str:
        """Say what has failed; empty: nothing."""
        return os.fsdecode(self._library.failing_disk_failed())


async def try_again(service: FaxService, work: Callable[[], Awaitable[Any]]) -> Any:
    """Do as a patient person, or cupsd, does: again, as long as the service is there and says that it cannot now."""
    for _ in range(ATTEMPTS):
        try:
            return await work()
        except (ApiError, StoreError, OSError):
            if service.broken.is_set():
                return ""
            await asyncio.sleep(0.01)
    raise AssertionError("it was never accepted")


async def send(folder: Path, accepted: list[str]) -> None:
    """A print job is handed over, completed in the dialog, and sent."""
    async with running(folder) as (service, _listener):

        async def print_it() -> str:
            with (folder / "document.tif").open("rb") as pages, open(os.devnull, "rb") as nothing:
                claim = Claim(user=ME, title="printed", key="urn:uuid:7")
                return (await service.intake.submit("lp", pages.fileno(), nothing.fileno(), claim)).id

        draft = await try_again(service, print_it)
        if not draft:
            return
        accepted.append(draft)
        order = Order(number="0199000002")
        job = await try_again(service, lambda: service.api.submit_draft(ME, draft, order))
        if job:
            await until("the fax to be sent", lambda: service.broken.is_set() or is_over(service, job))


def is_over(service: FaxService, job: str) -> bool:
    """Tell if a fax is sent, or has failed."""
    try:
        row = service.store.jobs.get(job)
    except StoreError:
        return False
    return row is not None and row.state in FINAL | {State.UNCERTAIN}


async def check_sent(folder: Path, accepted: list[str]) -> None:
    """On a good disk again: the document is a draft or one fax, which is sent once."""
    async with running(folder) as (service, listener):
        jobs, drafts = await service.api.list_jobs(ME), await service.api.list_drafts(ME)
        assert len(jobs) + len(drafts) <= 1
        assert len(jobs) + len(drafts) == 1 or not accepted, "it was accepted, and is lost"
        for draft in drafts:
            assert [draft.id] == accepted or not accepted
            await service.api.submit_draft(ME, draft.id, Order(number="0199000002"))
        for job in await service.api.list_jobs(ME):
            if job.state not in FINAL | {State.UNCERTAIN}:
                await until("the fax to be sent", lambda job=job: is_over(service, job.id))
            found = service.store.jobs.get(job.id)
            assert found is not None
            assert found.state.value in ("done", "uncertain"), found
            pages = list(read_pages(service.store.documents.pages_file(found.document)))
            assert pages == list(read_pages(folder / "document.tif"))
            complete = log(folder).count("complete 0199000002")
            assert complete <= 1, "it arrived twice"
            assert complete == 1 or found.state.value == "uncertain", "it is called sent, and is not"
        await check_store(service)


async def receive(folder: Path, _accepted: list[str]) -> None:
    """A call brings three pages, which are filed and told."""
    async with running(folder) as (service, listener):
        await until("the fax to be told", lambda: service.broken.is_set() or is_told(folder, listener))


def is_told(folder: Path, listener: Listener) -> bool:
    """Tell if the call is over, and what it brought is told."""
    ended = any(line.startswith(("ended", "declined")) for line in log(folder))
    confirmed = any(line.startswith("confirmed") for line in log(folder))
    told = any(name == "ReceptionArrived" for _person, name, _value in listener.heard)
    return told or (ended and not confirmed)


async def check_received(folder: Path, _accepted: list[str]) -> None:
    """On a good disk again: every page that was confirmed is in one fax."""
    confirmed = sum(line.startswith("confirmed") for line in log(folder))
    async with running(folder) as (service, _listener):
        await until("the fax to be filed", lambda: not confirmed or is_filed(service))
        receptions = await service.api.list_receptions(ME)
        assert len(receptions) == (confirmed > 0)
        for reception in receptions:
            rows = [page.rows[0] for page in read_pages(Path(reception.tiff))]
            assert rows[:confirmed] == [1, 2, 3][:confirmed]
        await check_store(service)


def is_filed(service: FaxService) -> bool:
    """Tell if something has been filed."""
    return bool(service.store.database.value(text("SELECT count(*) FROM reception WHERE state = 'filed'")))


class Broken(Exception):
    """The service has ended itself."""


async def work_in_office(folder: Path, _accepted: list[str], work: OfficeFlow) -> None:
    """What an office does, as patiently."""
    async with running(folder, archived(folder / DISK), composer=stamp) as (service, _listener):

        async def ask(asked: Callable[[], Awaitable[Any]]) -> Any:
            answer = await try_again(service, asked)
            if service.broken.is_set():
                raise Broken
            return answer

        with suppress(Broken):
            await work(service, folder, ask, Witness(folder).say)


async def check_office(folder: Path, _accepted: list[str], check: OfficeCheck) -> None:
    """On a good disk again: what was said stands."""
    told, seen = read_told(folder), log(folder)
    answer_all(folder)
    async with running(folder, archived(folder / DISK), composer=stamp) as (service, _listener):
        await check(folder, service, told, seen)
        await check_store(service)


async def check_store(service: FaxService) -> None:
    """Nothing is left over, and the database is whole."""
    await until_clean(service)
    assert service.store.database.value(text("PRAGMA integrity_check")) == "ok"
    assert not service.broken.is_set()


Flow = Callable[[Path, list[str]], Awaitable[None]]
OfficeCheck = Callable[[Path, FaxService, list[str], list[str]], Awaitable[None]]
OFFICE_CHECKS: dict[str, OfficeCheck] = {"broadcast": check_sent_to_many, "change": check_held_and_changed}
FLOWS: dict[str, tuple[Flow, Flow]] = {
    "send": (send, check_sent),
    "receive": (receive, check_received),
    **{
        name: (partial(work_in_office, work=OFFICE_FLOWS[name]), partial(check_office, check=check))
        for name, check in OFFICE_CHECKS.items()
    },
}
DISK = "disk"
"""The folder of state and archive of an office, both on the disk that fails."""


def prepare(folder: Path, flow: str) -> None:
    """Make what the flow begins with: a state folder that has been used before."""
    folder.mkdir()
    document(folder)

    async def begin() -> None:
        async with running(folder, archived(folder / DISK) if flow in OFFICE_CHECKS else None):
            pass

    script(folder, {})
    asyncio.run(begin())
    if flow in OFFICE_CHECKS:
        prepare_office(folder)
    elif flow == "send":
        script(folder, {"0199000002": ["ok"]})
    else:
        script(folder, ring={"line-1": {"pages": 3, "end": "ok", "called": "0199000001"}})


def run_once(disk: FailingDisk, folder: Path, flow: str, nth: int, number: int) -> str:
    """One n: what failed, and what came of it at once; empty if nothing failed."""
    work, check = FLOWS[flow]
    prepare(folder, flow)
    accepted: list[str] = []
    disk.arm(folder / (DISK if flow in OFFICE_CHECKS else "state"), nth, number)
    try:
        asyncio.run(asyncio.wait_for(work(folder, accepted), 120))
        outcome = "went on"
    except (StoreError, OSError) as error:
        # The service did not start, or could not stop in order: it has said why, and is started again.
        outcome = f"ended: {type(error).__name__}"
    failed = disk.failed()
    disk.arm(Path("/nowhere"), 0, 0)
    asyncio.run(asyncio.wait_for(check(folder, accepted), 120))
    shutil.rmtree(folder)
    return failed and f"{failed.replace(str(folder), '')}: {outcome}"


def main(folder: Path, flow: str, error: str, first: int, step: int) -> None:
    for name in ("fax_folders.filing_loop.FILE_AGAIN_SECONDS", "queue.scheduler.TROUBLE_SECONDS", "store.retry.PAUSE"):
        module, _dot, attribute = f"faxcore.{name}".rpartition(".")
        setattr(sys.modules[module], attribute, 0.01)
    sys.modules["faxcore.queue.outgoing_call"].FULL_SECONDS = 0.0  # type: ignore[attr-defined]
    disk = FailingDisk()
    nth = first
    while said := run_once(disk, folder / f"{nth}", flow, nth, getattr(errno, error)):
        print(nth, said, flush=True)
        nth += step
    print("clean", nth, flush=True)


def run_flows(folder: Path, flow: str, error: str, first: int = 1, step: int = 1) -> list[str]:
    """Run this program in a folder; its lines. AssertionError with its traceback if a promise did not hold."""
    library = folder / "failing_disk.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.nth_operation", folder, flow, error, str(first), str(step)],
        cwd=CHECKOUT,
        env=os.environ | {"LD_PRELOAD": str(library)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-5000:]
    return done.stdout.splitlines()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main(Path(sys.argv[1]), *sys.argv[2:4], *map(int, sys.argv[4:6]))  # type: ignore[call-arg]
