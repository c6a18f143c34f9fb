# SPDX-License-Identifier: GPL-3.0-or-later
"""The payer of a fax: chosen by its sender, else by its rule, else by default; or a sentence that says why not."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from faxcore.billing.payer_choice import PayerRefused, choose_payer, list_usable
from faxcore.config import BillingConfig, ConfigError, GroupConfig, NamedPeople, PayerConfig, Sender
from faxcore.config.payers import read_payers
from faxcore.config.table import Table
from faxcore.config.toml_source import Source
from tests.support.hypothesis_profiles import examples

DAY = date(2026, 11, 28)
ANNE = Sender("anne", frozenset({"sales"}))
FOR_ANNE, FOR_SALES = NamedPeople(("anne",)), NamedPeople((), ("sales",))

ALL = PayerConfig("ALL", "Everybody's")
OTHERS = PayerConfig("OTHERS", "Bob's", users=NamedPeople(("bob",)))
NEXT = PayerConfig("NEXT", "Next year", valid_from=date(2027, 1, 1))
LAST = PayerConfig("LAST", "Last year", valid_until=date(2025, 12, 31))
OWN = PayerConfig("OWN", "Anne's", default_for=FOR_ANNE)
SALES = PayerConfig("SALES", "Sales", users=FOR_SALES, default_for=FOR_SALES)
DESK = PayerConfig("DESK", "Desk", default_for=NamedPeople((), ("desk",)))


def choose(
    *payers: PayerConfig, chosen: str = "", by_rule: str = "", required: bool = False, who: Sender = ANNE
) -> str:
    found = choose_payer(payers, who, DAY, chosen, by_rule, required=required)
    return "" if found is None else found.code


def test_the_sender_comes_first_then_the_rule_then_the_name_then_the_group() -> None:
    payers = (SALES, OWN, ALL, OTHERS)
    assert choose(*payers, chosen="ALL", by_rule="OTHERS") == "ALL"
    assert choose(*payers, by_rule="OTHERS") == "OTHERS", "a rule's payer pays for those who may not choose it"
    assert choose(*payers) == "OWN"
    assert choose(SALES, ALL, OTHERS) == "SALES"
    assert choose(ALL, OTHERS) == choose() == ""


def test_a_rule_or_a_default_that_is_not_valid_counts_as_if_it_was_not_there() -> None:
    old = PayerConfig("OLD", "Old", valid_until=DAY - timedelta(1), default_for=FOR_ANNE)
    assert choose(old, SALES, LAST, by_rule="LAST") == "SALES"
    theirs = PayerConfig("THEIRS", "Theirs", users=NamedPeople(("bob",)), default_for=FOR_SALES)
    assert choose(theirs, ALL) == ""


def test_the_first_and_the_last_day_count() -> None:
    payer = PayerConfig("DAY", "One day", DAY, DAY)
    assert choose(payer, chosen="DAY") == "DAY"
    assert [payer.is_valid_on(DAY + timedelta(days)) for days in (-1, 0, 1)] == [False, True, False]


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ("NONE", "There is no payer “NONE”: “faxctl payers” lists yours."),
        ("OTHERS", "“OTHERS” does not pay for your faxes: “faxctl payers” lists who does."),
        ("NEXT", "“NEXT” (Next year) pays for no fax before 2027-01-01: choose another payer."),
        ("LAST", "“LAST” (Last year) has paid for faxes until 2025-12-31: choose another payer."),
    ],
)
def test_a_payer_that_may_not_be_chosen_is_refused(chosen: str, sentence: str) -> None:
    with pytest.raises(PayerRefused) as refused:
        choose(ALL, OTHERS, NEXT, LAST, chosen=chosen, by_rule="ALL")
    assert str(refused.value.sentence) == sentence


def test_two_groups_with_different_payers_leave_the_choice_to_the_sender() -> None:
    both = Sender("anne", frozenset({"sales", "desk"}))
    with pytest.raises(PayerRefused, match=r"different payers \(SALES, DESK\): choose one"):
        choose(SALES, DESK, who=both)
    assert choose(SALES, DESK, chosen="DESK", who=both) == "DESK"
    assert choose(SALES, DESK, ALL, by_rule="ALL", who=both) == "ALL"
    assert choose(SALES, DESK, OWN, who=both) == "OWN"


def test_a_fax_without_a_payer_is_refused_where_one_is_required() -> None:
    with pytest.raises(PayerRefused, match="This fax needs a payer"):
        choose(ALL, required=True)
    assert choose(SALES, required=True) == "SALES"


days = st.none() | st.dates(DAY - timedelta(2), DAY + timedelta(2))
named = st.builds(
    NamedPeople,
    st.lists(st.sampled_from(["anne", "bob"]), unique=True).map(tuple),
    st.lists(st.sampled_from(["sales", "desk"]), unique=True).map(tuple),
)
drawn = st.builds(PayerConfig, st.sampled_from("ABCDE"), st.just("x"), days, days, named, named)
payer_lists = st.lists(drawn, max_size=5, unique_by=lambda payer: payer.code)
codes = st.sampled_from(["", *"ABCDEF"])
senders = st.builds(Sender, st.sampled_from(["anne", "bob"]), st.frozensets(st.sampled_from(["sales", "desk"])))


@given(payer_lists, senders, codes, codes, st.booleans())
def test_whoever_pays_is_valid_and_may_be_used_or_is_the_rules(
    payers: list[PayerConfig], sender: Sender, chosen: str, by_rule: str, required: bool
) -> None:
    usable = [payer.code for payer in list_usable(payers, sender, DAY)]
    try:
        found = choose_payer(payers, sender, DAY, chosen, by_rule, required=required)
    except PayerRefused:
        assert chosen not in usable
        return
    if found is None:
        assert not chosen
        assert not required
        return
    assert found.is_valid_on(DAY)
    assert found.code in usable or found.code == by_rule
    if chosen:
        assert found.code == chosen
    elif by_rule in [payer.code for payer in payers if payer.is_valid_on(DAY)]:
        assert found.code == by_rule
    else:
        assert found.default_for.includes(sender.name, sender.groups)


def write_payer(payer: PayerConfig) -> str:
    """The payer as its table in the configuration."""
    lines = ["[[budget]]", f'code = "{payer.code}"', f'name = "{payer.name}"']
    lines += [f"{key} = {day}" for key in ("valid_from", "valid_until") if (day := getattr(payer, key))]
    for key in ("users", "default_for"):
        who: NamedPeople = getattr(payer, key)
        lines.append(f"{key} = {[*who.persons, *who.groups]}")
    return "\n".join(lines)


GROUPS = (GroupConfig("sales", ("anne", "bob")), GroupConfig("desk", ("bob",)))
WRITTEN = """
person = [{ name = "anne" }, { name = "bob" }]
group = [{ name = "sales", members = ["anne", "bob"] }, { name = "desk", members = ["bob"] }]
"""


few = st.sampled_from([(), ("sales",), ("desk",)])
lapses = st.sampled_from([(None, None), (None, DAY), (DAY, None), (DAY + timedelta(1), None)])
likely = st.builds(
    lambda code, lapse, users, persons, groups: PayerConfig(
        code, "x", *lapse, NamedPeople((), users), NamedPeople(persons, groups)
    ),
    st.sampled_from("ABC"),
    lapses,
    few,
    st.sampled_from([(), (), (), ("bob",)]),
    few,
)
likely_lists = st.lists(likely, max_size=3, unique_by=lambda payer: payer.code)


@examples(300)
@given(payer_lists | likely_lists)
@example(
    [
        PayerConfig("A", "x", None, DAY, default_for=NamedPeople(("bob",))),
        PayerConfig("B", "x", default_for=NamedPeople((), ("desk",))),
        PayerConfig("C", "x", default_for=NamedPeople((), ("sales",))),
    ]
)
def test_what_the_configuration_takes_leaves_nobody_with_two_payers(payers: list[PayerConfig]) -> None:
    """Of groups of the configuration, on any day; and it refuses nothing but what says two things or nothing."""
    source = Source.read_alone(Path("facteur.toml"), "\n".join([WRITTEN, *map(write_payer, payers)]))
    people = [Sender(name, frozenset(each.name for each in GROUPS if name in each.members)) for name in ("anne", "bob")]
    days = [DAY + timedelta(offset) for offset in range(-3, 4)]
    try:
        budgets, _customers = read_payers(Table(source, source.values), BillingConfig(), GROUPS)
    except ConfigError as error:
        assert any(word in str(error) for word in ("two defaults", "may not use it", "never be valid"))
        return
    assert [(each.users, each.default_for) for each in budgets] == [(each.users, each.default_for) for each in payers]
    for sender in people:
        for day in days:
            choose_payer(budgets, sender, day)


@given(payer_lists, senders, st.randoms())
def test_the_order_in_the_file_decides_nothing(payers: list[PayerConfig], sender: Sender, random: object) -> None:
    def find(them: list[PayerConfig]) -> str | None:
        try:
            found = choose_payer(them, sender, DAY)
        except PayerRefused:
            return None
        return found.code if found else ""

    shuffled = list(payers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert find(payers) == find(shuffled)
