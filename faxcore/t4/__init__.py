# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec of T.4 and T.6: rows in, bits out, and back. No files, no lines, no clock.

`IMPLEMENTATION` says which one is active: "plain", the interpreted one in this folder. A compiled core takes the
same two classes' place where it was built, and this one stays as its oracle and as the fall-back.
"""

from __future__ import annotations

from typing import Final

from faxcore.t4.decode import Decoder
from faxcore.t4.encode import Encoder, encode_page

IMPLEMENTATION: Final = "plain"

__all__ = ["IMPLEMENTATION", "Decoder", "Encoder", "encode_page"]
