# SPDX-License-Identifier: GPL-3.0-or-later
"""The targets of the fuzzer by name, each a module of this package with a function `check`."""

from __future__ import annotations

from typing import Final

CODECS: Final = ("t4", "t85")
"""Compiled code, run under sanitizers; an input is a `case.Case`."""

PARSERS: Final = ("t30", "at", "tiff", "picture", "bus", "toml", "tariff", "options")
"""Python that reads what strangers send; an input is what they send, or nearly so. Each has `seeds` and WORDS."""
