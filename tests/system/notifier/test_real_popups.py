# SPDX-License-Identifier: GPL-3.0-or-later
"""Popups of the real service's news, and popups on a real notification daemon."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from faxcore.bus import client
from faxcore.contract.order import Order
from faxcore.contract.printed import Claim
from faxcore.contract.sent_fax import Verdict
from faxcore.model.sentence import Sentence
from notifier.announcements import Act, Announcement
from notifier.arrival_words import of_arrival
from notifier.popup_image import Picture
from notifier.popups import Popups
from tests.support.fake_service import FakeDesk
from tests.support.screen_reader import virtual_screen
from tests.support.service_fixture import make_document, serving
from tests.system.notifier.desktop import until
from tests.system.notifier.test_learnt_names import rings, tray

Play = Callable[[Awaitable[None]], None]
DAEMON: Final = ("Xvfb", "dunst", "dunstctl")
needs_daemon = pytest.mark.skipif(not all(map(shutil.which, DAEMON)), reason=f"not all are here: {', '.join(DAEMON)}")


def test_a_fax_comes_with_its_number_and_page_and_the_badge_counts_it(
    play: Play, session_bus: str, tmp_path: Path
) -> None:
    async def scenario(address: str) -> None:
        async with tray(address, session_bus, tmp_path) as (watching, notifications):
            notifications.capabilities.append("icon-static")
            (tmp_path / "ring-0").touch()
            await until(lambda: notifications.known == 1)
            (popup,) = notifications.popups
            assert popup.summary == "Fax from 01 99 00 00 77" and popup.body.startswith("for 01 99 00 00 01 · 1 page\n")
            assert popup.image[1] and len(popup.image[6]) >= popup.image[2] * (popup.image[1] - 1)
            assert list(popup.actions)[:4] == ["default", "open", "print", "forward"]
            await until(lambda: watching.tray._figures.badge == 1)
            (fax,) = await watching.link.desk.list_receptions()
            await watching.link.desk.mark_fax(fax.id, True)
            await until(lambda: watching.tray._figures.badge == 0)
            watching.news.settle(f"reception:{fax.id}")  # which the service tells to the other owners
            await until(lambda: not notifications.standing())

    with serving({"ring": {"line-1": rings(tmp_path)}}) as (address, _folder):
        play(scenario(address))


def test_a_print_job_that_is_refused_reaches_who_printed(play: Play, session_bus: str, tmp_path: Path) -> None:
    async def scenario(address: str) -> None:
        async with tray(address, session_bus, tmp_path) as (_watching, notifications):
            async with client.connect_intake(address) as intake:
                claim = Claim(user=getpass.getuser(), title="<b>Scan</b>", key="urn:uuid:1")
                await intake.refuse_print(claim, Sentence("The document has no pages."))
            await until(lambda: notifications.known == 1)
            (popup,) = notifications.popups
            assert (popup.summary, popup.urgency, popup.expiry) == ("Not faxed", 2, 0)
            assert popup.body == "&lt;b&gt;Scan&lt;/b&gt;\nThe document has no pages."

    with serving({}) as (address, _folder):
        play(scenario(address))


def test_a_busy_number_and_a_lost_confirmation_are_told_and_settled(
    play: Play, session_bus: str, tmp_path: Path
) -> None:
    async def scenario(address: str, folder: Path) -> None:
        async with tray(address, session_bus, tmp_path) as (watching, notifications):
            desk = watching.link.desk
            with make_document(folder).open("rb") as document:
                await desk.submit_document(document, None, Order("0199000003", last_name="Petit", subject="Quote"))
            await until(lambda: notifications.known == 1)
            (failed,) = notifications.popups
            assert (failed.summary, failed.expiry) == ("Not sent: Petit", 0)
            subject, reason = failed.body.splitlines()
            assert subject == "Quote" and "tries, last " in reason and "Given up" not in reason
            assert list(failed.actions) == ["default", "again", "other-number", "show"]
            await until(lambda: watching.tray._figures.failed == 1)
            with make_document(folder, text=b"other").open("rb") as document:
                job = await desk.submit_document(document, None, Order("0199000004", last_name="Zola"))
            await until(lambda: notifications.known == 2)
            assert notifications.popups[1].summary == "Did the fax to Zola arrive?"
            await until(lambda: watching.tray._figures.uncertain == 1)
            await desk.resolve_job(job, Verdict.ARRIVED)
            await until(lambda: notifications.closed == [notifications.popups[1].id])
            await until(lambda: watching.tray._figures.uncertain == 0)

    script = {"dial": {"0199000003": ["busy"], "0199000004": ["unconfirmed"]}}
    with serving(script) as (address, folder):
        play(scenario(address, folder))


# ------------------------------------------------------------ a daemon that people have


@pytest.fixture(params=["", "markup = full"], ids=["unconfigured", "markup"])
def dunst(session_bus: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """A screen and a notification daemon on it; the environment of its programs. Without configured markup the daemon
    does not say that it reads markup, and does.
    """
    config = tmp_path / "dunstrc"
    config.write_text(f"[global]\nhistory_length = 20\n{request.param}\n")
    with virtual_screen() as display:
        environment = os.environ | {
            "DISPLAY": display,
            "DBUS_SESSION_BUS_ADDRESS": session_bus,
            "MARKUP": request.param,
        }
        log = (tmp_path / "dunst.log").open("wb")
        with log, subprocess.Popen(["dunst", "-config", config], env=environment, stderr=log) as daemon:
            try:
                yield environment
            finally:
                daemon.terminate()


async def control(environment: dict[str, str], *words: str) -> bytes:
    """Ask the daemon something, as its own command does."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec("dunstctl", *words, env=environment, stdout=pipe, stderr=pipe)
    told, complaint = await process.communicate()
    assert process.returncode == 0, complaint
    return told


