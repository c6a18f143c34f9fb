# SPDX-License-Identifier: GPL-3.0-or-later
"""The log: lines on standard error or, under systemd, records of the journal with fields to search by.

    journalctl FACTEUR_CALL=01a2...     everything about one call; likewise FACTEUR_JOB and FACTEUR_LINE
    journalctl FACTEUR_USER=anne        what she has done as an administrator; FACTEUR_ACT is the method of the bus

The worker of a line, which behind its wall may send to nobody but the service, writes the same in front of its lines.

systemd says that standard error is the journal (JOURNAL_STREAM, systemd.exec(5)); then records go there by its native
protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/), one datagram each. That is these few lines: python-systemd, the
library for it, has to be compiled against libsystemd wherever it does not come with the system, cysystemd is one more
compiled package for one datagram, and neither knows when to fall back to standard error.
"""

from __future__ import annotations

import logging
import os
import socket
import struct
import sys
from collections.abc import Iterator
from typing import Final

from faxcore.log_fields import read_fields

SOCKET: Final = "/run/systemd/journal/socket"
STREAM: Final = "JOURNAL_STREAM"
MOST_OCTETS: Final = 100_000
"""Of one field: a datagram has a bound."""
_PRIORITIES: Final = (
    (logging.CRITICAL, 2),
    (logging.ERROR, 3),
    (logging.WARNING, 4),
    (logging.INFO, 6),
)
_DEBUG: Final = 7


def set_up_log(level: str, name: str, form: str) -> None:
    """Begin to log, under this name in the journal, or in this form on standard error."""
    if is_journal(os.environ.get(STREAM, "")):
        logging.basicConfig(level=level, handlers=[JournalHandler(name)])
    else:
        logging.basicConfig(level=level, stream=sys.stderr, format=form)


def is_journal(stream: str) -> bool:
    """Return whether standard error is this stream of systemd's: its device and inode."""
    try:
        found = os.fstat(2)
    except OSError:
        return False
    return stream == f"{found.st_dev}:{found.st_ino}"


class JournalHandler(logging.Handler):
    """Sends each record to the journal; what it does not take goes to standard error."""

    def __init__(self, name: str, address: str = SOCKET) -> None:
        super().__init__()
        self._name = name
        self._address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        try:
            self._socket.sendto(b"".join(map(_pack, self._list(record))), self._address)
        except OSError:
            print(f"<{find_priority(record.levelno)}>{self._as_line(record)}", file=sys.stderr, flush=True)
        except Exception:  # noqa: BLE001 - as every handler: a record that cannot be formatted ends nothing
            self.handleError(record)

    def _as_line(self, record: logging.LogRecord) -> str:
        """Write a record as a line, as a line's worker must behind its wall; systemd takes the priority in front."""
        fields = ", ".join(f"{name} {value}" for name, value in read_fields().items())
        return f"{record.name}{f' ({fields})' if fields else ''}: {self.format(record)}"

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()
        super().close()

    def _list(self, record: logging.LogRecord) -> Iterator[tuple[str, str]]:
        yield "MESSAGE", self.format(record)
        yield "PRIORITY", str(find_priority(record.levelno))
        yield "SYSLOG_IDENTIFIER", self._name
        yield "SYSLOG_PID", str(os.getpid())
        yield "FACTEUR_LOGGER", record.name
        yield "CODE_FILE", record.pathname
        yield "CODE_LINE", str(record.lineno)
        yield "CODE_FUNC", record.funcName
        for name, value in read_fields().items():
            yield f"FACTEUR_{name.upper()}", value


def find_priority(level: int) -> int:
    """Give the priority of syslog(3) of a level."""
    return next((priority for least, priority in _PRIORITIES if level >= least), _DEBUG)


def _pack(field: tuple[str, str]) -> bytes:
    """Write a field down; one with several lines has its length in front of it, so that no text makes another field."""
    name, value = field[0].encode(), field[1].encode("utf-8", "replace")[:MOST_OCTETS]
    if b"\n" not in value:
        return name + b"=" + value + b"\n"
    return name + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"
