# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec of T.4 and T.6: rows in, bits out, and back. No files, no lines, no clock.

There are two, which agree to the last bit on every page and on any other data: the compiled one in `compiled`, and the
plain one in this folder, its oracle, which is used if there was no compiler.
"""

from __future__ import annotations

import os

from faxcore.model.page import Coding, Page

try:
    if os.environ.get("FACTEUR_CODEC") == "plain":
        raise ImportError("FACTEUR_CODEC asks for it")
    from faxcore.t4.compiled import Decoder, Encoder

    IMPLEMENTATION, PLAIN_BECAUSE = "compiled", ""
except ImportError as missing:
    from faxcore.t4.decode import Decoder
    from faxcore.t4.encode import Encoder

    IMPLEMENTATION, PLAIN_BECAUSE = "plain", str(missing)

__all__ = ["IMPLEMENTATION", "PLAIN_BECAUSE", "Decoder", "Encoder", "encode_page"]


def encode_page(page: Page, coding: Coding, k: int = 4, min_row_bits: int = 0, shortest: bool = False) -> bytes:
    """Code a whole page as it goes over the line."""
    encoder = Encoder(page.width.value, coding, k=k, min_row_bits=min_row_bits, shortest=shortest)
    encoder.add_rows(page.rows)
    return encoder.finish()
