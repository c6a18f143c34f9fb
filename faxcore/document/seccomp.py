# SPDX-License-Identifier: GPL-3.0-or-later
"""Seccomp: the few system calls that a process with a document may still make, by libseccomp (seccomp_rule_add(3)).

A list of what is allowed, not of what is forbidden: reading and writing what is open, opening what the wall's other
half leaves it, memory, locks, clocks, threads, its own end. So there is no socket, no new process, no program, no
signal to another, no change of a name, a mode or a time, no limit raised. Every other call answers "not implemented",
because a C library that meets this for a call that is newer than the list takes an older one.

A thread is allowed because decoders of HEVC start one whatever they are told. It has the wall of its process, the same
memory, and a part in the same time: it can nothing that its process cannot.

The C library's own functions decide which calls are made, so a new one may need a call that is not here: the tests of
documents under the wall show it.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_TSYNC: Final = 4  # a filter attribute: for every thread that there is
_EQUAL: Final = 4
_MASKED_EQUAL: Final = 7

_ANYHOW: Final = (
    # what is open
    *("read", "pread64", "readv", "preadv", "write", "pwrite64", "writev", "pwritev", "lseek", "_llseek", "close"),
    *("dup", "dup2", "dup3", "ftruncate", "ftruncate64", "fsync", "fdatasync", "fadvise64", "fadvise64_64"),
    *("fstat", "fstat64", "newfstatat", "fstatat64", "statx", "stat", "stat64", "lstat", "lstat64", "getdents64"),
    *("access", "faccessat", "faccessat2", "readlink", "readlinkat", "getcwd", "poll", "ppoll", "select", "_newselect"),
    # memory, locks
    *("mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "brk", "futex", "futex_time64", "membarrier"),
    *("set_robust_list", "rseq", "sched_yield", "sched_getaffinity", "getcpu"),
    # clocks, signals of its own, who it is, its end
    *("clock_gettime", "clock_gettime64", "clock_getres", "clock_nanosleep", "clock_nanosleep_time64", "nanosleep"),
    *("gettimeofday", "time", "times", "getrusage", "getrandom", "uname", "sysinfo"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn", "sigaltstack", "restart_syscall"),
    *("getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "exit", "exit_group"),
)

_LINE: Final = (
    # a modem's port, and the files of a call
    *("ioctl", "openat", "fcntl", "fcntl64", "flock", "pselect6", "pselect6_time64"),
    *("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat"),
    *("statfs", "statfs64", "fstatfs", "fstatfs64", "getrlimit"),
)
"""The calls that the worker of a line makes besides. Which files it opens is Landlock's affair."""

_TERMINAL_QUESTIONS: Final = (0x5401, 0x5413, 0x5450, 0x5451)
"""ioctl: TCGETS and TIOCGWINSZ, which every file that Python opens is asked, and closing on exec or not."""
_VM, _THREAD = 0x100, 0x10000
_NAMESPACES: Final = 0x7E020000
"""Flags of clone(2): a thread shares the memory and is one of its process; and nothing new is made for it."""
_FCNTL: Final = (0, 1, 2, 3, 1030)
"""fcntl: duplicates, and reading flags. Not F_SETFL: the files are also those of whoever gave them; nor F_SETOWN."""


class _Comparison(ctypes.Structure):
    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


@dataclass(frozen=True)
class _When:
    """A call is allowed if this argument, masked, has this value."""

    argument: int
    value: int
    mask: int | None = None

    def as_comparison(self) -> _Comparison:
        if self.mask is None:
            return _Comparison(self.argument, _EQUAL, self.value, 0)
        return _Comparison(self.argument, _MASKED_EQUAL, self.mask, self.value)


def restrict(orders_from: int) -> None:
    """Leave this process, with all its threads, the calls above. `orders_from` is the one socket it may still receive a
    message on. OSError if the library or the kernel cannot do it. Needs no_new_privs.
    """
    _load(_ANYHOW, _conditions(orders_from))


def restrict_line(service: int) -> None:
    """Leave the worker of a line the calls that it needs, as `restrict`; `service` is the one socket for it."""
    _load((*_ANYHOW, *_LINE), _line_conditions(service))


def _load(names: Iterable[str], conditions: Iterable[tuple[str, tuple[_When, ...]]]) -> None:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError as error:
        raise OSError(f"seccomp: {error}") from error
    library.seccomp_init.restype = ctypes.c_void_p
    filter = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_ERRNO | errno.ENOSYS)))
    if not filter:
        raise OSError("seccomp: no filter can be made")
    try:
        _check(library.seccomp_attr_set(filter, _TSYNC, ctypes.c_uint32(1)))
        for name in names:
            _allow(library, filter, name)
        for name, when in conditions:
            _allow(library, filter, name, *when)
        _check(library.seccomp_load(filter))
    finally:
        library.seccomp_release(filter)


def _conditions(orders_from: int) -> list[tuple[str, tuple[_When, ...]]]:
    accesses, truncate = os.O_ACCMODE, os.O_TRUNC
    return [
        # Older Landlock lets a file be cut by opening it for reading.
        ("openat", (_When(2, os.O_RDONLY, accesses | truncate),)),
        ("openat", (_When(2, os.O_WRONLY, accesses),)),
        ("openat", (_When(2, os.O_RDWR, accesses),)),
        ("recvmsg", (_When(0, orders_from),)),
        ("tgkill", (_When(0, os.getpid()),)),  # abort()
        ("prlimit64", (_When(0, 0), _When(2, 0))),  # its own limits, read only
        ("getrlimit", ()),
        ("clone", (_When(0, _VM | _THREAD, _VM | _THREAD | _NAMESPACES),)),
        *(("ioctl", (_When(1, question),)) for question in _TERMINAL_QUESTIONS),
        *((name, (_When(1, command),)) for name in ("fcntl", "fcntl64") for command in _FCNTL),
    ]


def _line_conditions(service: int) -> list[tuple[str, tuple[_When, ...]]]:
    return [
        *((name, (_When(0, service),)) for name in ("sendto", "recvfrom", "sendmsg", "recvmsg", "shutdown")),
        ("tgkill", (_When(0, os.getpid()),)),
        ("kill", (_When(1, 0),)),  # whether the program lives that holds a device
        ("prlimit64", (_When(0, 0), _When(2, 0))),
        ("clone", (_When(0, _VM | _THREAD, _VM | _THREAD | _NAMESPACES),)),
    ]


def _allow(library: ctypes.CDLL, filter: ctypes.c_void_p, name: str, *when: _When) -> None:
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number < 0:
        return  # this architecture has no such call
    comparisons = (_Comparison * len(when))(*(each.as_comparison() for each in when))
    _check(library.seccomp_rule_add_array(filter, ctypes.c_uint32(_ALLOW), number, len(when), comparisons))


def _check(code: int) -> None:
    if code < 0:
        raise OSError(-code, f"seccomp: {os.strerror(-code)}")
