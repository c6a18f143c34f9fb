# SPDX-License-Identifier: GPL-3.0-or-later
"""The main window as a program on a virtual screen without a panel: it is all there, and a screen reader says it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.bus import client
from faxcore.contract.order import Order
from tests.support.screen_reader import FOCUSABLE, MISSING, SHOWING, screen_reader, session_bus, virtual_screen
from tests.support.service_fixture import make_document, serving
from tests.support.waiting import async_test, until

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}")

WORDS = {
    "en": ("New fax", "Inbox", "To complete", "Outbox", "Failed", "Bin", "Search", "Folders", "Faxes", "Details"),
    "fr": ("Nouveau fax", "Boîte de réception", "À compléter", "Échoués", "Corbeille", "Rechercher", "Dossiers"),
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A screen and a session with an accessibility bus; the environment of its programs."""
    with virtual_screen() as display, session_bus(tmp_path_factory.mktemp("session"), display) as environment:
        yield environment


@pytest.mark.parametrize("language", list(WORDS))
@async_test
async def test_a_document_that_waits_is_found_without_a_panel_and_all_is_said(
    session: dict[str, str], language: str, tmp_path: Path
) -> None:
    with serving({"dial": {"0199000002": ["ok"]}}) as (address, folder):
        async with client.connect(address) as desk:
            with make_document(folder).open("rb") as file:
                await desk.begin_draft(file, "Quote 4")
            with make_document(folder).open("rb") as file:
                await desk.submit_document(file, None, Order("0199000002", last_name="Lefevre"))
        environment = session | {"DBUS_SYSTEM_BUS_ADDRESS": address, "LANGUAGE": language}
        environment["XDG_CONFIG_HOME"] = str(tmp_path)
        async with screen_reader(session["DBUS_SESSION_BUS_ADDRESS"]) as reader:
            with (tmp_path / "said").open("wb") as said:
                program = subprocess.Popen([sys.executable, "-m", "notifier", "--faxes"], env=environment, stderr=said)
            counted = {"en": "1 waits", "fr": "1 en attente"}
            try:
                spoken: set[str] = set()

                async def list_spoken() -> bool:
                    things = await reader.walk("facteur-notifier")
                    spoken.clear()
                    spoken.update(each.spoken for each in things if SHOWING in each.states)
                    return counted[language] in spoken

                await until("the folders", list_spoken)
                things = await reader.walk("facteur-notifier")
                focusable = [thing for thing in things if {FOCUSABLE, SHOWING} <= thing.states]
                assert len(focusable) >= 5
                assert [thing for thing in focusable if not thing.spoken] == []
                everything = " ".join(thing.spoken for thing in things)
                assert [word for word in WORDS[language] if word not in everything] == []
            finally:
                program.terminate()
                assert await asyncio.to_thread(program.wait) == 0
        assert "Traceback" not in (tmp_path / "said").read_text()
