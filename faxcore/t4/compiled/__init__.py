# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec, compiled."""

from faxcore.t4.compiled.decode import Decoder
from faxcore.t4.compiled.encode import Encoder

__all__ = ["Decoder", "Encoder"]
