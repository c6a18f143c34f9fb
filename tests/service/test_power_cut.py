# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P4: what was said stands when the power is cut, whatever the disk has lost of what was not synced.

The harshest cuts and a few by chance here; many, by hand: packaging/check --power.
"""

import asyncio
import logging
import random
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from faxcore.service import FaxService
from faxcore.store.retention import HALF
from tests.support.office_flows import CALLED, RECIPIENTS
from tests.support.power_cut.cutting import choose_cut, cut_after, cut_power
from tests.support.power_cut.disk_after_cut import Kind, Loss
from tests.support.power_cut.flows import FLOWS, HANDED_IN, MANY, OFFERING, PRINTED
from tests.support.power_cut.recording import Recording, folder_in_memory, play_flow
from tests.support.service_parts import Listener, configured, parts


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_in_memory() as made:
        yield made


OPERATIONS = """
import os, shutil, sqlite3, sys
from pathlib import Path

folder = Path(sys.argv[1])
folder.mkdir()
first = folder / "first"
first.write_bytes(bytes(range(256)) * 40)
with first.open("r+b") as file:
    file.seek(7000)
    file.write(b"in the middle")
    file.truncate(9000)
    file.truncate(9500)
os.truncate(first, 9400)
with first.open("ab") as file:
    file.write(b"at the end")
    file.flush()
    os.fsync(file.fileno())
    os.posix_fallocate(file.fileno(), 0, 12_000)
    os.writev(file.fileno(), [b"two", b"parts"])
shutil.copyfile(first, folder / "copied")
with first.open("rb") as source, (folder / "ranges").open("wb") as target:
    os.copy_file_range(source.fileno(), target.fileno(), 5000, 10)
    os.pwrite(target.fileno(), b"placed", 6000)
    os.pwritev(target.fileno(), [b"placed", b"again"], 7000)
    os.fdatasync(target.fileno())
(folder / "below/deeper").mkdir(parents=True)
os.link(first, folder / "below/linked")
os.rename(folder / "copied", folder / "below/deeper/moved")
os.replace(folder / "ranges", folder / "below/linked")
(folder / "below/gone").touch()
(folder / "below/gone").unlink()
shutil.copytree(folder / "below", folder / "tree")
shutil.rmtree(folder / "tree")
(folder / "below/gone").write_text("anew, perhaps with the same inode")
database = sqlite3.connect(folder / "database")
database.execute("PRAGMA synchronous = EXTRA")
database.execute("CREATE TABLE many (value)")
with database:
    database.executemany("INSERT INTO many VALUES (?)", [("x" * 500,) for _ in range(500)])
with database:
    database.execute("DELETE FROM many")
database.execute("VACUUM")
if os.fork() == 0:
    (folder / "child").write_text("another process")
    os._exit(0)
os.wait()
"""


def test_the_recorder_misses_nothing(folder: Path) -> None:
    """Its record gives the same folder, octet for octet: `Recording` compares them, and each file at its syncs."""
    program = folder / "operations.py"
    program.write_text(OPERATIONS)
    recording = Recording(folder, [sys.executable, str(program)])
    assert {record.kind for record in recording.records} == set(Kind)
    assert not recording.unseen


def test_what_is_not_recorded_is_noticed(folder: Path) -> None:
    program = folder / "operations.py"
    program.write_text(
        "import os, subprocess, sys; os.mkdir(sys.argv[1]); open(sys.argv[1] + '/seen', 'w').close();"
        "subprocess.run(['sh', '-c', 'echo unseen >> $0/seen', sys.argv[1]], env={}, check=True)"
    )
    with pytest.raises(AssertionError, match="not recorded"):
        Recording(folder, [sys.executable, str(program)])


WORDS = {
    "send": [
        f"accepted {PRINTED}",
        f"dial {PRINTED} 2",
        f"complete {PRINTED}",
        f"state {PRINTED} done",
        f"accepted {HANDED_IN}",
        f"removed {HANDED_IN}",
    ],
    "fetch": [f"accepted {OFFERING}", f"fetched {OFFERING} 1", f"fetched {OFFERING} 2", f"state {OFFERING} done"],
    "receive": ["confirmed line-1 1", "confirmed line-1 3", "arrived", "removed"],
    "broadcast": [
        "accepted many",
        f"confirmed {RECIPIENTS[0]} 1",
        f"state {RECIPIENTS[0]} done",
        f"archived {RECIPIENTS[0]}",
        "archived",
    ],
    "change": ["held", "changed held", "released", "archived held", f"page {CALLED} 1", "changed called"],
}
"""Words after which the harshest cut is tried: everything that was not synced is lost."""
SEEDS = range(1, 3)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("flow", FLOWS)
def test_a_power_cut_breaks_no_promise(folder: Path, flow: str) -> None:
    recording = Recording(folder, play_flow(flow))
    # A process behind a wall has only a descriptor: what it wrote is known from the sync on.
    assert all(name.endswith((".part", f".tif{HALF}")) for name in recording.unseen)
    cuts = [cut_after(recording, words) for words in WORDS[flow]]
    for cut in (*cuts, *(choose_cut(recording, seed) for seed in SEEDS)):
        cut_power(recording, flow, cut)


def test_a_thousand_faxes_are_back_within_five_seconds(folder: Path) -> None:
    """The cut is in the middle of a commit, whose writes are only in the log; fifty lines were busy."""
    recording = Recording(folder, play_flow("many"))
    log = {record.file for record in recording.records if record.name == "facteur.db-wal"}
    writes = [at for at, record in enumerate(recording.records) if record.kind is Kind.WRITE and record.file in log]
    last = writes[-1]
    synced = max(at for at in range(last) if recording.records[at].kind is Kind.SYNC)
    shutil.rmtree(recording.folder)
    recording.disk_at(synced).build_after_cut(recording.folder, random.Random(1), Loss.ANY)
    assert (recording.folder / "state/facteur.db-wal").stat().st_size > 0
    seconds = asyncio.run(recover(recording.folder))
    logging.getLogger(__name__).info("recovered in %.2f s", seconds)
    assert seconds < 5


async def recover(folder: Path) -> float:
    """Start a service; the seconds until it works."""
    begun = time.monotonic()
    service = FaxService(configured(folder), Listener(), parts(folder))
    try:
        await service.start()
        seconds = time.monotonic() - begun
        value = service.store.database.value
        assert value(text("PRAGMA integrity_check")) == "ok"
        assert value(text("SELECT count(*) FROM job WHERE state <> 'active'")) == MANY
        assert value(text("SELECT count(*) FROM job WHERE changed LIKE '2026-01-03%'")) == 0
    finally:
        await service.stop()
    return seconds
