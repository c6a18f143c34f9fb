# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of several folders share, and what is no test itself: services, bus, modems, pages, foreign programs."""

from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).parents[2]
"""Where a child of a test starts that is a module of `tests`: `python -m tests.support...`."""
