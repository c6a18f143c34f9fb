# SPDX-License-Identifier: GPL-3.0-or-later
"""The number of descriptors that this process may have: as many as its users may bring.

A process is given 1,024 as a rule, because select(2) knows no more, and may take half a million. Five hundred
connections, each with a message that has brought descriptors and is not whole yet, have more than the first: one user
could have the service refuse everybody else.
"""

from __future__ import annotations

import resource
from typing import Final

WANTED: Final = 65536


def raise_descriptor_limit() -> None:
    """Allow this process, and what it starts, WANTED descriptors, or as many as it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
