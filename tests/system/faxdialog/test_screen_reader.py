# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog as a program on a virtual screen: what a screen reader says, and what is asked of a window manager."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from tests.support.screen_reader import (
    FOCUSABLE,
    MISSING,
    SHOWING,
    ScreenReader,
    screen_reader,
    session_bus,
    virtual_screen,
)
from tests.support.waiting import async_test, until
from tests.system.faxdialog.real_service import Office, office

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}")

WORDS = {
    "en": ("To", "Subject", "From", "header", "Send", "Discard", "Save for later", "is stopped"),
    "fr": ("Destinataire", "Objet", "De", "en-tête", "Envoyer", "Supprimer", "Garder pour plus tard", "est arrêté"),
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A screen and a session with an accessibility bus; the environment of its programs."""
    with virtual_screen() as display, session_bus(tmp_path_factory.mktemp("session"), display) as environment:
        yield environment


@asynccontextmanager
async def dialog(session: dict[str, str], place: Office, language: str = "en") -> AsyncIterator[ScreenReader]:
    """The program with a document that was printed now, and a screen reader that hears of it."""
    await place.print()
    environment = session | {"DBUS_SYSTEM_BUS_ADDRESS": place.address, "LANGUAGE": language}
    async with screen_reader(session["DBUS_SESSION_BUS_ADDRESS"]) as reader:
        await reader.listen()
        program = subprocess.Popen([sys.executable, "-m", "faxdialog"], env=environment)
        try:
            yield reader
        finally:
            program.terminate()
            await asyncio.to_thread(program.wait)


@pytest.mark.parametrize("language", list(WORDS))
@async_test
async def test_everything_that_takes_the_focus_says_what_it_is(session: dict[str, str], language: str) -> None:
    number, subject, sender, header, *buttons, away = WORDS[language]
    with office() as place:
        async with dialog(session, place, language) as reader:

            async def find_headers() -> list[str]:
                things = await reader.walk("faxdialog")
                return [thing.name for thing in things if thing.role == "combo box" and thing.name]

            await until("the headers", find_headers)
            things = await reader.walk("faxdialog")
            focusable = [thing for thing in things if {FOCUSABLE, SHOWING} <= thing.states]
            assert len(focusable) > 10
            assert [thing for thing in focusable if not thing.spoken] == []
            spoken = {thing.spoken.split(" :")[0].split(":")[0].strip(" …\u00a0") for thing in focusable}
            assert {number, subject, sender} <= spoken, spoken
            assert all(any(button in each for each in spoken) for button in buttons), spoken
            boxes = [thing for thing in focusable if thing.role == "combo box"]
            assert len(boxes) == 3 and all(box.description for box in boxes)
            assert header in boxes[0].description
            await asyncio.to_thread(place.stop)
            await until("the outage to be read out", lambda: any(away in each for each in reader.heard))
            place.start()


@async_test
async def test_two_windows_leave_their_place_to_the_window_manager(session: dict[str, str]) -> None:
    """A window that names a position stands above the screen under one, and exactly on the other under another."""
    with office() as place:
        async with dialog(session, place), dialog(session, place):
            found: list[str] = []

            def two_windows() -> bool:
                found[:] = _list_windows(session, "Send a fax: Letter")
                return len(found) == 2

            await until("two windows", two_windows)
            for window in found:
                hints = _ask(session, "xprop", "-id", window, "WM_NORMAL_HINTS")
                assert "specified location" not in hints
                assert re.search("program specified size|user specified size|minimum size", hints), hints


def _list_windows(session: dict[str, str], title: str) -> list[str]:
    # A window that goes while they are listed makes it fail: it is asked again.
    tree = subprocess.run(["xwininfo", "-root", "-tree"], env=session, capture_output=True, text=True)
    return re.findall(rf'(0x[0-9a-f]+) "{title}', tree.stdout)


def _ask(session: dict[str, str], *command: str) -> str:
    return subprocess.run(command, env=session, capture_output=True, text=True, check=True).stdout
