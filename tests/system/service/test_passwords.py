# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes with a password, from a service to a machine that wants to hear one, or takes none."""

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
from faxcore.document.tiff import write_pages
from faxcore.exchange import Exchange, ExchangeSettings
from faxcore.lines.worker_line import worker_command
from faxcore.model.page import Resolution
from faxcore.service import FaxService
from tests.support.pages import text_page
from tests.support.service_parts import ME, Listener, configured, running, submit
from tests.support.waiting import until

OURS, THEIRS = "0199000001", "0199000002"
RIGHT, WRONG = "7391*4", "666"


def answering(exchange: Exchange, folder: Path, wanted: str, *more: str | Path) -> subprocess.Popen[str]:
    """A machine at line 2 that waits for one call, and wants to hear a password if one is given."""
    options = (
        "--device",
        exchange.device(2),
        "--folder",
        folder / "in",
        *more,
        *(("--password", wanted) if wanted else ()),
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "faxcore.cli.main", "line", "receive", *map(str, options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert any("Waiting" in line for line in process.stderr)
    return process


async def send(service: FaxService, listener: Listener, folder: Path, **order: str) -> Any:
    await until("the line to be idle", lambda: service.lines[0].state.value == "idle", 60)
    job = await submit(service, folder / "document.tif", THEIRS, **order)
    await listener.until_job(job, "done", "failed")
    for transcript in service.store.folder.rglob("transcript"):
        assert RIGHT not in await asyncio.to_thread(transcript.read_text)
    return await service.api.show_job(ME, job)


@pytest.mark.parametrize(
    ("wanted", "state", "outcome", "said"),
    [
        (RIGHT, "done", "ok", ""),
        (WRONG, "failed", "password", "the password"),
        ("", "failed", "incompatible", "does not accept passwords, so nothing was sent"),
    ],
)
def test_a_fax_with_a_password(tmp_path: Path, wanted: str, state: str, outcome: str, said: str) -> None:
    write_pages(tmp_path / "document.tif", [text_page(Resolution.STANDARD, 1, rows=200)])

    async def main(exchange: Exchange) -> None:
        line = LineConfig("line-1", exchange.device(1), OURS, (NumberConfig(OURS, (getpass.getuser(),)),))
        config = replace(configured(tmp_path), lines=(line,))
        process = answering(exchange, tmp_path, wanted)
        async with running(tmp_path, config, worker=worker_command) as (service, listener):
            shown = await send(service, listener, tmp_path, password=RIGHT)
            (call,) = shown.calls
            assert (shown.job.state.value, call.outcome.value) == (state, outcome), "it is not tried again"
            assert said in str(shown.job.reason)
        received = json.loads((await asyncio.to_thread(process.communicate, timeout=60))[0])
        assert received["pages_received"] == (1 if state == "done" else 0)

    with Exchange(ExchangeSettings(tmp_path / "exchange", speed=20.0, seed=3)) as exchange:
        asyncio.run(main(exchange))
