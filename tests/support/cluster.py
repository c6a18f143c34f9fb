# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL server of the tests' own: Debian's program, in a folder of its own, reached by a socket there."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

from tests.support.waiting import wait_until

OWNER: Final = "facteur"


class Cluster:
    """A server that can be stopped, killed, frozen and started again."""

    def __init__(self, folder: Path, synced: bool = False) -> None:
        """`synced`: what is committed is on the disk, as on a server of somebody's; tests are quicker without."""
        self.folder = folder
        self._synced = synced
        self._programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        # The server refuses to run as root.
        self._user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        if os.getuid() == 0:
            shutil.chown(folder, self._user)
        self._server: subprocess.Popen[bytes] | None = None
        self._made = 0
        self._databases: list[str] = []
        self._run(
            "initdb", "--pgdata", "data", "--username", OWNER, "--auth", "trust", "--encoding", "UTF8", "--no-sync"
        )

    def start(self) -> None:
        """Start it; it takes connections when this returns."""
        # What is synced is the database's own affair; a test machine that loses its power has lost the test.
        sync = f"fsync={'on' if self._synced else 'off'}"
        options = ("listen_addresses=", f"unix_socket_directories={self.folder}", sync, "max_connections=40")
        command = [self._programs / "postgres", "-D", "data", *(part for each in options for part in ("-c", each))]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(command, cwd=self.folder, user=self._user, stdout=log, stderr=log)
        wait_until("the database server to take connections", self._takes_connections)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT breaks connections off, SIGQUIT is a crash."""
        if self._server is not None:
            self._server.send_signal(signal.SIGCONT)
            self._server.send_signal(how)
            self._server.wait(30)
            self._server = None

    @property
    def processes(self) -> list[int]:
        """The processes of the server that runs."""
        assert self._server is not None
        return [self._server.pid, *self._children(self._server.pid)]

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Have every process of it stand still: connections stay, and nothing answers."""
        processes = self.processes
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    def make_database(self) -> str:
        """Make an empty database; its URL."""
        self._made += 1
        name = f"test{self._made}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")  # type: ignore[call-overload]
        self._databases.append(name)
        return self.url(name)

    def drop_databases(self) -> None:
        """Drop every database that was made here: each is three hundred files, which take a minute by the hundred."""
        if not self._databases:
            return
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            while self._databases:
                connection.execute(f"DROP DATABASE {self._databases.pop()} WITH (FORCE)")  # type: ignore[call-overload]

    def url(self, database: str) -> str:
        """The URL of a database."""
        return f"postgresql://{OWNER}@/{database}?host={self.folder}"

    def _takes_connections(self) -> bool:
        assert self._server is not None and self._server.poll() is None, (self.folder / "log").read_text()
        try:
            psycopg.connect(self.url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._programs / program, *arguments]
        subprocess.run(command, cwd=self.folder, user=self._user, check=True, capture_output=True)

    @staticmethod
    def _children(process: int) -> list[int]:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
        return [int(number) for number in text.split()]


@contextmanager
def running_cluster(synced: bool = False) -> Iterator[Cluster]:
    """A server in a folder that every user can pass through; `synced` as Cluster has it."""
    folder = Path(tempfile.mkdtemp(prefix="facteur-postgres-"))
    folder.chmod(0o755)
    try:
        cluster = Cluster(folder, synced)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder)
