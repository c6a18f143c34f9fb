# SPDX-License-Identifier: GPL-3.0-or-later
"""Namespaces and rights given up by this process itself, where no bubblewrap does it from outside."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from faxcore.no_core import forbid_dump

_NEWNS: Final = 0x00020000
_NEWUTS: Final = 0x04000000
_NEWIPC: Final = 0x08000000
_NEWUSER: Final = 0x10000000
_NEWPID: Final = 0x20000000
_NEWNET: Final = 0x40000000
_MS_NOSUID_NODEV_NOEXEC: Final = 2 | 4 | 8
_MS_REC_PRIVATE: Final = 0x4000 | (1 << 18)
_MS_BIND: Final = 0x1000
_MS_READ_ONLY: Final = 1
_NO_NEW_PRIVS: Final = 38
_PARENT_DEATH_SIGNAL: Final = 1
_ADOPT_ORPHANS: Final = 36
_CAPABILITIES_3: Final = 0x20080522


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def leave(*, with_children: bool = False) -> bool:
    """Leave the system's users, network, mounts and shared memory, and hide its processes; False where that is not
    allowed (a service that may not, a chroot). The process must have one thread. `with_children`: what it forks from
    now on sees no process but those forked after it; the first of them is for that system what init is for ours.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEWUSER | _NEWNET | _NEWIPC | _NEWUTS | _NEWNS | (_NEWPID if with_children else 0)):
        return False
    if libc.mount(None, b"/", None, ctypes.c_ulong(_MS_REC_PRIVATE), None):
        return False
    return not Path("/proc").exists() or not _cover(libc, "/proc")


def show_only(files: Iterable[Path], place: Path, instead_of: Path) -> None:
    """Show these files under `place`, where files of the same names are covered by them, and nothing under
    `instead_of` any more. OSError if the kernel refuses. For a process that has left.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for file in files:
        target = str(place / file.name).encode()
        _check(libc.mount(str(file).encode(), target, None, ctypes.c_ulong(_MS_BIND), None))
    _check(_cover(libc, str(instead_of)))


def _cover(libc: ctypes.CDLL, place: str) -> int:
    """Cover a folder with an empty one that nothing can be written to; the kernel's answer."""
    flags = ctypes.c_ulong(_MS_NOSUID_NODEV_NOEXEC | _MS_READ_ONLY)
    return int(libc.mount(b"none", place.encode(), b"tmpfs", flags, b"size=4k"))


def give_up_rights(*, looked_into: bool = False) -> None:
    """Give up capabilities, and whatever a program with more rights could lend. OSError if the kernel refuses. Other
    processes of this user may not look into this one, unless it is to be `looked_into`.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    _check(libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
    header, held, nothing = _CapabilityHeader(_CAPABILITIES_3, 0), (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    _check(libc.capget(ctypes.byref(header), held))
    # A unit under hardening has none from the beginning, and may not ask to have none.
    if any(held):
        _check(libc.capset(ctypes.byref(header), nothing))
    if not looked_into:
        forbid_dump()


def end_with_parent(signal: int) -> None:
    """Ask the kernel to send this signal to this process when the thread that started it ends."""
    _check(ctypes.CDLL(None, use_errno=True).prctl(_PARENT_DEATH_SIGNAL, signal, 0, 0, 0))


def adopt_orphans() -> None:
    """Be the parent of what was started by those that this process has started, and have ended."""
    _check(ctypes.CDLL(None, use_errno=True).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0))


def _check(result: int) -> None:
    if result:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
