# SPDX-License-Identifier: GPL-3.0-or-later
"""The house that is killed in: a bus, a cupsd, the service with its simulated exchange, and who starts it again."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore import people
from faxcore.model.call import RETRY
from tests.support.rude_smtp import RudeServer
from tests.support.stage import PrintingSystem, Stage, python, system_bus

CONFIG: Final = """
[folders]
state = "{folder}/state"
received = "{folder}/received"
[archive]
folder = "{folder}/archive"
[exchange]
lines = 4
speed = 50
[queue]
dials = 100
tries = 100
max_faxes_per_hour = 0
[mail]
server = "localhost"
port = {port}
encryption = "none"
sender = "fax@example.org"
news = ["received", "sent"]
documents = []
[[person]]
name = "{person}"
mail = "person@example.org"
language = "en"
[[header]]
id = "plain"
name = "Plain"
[[header]]
id = "office"
name = "Office"
[queue.wait]
""" + "".join(f"{outcome.value} = 1\n" for outcome in RETRY)
KINDS: Final = {
    b"kills.service": "service",
    b"faxcore.line.worker": "worker",
    b"faxcore.exchange": "exchange",
    b"faxcore.mailer": "mailer",
    b"faxcore.document": "document",
    b"backend/fax": "document",
}
"""What a process's arguments have in them, and what it is then."""


@dataclass(frozen=True)
class Process:
    """A process of the house that can be killed."""

    pid: int
    kind: str
    line: str = ""
    """Of a worker: the name of its line."""


class House:
    """Everything that runs."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.folder = stage.folder
        system_bus(stage)
        self.printing = PrintingSystem(stage)
        self.printing.start()
        self.mail = RudeServer()
        self.mail.__enter__()
        person = people.name_of(os.getuid())
        config = CONFIG.format(folder=self.folder, port=self.mail.port, person=person)
        (self.folder / "facteur.toml").write_text(config)
        self.starts = 0
        self._service: asyncio.subprocess.Process | None = None
        self._over = False

    @property
    def address(self) -> str:
        """The address of the bus."""
        return self.stage.environment["DBUS_SYSTEM_BUS_ADDRESS"]

    async def serve(self) -> None:
        """Run the service, again whenever it ends, as an init system does, until `close`."""
        with self.stage.log("faxcore").open("ab") as log:
            while not self._over:
                self.starts += 1
                self._service = await asyncio.create_subprocess_exec(
                    *(python(), "-m", "tests.support.kills.service", "--config", self.folder / "facteur.toml"),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=self.stage.environment,
                )
                await self._service.wait()
                await asyncio.sleep(0.1)

    async def close(self) -> None:
        """End the service in peace."""
        self._over = True
        self.mail.__exit__(None, None, None)
        if self._service is not None and self._service.returncode is None:
            self._service.terminate()

    def processes(self) -> list[Process]:
        """List what runs and can be killed: the service, workers that have outlived one, the exchange, and whatever
        works on documents, for the service or for the printing system.
        """
        table = {entry: words for entry in _numbers() if (words := _words(entry))}
        ours = {str(self.folder).encode(), self.address.encode()}
        found = []
        for pid, words in table.items():
            kind = next((kind for word, kind in KINDS.items() if word in b" ".join(words)), "")
            if b"backend/fax" in b" ".join(words) and not _is_second(pid, table):
                continue  # cupsd takes one that was killed for one that has ended well
            if kind and (_names(pid, ours) or self._descends(pid)):
                line = next((Path(word).name for word in map(os.fsdecode, words) if "/line-" in word), "")
                found.append(Process(pid, kind, line))
        return found

    def _descends(self, pid: int) -> bool:
        """Tell if a process was started by the service, or by what it has started."""
        service = self._service.pid if self._service is not None else 0
        for _ in range(8):
            if pid == service:
                return True
            pid = _parent(pid)
        return False

    def kill(self, process: Process) -> bool:
        """Kill one; False if it has gone already."""
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


def _numbers() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and int(entry.name) > 1]


def _parent(pid: int) -> int:
    """The process that started this one; 0 if it has gone."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _is_second(pid: int, table: dict[int, list[bytes]]) -> bool:
    """Tell if this is the backend's second process, which the first one watches."""
    return b"backend/fax" in b" ".join(table.get(_parent(pid), []))


def _words(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []  # it has ended meanwhile


def _names(pid: int, texts: set[bytes]) -> bool:
    """Tell if a process has one of these in its arguments or its environment."""
    try:
        octets = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
    return any(text in octets for text in texts)
