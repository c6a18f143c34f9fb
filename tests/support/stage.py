# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration's own pieces (buses, cupsd, a person's letter), which are the tests' too.

They are scripts of `packaging/demo` and no package: this is the one place that knows where they are.
"""

import sys

from tests.support import CHECKOUT

sys.path.append(str(CHECKOUT / "packaging/lib"))

from buses import POLICY, SYSTEM_BUS, session_bus, system_bus
from printing import PrintingSystem
from processes import Stage, python
from sample import write_letter
from screen import virtual_screen, windows

__all__ = [
    "POLICY",
    "SYSTEM_BUS",
    "PrintingSystem",
    "Stage",
    "python",
    "session_bus",
    "system_bus",
    "virtual_screen",
    "windows",
    "write_letter",
]
