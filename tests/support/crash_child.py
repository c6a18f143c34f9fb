# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that is killed at a named point: python -m tests.support.crash_child POINT FOLDER

A point is a function, before or after which the process sends itself SIGKILL. Accepted ids are written to
FOLDER/accepted, synced, when the client has its answer; nothing else of this process survives.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from faxcore.api import intake
from faxcore.api.user import UserApi
from faxcore.lines.worker_line import WorkerLine
from faxcore.queue import scheduler
from faxcore.reception import answering
from faxcore.service import FaxService
from faxcore.store import drafts, jobs, outbox, receptions
from tests.support import house_fixture

POINTS: dict[str, tuple[Any, str, str, int]] = {
    # name: owner of the function, its name, before or after, which call of it
    "document checked, not named": (intake, "settle", "before", 1),
    "document copied, no row": (UserApi, "_add_job", "before", 1),
    "document's row written, not committed": (jobs.Jobs, "add", "before", 1),
    "job's row written, not committed": (jobs.Jobs, "add", "after", 1),
    "job committed, client not told": (UserApi, "_add_job", "after", 1),
    "before the claim": (jobs.Jobs, "claim", "before", 1),
    "claimed, not composed": (jobs.Jobs, "claim", "after", 1),
    "composed, not dialled": (WorkerLine, "dial", "before", 1),
    "dialled": (jobs.Jobs, "confirm", "before", 1),
    "page confirmed on disk": (jobs.Jobs, "confirm", "after", 1),
    "last page out, not on disk": (scheduler.OutgoingCall, "_final_pending", "before", 1),
    "final-pending on disk, line not told": (WorkerLine, "noted", "before", 1),
    "call ended, not on disk": (jobs.Jobs, "end_call", "before", 1),
    "call's end written, not committed": (jobs.Jobs, "end_call", "after", 1),
    "verdict written, not committed": (outbox.Outbox, "add", "after", 1),
    "verdict on disk, not told": (scheduler.Scheduler, "over", "before", 1),
    "reception begun": (receptions.Receptions, "begin", "after", 1),
    "page safe, row not written": (receptions.Receptions, "keep_page", "before", 1),
    "first page's row written": (receptions.Receptions, "keep_page", "after", 1),
    "second page safe, row not written": (receptions.Receptions, "keep_page", "before", 2),
    "call in ended, not on disk": (receptions.Receptions, "keep", "before", 1),
    "reception written, not committed": (receptions.Receptions, "keep", "after", 1),
    "reception kept, not filed": (answering, "file_reception", "before", 1),
    "files made, no names": (answering, "file_reception", "after", 1),
    "names chosen": (receptions.Receptions, "name_files", "after", 1),
    "TIFF placed, PDF not": (answering, "place", "after", 1),
    "both placed, not on record": (answering, "place", "after", 2),
    "filed, not committed": (receptions.Receptions, "filed", "after", 1),
    "filed, not told": (FaxService, "_arrived", "before", 1),
    "draft taken, not committed": (drafts.Drafts, "take", "after", 1),
}


def arm(owner: Any, name: str, when: str, nth: int) -> None:
    """Have the process killed there."""
    original: Callable[..., Any] = getattr(owner, name)
    count = 0

    def due() -> bool:
        nonlocal count
        count += 1
        return count == nth

    if asyncio.iscoroutinefunction(original):

        async def waiting(*args: Any, **kwargs: Any) -> Any:
            now = due()
            if now and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = await original(*args, **kwargs)
            if now:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(owner, name, waiting)
        return

    def direct(*args: Any, **kwargs: Any) -> Any:
        now = due()
        if now and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if now:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, direct)


async def main(folder: Path) -> None:
    async with house_fixture.running(folder) as (house, listener):
        if (folder / "draft").exists():
            await print_and_submit(house, folder)
        elif (folder / "document.tif").exists():
            accepted(folder, await house_fixture.submit(house, folder / "document.tif"))
        await listener.until(lambda _uid, _name, values: values.get("state") == "done" or "tiff" in values)
        # The point was not passed: a bug of the test, which sees that we ended in peace.


async def print_and_submit(house: Any, folder: Path) -> None:
    with (folder / "document.tif").open("rb") as pages, open(os.devnull, "rb") as nothing:
        claim = {"user": house_fixture.getpass.getuser(), "title": "printed", "print_job": 7}
        kind, draft = await house.desk.submit_print_job(0, pages.fileno(), nothing.fileno(), claim)
        assert kind == "draft"
        accepted(folder, draft)
        await house.desk.submit_draft(house_fixture.UID, draft, {"number": "0199000002"})


def accepted(folder: Path, id: str) -> None:
    with (folder / "accepted").open("a") as file:
        print(id, file=file, flush=True)
        os.fsync(file.fileno())


if __name__ == "__main__":
    arm(*POINTS[sys.argv[1]])
    asyncio.run(main(Path(sys.argv[2])))
