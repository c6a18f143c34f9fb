# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall around the worker of a line: behind it stands whatever hears a stranger on the telephone.

It is built when the device is open and everything is loaded, before the first octet of the modem is read. From then on
the worker may open its one device, the folders of calls, the folder of lock files, and Python's own files and the
system's libraries, to read; nothing else. It has no network, starts no program, and has no capability. What it has
open stays open: the device, the socket to the service, the lock of its line.

A device that is unplugged and plugged in again is another one for the kernel, whatever its name, and so behind the
wall: the worker ends, and the service starts another one, which waits for the device without a wall, but without having
heard anybody either.

Where the kernel has no Landlock, the other half is built, and the service warns of it: whoever has no such kernel shall
have faxes all the same.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import Final

from faxcore.document import landlock, namespaces, seccomp
from faxcore.document.walls import list_readable
from faxcore.modem import device_lock

log = logging.getLogger("faxcore.line")

_RANDOM: Final = Path("/dev/urandom")
_SIMULATED: Final = "/dev/pts/"


def is_looked_into(device: str) -> bool:
    """Return whether the simulated exchange must see who has this device open; a modem's is nobody's business."""
    return os.path.realpath(device).startswith(_SIMULATED)


def build_wall(device: str, calls: Path, service: int) -> str:
    """Build what can be built; the reason why a part cannot, empty if the wall is whole. `service` is the socket to the
    service.
    """
    time.localtime()  # the zone is read now
    reasons: list[str] = []
    try:
        namespaces.give_up_rights(looked_into=is_looked_into(device))
        made_of = landlock.restrict(
            [*list_readable(), _RANDOM],
            [],
            devices=[Path(os.path.realpath(device))],
            folders=[calls, device_lock.FOLDER],
        )
        log.info("behind Landlock %d", made_of)
    except OSError as error:
        reasons.append(error.strerror or str(error))
    try:
        seccomp.restrict_line(service)
    except OSError as error:
        reasons.append(error.strerror or str(error))
    return "; ".join(reasons)
