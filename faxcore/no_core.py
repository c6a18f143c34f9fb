# SPDX-License-Identifier: GPL-3.0-or-later
"""No core of a process that holds faxes: what it has in its memory when it crashes would lie in a file of the system's.

Where systemd starts us, the units say the same (LimitCORE=0). Here it holds however we are started.
"""

from __future__ import annotations

import ctypes
import os
import resource
from typing import Final

_DUMPABLE: Final = 4


def leave_no_core(*, looked_into: bool = False) -> None:
    """Tell the kernel to keep nothing of this process, or of what it starts, when it crashes. Other processes of this
    user may not look into it either, unless it is to be `looked_into`. OSError if the kernel refuses.

    A limit is for files: a program that takes cores from the kernel, as systemd-coredump, may ask for it or not. What
    cannot be dumped is not given to that program at all; what it starts can be, until it does the same.
    """
    if not looked_into:
        forbid_dump()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def forbid_dump() -> None:
    """Let nobody but root look into this process, alive or dead. OSError if the kernel refuses."""
    if ctypes.CDLL(None, use_errno=True).prctl(_DUMPABLE, 0, 0, 0, 0):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
