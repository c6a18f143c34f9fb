# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Class 1 modem is doing, and what was last on the line: the driver's memory between two commands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Doing(Enum):
    """What the modem is doing: how it has to be broken off depends on it."""

    COMMAND = "waiting for a command"
    PAUSING = "making silence, its OK to come"
    STARTING = "starting a carrier of its own, its CONNECT to come"
    DIALLING = "dialling"
    SENDING = "sending data"
    RECEIVING = "receiving, or waiting for a carrier"


class Direction(Enum):
    """What was last on the line: the silence after it is made in another way."""

    NOTHING = "nothing"
    OURS = "our own carrier"
    THEIRS = "the other end's carrier"


@dataclass(frozen=True)
class Carrier:
    """What came of waiting for an image carrier: it was there (and has been fed away), or another one was, or none."""

    heard: bool
    other: bool = False
