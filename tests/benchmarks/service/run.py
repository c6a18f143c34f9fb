# SPDX-License-Identifier: GPL-3.0-or-later
"""One run over one database: fill, start, measure at rest, measure under load, look for lost words."""

from __future__ import annotations

import asyncio
import getpass
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore import people
from tests.benchmarks.lines import processor_seconds
from tests.benchmarks.service.clients import flooding, looking, submitting, wait_for_service
from tests.benchmarks.service.figures import Figure, milliseconds
from tests.benchmarks.service.filled_store import Words, fill, write_document
from tests.benchmarks.service.other_user import OtherUser
from tests.benchmarks.service.slices import Slice, slices
from tests.support import CHECKOUT
from tests.support.bus_fixture import private_bus
from tests.support.service_fixture import public_folder

LINES: Final = 8
OTHERS: Final = 4
REST_PAUSE: Final = 0.3
"""Seconds between an answer and the next submission at rest: a process that checks documents has to be there again."""
LOAD_PAUSE: Final = 2.0
"""The same under load, for each of the others."""
PAGE_SECONDS: Final = 3.0
"""Seconds that a page takes on a line while submissions are timed; a real one takes ten times as long."""
SHORT_PAGE_SECONDS: Final = 0.35
"""The same while the waits for Noted are timed: 2,000 are wanted."""
TRAY_PAUSE: Final = 2.0
"""Seconds that a tray stays before it leaves and comes back."""
START_SECONDS: Final = 120.0
MOST_AN_HOUR: Final = 900
"""Submissions of one person: a thousand an hour are allowed."""

_CONFIG: Final = """
[folders]
state = "{folder}/state"
received = "{folder}/received"
[store]
url = "{url}"
"""
_LINE: Final = """
[[line]]
name = "line-{number}"
device = "/nowhere/line-{number}"
numbers = [{{ number = "019900000{number}", owners = ["{owner}"] }}]
"""


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    faxes: int
    notices: int
    trays: int
    rest: int
    """Submissions at rest."""
    calls: int
    """Calls that have asked for Noted, after which the load ends."""
    submit_seconds: float
    """Seconds under load in which submissions are timed, before the calls become many."""
    seconds: float
    """Seconds after which the load ends in any case from then on."""
    floods: Sequence[str]
    """Ways of flooding, of `tests.support.flooder.KINDS`."""


def users() -> list[int]:
    """List the uids of this machine's users but root; the bus takes nobody without an account."""
    return sorted(user.pw_uid for user in pwd.getpwall() if user.pw_uid)


def measure(size: Size, url: str) -> list[Figure]:
    """Every figure, over a database with this URL; empty: a file."""
    flooder, *rest = reversed(users())
    others, trays = rest[:OTHERS], [rest[OTHERS:][number % len(rest[OTHERS:])] for number in range(size.trays)]
    with public_folder() as folder, private_bus(folder / "bus", started=put_beside) as bus:
        address = f"unix:path={folder}/socket;{bus}"
        prepare(folder, url)
        persons = [people.name_of(uid) for uid in trays]
        tell(f"filling a store with {size.faxes} faxes")
        fill(folder / "state", url, persons, size.faxes, size.notices, 2 * size.calls)
        with run_daemon(folder, bus) as (daemon, started):
            found = [Figure("start until on the bus", started, "s", 5)]
            tell(f"{size.rest} submissions at rest")
            found += _measure_rest(folder, address, others[0], size)
            tell(f"submissions under load, {size.submit_seconds:g} s")
            found += _measure_load(folder, address, daemon.pid, flooder, others, trays, size)
        words = Words(folder)
        lost = words.count_lost(folder / "state", url)
        return [*found, Figure(f"words lost, of {words.count} of calls", lost, "", 0, below=False)]


