# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P23: what a fax is about, whom it is for and his number stay where they are permitted.

One person prints a fax, looks at it, sends it, and receives it; another one that is refused, and one that meets a busy
line. The words in it may stand in the state folder and in the folder of received faxes, and nowhere else: not in the
log, not among the arguments and in the environment of a process, not in a file's name, nor where another user looks.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from faxcore.bus import client
from faxcore.contract.order import Order
from faxcore.contract.printed import Claim
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.model.job import State
from tests.support.bus_fixture import private_bus
from tests.support.eavesdropper import eavesdropping
from tests.support.service_fixture import make_document, needs_root, public_folder
from tests.support.waiting import until

SUBJECT_WORDS = ("Kanartitel", "Kanarbetreff", "Kanarname", "Kanarvorname", "Kanarfirma", "Kanarbild")
SUB_ADDRESS = "90817263544536271"
BUSY = "0199000098"
"""A number of the simulated exchange that is no line's, and so stands nowhere by itself."""
PRIVATE = (*SUBJECT_WORDS, SUB_ADDRESS, BUSY[1:])
DIALLED, STATION = "199000003", "199000001"
"""A line's numbers everybody may know; that one called the other, nobody but its people."""
SPIES = """
import os, sys
def note(event, arguments):
    if event == "subprocess.Popen":
        with open({file!r}, "a", encoding="utf-8", errors="replace") as file:
            file.write(repr((arguments[1], arguments[3] or dict(os.environ))) + "\\n")
sys.addaudithook(note)
"""
"""A `sitecustomize` that writes down what each process is started with, however short it lives."""


@contextmanager
def service(folder: Path, address: str) -> Iterator[Path]:
    """faxcore as everybody starts it, under a mask that forbids nothing; its log."""
    log = folder / "private/log"
    (folder / "spies").mkdir()
    (folder / "tmp").mkdir()
    (folder / "spies/sitecustomize.py").write_text(SPIES.format(file=str(folder / "private/started")))
    (folder / "facteur.toml").write_text(
        f'[folders]\nstate = "{folder}/state"\nreceived = "{folder}/received"\n[exchange]\nspeed = 20\n'
    )
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "faxcore.daemon", "--config", str(folder / "facteur.toml"), "--bus", address],
            env={**os.environ, "PYTHONPATH": str(folder / "spies"), "TMPDIR": str(folder / "tmp")},
            stdout=file,
            stderr=file,
            umask=0,
        )
    try:
        yield log
    finally:
        process.terminate()
        assert process.wait(40) == 0, log.read_text()


async def live_with_faxes(folder: Path, address: str) -> list[str]:
    """Print, look, send, receive; be refused; meet a busy line. What all processes were called meanwhile."""
    document = make_document(folder / "private")
    seen: list[str] = []
    jobs: dict[str, Job] = {}
    arrived: list[Reception] = []

    def note(job: Job) -> None:
        jobs[job.id] = job
        seen.extend(processes(folder))

    async with client.connect(address) as desk, client.connect_intake(address) as intake:
        await until("the service", lambda: desk.present)
        desk.on_job_changed, desk.on_reception_arrived = note, arrived.append
        await desk.register()
        order = Order(
            *("0199000003", "Kanarname", "Kanarvorname"), company="Kanarfirma", subject="Kanarbetreff", header="cover"
        )
        with document.open("rb") as pages, tempfile.TemporaryFile() as preview:
            draft = await intake.submit(pages, None, Claim(user="root", title="Kanartitel", key="urn:uuid:1"))
            await desk.compose_draft(draft.id, order, preview)
            sent = await desk.submit_draft(draft.id, order)
            with pytest.raises(client.BusError), damaged(folder / "private").open("rb") as bad:
                await desk.submit_document(bad, None, order)
            busy = await desk.submit_document(pages, None, Order(f"{BUSY} #{SUB_ADDRESS}", title="Kanartitel"))
        await until("the end of the fax", lambda: sent in jobs and jobs[sent].state is State.DONE, 100)
        await until("the busy line", lambda: busy in jobs and jobs[busy].state is State.SLEEPING, 100)
        await until("the fax that was received", lambda: arrived)
        assert jobs[sent].title == "Kanartitel", "its own person hears everything"
        return seen


