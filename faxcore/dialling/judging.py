# SPDX-License-Identifier: GPL-3.0-or-later
"""A number as a person typed it, judged for that person: what it is, how it is written, or why it is not called."""

from __future__ import annotations

from faxcore.config.dialling import DiallingConfig
from faxcore.contract.bus import JudgedNumber
from faxcore.dialling.numbers import Destination, destination
from faxcore.dialling.plan import describe
from faxcore.dialling.refusal import NumberRefused
from faxcore.model.number import NumberKind


def judge_number(number: str, dialling: DiallingConfig) -> JudgedNumber:
    """Judge a number as every way in does."""
    try:
        return describe_destination(destination(number, dialling), dialling)
    except NumberRefused as refused:
        return JudgedNumber(called=False, rule=refused.rule, reason=refused.sentence)


def describe_destination(to: Destination, dialling: DiallingConfig) -> JudgedNumber:
    """Describe what is called; what is dialled for it, with the access codes of the house, is not in it."""
    if to.rule == "internal":
        return JudgedNumber(True, to.shown, kind=NumberKind.INTERNAL, sub_address=to.sub_address, rule=to.rule)
    country, kind = describe(to.key, dialling.region)
    return JudgedNumber(True, to.shown, country, kind, to.key, to.sub_address, to.rule)
