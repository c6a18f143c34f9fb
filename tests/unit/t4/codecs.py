# SPDX-License-Identifier: GPL-3.0-or-later
"""The twins: every test of this folder runs with each of them that is there."""

import importlib.util
from dataclasses import dataclass
from typing import Any

from faxcore.t4.decode import Decoder as PlainDecoder
from faxcore.t4.encode import Encoder as PlainEncoder


@dataclass(frozen=True)
class Codec:
    """One of the twins."""

    name: str
    encoder: type[Any]
    decoder: type[Any]


PLAIN = Codec("plain", PlainEncoder, PlainDecoder)
CODECS = [PLAIN]
if importlib.util.find_spec("faxcore.t4.compiled.decode") is not None:
    from faxcore.t4 import compiled

    CODECS.append(Codec("compiled", compiled.Encoder, compiled.Decoder))
