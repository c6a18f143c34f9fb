# SPDX-License-Identifier: GPL-3.0-or-later
"""The serial port of a modem: octets in and out, with deadlines, on serial, USB and pseudo-terminal devices.

Reads return as soon as one octet is there (VMIN=1, VTIME=0): the two ends change direction in 75 ms, so a port that
collects octets loses pages. A second descriptor may be watched beside the port, so that a person's "cancel" is noticed
while a page is being sent.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

import serial

from faxcore.model.sentence import mark
from faxcore.modem.device_lock import DeviceLock, Holder, find_kernel_lock
from faxcore.modem.modem_failed import ModemFailed, ModemGone
from faxcore.t30.carrier import Interrupted

DISCARD_SECONDS = 0.5
"""Most seconds for which a modem's output is discarded: it may never stop."""
SPEED = 115200
"""Bits a second between computer and modem. Class 1 needs more than the 14,400 of the line, with room to spare."""


class Flow(Enum):
    """The way in which a modem holds its computer back while it has no room for more."""

    HARDWARE = "rts/cts"
    SOFTWARE = "xon/xoff"
    NONE = "none"


class Port:
    """An open modem port.

    `watch` is a descriptor beside it; when it can be read, `attend` is called, and if that returns True, the read or
    write in progress ends with Interrupted.
    """

    def __init__(
        self,
        device: str,
        watch: int | None = None,
        attend: Callable[[], bool] = lambda: False,
        flow: Flow = Flow.HARDWARE,
    ) -> None:
        self.device = device
        self._flow = flow
        self.watch = watch
        """The descriptor beside the port, or None if there is none, or no longer."""
        self._attend = attend
        self._pending = b""
        # A pseudo-terminal has no RTS and CTS: there, back-pressure is the flow control.
        pseudo = os.path.realpath(device).startswith("/dev/pts/")
        hardware = flow is Flow.HARDWARE and not pseudo
        if not Path(device).exists():
            raise ModemFailed("There is no device {device}: is the modem plugged in and switched on?", device=device)
        self._lock = DeviceLock(device)
        if (holder := self._lock.take()) is not None:
            raise _make_in_use(device, holder)
        try:
            self._serial = serial.Serial(device, SPEED, timeout=0, rtscts=hardware, exclusive=True, write_timeout=0)
        except (serial.SerialException, OSError, termios.error) as error:
            self._lock.release()
            number = _error_number(error)
            if number == errno.EAGAIN and (holder := find_kernel_lock(device)) is not None:
                raise _make_in_use(device, holder) from error
            raise ModemFailed(
                _NOT_OPENED.get(number, _OTHERWISE), device=device, cause=_describe_error(error)
            ) from error
        self._fd: int = self._serial.fileno()
        if not pseudo:
            # For programs that ask neither for the lock file nor for the lock. A pseudo-terminal would stay closed to
            # others behind the end of this process, as long as its other end is open.
            with suppress(OSError):
                fcntl.ioctl(self._fd, termios.TIOCEXCL)

    def close(self) -> None:
        """Close the port. Octets that wait to be sent are dropped: a dead modem must not block us."""
        try:
            self._serial.reset_output_buffer()
        except (serial.SerialException, OSError, termios.error):
            # The device has gone already; closing is all that is left to do.
            pass
        self._serial.close()
        self._lock.release()

    @contextmanager
    def flow_control(self) -> Iterator[None]:
        """Take XON and XOFF from the modem as flow control while octets are sent to it, if the line is set up so. At
        other times they are data, and a page may be full of them.
        """
        if self._flow is not Flow.SOFTWARE:
            yield
            return
        self._set_software_flow(True)
        try:
            yield
        finally:
            self._set_software_flow(False)

    def _set_software_flow(self, on: bool) -> None:
        try:
            settings = termios.tcgetattr(self._fd)
            settings[0] = settings[0] | termios.IXON if on else settings[0] & ~termios.IXON
            termios.tcsetattr(self._fd, termios.TCSANOW, settings)
        except termios.error as error:
            raise ModemGone(
                "The modem on {device} is gone ({cause}).", device=self.device, cause=_describe_error(error)
            ) from error

    def drop_terminal_ready(self, seconds: float) -> bool:
        """Drop Data Terminal Ready for so long, and discard what the modem sends. False if the port has none."""
        try:
            self._serial.dtr = False
        except OSError:
            # A pseudo-terminal, or an adapter without the wire.
            return False
        deadline = time.monotonic() + seconds
        while self._wait(deadline, writing=False) is not None and time.monotonic() < deadline:
            self._pending = b""
            self.read(deadline)
        try:
            self._serial.dtr = True
        except OSError as error:
            raise ModemGone(
                "The modem on {device} is gone ({cause}).", device=self.device, cause=_describe_error(error)
            ) from error
        return True

    @property
    def shows_modem(self) -> bool | None:
        """True if a modem says that it is switched on (V.24, circuit 107), False if it does not; None if there is no
        such wire.
        """
        try:
            return bool(self._serial.dsr)
        except OSError:
            return None

    @property
    def descriptor(self) -> int:
        """The descriptor for select: readable when the modem has sent something."""
        return self._fd

    def read(self, deadline: float) -> bytes:
        """Read the octets that are there, at least one; empty at the deadline (time.monotonic)."""
        if time.monotonic() > deadline:
            # A modem that never stops sending must not block us: the deadline counts even while there is more.
            return b""
        if self._pending:
            data, self._pending = self._pending, b""
            return data
        while True:
            ready = self._wait(deadline, writing=False)
            if ready is None:
                return b""
            if ready:
                return self._read_now()

    def unread(self, data: bytes) -> None:
        """Give octets back: they come first at the next read."""
        self._pending = data + self._pending

    def write(self, data: bytes, deadline: float) -> None:
        """Write all of it, at the modem's pace. ModemFailed if that takes longer than the deadline."""
        view = memoryview(data)
        while view:
            ready = self._wait(deadline, writing=True)
            if ready is None:
                raise ModemFailed(
                    "The modem on {device} no longer accepts data: switch it off and on again.", device=self.device
                )
            if ready:
                view = view[self._write_now(view[:4096]) :]

    def discard(self) -> None:
        """Discard all that the modem has sent so far."""
        self._pending = b""
        deadline = time.monotonic() + DISCARD_SECONDS
        while self._wait(time.monotonic(), writing=False) and time.monotonic() < deadline:
            self._read_now()

    def _wait(self, deadline: float, writing: bool) -> bool | None:
        """Wait for the port: True if it is ready, False if only the watched descriptor was, None at the deadline."""
        watched = [self.watch] if self.watch is not None else []
        reading = [] if writing else [self._fd]
        left = max(deadline - time.monotonic(), 0)
        readable, writable, _ = select.select(watched + reading, [self._fd] if writing else [], [], left)
        if self.watch in readable and self._attend():
            raise Interrupted
        if self._fd in readable or writable:
            return True
        return False if readable else None

    def _read_now(self) -> bytes:
        try:
            data = os.read(self._fd, 4096)
        except OSError as error:
            raise ModemGone(
                "The modem on {device} is gone ({cause}).", device=self.device, cause=_describe_error(error)
            ) from error
        if not data:
            raise ModemGone("The modem on {device} is gone: has it been unplugged?", device=self.device)
        return data

    def _write_now(self, data: memoryview) -> int:
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise ModemGone(
                "The modem on {device} is gone ({cause}).", device=self.device, cause=_describe_error(error)
            ) from error


_IN_USE = mark("The device {device} is in use by another program: by the fax service, or by another call.")
_NOT_OPENED = {
    errno.EAGAIN: _IN_USE,
    errno.EBUSY: _IN_USE,
    errno.ENOTTY: mark("The device {device} is not a serial port, so it cannot be a modem."),
    errno.EACCES: mark("You are not allowed to use the device {device}: only its group is, often dialout."),
}
_OTHERWISE = mark("The device {device} cannot be opened ({cause}).")


def _make_in_use(device: str, holder: Holder) -> ModemFailed:
    if holder.program:
        return ModemFailed(
            "The device {device} is in use by another program: {program}, process {process}.",
            device=device,
            program=holder.program,
            process=str(holder.pid),
        )
    return ModemFailed(
        "The device {device} is in use by another program: process {process}.", device=device, process=str(holder.pid)
    )


def _error_number(error: BaseException | None) -> int:
    """Return the system's error number; pyserial has it in the error itself, or in the error that caused it."""
    while error is not None:
        for number in (getattr(error, "errno", None), *error.args[:1]):
            if isinstance(number, int):
                return number
        error = error.__context__
    return 0


def _describe_error(error: Exception) -> str:
    number = _error_number(error)
    return os.strerror(number) if number else str(error)
