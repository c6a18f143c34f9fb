# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people who own one number, before the real service: what one of them does with a fax, the other one sees."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QSettings

from faxcore.bus import client
from tests.support.service_fixture import as_nobody, needs_root, serving
from tests.system.notifier.desktop import until
from tests.system.notifier.front import front

pytestmark = needs_root

HOUSE = f"""
[folders]
state = "{{folder}}/state"
received = "{{folder}}/received"
[[line]]
name = "line-1"
device = "/nowhere/1"
numbers = [{{ number = "0199000001", owners = ["{getpass.getuser()}", "nobody"] }}]
"""


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> None:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))


async def do_as_other(work: Callable[[], Awaitable[Any]]) -> None:
    """Do this as the other owner, while the window goes on."""
    await asyncio.get_running_loop().run_in_executor(None, as_nobody, work)


def test_one_reads_and_comments_and_the_other_sees_it(play: Callable[[Awaitable[None]], None], tmp_path: Path) -> None:
    async def scenario(address: str) -> None:
        async def read_and_comment() -> None:
            async with client.connect(address) as desk:
                (fax,) = await desk.list_receptions()
                await desk.mark_fax(fax.id, True)
                await desk.comment_fax(fax.id, "Called back")

        async with front(address) as here:
            (tmp_path / "now").touch()
            await until(lambda: here.rows)
            assert here.rows[0].unread and "read by" not in here.rows[0].about
            await do_as_other(read_and_comment)
            head = here.desk.window.pane.head
            await until(lambda: here.rows[0].about.endswith("read by nobody"))
            assert here.rows[0].unread, "each owner has a mark of their own"
            assert head.readers.isVisible() and head.readers.text().startswith("Read by nobody, Today ")
            await until(lambda: head.comment.text() == "Called back")
            here.look()
            await until(lambda: not here.rows[0].unread)
            assert "read by" not in here.rows[0].about

    ring = {"pages": 1, "end": "ok", "called": "0199000001", "when": str(tmp_path / "now")}
    with serving({"dial": {}, "ring": {"line-1": ring}}, config=HOUSE) as (address, _folder):
        play(scenario(address))
