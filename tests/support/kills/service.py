# SPDX-License-Identifier: GPL-3.0-or-later
"""The service as it is, but that broadcasts for a few are taken in in parts: python -m tests.support.kills.service"""

import sys

from faxcore.api import own_broadcasts
from faxcore.daemon import main

if __name__ == "__main__":
    own_broadcasts.PART = 1  # type: ignore[misc]
    sys.exit(main())
