# SPDX-License-Identifier: GPL-3.0-or-later
"""Namespaces and rights given up by this process itself, where no bubblewrap does it from outside."""

from __future__ import annotations

import ctypes
import os
from typing import Final

_NEWNS: Final = 0x00020000
_NEWUTS: Final = 0x04000000
_NEWIPC: Final = 0x08000000
_NEWUSER: Final = 0x10000000
_NEWNET: Final = 0x40000000
_MS_NOSUID_NODEV_NOEXEC: Final = 2 | 4 | 8
_MS_REC_PRIVATE: Final = 0x4000 | (1 << 18)
_NO_NEW_PRIVS: Final = 38
_PARENT_DEATH_SIGNAL: Final = 1
_DUMPABLE: Final = 4
_CAPABILITIES_3: Final = 0x20080522


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def leave() -> bool:
    """Leave the system's users, network, mounts and shared memory, and hide its processes; False where that is not
    allowed (a service that may not, a chroot). The process must have one thread.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEWUSER | _NEWNET | _NEWIPC | _NEWUTS | _NEWNS):
        return False
    hidden = (
        libc.mount(None, b"/", None, ctypes.c_ulong(_MS_REC_PRIVATE), None),
        libc.mount(b"none", b"/proc", b"tmpfs", ctypes.c_ulong(_MS_NOSUID_NODEV_NOEXEC | 1), b"size=4k"),
    )
    return not any(hidden)


def give_up_rights() -> None:
    """Give up capabilities, and whatever a program with more rights could lend. OSError if the kernel refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    _check(libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
    _check(libc.prctl(_DUMPABLE, 0, 0, 0, 0))
    header, nothing = _CapabilityHeader(_CAPABILITIES_3, 0), (ctypes.c_uint32 * 6)()
    _check(libc.capset(ctypes.byref(header), nothing))


def end_with_parent(signal: int) -> None:
    """Ask the kernel to send this signal to this process when the thread that started it ends."""
    _check(ctypes.CDLL(None, use_errno=True).prctl(_PARENT_DEATH_SIGNAL, signal, 0, 0, 0))


def _check(result: int) -> None:
    if result:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
