# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec of T.85, the fax profile of JBIG (T.82): rows in, octets out, and back. No files, no lines, no clock.

There are two, as for T.4: the compiled one in `compiled`, and the plain one in this folder, its oracle, which is used
if there was no compiler. They agree to the last bit on every page and on any other data.
"""

from __future__ import annotations

import os

from faxcore.model.page import Page

try:
    if os.environ.get("FACTEUR_CODEC") == "plain":
        raise ImportError("FACTEUR_CODEC asks for it")
    from faxcore.t85.compiled import Decoder, Encoder

    IMPLEMENTATION, PLAIN_BECAUSE = "compiled", ""
except ImportError as missing:
    from faxcore.t85.decode import Decoder
    from faxcore.t85.encode import Encoder

    IMPLEMENTATION, PLAIN_BECAUSE = "plain", str(missing)

__all__ = ["IMPLEMENTATION", "PLAIN_BECAUSE", "Decoder", "Encoder", "encode_page"]


def encode_page(page: Page) -> bytes:
    """Code a whole page as it goes over the line, its length in the header."""
    encoder = Encoder(page.width.value, rows=page.length)
    encoder.add_rows(page.rows)
    return encoder.finish()
