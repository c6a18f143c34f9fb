# SPDX-License-Identifier: GPL-3.0-or-later
"""The contacts window as a program on a virtual screen without a panel: what a screen reader says of it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.bus import client
from faxcore.contract.address_book import Contact
from tests.support.screen_reader import FOCUSABLE, MISSING, SHOWING, screen_reader, session_bus, virtual_screen
from tests.support.service_fixture import serving
from tests.support.waiting import async_test, until

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}")

CLAIRE = Contact(last_name="Lefevre", first_name="Claire", number="0199000002")
WORDS = {
    "en": ("Search", "Last name", "First name", "Job title", "Company", "Fax number", "Note", "Address book", "New"),
    "fr": ("Rechercher", "Nom", "Prénom", "Fonction", "Société", "Numéro de fax", "Remarque", "Carnet", "Nouveau"),
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A screen and a session with an accessibility bus; the environment of its programs."""
    with virtual_screen() as display, session_bus(tmp_path_factory.mktemp("session"), display) as environment:
        yield environment


@pytest.mark.parametrize("language", list(WORDS))
@async_test
async def test_everything_that_takes_the_focus_says_what_it_is(
    session: dict[str, str], language: str, tmp_path: Path
) -> None:
    with serving({}) as (address, _folder):
        async with client.connect(address) as desk:
            await desk.save_contacts([CLAIRE])
        environment = session | {"DBUS_SYSTEM_BUS_ADDRESS": address, "LANGUAGE": language}
        environment["XDG_CONFIG_HOME"] = str(tmp_path)
        async with screen_reader(session["DBUS_SESSION_BUS_ADDRESS"]) as reader:
            with (tmp_path / "said").open("wb") as said:
                program = subprocess.Popen(
                    [sys.executable, "-m", "notifier", "--contacts"], env=environment, stderr=said
                )
            try:
                spoken: set[str] = set()

                async def list_spoken() -> bool:
                    things = await reader.walk("facteur-notifier")
                    spoken.clear()
                    spoken.update(each.spoken for each in things if SHOWING in each.states)
                    return any("Claire Lefevre, 01 99 00 00 02" in each for each in spoken)

                await until("the contact", list_spoken)
                subprocess.run(
                    [sys.executable, "-m", "notifier", "--contacts"], env=environment, check=True, timeout=30
                )
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
