# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec, compiled."""

from faxcore.t85.compiled.decode import Decoder
from faxcore.t85.compiled.encode import Encoder

__all__ = ["Decoder", "Encoder"]
