# SPDX-License-Identifier: GPL-3.0-or-later
"""The configured rules: the first that fits counts, by person, group, beginning and country; refusals name theirs."""

from dataclasses import replace
from pathlib import Path

import pytest

from faxcore.config import Config, DiallingConfig, ExchangeConfig, LineConfig, Sender, SendingRule
from faxcore.dialling.judging import judge_number
from faxcore.dialling.refusal import NumberRefused
from faxcore.dialling.ruling import FREELY, find_rule, permit
from faxcore.model.line_direction import LineDirection

LINES = tuple(LineConfig(name, Path(f"/dev/{name}"), "", groups=(group,)) for name, group in (("a", "west"), ("b", "")))
DIALLING = DiallingConfig(allowed_countries=("FR", "BE", "US"), internal=("2XX",))
ANNE, BOB = Sender("anne", frozenset({"office"})), Sender("bob")
RULES = (
    SendingRule("Boss", persons=("bob",), lines=("west",)),
    SendingRule("Town", destinations=("+331", "2"), lines=("b",)),
    SendingRule("Abroad", countries=("BE", "US"), groups=("office",)),
    SendingRule("Not abroad", countries=("BE", "US"), refuse=True),
)
CONFIG = Config(lines=LINES, dialling=DIALLING, rules=RULES)


@pytest.mark.parametrize(
    ("to", "sender", "rule"),
    [
        ("+33199000002", BOB, "Boss"),
        ("+33199000002", ANNE, "Town"),
        ("+33299000002", ANNE, ""),
        ("234", ANNE, "Town"),
        ("+3221234567", ANNE, "Abroad"),
        ("+3221234567", Sender("carl"), "Not abroad"),
        ("+12125550123", Sender("carl"), "Not abroad"),
        # Canada has the same code as the United States.
        ("+16135550123", Sender("carl"), ""),
    ],
)
def test_the_first_rule_that_fits_counts(to: str, sender: Sender, rule: str) -> None:
    assert find_rule(CONFIG, to, sender).name == rule
    assert find_rule(replace(CONFIG, rules=()), to, sender) is FREELY


def test_where_there_is_no_line_yet_a_number_is_judged_as_ever() -> None:
    config = replace(CONFIG, lines=(), exchange=ExchangeConfig(lines=0), rules=RULES[2:])
    judged = judge_number("+32 2 123 45 67", config, ANNE)
    assert (judged.called, judged.rule, judged.lines) == (True, "rule Abroad", ())
    assert judge_number("+32 2 123 45 67", config, BOB).rule == "rule Not abroad"
    assert judge_number("112", config, ANNE).rule == "emergency"


def test_a_refusal_names_its_rule() -> None:
    with pytest.raises(NumberRefused) as error:
        permit("+32 2 123 45 67", CONFIG, Sender("carl"))
    assert error.value.rule == "rule Not abroad"
    assert str(error.value) == "No fax is sent to +32 2 123 45 67: the rule “Not abroad” of this service forbids it."
    assert permit("+32 2 123 45 67", CONFIG, ANNE).key == "+3221234567"


def test_the_rules_of_the_numbers_go_first() -> None:
    with pytest.raises(NumberRefused) as error:
        permit("+44 20 7946 0000", CONFIG, ANNE)
    assert error.value.rule == "country"


def test_a_number_is_judged_for_the_one_who_asks() -> None:
    here = judge_number("01 99 00 00 02", CONFIG, ANNE)
    assert (here.called, here.rule, here.lines) == (True, "rule Town", ("b",))
    assert judge_number("01 99 00 00 02", CONFIG, BOB).lines == ("a",)
    free = judge_number("02 99 00 00 02", CONFIG, ANNE)
    assert (free.rule, free.lines) == ("country", ("a", "b"))
    refused = judge_number("+32 2 123 45 67", CONFIG, Sender("carl"))
    assert (refused.called, refused.rule, refused.lines) == (False, "rule Not abroad", ())


def test_where_no_line_dials_nothing_is_taken() -> None:
    receiving = tuple(replace(line, direction=LineDirection.IN) for line in LINES)
    with pytest.raises(NumberRefused) as error:
        permit("02 99 00 00 02", replace(CONFIG, lines=receiving), ANNE)
    assert (error.value.rule, str(error.value)[:40]) == ("lines", "No line of this service sends faxes: all")


def test_a_refusal_does_not_show_an_access_code() -> None:
    """In Australia, 0 for the outside line and 0011 for abroad would begin with 000."""
    dialling = DiallingConfig("AU", ("AU", "FR"), "0")
    with pytest.raises(NumberRefused, match="dialled as 00011331"):
        permit("+33 1 99 00 00 02", Config(dialling=dialling), ANNE)
    with pytest.raises(NumberRefused, match="dialled as …0011331") as error:
        permit("+33 1 99 00 00 02", Config(dialling=replace(dialling, hide_prefix=True)), ANNE)
    assert error.value.rule == "emergency"
