# SPDX-License-Identifier: GPL-3.0-or-later
"""An access code on a real call: the exchange hears it, and nobody else ever does."""

import asyncio
import getpass
import logging
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.config import LineConfig, NumberConfig, SendingRule
from faxcore.config.access_codes import AccessCode
from faxcore.contract.codec import encode
from faxcore.contract.listed import FaxQuery
from faxcore.contract.order import Order
from faxcore.document.tiff import write_pages
from faxcore.exchange import Exchange, ExchangeSettings
from faxcore.lines.worker_line import worker_command
from faxcore.model.page import Resolution
from faxcore.service import FaxService
from tests.support.pages import text_page
from tests.support.service_parts import ME, Listener, configured, running, submit
from tests.support.waiting import until

OURS, THEIRS = "0199000001", "0199000002"
SECRET = "8642097531"
"""The canary: it is in no number and no time."""
AT_THE_FRONT = AccessCode("card", f"0800,{SECRET}#,")


def receive(exchange: Exchange, folder: Path) -> subprocess.Popen[str]:
    """A machine at line 2 that waits for one call."""
    command = [sys.executable, "-m", "faxcore.cli.main", "line", "receive", "--device", exchange.device(2)]
    process = subprocess.Popen(
        [*command, "--folder", str(folder / "in")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert any("Waiting" in line for line in process.stderr)
    return process


def talkative_worker(line: LineConfig) -> list[str]:
    """A worker that logs its whole dialogue with the modem."""
    return [*worker_command(line), "--log-level", "DEBUG"]


async def ask_everything(service: FaxService, listener: Listener, job: str, folder: Path) -> list[Any]:
    """Every reply of the contract that has anything to do with the fax, as a program gets it."""
    api = service.api
    with (folder / "receipt.pdf").open("wb") as receipt:
        await api.write_receipt(ME, job, receipt.fileno())
    told = [
        await api.list_jobs(ME),
        await api.show_job(ME, job),
        await api.list_faxes(ME, FaxQuery()),
        await api.judge_number(ME, THEIRS),
        await api.headers(ME),
        service.status(),
        service.destinations.show(THEIRS),
        [news for _person, _name, news in listener.heard],
        await api.send_again(ME, job, Order(number="0199000009")),
    ]
    return [encode(each) if hasattr(each, "__dataclass_fields__") else each for each in told]


def test_only_the_exchange_hears_a_code(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    write_pages(tmp_path / "document.tif", [text_page(Resolution.STANDARD, 1, rows=200)])

    async def main(exchange: Exchange) -> None:
        numbers = (NumberConfig(OURS, (getpass.getuser(),)),)
        line = LineConfig("line-1", exchange.device(1), OURS, numbers, prefix="0,", access_code=AT_THE_FRONT)
        config = replace(configured(tmp_path), lines=(line,), rules=(SendingRule("All"),))
        process = receive(exchange, tmp_path)
        async with running(tmp_path, config, worker=talkative_worker) as (service, listener):
            await until("the line to be idle", lambda: service.lines[0].state.value == "idle", 60)
            job = await submit(service, tmp_path / "document.tif", THEIRS)
            done = await listener.until_job(job, "done", "failed")
            assert done.state.value == "done", done.reason
            told = await ask_everything(service, listener, job, tmp_path)
            assert SECRET not in repr((told, service.config.value, service.lines[0].line))
        await asyncio.to_thread(process.communicate, timeout=60)

    with (
        caplog.at_level(logging.DEBUG),
        Exchange(ExchangeSettings(tmp_path / "exchange", speed=20.0, seed=3)) as exchange,
    ):
        asyncio.run(main(exchange))
    logged = [(record.name, record.getMessage()) for record in caplog.records]
    heard = [text for name, text in logged if name.startswith("faxcore.exchange") and SECRET in text]
    assert f"the dial string is '0,0800,{SECRET}#,{THEIRS}'" in "".join(heard), "it was dialled"
    assert not [text for name, text in logged if not name.startswith("faxcore.exchange") and SECRET in text]
    said = capfd.readouterr()
    assert "ATDT0,…0199000002" in said.err, "the worker logs its dialogue"
    ours = [line for line in said.err.splitlines() if "faxcore.exchange" not in line]
    assert SECRET not in said.out + "".join(ours)
    transcripts = "".join(path.read_text() for path in (tmp_path / "state").rglob("transcript"))
    assert f"0,…{THEIRS}" in transcripts
    shutil.rmtree(tmp_path / "exchange", ignore_errors=True)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(files) > 5
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]
