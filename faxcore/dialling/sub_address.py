# SPDX-License-Identifier: GPL-3.0-or-later
"""A sub-address that is given beside its number (T.30's SUB), instead of behind # in it."""

from __future__ import annotations

from dataclasses import replace

from faxcore.dialling.numbers import Destination
from faxcore.dialling.refusal import NumberRefused
from faxcore.model.sentence import Sentence


def add_sub_address(to: Destination, sub_address: str) -> Destination:
    """Give the same destination with a sub-address that is one; an empty one changes nothing. NumberRefused if the
    number has another one already.
    """
    if sub_address in ("", to.sub_address):
        return to
    if to.sub_address:
        sentence = Sentence(
            "{number} has a sub-address already: {sub_address} cannot be another. Please give one of them.",
            {"number": to.shown, "sub_address": sub_address},
        )
        raise NumberRefused("characters", sentence)
    return replace(to, shown=f"{to.shown} #{sub_address}", sub_address=sub_address)
