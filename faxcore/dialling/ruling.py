# SPDX-License-Identifier: GPL-3.0-or-later
"""The configured rules by which faxes go out: which one fits a destination and its sender, and what it forbids."""

from __future__ import annotations

from functools import lru_cache

from faxcore.config import Config, Sender, SendingRule
from faxcore.dialling.line_dial import connects_on
from faxcore.dialling.numbers import Destination, destination
from faxcore.dialling.plan import describe
from faxcore.dialling.refusal import NumberRefused
from faxcore.model.sentence import Sentence

FREELY = SendingRule("")
"""Where no rule fits: on any line."""


def find_rule(config: Config, to: str, sender: Sender) -> SendingRule:
    """Find the first rule that fits; `to` is the number in international form, or an internal one."""
    return next((rule for rule in config.rules if rule.is_for(sender) and _leads_to(rule, to, config)), FREELY)


def _leads_to(rule: SendingRule, to: str, config: Config) -> bool:
    if not rule.destinations and not rule.countries:
        return True
    return to.startswith(rule.destinations) or (
        bool(rule.countries) and _country(to, config.dialling.region) in rule.countries
    )


@lru_cache(maxsize=10_000)
def _country(to: str, region: str) -> str:
    return describe(to, region)[0] if to.startswith("+") else ""


def explain_refusal(rule: SendingRule, shown: str) -> Sentence:
    """Say that a rule forbids a fax."""
    return Sentence(
        "No fax is sent to {number}: the rule “{rule}” of this service forbids it.",
        {"number": shown, "rule": rule.name},
    )


def permit(number: str, config: Config, sender: Sender) -> Destination:
    """Find the destination of a number as a person typed it. NumberRefused if it is not called, or not for them."""
    to = destination(number, config.dialling)
    rule = find_rule(config, to.key, sender)
    if rule.refuse:
        raise NumberRefused(rule.shown, explain_refusal(rule, to.shown))
    known = config.all_lines()
    if not known:
        # It waits for the first one, whatever that will be.
        return to
    lines = [line for line in known if line.dials and rule.takes(line)]
    if not lines:
        raise NumberRefused("lines", Sentence("No line of this service sends faxes: all are for receiving only."))
    if all(connects_on(line, rule, to.key, config.dialling) for line in lines):
        sentence = Sentence(
            "{number} would be dialled behind a prefix with which it begins with an emergency number; no fax is sent to"
            " it.",
            {"number": to.shown},
        )
        raise NumberRefused("emergency", sentence)
    return to
