# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec of T.85, the fax profile of JBIG (T.82): rows in, octets out, and back. No files, no lines, no clock."""

from __future__ import annotations

from typing import Final

from faxcore.t85.decode import Decoder
from faxcore.t85.encode import Encoder, encode_page

IMPLEMENTATION: Final = "plain"

__all__ = ["IMPLEMENTATION", "Decoder", "Encoder", "encode_page"]
