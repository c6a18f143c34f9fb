# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated telephone exchange of soft modems on pseudo-terminals: Facteur's lines where there is no telephone.

with Exchange(ExchangeSettings(folder)) as exchange:
    exchange.device(1)      # a serial device with a Class 1 fax modem, at the number 0199000001
"""

from __future__ import annotations

from faxcore.exchange.settings import (
    ALWAYS_BUSY,
    NEVER_ANSWERS,
    ExchangeSettings,
    Impairments,
    LineSettings,
    PersonSettings,
    SettingsError,
    TerminalSettings,
    default_lines,
)
from faxcore.exchange.simulation import Exchange
from faxcore.exchange.terminal import TerminalResult

__all__ = [
    "ALWAYS_BUSY",
    "NEVER_ANSWERS",
    "Exchange",
    "ExchangeSettings",
    "Impairments",
    "LineSettings",
    "PersonSettings",
    "SettingsError",
    "TerminalResult",
    "TerminalSettings",
    "default_lines",
]
