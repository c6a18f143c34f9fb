# SPDX-License-Identifier: GPL-3.0-or-later
"""The three rings: a test has the mark of the folder that it is in."""

from pathlib import Path

import pytest

RINGS = ("unit", "service", "system")
HERE = Path(__file__).parent


def pytest_itemcollected(item: pytest.Item) -> None:
    ring = item.path.relative_to(HERE).parts[0]
    if ring not in RINGS:
        raise pytest.UsageError(f"{item.nodeid} is in none of the rings {', '.join(RINGS)}")
    item.add_marker(ring)
