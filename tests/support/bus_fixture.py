# SPDX-License-Identifier: GPL-3.0-or-later
"""A private system bus with our policy, for tests: nothing of the machine's own is touched."""

from __future__ import annotations

import os
import pwd
import select
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.stage import POLICY, SYSTEM_BUS

LET_ALL = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><policy context="default">
  <allow own="*"/><allow send_destination="*"/><allow send_type="signal"/>
</policy></busconfig>
"""


@contextmanager
def private_bus(
    folder: Path,
    service_user: str | None = None,
    let_all: bool = False,
    started: Callable[[int], None] = lambda process: None,
) -> Iterator[str]:
    """A dbus-daemon of our own whose policy lets this user (the caller) be the service; yields its address.

    With `let_all` the bus refuses nothing, so that what is refused is refused by the service itself. `started` is told
    its process.
    """
    user = service_user or pwd.getpwuid(os.getuid()).pw_name
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    policy = folder / "org.facteur.Facteur.conf"
    policy.write_text(LET_ALL if let_all else POLICY.read_text().replace("@SERVICE_USER@", user))
    config = folder / "bus.conf"
    socket = folder / "bus"
    config.write_text(SYSTEM_BUS.format(socket=socket, policy=policy))
    daemon = subprocess.Popen(
        [
            shutil.which("dbus-daemon") or "/usr/bin/dbus-daemon",
            f"--config-file={config}",
            "--nofork",
            "--nopidfile",
            "--print-address=1",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        started(daemon.pid)
        assert daemon.stdout is not None
        assert select.select([daemon.stdout], [], [], 10)[0], "dbus-daemon gave no address"
        address = daemon.stdout.readline().decode().strip()
        assert address, "dbus-daemon did not start"
        yield address
    finally:
        daemon.terminate()
        daemon.wait(10)
        if daemon.stdout is not None:
            daemon.stdout.close()
