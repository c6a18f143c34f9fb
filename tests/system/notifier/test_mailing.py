# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes forwarded by this person's mail program, which is told once, and of which nothing is expected."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pypdfium2
import pytest

from notifier.mailing import Mailing, make_subject
from tests.support.hostile_text import NAMES, TEXTS, assert_harmless
from tests.support.service_fixture import serving
from tests.system.notifier.real_faxes import SCRIPT, Faxes, fax_named, real_faxes

Play = Callable[[Awaitable[None]], None]


def install(folder: Path, status: int = 0) -> Path:
    """Put a mail program's herald into a folder, which writes its arguments down; the file with them."""
    told = folder / "told"
    program = folder / "xdg-email"
    program.write_text(f"#!/bin/sh\nprintf '%s\\0' \"$@\" > '{told}'\nexit {status}\n")
    program.chmod(0o755)
    return told


def play_with_mailing(
    play: Play, scenario: Callable[[Faxes, Mailing, list[str]], Awaitable[None]], program: str = "xdg-email"
) -> None:
    async def run(address: str, folder: Path) -> None:
        async with real_faxes(address, folder) as faxes:
            mailing = Mailing(faxes.link, asyncio.ensure_future, program)
            said: list[str] = []
            mailing.opened.connect(lambda: said.append("opened"))
            mailing.failed.connect(said.append)
            try:
                await scenario(faxes, mailing, said)
            finally:
                mailing.close()

    with serving(SCRIPT) as (address, folder):
        play(run(address, folder))


def test_the_mail_program_gets_the_fax_and_a_subject(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = install(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    attached: list[Path] = []

    async def scenario(faxes: Faxes, mailing: Mailing, said: list[str]) -> None:
        await mailing.forward(faxes.received)
        assert said == ["opened"]
        *options, subject, attach, file = told.read_text().split("\0")[:-1]
        assert options == ["--utf8", "--subject"] and attach == "--attach"
        assert subject == make_subject(faxes.received) and subject.startswith("Fax from 01 99 00 00 77, ")
        attached.append(Path(file))
        assert file.endswith(".pdf") and Path(file).stat().st_mode & 0o077 == 0
        with pypdfium2.PdfDocument(file) as document:
            assert len(document) == 3

    play_with_mailing(play, scenario)
    assert not attached[0].exists(), "it stays for the mail program, but not for ever"


@pytest.mark.parametrize("what", ["refuses", "is not there"])
def test_without_a_mail_program_the_person_hears_where_the_file_is(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    install(tmp_path, status=3)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    async def scenario(faxes: Faxes, mailing: Mailing, said: list[str]) -> None:
        await mailing.forward(faxes.sent)
        (sentence,) = said
        path = Path(sentence.partition(": ")[2])
        assert sentence.startswith("No mail program could be opened.")
        with pypdfium2.PdfDocument(path) as document:
            assert len(document) == 2

    play_with_mailing(play, scenario, "xdg-email" if what == "refuses" else str(tmp_path / "nothing"))


def test_a_mail_program_that_goes_on_stops_nothing(play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path)
    script = tmp_path / "xdg-email"
    script.write_text(f"#!/bin/sh\nread line < '{tmp_path / 'go'}'\nexit 0\n")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    go = tmp_path / "go"
    os.mkfifo(go)

    async def scenario(faxes: Faxes, mailing: Mailing, said: list[str]) -> None:
        waiting = asyncio.ensure_future(mailing.forward(faxes.sent))
        for _turn in range(50):
            await asyncio.sleep(0.002)
        assert not waiting.done() and not said
        await asyncio.get_running_loop().run_in_executor(None, go.write_text, "on\n")
        await waiting
        assert said == ["opened"]

    play_with_mailing(play, scenario)


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_a_hostile_name_is_one_line_of_a_subject(text: str) -> None:
    subject = make_subject(fax_named(text))
    assert_harmless(subject)
    assert subject.startswith("Fax from ") and not subject.startswith("-")
