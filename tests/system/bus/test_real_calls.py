# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole service with real workers, real modems and the simulated exchange; killed in the middle of a call."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from faxcore.bus import client
from faxcore.contract.filed import CopyQuery, CopyState, FiledCopy
from faxcore.contract.order import Order
from faxcore.contract.received_fax import Reception, ReceptionChange, ReceptionFile
from faxcore.contract.sent_fax import Job
from faxcore.document.tiff import read_pages
from faxcore.model.job import State
from tests.support.bus_fixture import private_bus
from tests.support.service_fixture import make_document, public_folder
from tests.support.waiting import until

News = Job | Reception | ReceptionChange | bool
STRIP = 216 * 31
"""Octets of the header line: 4 mm of a fine page."""


class Service:
    """faxcore as it is started by everybody."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        (folder / "facteur.toml").write_text(
            f'[folders]\nstate = "{folder}/state"\nreceived = "{folder}/received"\n[exchange]\nspeed = 4\n'
            f'[archive]\nfolder = "{folder}/archive"\n'
        )
        self._command = [
            sys.executable,
            "-m",
            "faxcore.daemon",
            "--config",
            str(folder / "facteur.toml"),
            "--bus",
            address,
        ]
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self._command, stderr=log, stdout=log)
        return self.process

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


PAGES = 10
"""So many that the call is far from its end when the service is killed at its first page, however late that comes."""


class Watcher:
    """A desk that remembers what it has been told."""

    def __init__(self, desk: client.Client) -> None:
        self.desk = desk
        self._news: asyncio.Queue[News] = asyncio.Queue()
        desk.on_job_changed = self._news.put_nowait
        desk.on_reception_arrived = self._news.put_nowait
        desk.on_reception_changed = self._news.put_nowait
        desk.on_service_changed = self._news.put_nowait

    async def register(self) -> None:
        while not self.desk.present:
            await self.until_present(True)
        await self.desk.register()

    async def until_present(self, present: bool) -> None:
        await self._until(lambda news: news is present)

    async def until_job(self, test: Callable[[Job], bool]) -> None:
        await self._until(lambda news: isinstance(news, Job) and test(news))

    async def until_reception(self) -> Reception:
        return cast("Reception", await self._until(lambda news: isinstance(news, Reception)))

    async def until_changed(self) -> Reception:
        return cast("ReceptionChange", await self._until(lambda news: isinstance(news, ReceptionChange))).reception

    async def _until(self, test: Callable[[News], bool]) -> News:
        while not test(news := await asyncio.wait_for(self._news.get(), 100)):
            continue
        return news


def test_a_service_killed_in_a_call_sends_the_rest_and_keeps_what_came() -> None:
    """What it has sent is archived as it arrived, with the header line of each call."""

    async def main(address: str, service: Service, document: Path) -> list[Path]:
        async with client.connect(address) as desk:
            watch = Watcher(desk)
            await watch.register()
            with document.open("rb") as pages:
                job = await desk.submit_document(pages, None, Order(number="0199000003", last_name="Martin"))
            await watch.until_job(lambda changed: changed.confirmed >= 1)
            service.kill()
            await watch.until_present(False)
            service.start()
            await watch.register()
            await watch.until_job(lambda changed: changed.id == job and changed.state is State.DONE)

            async def received() -> list[Reception] | None:
                receptions = await desk.list_receptions()
                return receptions if sum(each.pages for each in receptions) >= PAGES else None

            receptions = await until("every page to be received", received)
            shown = await desk.show_job(job)
            assert (shown.job.confirmed, len(shown.calls)) == (PAGES, 2)

            async def archived() -> FiledCopy | None:
                page = await desk.verify_copies(CopyQuery())
                return next((each for each in page.copies if each.sent), None)

            copy = await until("the copy", archived)
            assert (copy.id, copy.state) == (job, CopyState.UNCHANGED)
            return [Path(each.tiff) for each in (*reversed(receptions), copy)]

    with public_folder() as folder, private_bus(folder / "bus") as address:
        document = make_document(folder, PAGES)
        service = Service(folder, address)
        try:
            first, second, copy = asyncio.run(asyncio.wait_for(main(address, service, document), 200))
            came = [*read_pages(first), *read_pages(second)]
            archived = list(read_pages(copy))
        finally:
            service.process.terminate()
            assert service.process.wait(40) == 0, (folder / "log").read_text()
        sent = list(read_pages(document))
        assert [page.rows[STRIP:] for page in came] == [page.rows for page in sent]
        assert all(any(page.rows[:STRIP]) for page in came), "a page without a header line"
        assert archived == came


def test_a_call_while_the_folder_is_away_is_seen_and_filed_when_it_is_back() -> None:
    async def main(address: str, document: Path, received: Path, copy: Path) -> Path:
        async with client.connect(address) as desk, client.connect_admin(address) as admin:
            watch = Watcher(desk)
            await watch.register()
            received.write_text("a file in its place")
            with document.open("rb") as pages:
                await desk.submit_document(pages, None, Order(number="0199000003", last_name="Martin"))
            fax = await watch.until_reception()
            assert (fax.pages, fax.tiff, fax.pdf) == (1, "", "")
            assert f"It is not in {received} yet: there is a file in its place" in str(fax.waiting)
            with copy.open("w+b") as out:
                await desk.read_reception(fax.id, ReceptionFile.TIFF, out)
            received.unlink()
            await admin.reload()
            now = await watch.until_changed()
            assert (now.id, Path(now.tiff).parent, str(now.waiting)) == (fax.id, received, "")
            assert await desk.list_receptions() == [now]
            return Path(now.tiff)

    with public_folder() as folder, private_bus(folder / "bus") as address:
        document = make_document(folder, 1)
        service = Service(folder, address)
        received, copy = folder / "received", folder / "copy.tif"
        try:
            tiff = asyncio.run(asyncio.wait_for(main(address, document, received, copy), 200))
            assert len(list(received.iterdir())) == 2
            assert tiff.read_bytes() == copy.read_bytes(), "what was read before is what was filed"
            (page,) = read_pages(tiff)
        finally:
            service.process.terminate()
            assert service.process.wait(40) == 0, (folder / "log").read_text()
        assert page.rows[STRIP:] == next(iter(read_pages(document))).rows