def damaged(folder: Path) -> Path:
    """A document whose own words would be in whatever is said of its damage."""
    Image.new("1", (1728, 100), 1).save(folder / "bad.tif", "TIFF", compression="group4", description="Kanarbild" * 9)
    octets = (folder / "bad.tif").read_bytes()
    (folder / "bad.tif").write_bytes(octets.replace(b"\x26\xa0", b"Ka") + b"Kanarbild")
    return folder / "bad.tif"


def processes(folder: Path) -> list[str]:
    """The arguments and the environment of every process that has to do with this folder, but our own."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                found.append("".join((entry / name).read_bytes().decode("latin-1") for name in ("cmdline", "environ")))
            except OSError:
                continue  # it has ended meanwhile
    return [text for text in found if str(folder) in text]


@pytest.fixture(scope="module")
def lived() -> Iterator[tuple[Path, str, list[str], list[str]]]:
    """The folder in which it happened, the log, what processes were called, what the other user has found."""
    with public_folder() as folder, private_bus(folder / "bus") as address:
        (folder / "private").mkdir(mode=0o700)
        with service(folder, address) as log, eavesdropping(address, folder, PRIVATE) as overheard:
            seen = asyncio.run(asyncio.wait_for(live_with_faxes(folder, address), 200))
        assert overheard.messages > 5 and overheard.rounds > 5
        started = (folder / "private/started").read_text()
        for module in ("line.worker", "faxcore.exchange", "document.check", "document.compose"):
            assert module in started
        assert any("faxcore.line.worker" in text for text in seen)
        yield folder, log.read_text(), [*seen, started], overheard.found


Lived = tuple[Path, str, list[str], list[str]]
pytestmark = [needs_root, pytest.mark.xdist_group("privacy")]


def test_the_log_names_nobody(lived: Lived) -> None:
    _folder, log, _seen, _found = lived
    assert "INFO" in log and "reception" in log
    assert [line for line in log.splitlines() for word in (*PRIVATE, DIALLED, STATION) if word in line] == []


def test_no_process_is_started_with_a_private_word(lived: Lived) -> None:
    _folder, _log, seen, _found = lived
    assert [text for text in seen for word in (*PRIVATE, DIALLED) if word in text] == []


def test_another_user_finds_nothing(lived: Lived) -> None:
    assert lived[3] == []


def test_no_file_has_a_private_name(lived: Lived) -> None:
    folder = lived[0]
    names = [path.name for place in ("state", "tmp") for path in (folder / place).rglob("*")]
    assert len(names) > 5
    assert [name for name in names for word in (*PRIVATE, DIALLED, STATION) if word in name] == []
    assert [path for path in (folder / "received").iterdir() for word in PRIVATE if word in path.name] == []


def test_files_are_for_the_service_and_its_group(lived: Lived) -> None:
    folder = lived[0]
    modes = {}
    for place in ("state", "received"):
        for path in (folder / place, *(folder / place).rglob("*")):
            if path.is_dir() or path.is_file():
                modes[path] = path.stat().st_mode & 0o777
    assert len(modes) > 8
    assert {path: oct(mode) for path, mode in modes.items() if mode & ~(0o750 if path.is_dir() else 0o640)} == {}


def test_the_words_are_where_they_are_permitted(lived: Lived) -> None:
    """What finds nothing elsewhere finds them here."""
    folder = lived[0]
    kept = b"".join(path.read_bytes() for path in (folder / "state").rglob("*") if path.is_file())
    assert [word for word in PRIVATE[:5] if word.encode() not in kept] == []
    assert SUB_ADDRESS.encode() in kept and BUSY[1:].encode() in kept
