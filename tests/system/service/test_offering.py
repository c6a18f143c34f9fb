# SPDX-License-Identifier: GPL-3.0-or-later
"""A service offers documents over a real line, to a caller who chooses one and says its password, or a wrong one."""

import asyncio
import getpass
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.config import LineConfig, NumberConfig
from faxcore.contract.offered import NewOffer, Offer
from faxcore.document.tiff import read_pages, write_pages
from faxcore.exchange import Exchange, ExchangeSettings
from faxcore.lines.worker_line import worker_command
from faxcore.model.page import Page, Resolution
from faxcore.store.offers import Offers
from tests.support.pages import text_page
from tests.support.service_parts import ME, configured, running
from tests.support.waiting import until

OURS = "0199000001"
RIGHT, WRONG = "7391*4", "666"
PAGES = [text_page(Resolution.STANDARD, number, rows=300) for number in (1, 2)]


def poll(exchange: Exchange, folder: Path, *options: str) -> dict[str, Any]:
    """Fetch from our number with a machine at line 2."""
    arguments = ("--device", exchange.device(2), "--folder", folder / "in", "--to", OURS, *options)
    polling = subprocess.run(
        [sys.executable, "-m", "faxcore.cli.main", "line", "poll", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    said: dict[str, Any] = json.loads(polling.stdout)
    return said


def send(exchange: Exchange, folder: Path) -> dict[str, Any]:
    """Send a page to our number from line 2."""
    write_pages(folder / "sent.tif", PAGES[:1])
    arguments = ("--device", exchange.device(2), "--to", OURS, folder / "sent.tif")
    sending = subprocess.run(
        [sys.executable, "-m", "faxcore.cli.main", "line", "send", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    said: dict[str, Any] = json.loads(sending.stdout)
    return said


def play(folder: Path, caller: Any, *options: str) -> tuple[dict[str, Any], list[Offer]]:
    """Offer two documents, and let somebody call; what the caller says of it, and the offers behind it."""

    async def main(exchange: Exchange) -> tuple[dict[str, Any], list[Offer]]:
        line = LineConfig("line-1", exchange.device(1), OURS, (NumberConfig(OURS, (getpass.getuser(),)),))
        config = replace(configured(folder), lines=(line,))
        async with running(folder, config, worker=worker_command) as (service, _listener):
            await until("the line to be idle", lambda: service.lines[0].state.value == "idle", 60)
            for name, password, pages in (("", "", PAGES[:1]), ("12", RIGHT, PAGES)):
                write_pages(folder / "offered.tif", pages)
                with (folder / "offered.tif").open("rb") as document, (folder / "offered.tif").open("rb") as original:
                    wanted = NewOffer(title=name, selective=name, password=password)
                    await service.api.offer_document(ME, document.fileno(), original.fileno(), wanted)
            said = await asyncio.to_thread(caller, exchange, folder, *options)
            await until("the line to be idle", lambda: service.lines[0].state.value == "idle", 60)
            for transcript in service.store.folder.rglob("transcript"):
                assert RIGHT not in await asyncio.to_thread(transcript.read_text)
            return said, await service.api.list_offers(ME)

    with Exchange(ExchangeSettings(folder / "exchange", speed=20.0, seed=3)) as exchange:
        return asyncio.run(main(exchange))


@pytest.mark.parametrize(
    ("options", "result", "pages", "fetched"),
    [
        ((), "ok", PAGES[:1], [0, 1]),
        (("--sub-address", "12", "--password", RIGHT), "ok", PAGES, [1, 0]),
        (("--sub-address", "12", "--password", WRONG), "password", [], [0, 0]),
        (("--sub-address", "13"), "no-document", [], [0, 0]),
    ],
)
def test_a_caller_fetches(
    tmp_path: Path, options: tuple[str, ...], result: str, pages: list[Page], fetched: list[int]
) -> None:
    said, offers = play(tmp_path, poll, *options)
    assert (said["result"], said["pages_confirmed"]) == (result, len(pages))
    assert [page for name in said["files"][:1] for page in read_pages(Path(name))] == pages
    assert [each.fetched for each in offers] == fetched


def test_what_another_call_is_fetching_is_not_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Offers, "take", lambda _offers, _offer, _call: False)
    said, offers = play(tmp_path, poll)
    assert (said["result"], said["pages_confirmed"]) == ("remote-dcn", 0), "it may ask again"
    assert [each.fetched for each in offers] == [0, 0]
    transcripts = [path.read_text() for path in (tmp_path / "state").rglob("transcript")]
    (said_here,) = [text for text in transcripts if "= take document 2\n" in text]
    assert "= not offered\n" in said_here


def test_a_caller_who_sends_is_received_as_ever(tmp_path: Path) -> None:
    said, offers = play(tmp_path, send)
    assert (said["result"], said["pages_confirmed"]) == ("ok", 1)
    assert [each.fetched for each in offers] == [0, 0]
