# SPDX-License-Identifier: GPL-3.0-or-later
"""A number as a person typed it, judged for that person: what it is, how it is written, or why it is not called."""

from __future__ import annotations

from dataclasses import replace

from faxcore.config import Config, DiallingConfig, Sender
from faxcore.contract.order import JudgedNumber
from faxcore.dialling.grouping import group_digits
from faxcore.dialling.line_dial import connects_on
from faxcore.dialling.numbers import Destination
from faxcore.dialling.plan import describe
from faxcore.dialling.refusal import NumberRefused
from faxcore.dialling.ruling import find_rule, permit
from faxcore.model.number import NumberKind


def judge_number(number: str, config: Config, sender: Sender) -> JudgedNumber:
    """Judge a number as every way in does."""
    grouped = group_digits(number, config.dialling.region)
    try:
        to = permit(number, config, sender)
    except NumberRefused as refused:
        return JudgedNumber(called=False, rule=refused.rule, reason=refused.sentence, grouped=grouped)
    described, rule = describe_destination(to, config.dialling), find_rule(config, to.key, sender)
    lines = tuple(
        line.name
        for line in config.all_lines()
        if line.dials and rule.takes(line) and not connects_on(line, rule, to.key, config.dialling)
    )
    return replace(described, rule=rule.shown or described.rule, lines=lines, hours=rule.hours.texts, grouped=grouped)


def describe_destination(to: Destination, dialling: DiallingConfig) -> JudgedNumber:
    """Describe what is called; what is dialled for it, with the access codes of the house, is not in it."""
    if to.rule == "internal":
        return JudgedNumber(True, to.shown, kind=NumberKind.INTERNAL, sub_address=to.sub_address, rule=to.rule)
    country, kind = describe(to.key, dialling.region)
    return JudgedNumber(True, to.shown, country, kind, to.key, to.sub_address, to.rule)
