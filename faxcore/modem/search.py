# SPDX-License-Identifier: GPL-3.0-or-later
"""The serial devices of this computer at which a modem may be, and what a look at each says, within a time limit."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore.model.sentence import Sentence
from faxcore.modem.modem_failed import ModemFailed
from faxcore.modem.port import Port
from faxcore.modem.probe import Abilities, probe
from faxcore.t30.carrier import Interrupted

DEVICES: Final = Path("/dev")
TTYS: Final = Path("/sys/class/tty")
NAMES: Final = ("ttyS", "ttyUSB", "ttyACM")
PROBE_SECONDS: Final = 12.0
"""Seconds for one device: a modem answers within one, and one that has to be reset first within ten."""
_NO_PORT: Final = "0"
"""The type of a serial port that the kernel has a name for, and the computer has not."""


@dataclass(frozen=True)
class SerialDevice:
    """A device that may be a modem."""

    path: Path
    """Its lasting name, under serial/by-id, where it has one."""
    node: Path


@dataclass(frozen=True)
class Looked:
    """The result of a look at a device."""

    device: Path
    abilities: Abilities | None = None
    """None: it is no modem, or nobody could ask it."""
    failure: Sentence | None = None

    @property
    def usable(self) -> bool:
        """True if it is a modem that Facteur can use."""
        return self.abilities is not None and self.abilities.usable


def find_devices(folder: Path = DEVICES, ttys: Path = TTYS) -> list[SerialDevice]:
    """Find the serial ports, the USB adapters and the USB modems, in the order of their names."""
    lasting = {os.path.realpath(link): link for link in _list(folder / "serial/by-id")}
    nodes = [node for node in _list(folder) if node.name.rstrip("0123456789") in NAMES and node.name[-1].isdigit()]
    nodes.sort(key=lambda node: (NAMES.index(node.name.rstrip("0123456789")), len(node.name), node.name))
    return [SerialDevice(lasting.get(os.path.realpath(node), node), node) for node in nodes if _is_there(node, ttys)]


def look_at(devices: Sequence[Path], seconds: float = PROBE_SECONDS) -> Iterator[Looked]:
    """Ask each of these devices what it is, all at the same time; in their order."""
    if devices:
        with ThreadPoolExecutor(len(devices)) as threads:
            yield from threads.map(lambda device: look_at_one(device, seconds), devices)


def look_at_one(device: Path, seconds: float = PROBE_SECONDS) -> Looked:
    """Ask a device what it is. One that has not said it in time is no modem."""
    reading, writing = os.pipe()
    timer = threading.Timer(seconds, os.write, (writing, b"!"))
    timer.start()
    try:
        port = Port(str(device), reading, lambda: True)
        try:
            return Looked(device, probe(port))
        finally:
            port.close()
    except ModemFailed as failure:
        return Looked(device, failure=failure.sentence)
    except Interrupted:
        sentence = Sentence("The device {device} does not answer like a modem.", {"device": str(device)})
        return Looked(device, failure=sentence)
    finally:
        timer.cancel()
        timer.join()
        os.close(reading)
        os.close(writing)


def _list(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_there(node: Path, ttys: Path) -> bool:
    """Return whether there is a port behind a name: ttyS0 to ttyS3 are there on every computer."""
    try:
        return (ttys / node.name / "type").read_text("ascii").strip() != _NO_PORT
    except OSError:
        return True
