# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog before the real service: its process, its files and its composer, on a bus of the test's own."""

from __future__ import annotations

import asyncio
import getpass
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PyQt6 import sip
from PyQt6.QtTest import QTest

from faxcore.bus import client
from faxcore.contract.printed import Claim
from faxcore.document.tiff import write_pages
from faxcore.model.page import Page, Resolution, Width
from faxcore.qt.link import DeskLink
from faxdialog.controller import DialogController
from faxdialog.window import SendDialog
from tests.support.bus_fixture import private_bus
from tests.support.service_fixture import public_folder, service
from tests.system.faxdialog.conftest import until

SCRIPT = {"dial": {"0199000002": ["ok"], "0199000003": ["ok"]}}


@dataclass
class Office:
    """A bus and a folder, and the service while it runs."""

    folder: Path
    address: str
    printed: int = 0
    """Documents that were printed so far."""
    _running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """The service comes."""
        self._running.enter_context(service(self.folder, self.address))

    def stop(self) -> None:
        """The service goes."""
        self._running.close()

    async def print(self, title: str = "Letter", pages: int = 2, text: int = 0) -> str:
        """Let a document be printed, one like no other, or the one with this text; its draft."""
        path = self.folder / "printed.tif"
        self.printed += 1
        first = (text or 1000 + self.printed).to_bytes(2) * 108 + b"\xff\x00" * 108 * 39
        rows = [first + bytes(216 * (400 + number)) for number in range(pages)]
        write_pages(path, [Page(Width.A4, Resolution.FINE, each) for each in rows])
        async with client.connect_intake(self.address) as intake:
            with path.open("rb") as document:
                return (await intake.submit(document, None, Claim(user=getpass.getuser(), title=title))).id


@contextmanager
def office(*flags: str) -> Iterator[Office]:
    """A service that composes as where Facteur is installed; `flags` are further files of `tests.support.serve`."""
    with public_folder() as folder, private_bus(folder / "bus") as address:
        (folder / "script.json").write_text(json.dumps(SCRIPT))
        for flag in ("composing", *flags):
            (folder / flag).touch()
        made = Office(folder, address)
        made.start()
        try:
            yield made
        finally:
            made.stop()


@dataclass
class Opened:
    """One dialog before the real service."""

    office: Office
    dialog: SendDialog
    sending: DialogController
    draft: str
    ends: list[bool] = field(default_factory=list)

    def type(self, field: str, text: str) -> None:
        """Type into a field, key by key."""
        QTest.keyClicks(self.dialog.form.fields[field], text)

    @property
    def verdict(self) -> str:
        """The sentence at the number, as far as it is seen."""
        label = self.dialog.form.to_field.verdict
        return label.text() if label.isVisible() else ""

    @property
    def said(self) -> str:
        """The sentence across the window, as far as it is seen."""
        bar = self.dialog.message
        return bar.text.text() if bar.isVisible() else ""

    async def composed(self) -> None:
        """What was typed last stands on the pages."""
        preview = self.dialog.preview
        await until(lambda: preview.count and preview.state.text().startswith("As it will arrive"))


@asynccontextmanager
async def unopened(office: Office, pages: int = 2, draft: str = "") -> AsyncIterator[Opened]:
    """The dialog for a draft, or for a document that is printed now: linked to the service, not on the screen yet."""
    draft = draft or await office.print(pages=pages)
    link = DeskLink(address=office.address)
    linking = asyncio.ensure_future(link.run())
    dialog = SendDialog()
    await until(lambda: link.known)
    one = Opened(office, dialog, DialogController(link, dialog, draft), draft)
    one.sending.finished.connect(lambda: one.ends.append(True))
    try:
        yield one
    finally:
        dialog.close()
        linking.cancel()
        await asyncio.gather(linking, return_exceptions=True)
        sip.delete(dialog)


@asynccontextmanager
async def opened(office: Office, pages: int = 2, draft: str = "") -> AsyncIterator[Opened]:
    """The same on the screen, as soon as its preview is there."""
    async with unopened(office, pages, draft) as one:
        one.sending.show()
        await one.composed()
        yield one


async def in_thread(work: Any) -> None:
    """Do this while the windows go on."""
    await asyncio.get_running_loop().run_in_executor(None, work)
