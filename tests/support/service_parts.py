# SPDX-License-Identifier: GPL-3.0-or-later
"""A service without a bus: real files, a real database, line workers that play a script."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from faxcore import people
from faxcore.announce.announcing import News
from faxcore.api.admin import AdminApi
from faxcore.config import Config, LineConfig, NumberConfig, QueueConfig, StoreConfig
from faxcore.contract.methods import SIGNALS
from faxcore.contract.order import Order
from faxcore.contract.sent_fax import Job
from faxcore.document.compose import PageOrder
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import page_sizes, write_pages
from faxcore.lines.worker_line import WorkerLine
from faxcore.model.page import Page, Resolution, Width
from faxcore.service import FaxService, Parts

if TYPE_CHECKING:  # a service in a process of its own needs none of it
    import pytest

WORKER = Path(__file__).with_name("fake_worker.py")
ME = people.name_of(os.getuid())
OTHER = "somebody-else"
_NAMES = {signal.kind: signal.name for signal in SIGNALS}

DATABASE = "FACTEUR_TEST_DATABASE"
"""The environment variable with the URL of the database of services that are made here; empty: a file."""

PATIENCE = 90.0
"""Seconds after which a test has hung; nothing waits for them to pass."""
AT_ONCE = QueueConfig(dials=3, wait=MappingProxyType({}))


class NoWait(dict[Any, int]):
    """Every wait is over at once."""

    def get(self, _key: Any, _otherwise: Any = None) -> int:  # type: ignore[override]
        return 0


class Gate:
    """Holds calls that end "ok-slow" until one is let through."""

    def __init__(self, folder: Path) -> None:
        os.mkfifo(folder / "go")
        # Both ways, so that neither side waits for the other to open it.
        self._descriptor = os.open(folder / "go", os.O_RDWR)

    def let_through(self) -> None:
        """The next call, or the one that waits."""
        os.write(self._descriptor, b"x")

    def close(self) -> None:
        """No more calls."""
        os.close(self._descriptor)


def is_job(value: object, job: str) -> bool:
    """Return whether this is that job."""
    return isinstance(value, Job) and value.id == job


class Listener:
    """Programs of users that hear everything, or nothing while `deaf`."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, Any]] = []
        """Person, signal, value of the contract."""
        self.deaf = False
        self._news = asyncio.Event()

    def people(self) -> list[str]:
        return [] if self.deaf else [ME]

    def tell(self, person: str, news: News) -> bool:
        if self.deaf:
            return False
        self.heard.append((person, _NAMES[type(news)], news))
        self._news.set()
        return True

    async def until(self, test: Callable[[str, str, Any], bool]) -> Any:
        """The first signal that passes the test, past or to come."""
        while True:
            for heard in self.heard:
                if test(*heard):
                    return heard[2]
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), PATIENCE)

    async def until_arrived(self, count: int) -> list[Any]:
        """So many received faxes that were told of, in the order of their documents."""
        while True:
            found = {value.id: value for _person, name, value in self.heard if name == "ReceptionArrived"}
            if len(found) >= count:
                return [found[id] for id in sorted(found)]
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), PATIENCE)

    async def another(self) -> None:
        """One more signal."""
        self._news.clear()
        await asyncio.wait_for(self._news.wait(), PATIENCE)

    async def until_job(self, job: str, *states: str) -> Job:
        """The job, once it is in one of these states."""
        found: Job = await self.until(lambda _p, _name, v: is_job(v, job) and v.state.value in states)
        return found

    async def until_dialling(self, job: str) -> None:
        """The job's call has begun."""
        await self.until(lambda _p, _name, v: is_job(v, job) and str(v.progress) == "dialling")


async def plain_composer(pages: Path, out: Path, _order: PageOrder) -> list[PageSize]:
    """Composes nothing: the real composer has its own tests."""
    shutil.copyfile(pages, out)
    return page_sizes(out)


