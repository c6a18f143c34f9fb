# SPDX-License-Identifier: GPL-3.0-or-later
"""Landlock: what this process may still open, as the kernel's own rule (landlock(7)).

A process gives up every right on files but those under the paths that it names, for itself and whatever it starts, and
for good. From version 4 of the interface it also gives up TCP, from 6 signals and abstract sockets of others. What it
has open stays open. There is no function for it in the C library: three system calls.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_CREATE_RULESET: Final = 444  # the same on every architecture
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_VERSION: Final = 1
_PATH_BENEATH: Final = 1

_WRITE_FILE: Final = 1 << 1
_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3
_REMOVE_FILE: Final = 1 << 5
_MAKE_FILE: Final = 1 << 8
_TRUNCATE: Final = 1 << 14
_DEVICE_SETTINGS: Final = 1 << 15
_WRITING: Final = _READ_FILE | _READ_DIR | _WRITE_FILE | _TRUNCATE
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""The number of rights on files in each version; the last counts for all that follow."""
_TCP: Final = 0b11
_SCOPES: Final = 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Return the version of the kernel's interface; 0 if it has none, or is started without it."""
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)))


def restrict(
    readable: Iterable[Path],
    writable: Iterable[Path],
    network: bool = False,
    devices: Iterable[Path] = (),
    folders: Iterable[Path] = (),
) -> int:
    """Give up every file but what is under these paths, and TCP but where `network`; the version in force. OSError if
    the kernel refuses.

    Files can be made, renamed and removed in `folders` only; no program can be started, anywhere. `devices` are files
    whose settings may be changed besides (ioctl). Needs no_new_privs.
    """
    known = version()
    if not known:
        raise OSError(os.strerror(95) + ": Landlock")
    rights = (1 << _FILE_RIGHTS[min(known, max(_FILE_RIGHTS))]) - 1
    rules = _Ruleset(rights, _TCP if known >= 4 and not network else 0, _SCOPES if known >= 6 else 0)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    ruleset = _call(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    try:
        for path in readable:
            _allow(ruleset, path, (_READ_FILE | _READ_DIR) & rights)
        for path in writable:
            _allow(ruleset, path, _WRITING & rights)
        for path in devices:
            _allow(ruleset, path, (_READ_FILE | _WRITE_FILE | _DEVICE_SETTINGS) & rights)
        for path in folders:
            _allow(ruleset, path, (_WRITING | _MAKE_FILE | _REMOVE_FILE) & rights)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return known


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # not every system has every place
    try:
        rule = _PathBeneath(rights if path.is_dir() else rights & ~_READ_DIR, parent)
        _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(parent)


def _call(number: int, *arguments: object) -> int:
    result = int(ctypes.CDLL(None, use_errno=True).syscall(number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result
