# SPDX-License-Identifier: GPL-3.0-or-later
"""A name learnt from a fax by one click stands from then on wherever its number does, before the real service."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QSettings
from PyQt6.QtTest import QTest

from faxcore.contract.address_book import Contact
from faxcore.contract.order import Order
from faxcore.qt.link import DeskLink
from notifier.dialogs import Dialogs
from notifier.faxes.place import Place
from notifier.watching import Watching
from tests.support.service_fixture import make_document, serving
from tests.system.notifier.books import WIDE, click
from tests.system.notifier.desktop import DIALOG, FakeNotifications, close_dialogs, until
from tests.system.notifier.desktop import WIDE as WIDE_FAXES

CALLER = "+33199000044"
Play = Callable[[Awaitable[None]], None]


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> None:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))


def rings(folder: Path, **about: Any) -> list[dict[str, Any]]:
    """Two faxes that come in, each when its file is there."""
    ring = {"pages": 1, "end": "ok", "called": "0199000001", **about}
    return [{**ring, "when": str(folder / f"ring-{number}")} for number in range(2)]


@asynccontextmanager
async def tray(address: str, session_bus: str, folder: Path) -> AsyncIterator[tuple[Watching, FakeNotifications]]:
    """The tray program before the real service, and who shows its popups."""
    notifications = FakeNotifications()
    await notifications.join(session_bus)
    dialogs = Dialogs([sys.executable, "-c", DIALOG, str(folder / "told")])
    watching = Watching(DeskLink(register=True, address=address), dialogs, session_bus, lambda _path: True)
    watching.popups.shown.connect(notifications.note)
    watching.books.window.resize(*WIDE)
    watching.faxes.window.resize(*WIDE_FAXES)
    watching.faxes.loading.go_to(Place(None))
    running = asyncio.ensure_future(watching.run())
    try:
        await until(watching.faxes.loading.is_loaded)
        yield watching, notifications
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        watching.close()
        close_dialogs(folder / "told")
        await notifications.bus.close()


def name_in_list(watching: Watching) -> str:
    """The name of the newest fax in the main window."""
    entry = watching.faxes.window.list.model.entry(0)
    return entry.name if entry is not None else ""


async def save_as(watching: Watching, last_name: str) -> None:
    """Type the name into the card that is open, and save it."""
    card = watching.books.pane.card
    line = card.fields.lines["last_name"]
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, last_name)
    click(card.save)
    await until(lambda: not watching.books.unsaved)


@pytest.mark.parametrize("known_by", ["caller", "station"])
def test_a_caller_is_added_by_the_popup_and_known_by_the_next(
    play: Play, session_bus: str, tmp_path: Path, known_by: str
) -> None:
    about = {"caller": CALLER} if known_by == "caller" else {"caller": "", "station": reversed_digits(CALLER)}

    async def scenario(address: str) -> None:
        async with tray(address, session_bus, tmp_path) as (watching, notifications):
            (tmp_path / "ring-0").touch()
            await until(lambda: notifications.popups)
            (popup,) = notifications.popups
            assert popup.actions["contact"] == "Add to contacts …"
            await notifications.act(popup, "contact")
            fields = watching.books.pane.card.fields
            await until(lambda: watching.books.window.isVisible() and fields.number.text())
            assert "".join(filter(str.isdigit, fields.number.text())) == "0199000044"
            await save_as(watching, "Dupont")
            await until(lambda: name_in_list(watching) == "Dupont")
            (tmp_path / "ring-1").touch()
            await until(lambda: len(notifications.popups) == 2)
            assert notifications.popups[1].summary == "Fax from Dupont"
            assert "contact" not in notifications.popups[1].actions, "whoever is known is not to be added"

    with serving({"ring": {"line-1": rings(tmp_path, **about)}}) as (address, _folder):
        play(scenario(address))


def test_a_recipient_is_added_from_the_window_with_what_was_typed(play: Play, session_bus: str, tmp_path: Path) -> None:
    async def scenario(address: str, folder: Path) -> None:
        order = Order("0199000002", last_name="Lefevre", first_name="Claire", company="CH Orsay")
        async with tray(address, session_bus, tmp_path) as (watching, notifications):
            watching.settings.every_sent = True
            with make_document(folder).open("rb") as document:
                await watching.link.desk.submit_document(document, None, order)
            await until(lambda: any(popup.summary == "Sent: Claire Lefevre" for popup in notifications.popups))
            assert "contact" in notifications.popups[-1].actions
            watching.faxes.show()
            add = watching.faxes.window.pane.head.contact_button
            await until(add.isVisible)
            click(add)
            fields = watching.books.pane.card.fields
            await until(lambda: watching.books.window.isVisible() and fields.number.text())
            typed = [fields.lines[name].text() for name in ("last_name", "first_name", "company")]
            assert typed == ["Lefevre", "Claire", "CH Orsay"] and fields.number.text() == "01 99 00 00 02"
            click(watching.books.pane.card.save)
            await until(lambda: not add.isVisible())
            with make_document(folder).open("rb") as document:
                await watching.link.desk.submit_document(document, None, Order("0033199000002"))
            await until(lambda: len(notifications.popups) == 2)
            assert notifications.popups[-1].summary == "Sent: Claire Lefevre"
            assert "contact" not in notifications.popups[-1].actions
            await until(lambda: name_in_list(watching) == "Claire Lefevre")

    with serving({"dial": {"0199000002": ["ok", "ok"]}}) as (address, folder):
        play(scenario(address, folder))


def test_who_is_in_a_book_already_is_not_offered(play: Play, session_bus: str, tmp_path: Path) -> None:
    async def scenario(address: str) -> None:
        async with tray(address, session_bus, tmp_path) as (watching, notifications):
            await watching.link.desk.save_contacts([Contact(company="Lab", number="01 99 00 00 44")])
            (tmp_path / "ring-0").touch()
            await until(lambda: notifications.popups)
            assert "contact" not in notifications.popups[0].actions
            await until(lambda: name_in_list(watching) == "Lab")
            watching.faxes.show()
            head = watching.faxes.window.pane.head
            assert head.title.isVisible() and head.title.text().startswith("From Lab (")
            assert not head.contact_button.isVisible()

    with serving({"ring": {"line-1": rings(tmp_path, caller=CALLER)}}) as (address, _folder):
        play(scenario(address))


def reversed_digits(number: str) -> str:
    """A station id as it comes: the last sign first, and the bits of each octet too."""
    from faxcore.t30.frames import REVERSED  # noqa: PLC0415

    return number.encode().translate(REVERSED)[::-1].hex()
