# SPDX-License-Identifier: GPL-3.0-or-later
"""A document handed in to the service, once, also if the connection to it goes before its answer comes.

Each hand-over has a key of its own. With that it is handed in again as soon as the service is back, which gives the fax
that it has taken, if it has. Where that takes too long, a person is told the key, and can do the same later.
"""

from __future__ import annotations

import asyncio
import sys
import uuid
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeVar

from faxcore.bus.client import AnswerLost, Client, ServiceUnavailable, connect
from faxcore.contract.order import Order
from faxcore.i18n import gettext as _
from faxcore.model.sentence import Sentence

AGAIN_SECONDS: Final = 1.0
"""Seconds between two attempts to hand in again."""
PATIENCE_SECONDS: Final = 60.0
"""Seconds for which it is handed in again: a restart of the service takes a few."""

T = TypeVar("T")


def add_key(parser: ArgumentParser) -> None:
    """The option with the name of a hand-over."""
    about_key = _("a name for this hand-over of yours: with the same one it is the same fax, sent once (default: new)")
    parser.add_argument("--key", default="", metavar="TEXT", help=about_key)


async def hand_in(
    desk: Client, address: str | None, order: Order, document: str, submit: Callable[[Client, Order], Awaitable[T]]
) -> T:
    """Give what `submit` gives for this order; it may be called several times, on other connections, with the same key.
    ServiceUnavailable if nobody knows whether the document was taken: it says so, and what to do.
    """
    keyed = order if order.key else replace(order, key=str(uuid.uuid4()))
    try:
        return await submit(desk, keyed)
    except AnswerLost as lost:
        named = _("The fax service went away while “{document}” was handed in: it is handed in again.")
        print(named.format(document=document), file=sys.stderr, flush=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await _hand_in_again(address, keyed, submit)
        raise ServiceUnavailable(_explain_lost(document, keyed.key)) from lost


async def _hand_in_again(address: str | None, order: Order, submit: Callable[[Client, Order], Awaitable[T]]) -> T:
    while True:
        await asyncio.sleep(AGAIN_SECONDS)
        with suppress(ServiceUnavailable):
            async with connect(address) as desk:
                return await submit(desk, order)


def _explain_lost(document: str, key: str) -> Sentence:
    return Sentence(
        "The fax service went away while “{document}” was handed in: it is not known whether it was taken. Give the"
        " same command again with --key {key}: then it is one fax, sent once, in either case.",
        {"document": document, "key": key},
    )
