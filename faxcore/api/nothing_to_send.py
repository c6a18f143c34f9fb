# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes without a document: a cover page goes out alone where something stands on it; else there is nothing to send."""

from __future__ import annotations

from faxcore.api.api_error import ApiError
from faxcore.api.orders import CheckedOrder
from faxcore.contract.bus import ErrorCode
from faxcore.model.header import Header
from faxcore.model.sentence import Sentence


def refuse_nothing(order: CheckedOrder, document_pages: int) -> None:
    """Raise ApiError if an order for a document of so many pages sends nothing that anybody could read."""
    refuse_bare(order.header, document_pages)
    if not document_pages and not order.message and not order.subject:
        raise ApiError(
            ErrorCode.BAD_ORDER,
            Sentence("Nothing stands on the cover page yet: write a message or a subject, or add a document."),
        )


def refuse_bare(header: Header, document_pages: int) -> None:
    """Raise ApiError if there is neither a document nor a cover page."""
    if not document_pages and header.cover is None:
        raise ApiError(
            ErrorCode.BAD_ORDER,
            Sentence("There is nothing to send: add a document, or choose a header that has a cover page."),
        )
