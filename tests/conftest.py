# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration's own pieces (buses, cupsd, screen) are the tests' too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "packaging/lib"))
