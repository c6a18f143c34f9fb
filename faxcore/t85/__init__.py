# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec of T.85, the fax profile of JBIG (T.82): rows in, octets out, and back. No files, no lines, no clock.

There are two, as of T.4: the compiled one in `compiled`, and the plain one in this folder, its oracle, which serves
where no compiler was at hand. They agree to the last bit on every page and on anything that is none.
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
    """A whole page as it goes over the line, its length in the header."""
    encoder = Encoder(page.width.value, rows=page.length)
    encoder.rows(page.rows)
    return encoder.finish()
