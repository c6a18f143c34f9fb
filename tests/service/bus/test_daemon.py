# SPDX-License-Identifier: GPL-3.0-or-later
"""faxcore as a process: one at a time, back on the bus when the bus comes back, gone when told to go."""

import asyncio
import fcntl
import getpass
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from faxcore.bus import client
from faxcore.contract.printed import Claim
from tests.support.bus_fixture import private_bus
from tests.support.service_fixture import make_document, public_folder, service


def faxcore(folder: Path, *arguments: str, config: str = "") -> subprocess.CompletedProcess[str]:
    (folder / "facteur.toml").write_text(config or f'[folders]\nstate = "{folder}/state"\nreceived = "{folder}/in"\n')
    command = [sys.executable, "-m", "faxcore.daemon", "--config", str(folder / "facteur.toml"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_a_bad_configuration_is_one_line(tmp_path: Path) -> None:
    done = faxcore(tmp_path, config="[queue]\ntrys = 3\n")
    # By it systemd knows that another try is of no use.
    assert done.returncode == 78
    assert done.stderr == f"faxcore: {tmp_path}/facteur.toml:2: queue, trys: unknown key; did you mean 'tries'?\n"


def test_two_services_do_not_share_a_state_folder(tmp_path: Path) -> None:
    with public_folder() as folder, private_bus(folder / "bus") as address:
        (folder / "state").mkdir()
        with (folder / "state/lock").open("a+") as lock:  # as `main` holds it
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            done = faxcore(folder, "--bus", address)
    assert done.returncode == 1
    assert "another faxcore is using" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_service_comes_back_when_the_bus_does_and_keeps_what_it_had() -> None:
    async def fill(address: str, document: Path) -> str:
        async with client.connect_intake(address) as intake:
            with document.open("rb") as pages:
                return (await intake.submit(pages, None, Claim(user=getpass.getuser(), title="Kept"))).id

    async def wait(address: str) -> list[str]:
        appeared: asyncio.Queue[bool] = asyncio.Queue()
        async with client.connect(address) as desk:
            desk.on_service_changed = appeared.put_nowait
            if not desk.present:
                assert await asyncio.wait_for(appeared.get(), 20)
            return [draft.id for draft in await desk.list_drafts()]

    with public_folder() as folder, ExitStack() as buses, ExitStack() as services:
        (folder / "script.json").write_text("{}")
        address = buses.enter_context(private_bus(folder / "bus"))
        services.enter_context(service(folder, address))
        draft = asyncio.run(fill(address, make_document(folder)))
        buses.close()  # the bus goes; the service stays
        (folder / "bus/bus").unlink(missing_ok=True)
        buses.enter_context(private_bus(folder / "bus"))
        assert asyncio.run(wait(address_of(folder))) == [draft]
        services.close()


def address_of(folder: Path) -> str:
    return f"unix:path={folder}/bus/bus"
