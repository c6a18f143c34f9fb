# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog as a program under Wayland, where no window has a place of its own and none may take the keyboard."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import screen_reader, wayland
from tests.support.waiting import async_test, until
from tests.system.faxdialog.real_service import office

MISSING = screen_reader.MISSING + wayland.MISSING
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}")


@async_test
async def test_the_window_opens_whole_and_qt_complains_of_nothing(tmp_path: Path) -> None:
    session = tmp_path / "session"
    # The accessibility bus knows the keyboard of an X server only; the window is on none.
    with (
        office() as place,
        screen_reader.virtual_screen() as display,
        screen_reader.session_bus(session, display) as bus,
        wayland.wayland_screen(session) as screen,
    ):
        draft = await place.print()
        environment = bus | screen | {"DBUS_SYSTEM_BUS_ADDRESS": place.address, "LANGUAGE": "en"}
        async with screen_reader.screen_reader(bus["DBUS_SESSION_BUS_ADDRESS"]) as reader:
            with (tmp_path / "said").open("w") as said:
                program = subprocess.Popen([sys.executable, "-m", "faxdialog", draft], env=environment, stderr=said)
            try:

                async def is_whole() -> bool:
                    things = await reader.walk("faxdialog")
                    seen = {thing.name for thing in things if screen_reader.SHOWING in thing.states}
                    return {"To", "Send", "As it will arrive", "Letter"} <= seen

                await until("the window with its pages", is_whole)
            finally:
                program.terminate()
                await asyncio.to_thread(program.wait)
    assert (tmp_path / "said").read_text() == ""
