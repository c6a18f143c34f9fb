# SPDX-License-Identifier: GPL-3.0-or-later
"""A program in a renderer's place that has been taken over by its document: it tries everything that promise P18 lists.

It runs behind the wall (`python -c` this file), so it knows nothing of the tests. Its order says what there would be to
reach; what it could do goes into its answer, as the "detail" of a reason, in JSON: {attempt: outcome}. An outcome is
"done", with what was got, or the error that the system gave. Raw system calls, as a document's machine code has them.
"""

import contextlib
import ctypes
import json
import os
import signal
import socket
import threading
from collections.abc import Callable
from typing import Any

from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.inside import serve

libc = ctypes.CDLL(None, use_errno=True)
GIGABYTE = 1 << 30


def system(call: int, *arguments: Any) -> int:
    """Make a system call by its number (x86-64); OSError as the kernel says."""
    result = libc.syscall(call, *arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return int(result)


def read(path: str) -> str:
    """Read a file, or list a folder."""
    if os.path.isdir(path):
        return " ".join(os.listdir(path))
    with open(path, "rb") as file:
        return str(file.read(100))


def write(path: str) -> str:
    """Write a new file."""
    with open(path, "wb") as file:
        file.write(b"taken over")
    return path


def overwrite(path: str) -> str:
    """Write into a file that is there."""
    with open(path, "r+b") as file:
        file.write(b"taken over")
    return path


def cut(path: str) -> str:
    """Empty a file that may be read only."""
    os.close(os.open(path, os.O_RDONLY | os.O_TRUNC))
    return path


def connect(family: int, kind: int, address: Any) -> str:
    """Reach somebody on a socket."""
    with socket.socket(family, kind) as client:
        client.connect(address)
    return str(address)


def pair() -> str:
    """Make two sockets, and so a place for descriptors."""
    for each in socket.socketpair():
        each.close()
    return "two"


def io_uring() -> str:
    """Have the kernel work by another door."""
    return str(system(425, 1, ctypes.create_string_buffer(120)))


def peek(pid: int, address: int) -> str:
    """Read another process's memory by its file."""
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        memory.seek(address)
        return str(memory.read(16))


def read_remote(pid: int, address: int) -> str:
    """Read another process's memory by process_vm_readv."""
    buffer = ctypes.create_string_buffer(16)
    here = (ctypes.c_uint64 * 2)(ctypes.addressof(buffer), 16)
    there = (ctypes.c_uint64 * 2)(address, 16)
    return f"{system(310, pid, here, 1, there, 1, 0)} {buffer.raw!r}"


def attach(pid: int) -> str:
    """Trace another process."""
    return str(system(101, 16, pid, None, None))


def take_descriptor(pid: int) -> str:
    """Take a descriptor out of another process."""
    held = system(434, pid, 0)
    return str(system(438, held, 1, 0))


def processes() -> str:
    """List the processes of the system; their names are enough."""
    found = [name for name in os.listdir("/proc") if name.isdecimal()]
    if not found:
        raise ProcessLookupError("none to be seen")
    return " ".join(found)


def daemonise(path: str) -> str:
    """Outlive the sandbox: two forks and a session of its own."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.pause()
        os._exit(0)
    return "a child"


def use_thread() -> str:
    """Try from a thread of its own what the process may not: the wall is that of every thread."""
    done: list[str] = []

    def attempt() -> None:
        with contextlib.suppress(OSError):
            if os.fork() == 0:
                os._exit(0)
            done.append("a child")

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    if not done:
        raise PermissionError("a thread can no more than its process")
    return " ".join(done)


def fork_bomb() -> str:
    """Fork without end, until nothing more can be started."""
    count = 0
    while count < 200:
        if os.fork() == 0:
            signal.pause()
        count += 1
    return f"{count} processes"


def fill_memory() -> str:
    """Take four gigabytes, and use them."""
    held = []
    for _ in range(64):
        held.append(bytearray(GIGABYTE // 16))
    return f"{len(held)} times 64 MB"


def fill_disk() -> str:
    """Write ten gigabytes, in files of any name and in those that are there."""
    written = 0
    for number in range(1000):
        name = ("source", "pages", "messages", *(f"more-{each}" for each in range(997)))[number]
        try:
            with open(name, "wb", 0) as file:
                while written < 10 * GIGABYTE:
                    written += file.write(bytes(1 << 22))
        except OSError:
            continue
    if written < 10 * GIGABYTE:
        raise OSError(f"stopped after {written} octets")
    return f"{written} octets"


def spoil_output() -> str:
    """Change the way in which whoever started this reads its own file."""
    import fcntl

    for descriptor in range(3, 20):
        with contextlib.suppress(OSError):
            return str(fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_DIRECT))
    raise OSError("none can be changed")


def raise_limits() -> str:
    """Take the limits away."""
    import resource

    for what in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):
        resource.setrlimit(what, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return "unlimited"


def hide_in_memory() -> str:
    """Make a file that is nowhere."""
    return str(os.memfd_create("hidden"))


def run(path: str) -> str:
    """Become another program."""
    os.execv(path, [path])


def attempts(order: dict[str, Any]) -> dict[str, Callable[[], str]]:
    """Every attempt by its name."""
    parent, address = int(order["parent"]), int(order["address"])
    tcp, unix, abstract = order["tcp"], order["unix"], order["abstract"]
    inet, stream = socket.AF_INET, socket.SOCK_STREAM
    tries: dict[str, Callable[[], str]] = {f"read {path}": (lambda path=path: read(path)) for path in order["secrets"]}
    tries |= {f"write {path}": (lambda path=path: write(path)) for path in order["places"]}
    tries |= {f"overwrite {path}": (lambda path=path: overwrite(path)) for path in order["files"]}
    tries |= {f"cut {path}": (lambda path=path: cut(path)) for path in order["files"]}
    tries |= {f"change {path}": (lambda path=path: str(os.chmod(path, 0o777))) for path in order["files"]}
    tries |= {f"remove {path}": (lambda path=path: str(os.unlink(path))) for path in order["files"]}
    tries |= {
        "connect inet": lambda: connect(inet, stream, tuple(tcp)),
        "connect unix": lambda: connect(socket.AF_UNIX, stream, unix),
        "connect abstract": lambda: connect(socket.AF_UNIX, stream, "\0" + abstract),
        "netlink": lambda: connect(socket.AF_NETLINK, socket.SOCK_RAW, (0, 0)),
        "udp": lambda: connect(inet, socket.SOCK_DGRAM, tuple(tcp)),
        "socket pair": pair,
        "io_uring": io_uring,
        "see processes": processes,
        "signal the parent": lambda: str(os.kill(parent, 0)),
        "stop the parent": lambda: str(os.kill(parent, signal.SIGURG)),
        "signal everybody": lambda: str(os.kill(-1, 0)),
        "read the parent": lambda: peek(parent, address),
        "read the parent by call": lambda: read_remote(parent, address),
        "trace the parent": lambda: attach(parent),
        "take the parent's descriptor": lambda: take_descriptor(parent),
        "daemonise": lambda: daemonise(order["marker"]),
        "use a thread": use_thread,
        "fork bomb": fork_bomb,
        "run a program": lambda: run("/bin/true"),
        "new namespaces": lambda: str(system(272, 0x10000000)),
        "mount": lambda: str(system(165, b"none", b"/usr", b"tmpfs", 0, None)),
        "memory file": hide_in_memory,
        "raise limits": raise_limits,
        "spoil the output": spoil_output,
        "fill memory": fill_memory,
        "fill disk": fill_disk,
    }
    return tries


def attack(_source: Any, _output: Any, order: dict[str, Any]) -> list[Any]:
    """Try everything; the outcomes are the answer."""
    outcomes = {}
    for name, attempt in attempts(order).items():
        if "only" in order and name not in order["only"]:
            continue
        try:
            outcomes[name] = f"done: {attempt()}"
        except (OSError, MemoryError, RuntimeError) as error:
            outcomes[name] = f"{type(error).__name__}: {error}"
    raise DocumentError(Reason.DAMAGED, json.dumps(outcomes))


if __name__ == "__main__":
    raise SystemExit(serve(attack))
