# SPDX-License-Identifier: GPL-3.0-or-later
"""A fork server in a unit of its own, seen from inside: `python -I -m faxcore.document.in_unit`, as systemd starts it.

Standard input is the connection that it was started for. Its first message names the program, one of those that open
documents; each that follows is a wish, as `forking` has them. It ends when the service closes the connection.
"""

from __future__ import annotations

import json
import os
import runpy
import socket
import sys
import tempfile
from typing import Final

from faxcore.document.program import ENVIRONMENT, SETTINGS

LONGEST_MESSAGE: Final = 10_000
PROGRAMS: Final = frozenset(
    f"faxcore.document.{name}"
    for name in (
        "check",
        "clean_logo",
        "compose",
        "for_filters",
        "invoice_paper",
        "join",
        "received_tiff",
        "receipt",
        "renderer",
    )
)
"""The modules that may be named: whoever can connect is the service, and could not name any other either way."""


def main() -> int:
    """Become the program that is named."""
    connection = socket.socket(fileno=os.dup(0))
    message = connection.recv(LONGEST_MESSAGE)
    connection.close()
    if not message:
        return 0
    wanted = json.loads(message)
    option, module = wanted["start"]
    if option != "-m" or module not in PROGRAMS:
        print(f"in_unit: {module!r} is not a program that opens documents", file=sys.stderr)
        return 1
    os.environ.update(ENVIRONMENT | {SETTINGS: json.dumps(wanted["settings"] | {"own_folders": True, "forks": True})})
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    os.environ["TMPDIR"] = folder
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
