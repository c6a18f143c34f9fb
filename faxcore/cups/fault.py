# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of the printer: a word for programs, and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A fault, as `faxctl printer --json` names it."""

    CUPSD = "cupsd-unreachable"
    NOT_ALLOWED = "not-allowed"
    REFUSED = "refused"
    MISSING = "queue-missing"
    DEVICE = "wrong-device"
    PPD = "wrong-ppd"
    STOPPED = "queue-stopped"
    REJECTING = "not-accepting"
    ERROR_POLICY = "wrong-error-policy"
    OPERATION_POLICY = "wrong-policy"
    SHARED = "shared"
    BACKEND_MISSING = "backend-missing"
    BACKEND_OWNER = "backend-owner"
    BACKEND_MODE = "backend-permissions"
    BACKEND_PYTHON = "backend-python"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong."""

    kind: Kind
    sentence: str