def tell(what: str) -> None:
    """Tell whoever waits."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def put_beside(process: int) -> None:
    """Give another service of the machine its share of the processor."""
    slices().put(process, Slice.OTHER_SERVICES)


def prepare(folder: Path, url: str) -> None:
    lines = (_LINE.format(number=number, owner=getpass.getuser()) for number in range(1, LINES + 1))
    (folder / "facteur.toml").write_text(_CONFIG.format(folder=folder, url=url) + "".join(lines))
    write_document(folder / "document.tif", 1)
    (folder / "state").mkdir()


@contextmanager
def run_daemon(
    folder: Path, address: str, worker: str = "tests.benchmarks.service.scripted_line"
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """The daemon's process, once it is on the bus, and the seconds until then. Its log is kept if it fails."""
    module = "tests.benchmarks.service.daemon_process"
    command = [sys.executable, "-m", module, worker, str(folder), "--config", str(folder / "facteur.toml")]
    command += ["--bus", address, "--socket", str(folder / "socket")]
    with (folder / "service.log").open("ab") as log:
        before = time.monotonic()
        process = subprocess.Popen([*command, "--log-level", "WARNING"], cwd=CHECKOUT, stderr=log)
        slices().put(process.pid, Slice.SERVICE)
    try:
        asyncio.run(wait_for_service(address, START_SECONDS))
        yield process, time.monotonic() - before
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(60)
        print((folder / "service.log").read_text()[-4000:], end="", file=sys.stderr)
        assert status == 0, f"the service has ended with {status}"


def _measure_rest(folder: Path, address: str, person: int, size: Size) -> list[Figure]:
    work = submitting(address, folder / "document.tif", 0, size.rest, REST_PAUSE)
    taken, unanswered = OtherUser(person, work).result()
    assert not unanswered
    return [
        Figure(f"submit at rest, p50 of {len(taken)}", milliseconds(taken, 0.5), "ms", 30),
        Figure("submit at rest, p99", milliseconds(taken, 0.99), "ms", 80),
    ]


def _measure_load(
    folder: Path, address: str, daemon: int, flooder: int, others: list[int], trays: list[int], size: Size
) -> list[Figure]:
    document = folder / "document.tif"
    begun, processor = time.monotonic(), processor_seconds(daemon)
    looks = [OtherUser(uid, looking(address, TRAY_PAUSE)) for uid in trays]
    flood = OtherUser(flooder, flooding(address, document, size.floods))
    set_pace(folder, PAGE_SECONDS)
    submits = [
        OtherUser(
            uid,
            submitting(
                address, document, 100_000 * place, MOST_AN_HOUR - size.rest, LOAD_PAUSE, place * LOAD_PAUSE / OTHERS
            ),
        )
        for place, uid in enumerate(others, start=1)
    ]
    time.sleep(size.submit_seconds)
    for client in submits:
        client.end()
    submitted = [client.result() for client in submits]
    tell(f"calls a hundredfold, at most {size.seconds:g} s")
    set_pace(folder, SHORT_PAGE_SECONDS)
    end = time.monotonic() + size.seconds
    while time.monotonic() < end and len(Words(folder).waits) < size.calls:
        time.sleep(1)
    seconds, processor = time.monotonic() - begun, processor_seconds(daemon) - processor
    for client in (*looks, flood):
        client.end()
    taken, unanswered = [each for those, _ in submitted for each in those], sum(none for _, none in submitted)
    times, told, unseen = (sum(each) for each in zip(*(client.result() for client in looks), strict=True))
    flooded, waits = flood.result(), Words(folder).waits
    return [
        Figure(f"others' submit under load, p50 of {len(taken)}", milliseconds(taken, 0.5), "ms"),
        Figure("others' submit under load, p99", milliseconds(taken, 0.99), "ms", 200),
        Figure("others' submissions without an answer", unanswered, "", 0, below=False),
        Figure(f"FinalPending to Noted, p50 of {len(waits)}", milliseconds(waits, 0.5), "ms"),
        Figure("FinalPending to Noted, p99", milliseconds(waits, 0.99), "ms"),
        Figure("FinalPending to Noted, p99.9", milliseconds(waits, 0.999), "ms", 1000),
        Figure("FinalPending to Noted, longest", milliseconds(waits, 1), "ms"),
        Figure("the load lasted", seconds, "s"),
        Figure("processor time of the service meanwhile", 100 * processor / seconds, "% of one"),
        Figure("trays came", times, "times"),
        Figure("of these without an answer", unseen, "times"),
        Figure("news the trays were told", told, ""),
        Figure("faxes taken from the flooder", flooded, ""),
    ]


def set_pace(folder: Path, seconds: float) -> None:
    """Have a page take so many seconds on every line, at once in full: a line may be reading it."""
    (folder / "pace").write_text(str(seconds))
    (folder / "pace").rename(folder / "go")


def load_before() -> float:
    """The machine's load of the last minute: what others do on it is in every figure."""
    return os.getloadavg()[0]
