# SPDX-License-Identifier: GPL-3.0-or-later
"""Live through many days: python -m tests.support.days DAYS SEED

The last line of the output says how many faxes went through, and what was flat; before it stands what was broken.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.support.days.life import live, local_zone

FAXES, CALLS = 60, 40
"""Of a working day, besides what is printed."""


def main() -> int:
    days, seed = map(int, sys.argv[1:3])
    os.environ["TZ"] = local_zone()
    time.tzset()
    folder = Path(tempfile.mkdtemp(prefix="facteur-days-"))
    lived = live(folder, days, seed, FAXES, CALLS, partial(print, flush=True))
    for broken in lived.broken:
        print(broken)
    print(f"seed {seed}, {days} days: {len(lived.broken)} broken; {lived.figures}", flush=True)
    if lived.broken:
        print(f"everything is left in {folder}", flush=True)
    else:
        shutil.rmtree(folder)
    return bool(lived.broken)


if __name__ == "__main__":
    sys.exit(main())
