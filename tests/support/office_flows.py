# SPDX-License-Identifier: GPL-3.0-or-later
"""Flows of an office, on a disk that fails or whose power is cut: a broadcast, and faxes that are held, released and
changed, before a call and in one; what is sent goes into the archive. And what must be true on a good disk again.

What its sender was told stands in FOLDER/told, and what the far end has seen in FOLDER/log: both are outside of the
disk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence, Set
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from faxcore.api import own_broadcasts
from faxcore.contract.order import JobChange, Order
from faxcore.contract.sent_fax import Job, Verdict
from faxcore.model.job import FINAL, State
from faxcore.service import FaxService
from faxcore.store.sent_copies import Copying
from faxcore.store.store_error import StoreError
from tests.support.archived import until_filed
from tests.support.service_parts import ME, document, log, script
from tests.support.waiting import until

RECIPIENTS: Final = tuple(f"019900002{place}" for place in range(5))
PART: Final = 2
"""Recipients that are taken in and accepted in one piece."""
HELD: Final = "0199000002"
HELD_TO: Final = "0199000012"
CALLED: Final = "0199000003"
CALLED_TO: Final = "0199000013"
PAGES: Final = 3
OVER: Final = FINAL | {State.UNCERTAIN}
UNDONE: Final = OVER - {State.DONE}

Say = Callable[..., None]
Ask = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]
"""Does what a sender asks for, with its answer."""


def prepare_office(folder: Path) -> None:
    """Make the document, the list, and what the other machines do."""
    document(folder, PAGES)
    (folder / "list.csv").write_text("\n".join(("number", *RECIPIENTS)))
    script(folder, {**_all_ok(), CALLED: ["hang-after-1", "hang"]})


def _all_ok() -> dict[str, list[str]]:
    return {number: ["ok"] for number in (*RECIPIENTS, HELD, HELD_TO, CALLED, CALLED_TO)}


async def send_to_many(service: FaxService, folder: Path, ask: Ask, say: Say) -> None:
    """A document goes to everybody in a list, and into the archive for each of them."""
    own_broadcasts.PART = PART  # type: ignore[misc]

    async def submit() -> str:
        with (folder / "document.tif").open("rb") as pages, (folder / "list.csv").open("rb") as recipients:
            descriptors = pages.fileno(), pages.fileno(), recipients.fileno()
            return (await service.api.submit_to_many(ME, *descriptors, Order(title="many", key="many"))).id

    broadcast = await ask(submit)
    say("accepted", "many")
    for job in await ask(lambda: service.api.list_jobs(ME)):
        assert job.broadcast == broadcast
        await _until_archived(service, job.id, digits(job.number), say)


async def hold_and_change(service: FaxService, folder: Path, ask: Ask, say: Say) -> None:
    """One fax that is to go later is held, gets another number, and is released; one gets another in its call."""
    api, later = service.api, (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    held = await ask(lambda: _submit(service, folder, HELD, "held", later))
    say("accepted", "held")
    await ask(lambda: _unless(service, held, State.HELD, api.hold_job))
    say("held")
    await ask(lambda: api.change_job(ME, held, JobChange(number=HELD_TO)))
    say("changed", "held")
    await ask(lambda: api.change_job(ME, held, JobChange(send_at="")))
    say("releasing")
    await ask(lambda: _release(service, held))
    say("released")
    await _until_archived(service, held, "held", say)
    called = await ask(lambda: _submit(service, folder, CALLED, "called"))
    say("accepted", "called")
    await until("its first page", lambda: service.broken.is_set() or f"page {CALLED} 1" in log(folder))
    await ask(lambda: api.change_job(ME, called, JobChange(number=CALLED_TO)))
    say("changed", "called")
    await _until_archived(service, called, "called", say)


async def _submit(service: FaxService, folder: Path, number: str, name: str, send_at: str = "") -> str:
    with (folder / "document.tif").open("rb") as pages:
        order = Order(number=number, title=name, key=name, send_at=send_at)
        return await service.api.submit_document(ME, pages.fileno(), pages.fileno(), order)


async def _unless(service: FaxService, job: str, state: State, do: Callable[[str, str], Awaitable[None]]) -> None:
    """Do it unless it was done the first time, whose answer was an error."""
    if (await service.api.show_job(ME, job)).job.state is not state:
        await do(ME, job)


async def _release(service: FaxService, job: str) -> None:
    if (await service.api.show_job(ME, job)).job.state is State.HELD:
        await service.api.release_job(ME, job)


async def _until_archived(service: FaxService, job: str, name: str, say: Say) -> None:
    def is_archived() -> bool:
        return _is_filed(service, job)

    await until(
        "its copy in the archive", lambda: service.broken.is_set() or is_archived() or _is_over(service, job, UNDONE)
    )
    if is_archived():
        say("archived", name)


def _is_over(service: FaxService, job: str, states: Set[State] = OVER) -> bool:
    try:
        found = service.store.jobs.get(job)
    except StoreError:
        return False
    return found is not None and found.state in states


def _is_filed(service: FaxService, job: str) -> bool:
    try:
        copy = service.store.sent_copies.get(job)
    except StoreError:
        return False
    return copy is not None and copy.state is Copying.FILED


def digits(number: str) -> str:
    """A number without the spaces that a person reads it with."""
    return number.replace(" ", "")


# ---------------------------------------------------------------- what must be true


def answer_all(folder: Path) -> None:
    """Let every other machine take everything from now on; to be done before a service is started."""
    script(folder, _all_ok())


async def check_sent_to_many(folder: Path, service: FaxService, told: Sequence[str], _seen: Sequence[str]) -> None:
    """A job for each of the recipients or for none, and what was accepted is sent to each of them once."""
    jobs = await until("a job for all or for none", lambda: _find_all_or_none(service))
    assert jobs != [None] or "accepted many" not in told, "the broadcast is lost"
    for job in filter(None, jobs):
        await _check_copy_told(service, job, digits(job.number), told)
    for job in filter(None, jobs):
        await _check_sent(folder, service, job.id, (digits(job.number),))
    _check_archive(service)


async def _find_all_or_none(service: FaxService) -> list[Job | None]:
    """The jobs of the broadcast, a None for none; empty if they are not all there."""
    jobs = await service.api.list_jobs(ME)
    assert len({digits(job.number) for job in jobs}) == len(jobs), "one recipient has two jobs"
    assert len({job.broadcast for job in jobs}) <= 1
    if not jobs:
        assert await service.api.list_broadcasts(ME) == []
        return [None]
    return list(jobs) if {digits(job.number) for job in jobs} == set(RECIPIENTS) else []


async def check_held_and_changed(folder: Path, service: FaxService, told: Sequence[str], seen: Sequence[str]) -> None:
    """What was said to be held is not called, and what was said to go elsewhere goes there."""
    jobs = {job.title: job for job in await service.api.list_jobs(ME)}
    for name in ("held", "called"):
        assert name in jobs or f"accepted {name}" not in told, f"the fax that was {name} is lost"
    for name, job in jobs.items():
        await _check_copy_told(service, job, name, told)
    assert not any(line.startswith(f"dial {HELD} ") for line in seen), "it was to go later"
    if "held" in jobs:
        await _check_held(service, jobs["held"], told)
        await _check_sent(folder, service, jobs["held"].id, (HELD, HELD_TO))
    if "called" in jobs:
        await _check_sent(folder, service, jobs["called"].id, (CALLED, CALLED_TO))
        if "changed called" in told:
            old = [line for line in log(folder) if line.startswith(f"dial {CALLED} ")]
            assert len(old) == sum(line.startswith(f"dial {CALLED} ") for line in seen), "the old number was called"
            assert f"complete {CALLED_TO}" in log(folder)
    _check_archive(service)


async def _check_held(service: FaxService, job: Job, told: Sequence[str]) -> None:
    """It is where it was said to be; then it is let go."""
    assert digits(job.number) == HELD_TO or "changed held" not in told, "it goes to its old number"
    assert digits(job.number) == HELD or "accepted held" in told
    state = (await service.api.show_job(ME, job.id)).job.state
    assert state is State.HELD or "held" not in told or "releasing" in told, "it is not held any more"
    assert state is not State.HELD or "released" not in told, "it is held again"
    if state in (State.HELD, State.PENDING):
        await service.api.change_job(ME, job.id, JobChange(send_at=""))
    await _release(service, job.id)


async def _check_sent(folder: Path, service: FaxService, job: str, numbers: Sequence[str]) -> None:
    """It arrives once, at one of these numbers, or is uncertain and has arrived there once at most."""
    await until("the fax to be sent", lambda: _is_over(service, job))
    found = (await service.api.show_job(ME, job)).job
    complete = [line for line in log(folder) if line in {f"complete {number}" for number in numbers}]
    assert found.state in (State.DONE, State.UNCERTAIN), found
    assert len(complete) <= 1, "it arrived twice"
    assert found.state is State.UNCERTAIN or complete == [f"complete {digits(found.number)}"], "it is not where it says"
    if found.state is State.UNCERTAIN:
        await service.api.resolve_job(ME, job, Verdict.ARRIVED)
    await until_filed(service, job)


async def _check_copy_told(service: FaxService, job: Job, name: str, told: Sequence[str]) -> None:
    """A copy that was in the archive is in it."""
    if f"archived {name}" in told:
        assert job.state is State.DONE
        _read_copy(service, job.id)


def _check_archive(service: FaxService) -> None:
    """Each fax that was sent is in the archive once, and nothing else is."""
    jobs = service.store.jobs.all(ME)
    expected = [path for job in jobs for path in _read_copy(service, job.id)]
    archive = service.config.value.archive.folder
    assert archive is not None
    found = [path for path in archive.rglob("*") if path.is_file()] if archive.exists() else []
    assert sorted(found) == sorted(expected), "the archive holds something else"


def _read_copy(service: FaxService, job: str) -> tuple[Path, Path]:
    """The files of a filed copy, which have the hashes that are known of them."""
    copy = service.store.sent_copies.get(job)
    assert copy is not None and copy.state is Copying.FILED, "its copy is lost"
    for path, known in ((copy.tiff, copy.tiff_sha256), (copy.pdf, copy.pdf_sha256)):
        assert sha256(Path(path).read_bytes()).hexdigest() == known, "its copy is damaged"
    return Path(copy.tiff), Path(copy.pdf)
