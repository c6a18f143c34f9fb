# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a fork server, seen from inside: everything is loaded once, and each document has a fork of it.

A fresh Python takes a tenth of a second of the processor before it stands behind its wall; a fork of one that has
loaded everything takes a tenth of that. The fork server itself is no place for a document: it gets a wish for a
process, in one message with three descriptors, and never anything else.

Each wish makes three forks. The first leaves the system (`namespaces`), so that what is forked from it sees nobody
else, and ends. The second is the first process of that new system, and holds the leash: a socket to whoever wished.
When that one lets go of it, or dies, the third is killed; when the third ends, its exit code is said there. The third
is the process for the document: the rest of its life is that of every other (`inside`), with a wall of its own. (The
first process of a system cannot be the one for the document: the kernel spares it its own limit of time.)
"""

from __future__ import annotations

import gc
import os
import select
import shutil
import signal
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

from faxcore.document import namespaces
from faxcore.document.private_folders import make_files
from faxcore.document.walls import FILES, PIPE, PLACE, SHELF, Wall

WISH_DESCRIPTORS: Final = 3
"""Of a wish: the control socket of the new process, the file for its complaints, and its leash. Its text is the name of
the private folder, below the current one.
"""
HAS_DOCUMENT: Final = b"d"
"""Said on the leash before the process is given its document: behind it the process may have ended already."""
NAME_SIZE: Final = 100
_NICE: Final = 5
_MOMENT_MS: Final = 100
_CONTROL: Final = 0
_COMPLAINTS: Final = 2


def serve_wishes(wall: Wall, *, own_folders: bool = False) -> bool:
    """Fork a process for each wish, and end when nobody can have another. Returns in each of these processes, never in
    the server itself: with its control socket, complaints and current folder in their places. Returns True if it has
    namespaces of its own. With `own_folders` the private folders are made, and removed, here.
    """
    gc.collect()
    gc.freeze()  # a collection in a fork would copy every page of what is shared
    namespaces.adopt_orphans()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    wishes = socket.socket(fileno=_CONTROL)
    while True:
        name, received, _flags, _address = socket.recv_fds(wishes, NAME_SIZE, WISH_DESCRIPTORS)
        if not name:
            os._exit(0)
        if os.fork() == 0:
            wishes.detach()
            folder = Path(Path(name.decode()).name)
            if own_folders:
                folder.mkdir(0o700)
                make_files(folder)
            return _become_process(wall, folder, *received, remove=own_folders)
        for descriptor in received:
            os.close(descriptor)


def _become_process(
    wall: Wall, folder: Path, control: int, complaints: int, leash: int, *, remove: bool = False
) -> bool:
    """Go the way from the first fork to the third, the process for the document; True if it has its own namespaces."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(control, _CONTROL)
    os.dup2(complaints, _COMPLAINTS)
    os.close(control)
    os.close(complaints)
    left = namespaces.leave(with_children=True)
    if wall is Wall.BUBBLEWRAP:
        if not left:
            raise OSError("no namespaces within those of bubblewrap")
        namespaces.show_only([SHELF / folder / name for name in (*FILES, PIPE)], PLACE, SHELF)
        os.chdir(PLACE)
    else:
        os.chdir(folder)
    tempfile.tempdir = os.environ["TMPDIR"] = str(Path.cwd())
    if os.fork():
        os._exit(0)
    process = os.fork()
    if process:
        _hold(leash, process, Path.cwd() if remove else None)
    os.close(leash)
    return left


def _hold(leash: int, process: int, remove: Path | None) -> NoReturn:
    """Hold a process until it ends, and say its exit code; kill it when nobody holds the other end of the leash. Told
    that it has its document, let others go first if it is not done in a moment: one page is. `remove` is its folder, if
    nobody else removes it.
    """
    os.close(_CONTROL)  # whoever waits at the other end learns that the process has ended
    os.close(_COMPLAINTS)
    ended = os.pidfd_open(process)
    waiting = select.poll()
    waiting.register(leash, select.POLLIN)
    waiting.register(ended, select.POLLIN)
    moment = None
    while ended not in (found := dict(waiting.poll(moment))):
        if not found:
            step_back(process)
            moment = None
        elif os.read(leash, len(HAS_DOCUMENT)) == HAS_DOCUMENT:
            moment = _MOMENT_MS
        else:
            os.kill(process, signal.SIGKILL)
            break
    _pid, status = os.waitpid(process, 0)
    if remove is not None:
        shutil.rmtree(remove, ignore_errors=True)
    with suppress(OSError):  # nobody is there to be told
        os.write(leash, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def step_back(process: int) -> None:
    """Let calls, and whoever is waiting for an answer, have the processor before this process (0: the caller's)."""
    with suppress(PermissionError):  # a unit under hardening may not choose: systemd has chosen for it
        os.setpriority(os.PRIO_PROCESS, process, os.getpriority(os.PRIO_PROCESS, process) + _NICE)
        os.sched_setscheduler(process, os.SCHED_BATCH, os.sched_param(0))
