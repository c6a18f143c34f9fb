# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated exchange of a service that runs: it comes and goes with the configuration."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

from faxcore.bus.client import connect
from tests.support.bus_fixture import private_bus
from tests.support.service_fixture import public_folder
from tests.support.waiting import wait_until

SECONDS = 60.0
FOLDERS = '[folders]\nstate = "{folder}/state"\nreceived = "{folder}/received"\n'
LINE = '[[line]]\nname = "front"\ndevice = "/nowhere/front"\n'
NOTHING, SIMULATED = "[exchange]\nlines = 0\n", "[exchange]\nlines = 2\n"


def test_the_exchange_comes_and_goes_without_a_restart() -> None:
    with public_folder() as folder, private_bus(folder / "bus") as address:
        config, devices = folder / "facteur.toml", folder / "state/exchange"

        def lines() -> dict[str, str]:
            async def ask() -> dict[str, str]:
                async with connect(address) as desk:
                    return {line.name: line.state.value for line in (await desk.status()).lines}

            return asyncio.run(ask())

        def take_on(text: str) -> None:
            config.write_text(FOLDERS.format(folder=folder) + text)
            command = [sys.executable, "-m", "faxcore.cli.main", "--bus", address, "config", "reload"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
            assert done.returncode == 0, done

        config.write_text(FOLDERS.format(folder=folder) + NOTHING)
        begin = [sys.executable, "-m", "faxcore.daemon", "--config", str(config), "--bus", address]
        with (folder / "log").open("w") as out:
            process = subprocess.Popen(begin, stderr=out)
        try:
            wait_until("the service", lambda: "ready:" in read(folder), SECONDS)
            assert lines() == {}
            for _round in range(2):
                take_on(SIMULATED)
                wait_until("two lines", lambda: lines() == {"line-1": "idle", "line-2": "idle"}, SECONDS)
                take_on(LINE)
                assert list(lines()) == ["front"]
                wait_until("the end of the exchange", lambda: not any(devices.iterdir()), SECONDS)
            take_on(SIMULATED)
            take_on(NOTHING)
            assert lines() == {}
            take_on(SIMULATED)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0, read(folder)
        assert "Traceback" not in read(folder)
        assert not any(devices.iterdir())


def read(folder: Path) -> str:
    return (folder / "log").read_text()
