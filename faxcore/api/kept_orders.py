# SPDX-License-Identifier: GPL-3.0-or-later
"""The bounds of what is kept of an order that is typed still: it is kept as it is, and judged when it is sent."""

from __future__ import annotations

from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.printed import KeptOrder
from faxcore.model.sentence import Sentence
from faxcore.store.drafts import write_kept

MOST_KEPT: Final = 200_000
"""Characters that are kept of what was typed for one draft: about a thousand recipients, as one call brings at most."""


def check_kept(kept: KeptOrder) -> str:
    """Write what has been typed as the store keeps it. ApiError if it is too much."""
    text = write_kept(kept)
    if len(text) > MOST_KEPT:
        raise ApiError(ErrorCode.BAD_ORDER, Sentence("Too much was typed for this fax to be kept: divide the list."))
    return text
