# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling, sub-addresses and passwords of `faxctl line` against foreign fax programs: HylaFAX fetches what we offer and
says and hears passwords; libspandsp's terminal offers what we fetch.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from faxcore.document.tiff import read_pages, write_pages
from faxcore.exchange import Exchange, ExchangeSettings, TerminalSettings, default_lines
from faxcore.model.page import Resolution
from tests.support.pages import text_page, write_tiff
from tests.support.peers import hylafax
from tests.support.peers.hylafax import HylaFax
from tests.support.peers.spandsp import terminal_line

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(300)]

PAGES = [text_page(Resolution.FINE, seed, rows=300) for seed in range(2)]
RIGHT, WRONG = "4711", "666"


@contextmanager
def hylafax_at_line_2(folder: Path) -> Iterator[tuple[Exchange, HylaFax]]:
    """HylaFAX at line 2 of an exchange of its own."""
    if missing := hylafax.missing():
        pytest.skip(missing)
    with (
        Exchange(ExchangeSettings(folder / "exchange", default_lines(2), speed=20.0, seed=5)) as exchange,
        HylaFax(folder, exchange, 2) as peer,
    ):
        yield exchange, peer


@pytest.fixture(scope="module")
def hyla(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Exchange, HylaFax]]:
    """HylaFAX for the tests in which it calls us."""
    with hylafax_at_line_2(tmp_path_factory.mktemp("hylafax")) as bench:
        yield bench


@pytest.fixture
def fresh_hyla(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Exchange, HylaFax]]:
    """HylaFAX for a test in which it is called: after a call of its own it sets its modem up for answering only when it
    looks at it the next time, and answers with a garbled carrier until then.
    """
    with hylafax_at_line_2(tmp_path_factory.mktemp("hylafax")) as bench:
        yield bench


def document(folder: Path) -> Path:
    write_pages(folder / "document.tif", PAGES)
    return folder / "document.tif"


def faxctl(exchange: Exchange, folder: Path, command: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """`faxctl line` at line 1, with its transcript in the folder; one that waits for a call is waited for."""
    device = ("--device", exchange.device(1), "--transcript", folder / "transcript")
    process = subprocess.Popen(
        [sys.executable, "-m", "faxcore.cli.main", "line", command, *map(str, (*device, *arguments))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert command != "receive" or any("Waiting" in line for line in process.stderr)
    return process


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(process.communicate(timeout=120)[0])
    return said


def test_hylafax_hears_a_sub_address_and_a_password(fresh_hyla: tuple[Exchange, HylaFax], tmp_path: Path) -> None:
    exchange, peer = fresh_hyla
    arguments = ("--to", exchange.numbers(2)[0], "--sub-address", "12#3", "--password", RIGHT, document(tmp_path))
    sent = ended(faxctl(exchange, tmp_path, "send", *arguments))
    assert (sent["result"], sent["pages_confirmed"]) == ("ok", len(PAGES))
    assert peer.wait_received(120).ok
    log = peer.log()
    assert 'SUB "12#3"' in log
    assert f'PWD "{RIGHT}"' in log
    assert RIGHT not in (tmp_path / "transcript").read_text()


@pytest.mark.parametrize(("wanted", "result"), [("", "ok"), (RIGHT, "ok"), (WRONG, "password")])
def test_hylafax_fetches_what_we_offer(
    hyla: tuple[Exchange, HylaFax], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, result: str
) -> None:
    exchange, peer = hyla
    item = f"poll:0::{RIGHT}" if wanted else "poll:0::"
    monkeypatch.setattr(hylafax, "JOB", hylafax.JOB.replace("tiff:0::docq/doc{job}.tif", item))
    password = ("--password", wanted) if wanted else ()
    offer = ("--folder", tmp_path / "in", "--offer", document(tmp_path), *password)
    process = faxctl(exchange, tmp_path, "receive", *offer)
    peer.send(write_tiff(tmp_path / "unused.tif", PAGES), exchange.numbers(1)[0], 120)
    said = ended(process)
    fetched = len(PAGES) if result == "ok" else 0
    assert (said["result"], said["pages_fetched"], said["pages_received"]) == (result, fetched, 0)
    assert RIGHT not in (tmp_path / "transcript").read_text()


@pytest.mark.parametrize(("wanted", "result"), [(RIGHT, "ok"), (WRONG, "password")])
def test_hylafax_says_a_sub_address_and_a_password(
    hyla: tuple[Exchange, HylaFax], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, result: str
) -> None:
    exchange, peer = hyla
    said = f"subaddr:12#3\npasswd:{RIGHT}\nstatus:\n"
    monkeypatch.setattr(hylafax, "JOB", hylafax.JOB.replace("status:\n", said))
    process = faxctl(exchange, tmp_path, "receive", "--folder", tmp_path / "in", "--password", wanted)
    assert peer.send(write_tiff(tmp_path / "page.tif", PAGES), exchange.numbers(1)[0], 120).ok == (result == "ok")
    received = ended(process)
    assert (received["result"], received["sub_address"], received["sender_id"]) == (result, "12#3", "")
    assert received["pages_received"] == (len(PAGES) if result == "ok" else 0)


@pytest.mark.parametrize("how", [(), ("--no-ecm",)], ids=["ecm", "plain"])
def test_we_fetch_what_libspandsp_offers(tmp_path: Path, how: tuple[str, ...]) -> None:
    lines = (*default_lines(1), terminal_line(2, TerminalSettings(offers=document(tmp_path))))
    with Exchange(ExchangeSettings(tmp_path / "exchange", lines, speed=20.0)) as exchange:
        arguments = ("--to", exchange.numbers(2)[0], "--folder", tmp_path / "in", *how)
        fetched = ended(faxctl(exchange, tmp_path, "poll", *arguments))
        said = exchange.received(2, 60)
    log = (tmp_path / "transcript").read_text()
    assert (fetched["result"], fetched["pages_confirmed"], fetched["remote_id"]) == ("ok", len(PAGES), "SPANDSP"), log
    assert said.ok, said
    assert [page.rows for page in read_pages(Path(fetched["files"][0]))] == [page.rows for page in PAGES]


def test_libspandsp_that_offers_nothing_is_no_document(tmp_path: Path) -> None:
    lines = (*default_lines(1), terminal_line(2))
    with Exchange(ExchangeSettings(tmp_path / "exchange", lines, speed=20.0)) as exchange:
        arguments = ("--to", exchange.numbers(2)[0], "--folder", tmp_path / "in")
        assert ended(faxctl(exchange, tmp_path, "poll", *arguments))["result"] == "no-document"
