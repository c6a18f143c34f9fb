# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration in force: one place from which every part of the service reads it, so that it can be exchanged."""

from __future__ import annotations

from faxcore.config import Config


class CurrentConfig:
    """Holds the configuration in force. Read `value` anew for each piece of work."""

    def __init__(self, value: Config) -> None:
        self.value = value
