# SPDX-License-Identifier: GPL-3.0-or-later
"""Modulations and codings that a line, or a command, leaves out of its calls: to find a fault, or to get by with one.

Their names are those of `model.call.CAN_BE_LEFT_OUT`. V.27 ter and MH are in every fax machine, and always stay.
"""

from __future__ import annotations

from collections.abc import Collection

from faxcore.model.page import Coding
from faxcore.t30.capabilities import codings
from faxcore.t30.modulation import ALL, Modulation


def list_modulations(without: Collection[str]) -> tuple[Modulation, ...]:
    """List the modulations that are left, the fastest first."""
    return tuple(each for each in ALL if each.name not in without)


def list_codings(jbig: bool, without: Collection[str]) -> tuple[Coding, ...]:
    """List the codings that are left, best first; with JBIG if it is asked for."""
    return tuple(each for each in codings(jbig) if each.value not in without)
