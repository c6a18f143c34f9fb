# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine that boots: systemd as process 1, logind, polkit, cupsd by its own units, a bus of its own.

It is a container of systemd-nspawn upon an overlay of an image: what it changes is a layer of its own, which may be the
image of another. Commands run inside, as root or as a person who has an account there.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.booted.images import install_within

BOOT_SECONDS: Final = 90.0
COMMAND_SECONDS: Final = 120.0
LANDLOCK: Final = "landlock_create_ruleset landlock_add_rule landlock_restrict_self"
"""The system calls that systemd-nspawn of Debian 12 does not know to be harmless."""


class Machine:
    """One machine; `layers` are the folders that it is made of, the uppermost first."""

    def __init__(
        self, name: str, folder: Path, layers: Sequence[Path], *, network: bool = False, devices: bool = False
    ) -> None:
        self.name = name
        self.root = folder / name / "root"
        self.layer = folder / name / "changes"
        self._work = folder / name / "work"
        self._layers = layers
        self._network = network
        # With what the kernel knows of its devices to be written to, which is what udev asks for.
        self._environment = {**os.environ, "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "yes" if devices else "no"}
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._leader = 0
        self._groups: dict[str, str] = {}
        for path in (self.root, self.layer, self._work):
            path.mkdir(parents=True, exist_ok=True)
        lower = ":".join(map(str, layers))
        options = f"lowerdir={lower},upperdir={self.layer},workdir={self._work}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, self.root], check=True)

    def install(self, *packages: str) -> None:
        """Install packages of Debian, or files within the machine, before it is booted."""
        install_within(self.root, *packages)

    def boot(self) -> None:
        """Boot, and wait until systemd is done with it. AssertionError with what has failed if anything has."""
        command = ["systemd-nspawn", "--quiet", "--directory", str(self.root), "--machine", self.name, "--boot"]
        # The outer machine need not have systemd.
        command += ["--register=no", "--keep-unit", f"--system-call-filter={LANDLOCK}"]
        command += [] if self._network else ["--private-network"]
        with (self.root.parent / "console").open("ab") as console:
            self._nspawn = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=console, env=self._environment
            )
        until("the machine to have a process", self._find_leader, BOOT_SECONDS)
        until("systemd to be done", lambda: self.state() in ("running", "degraded"), BOOT_SECONDS)

    def state(self) -> str:
        """Ask systemd how the whole machine is."""
        return self.run("systemctl", "is-system-running", check=False).stdout.strip()

    def failed(self) -> list[str]:
        """List the units that have failed; their last words are printed, for whoever reads that a test has failed."""
        said = self.run("systemctl", "--failed", "--plain", "--no-legend").stdout
        units = [line.split()[0] for line in said.splitlines()]
        for unit in units:
            print(self.journal("--unit", unit, "--lines", "20"))
        return units

    def run(
        self,
        *command: str,
        user: str = "root",
        check: bool = True,
        text: str | None = None,
        seconds: float = COMMAND_SECONDS,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program inside, with `text` on its standard input; AssertionError with its words if it fails."""
        inside = ["nsenter", "--target", str(self._leader), "--all", "--root", "--wd", "--"]
        inside += ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"]
        if user != "root":
            inside += ["setpriv", f"--reuid={user}", f"--regid={self.find_group(user)}", "--init-groups"]
            inside += ["env", f"--chdir=/home/{user}", f"HOME=/home/{user}", f"USER={user}"]
        done = subprocess.run([*inside, *command], input=text or "", capture_output=True, text=True, timeout=seconds)
        words = f"{shlex.join(command)}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        assert not check or done.returncode == 0, words
        return done

    def find_group(self, user: str) -> str:
        """Find the first group of a person, by its number."""
        if user not in self._groups:
            self._groups[user] = self.run("id", "-g", user).stdout.strip()
        return self._groups[user]

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write a file inside."""
        place = self.root / path.removeprefix("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(mode)

    def journal(self, *options: str) -> str:
        """Read the journal."""
        return self.run("journalctl", "--no-pager", "--output=cat", *options).stdout

    def shut_down(self) -> None:
        """Shut down, as by the button."""
        assert self._nspawn is not None
        self._nspawn.send_signal(signal.SIGTERM)
        assert self._nspawn.wait(timeout=600) == 0
        self._nspawn, self._leader = None, 0

    def pull_the_plug(self) -> None:
        """End everything at once."""
        assert self._nspawn is not None
        if self._leader:
            # Its first process takes all others along; without it, systemd-nspawn ends.
            os.kill(self._leader, signal.SIGKILL)
        else:
            self._nspawn.kill()
        self._nspawn.wait(timeout=60)
        self._nspawn, self._leader = None, 0

    def close(self) -> None:
        """End it if it runs, and take it apart; its layer stays."""
        if self._nspawn is not None:
            self.pull_the_plug()
        until("the machine's files to be free", self._unmount, 30)

    def _unmount(self) -> bool:
        return subprocess.run(["umount", str(self.root)], capture_output=True).returncode == 0

    def _find_leader(self) -> bool:
        assert self._nspawn is not None and self._nspawn.poll() is None, "the machine has ended"
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text().split()
        # Before the machine's first process there is another one, for a moment, that only prepares its files.
        self._leader = next((int(child) for child in children if _is_first(child)), 0)
        # The first process is there a moment before it is in a system of its own.
        return bool(self._leader) and self.run("true", check=False).returncode == 0


def _is_first(process: str) -> bool:
    """Return whether a process is the first one of a machine: number 1, as seen from inside."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        status = Path(f"/proc/{process}/status").read_text()
        numbers = next(line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:"))
        return len(numbers) > 1 and numbers[-1] == "1"
    return False


def until(what: str, condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something; AssertionError if it does not happen in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.2)