def forbid_breaking_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail if a call is broken off from now on."""

    async def broken_off(line: WorkerLine) -> None:
        raise AssertionError(f"the call on {line.name} was broken off")

    monkeypatch.setattr(WorkerLine, "cancel", broken_off)


class WaitingComposer:
    """Makes plain pages, but not before it is let go on: something happens meanwhile."""

    def __init__(self) -> None:
        self.composing = asyncio.Event()
        self.may_go_on = asyncio.Event()

    async def __call__(self, pages: Path, out: Path, order: PageOrder) -> list[PageSize]:
        self.composing.set()
        await self.may_go_on.wait()
        return await plain_composer(pages, out, order)


class CountingComposer:
    """Makes plain pages, and says how many documents it has made."""

    def __init__(self) -> None:
        self.made = 0
        self._one_more = asyncio.Event()

    async def __call__(self, pages: Path, out: Path, order: PageOrder) -> list[PageSize]:
        sizes = await plain_composer(pages, out, order)
        self.made += 1
        self._one_more.set()
        return sizes

    async def until(self, made: int) -> None:
        """So many have been made."""
        while self.made < made:
            self._one_more.clear()
            await asyncio.wait_for(self._one_more.wait(), PATIENCE)


def configured(folder: Path, lines: int = 1, **changes: Any) -> Config:
    """A configuration of fake lines."""
    made = tuple(
        LineConfig(
            f"line-{number}",
            Path(f"/nowhere/line-{number}"),
            f"+3319900000{number}",
            (NumberConfig(f"019900000{number}", (getpass.getuser(),)),),
        )
        for number in range(1, lines + 1)
    )
    config = Config(
        state=folder / "state",
        received=folder / "received",
        lines=made,
        queue=QueueConfig(dials=3, wait=NoWait(), never_reached=MappingProxyType({})),
        store=StoreConfig(os.environ.get(DATABASE, "")),
    )
    return replace(config, **changes)


def script(folder: Path, dial: Mapping[str, list[str]] | None = None, **rest: Any) -> None:
    """What the workers play."""
    (folder / "script.json").write_text(json.dumps({"dial": dict(dial or {}), **rest}))


def log(folder: Path) -> list[str]:
    """What the far end has seen."""
    path = folder / "log"
    return path.read_text().splitlines() if path.exists() else []


def document(folder: Path, pages: int = 2, name: str = "document.tif") -> Path:
    """A document of so many different pages."""
    path = folder / name
    write_pages(path, [Page(Width.A4, Resolution.FINE, bytes([number]) * 216 * 200) for number in range(1, pages + 1)])
    return path


def parts(folder: Path, **changes: Any) -> Parts:
    """Fake workers, no cover pages, no waiting, and no process for a document that never comes."""
    made = Parts(
        worker=lambda line: [sys.executable, str(WORKER), str(folder), line.name],
        composer=plain_composer,
        reserve=0,
        first_wait=0.01,
        reconnect_pause=0.02,
        ahead=(),
    )
    return replace(made, **changes)


@asynccontextmanager
async def running(
    folder: Path, config: Config | None = None, **changes: Any
) -> AsyncIterator[tuple[FaxService, Listener]]:
    """A service at work."""
    listener = Listener()
    service = FaxService(config or configured(folder), listener, parts(folder, **changes))
    await service.start()
    try:
        yield service, listener
    finally:
        await service.stop()


def administrator(service: FaxService) -> AdminApi:
    """The administrator of this service; to read its configuration again gives the one that it has."""
    about = service.verifying, service.destinations, service.assigning, service.records
    house = service.open_deliveries, service.sealing, service.config, service.stating, service.correcting
    papers = service.papers, service.backups, service.metrics.text, service.invoice_mails
    bill = service.bill_limits, service.invoicing, *papers
    return AdminApi(lambda: service.config.value, service.take_on, *about, *house, *bill)


async def submit(service: FaxService, path: Path, number: str = "0199000002", person: str = ME, **order: Any) -> str:
    """Hand a document in for this number."""
    with path.open("rb") as pages, path.open("rb") as original:
        wanted = Order(number=number, **{"last_name": "Martin", **order})
        return await service.api.submit_document(person, pages.fileno(), original.fileno(), wanted)
