# SPDX-License-Identifier: GPL-3.0-or-later
"""[receiving] command: a program that is run for each received fax, with fixed arguments. No shell reads it."""

from __future__ import annotations

import os
from pathlib import Path

from faxcore.config.table import Table

KEY = "command"


def read_command(table: Table) -> tuple[str, ...]:
    """Read the program and its arguments; empty if there is none."""
    command = table.texts(KEY)
    if not command:
        return ()
    if any("\0" in each for each in command):
        raise table.error(KEY, "no argument can have a NUL in it")
    program = Path(command[0])
    if not program.is_absolute():
        raise table.error(KEY, f"{command[0]!r} must be an absolute path", 0)
    if not program.is_file() or not os.access(program, os.X_OK):
        raise table.error(KEY, f"{program} is not a program that can be run", 0)
    return command