@needs_daemon
def test_a_real_daemon_shows_names_as_text_replaces_and_presses(
    play: Play, session_bus: str, dunst: dict[str, str]
) -> None:
    fax = FakeDesk().add_reception(remote_id="<b>Bob</b> & sons", called_name="A & <i>B</i>")
    first, second = of_arrival(fax), of_arrival(FakeDesk().add_reception(contact="Zoe"))

    async def draw(_fax: str) -> Picture:
        return Picture(40, 60, 120, b"\xff" * 120 * 60)

    async def scenario() -> None:
        popups = Popups(lambda _notice: pytest.fail("the daemon was not there"), session_bus, draw)
        shown: list[Announcement] = []
        chosen: list[tuple[Act, Announcement]] = []
        popups.shown.connect(shown.append)
        popups.chosen.connect(lambda act, notice: chosen.append((act, notice)))
        running = asyncio.ensure_future(popups.run())
        try:
            await wait_for_daemon(dunst)
            popups.show(first)
            popups.show(second)
            await until(lambda: len(shown) == 2)
            assert json.loads(await control(dunst, "count", "displayed")) == 2
            popups.show(
                Announcement("2 new faxes", ("Zoe, Bob",), (), "all", instead_of=(first.subject, second.subject))
            )
            await until(lambda: len(shown) == 3 and len(popups._shown) == 1)
            assert json.loads(await control(dunst, "count", "displayed")) == 1
            popups.show(first)
            await until(lambda: len(shown) == 4)
            popups.withdraw("all")
            await until(lambda: len(popups._shown) == 1)
            await control(dunst, "action", "0")
            await until(lambda: chosen == [(Act.OPEN, first)])
            await control(dunst, "close-all")
            await until(lambda: not popups._shown)
            told = list_history(json.loads(await control(dunst, "history")))
            name = "&lt;i&gt;B&lt;/i&gt;" if dunst["MARKUP"] else "‹i›B‹/i›"
            safe = f"Fax from ‹b›Bob‹/b› &amp; sons</b>\nfor A &amp; {name} (101) · 2 pages"
            assert told == [f"<b>{safe}", "<b>2 new faxes</b>\nZoe, Bob", "<b>Fax from Zoe</b>\nfor 101 · 2 pages"]
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    play(scenario())


def list_history(told: dict[str, Any]) -> list[str]:
    """The popups that the daemon has shown and shows no more, the newest first, in its own markup."""
    return [each["message"]["data"] for each in told["data"][0]]


async def wait_for_daemon(environment: dict[str, str]) -> None:
    """Return when the daemon answers."""
    async with asyncio.timeout(20):
        while True:
            process = await asyncio.create_subprocess_exec(
                "dunstctl", "count", env=environment, stdout=asyncio.subprocess.DEVNULL
            )
            if await process.wait() == 0:
                return
