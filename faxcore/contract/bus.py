# SPDX-License-Identifier: GPL-3.0-or-later
"""The bus contract, said once for the service and its clients: its names, its documents and its errors.

`faxcore.contract.interfaces` and `admin_interface` have the methods and signals. Values cross the bus as `a{sv}`
dictionaries of dataclasses, whose keys are the names of the fields (`faxcore.contract.codec`): an absent key means the
default. They stand in a module for each subject (`reference.SUBJECTS`).

A document crosses the bus as a file descriptor of a bilevel TIFF in fax geometry; a page that was laid on its left side
to fit the paper has the private tag 65000 with the value 1, if it is known of it. Only `begin_draft` and `add_document`
take files of other kinds. Descriptors to write to are the caller's own, opened for writing. Ids are UUIDv7 in text,
times are ISO 8601 in UTC. A `Sentence` is a message with its values, which the reader's program translates. The owner
of everything is the person to whom the gate maps the uid that the bus, or the kernel, reports; nobody sees or touches
another's.

The same is to be had at `/run/facteur/socket` where systemd has started the service: D-Bus without a bus between, so
that nobody waits behind somebody who floods the bus. (dbus-send --bus=unix:path=/run/facteur/socket ...)

Errors are `ErrorCode`s, each with one sentence; on the bus they are org.facteur.Error.*.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, Protocol

BUS_NAME: Final = "org.facteur.Facteur"
OBJECT_PATH: Final = "/org/facteur/Facteur"


class HasDescriptor(Protocol):
    """An open file."""

    def fileno(self) -> int:
        """Its descriptor."""


Document = int | HasDescriptor
"""An open file or its descriptor; the caller keeps and closes it."""


class ErrorCode(Enum):
    """The reasons why the service refuses."""

    DENIED = "denied"
    """The caller may not do this."""
    UNKNOWN = "unknown"
    """There is no such draft, fax or reception, or it is somebody else's, which must look the same."""
    BAD_NUMBER = "bad-number"
    """The number is not one that is called."""
    NEW_NUMBER = "new-number"
    """The number is new here: it has to be typed a second time."""
    OTHER_NUMBER = "other-number"
    """The number that was typed a second time is another one."""
    BAD_DOCUMENT = "bad-document"
    """The document cannot be faxed."""
    BAD_ORDER = "bad-order"
    """A field is missing, unknown, or of the wrong type."""
    STATE = "state"
    """The fax is not in a state in which this can be done."""
    TOO_MANY = "too-many"
    """The caller has handed in as many faxes as a person may for now."""
    NO_SPACE = "no-space"
    """The disk of the service is full."""
    AWAY = "away"
    """The database of the service, or that of the people of this computer, cannot be reached now: nothing was done."""
    BAD_CONFIGURATION = "bad-configuration"
    """The configuration cannot be used; the one in force stays so."""
    INTERNAL = "internal"
    """A fault of the service; details are in its log, never on the bus."""
