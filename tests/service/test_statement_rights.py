# SPDX-License-Identifier: GPL-3.0-or-later
"""What others' calls cost is seen by whoever the administrator has named, and of a budget line by its owner."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError
from faxcore.config import BudgetConfig, Config, GroupConfig, LimitConfig, PersonConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.limited import Counted
from faxcore.contract.stated import StatedCall, StatementGrouping, StatementQuery
from tests.service.test_call_tables import make_desk, run
from tests.service.test_office_lines import Clock
from tests.support.fake_service import FakeDesk
from tests.support.invoiced_calls import BRITISH, FRENCH, NOW, Office, bill
from tests.support.service_parts import running

PEOPLE = ("anne", "bob", "carla", "dora", "emil")
SHORT, SHORT_ABROAD = "+3319900****", "+44207946****"
OTHERS = "seen by whom the administrator has named"


def house(folder: Path) -> Config:
    """Bob answers for B-1, and the group of Dora for B-2; Carla may see all, and so may the group of Emil."""
    made = bill(
        folder,
        budgets=(BudgetConfig("B-1", "Legal advice", owner="bob"), BudgetConfig("B-2", "Sales", owner="sellers")),
        persons=tuple(PersonConfig(name) for name in PEOPLE),
        groups=(GroupConfig("sellers", ("dora",)), GroupConfig("controlling", ("emil",))),
    )
    made = replace(made, billing=replace(made.billing, may_see_all=("carla", "controlling")))
    office = Office(folder, made)
    for person in ("anne", "bob"):
        for payer, number in (("B-1", FRENCH), ("B-2", BRITISH), ("", FRENCH)):
            office.call("2026-10-01T10:00:00+00:00", 1, payer, number, person)
    office.store.close()
    return made


def ask(folder: Path, person: str, *queries: StatementQuery) -> list[list[tuple[str, str, str]] | str]:
    """What a person sees of each statement: of each call the person, the payer and the number; or the refusal."""
    config = house(folder)

    async def main() -> list[list[tuple[str, str, str]] | str]:
        seen: list[list[tuple[str, str, str]] | str] = []
        async with running(folder, config, **Clock(NOW.isoformat()).parts()) as (service, _listener):
            for query in queries:
                try:
                    calls = (await service.api.list_costs(person, query)).calls
                    lines = (await service.api.sum_costs(person, replace(query, by=StatementGrouping.PERSON))).lines
                except ApiError as error:
                    assert error.code is ErrorCode.DENIED
                    with pytest.raises(ApiError) as sums:
                        await service.api.sum_costs(person, query)
                    assert sums.value.code is ErrorCode.DENIED
                    seen.append(str(error.sentence))
                else:
                    # What is summed up is what is listed.
                    assert sum(line.calls for line in lines) == len(calls)
                    assert {line.key for line in lines} == {call.person for call in calls}
                    seen.append(sorted(map(_show, calls)))
        return seen

    return asyncio.run(main())


def _show(call: StatedCall) -> tuple[str, str, str]:
    return call.person, call.payer, call.other_number


def own(person: str) -> list[tuple[str, str, str]]:
    return [(person, "", FRENCH), (person, "B-1", FRENCH), (person, "B-2", BRITISH)]


@pytest.mark.parametrize(
    "query",
    [
        StatementQuery(everybody=True),
        StatementQuery(person="bob"),
        StatementQuery(person="bob", payer="B-1"),
        StatementQuery(everybody=True, payer="B-1"),
        StatementQuery(person="nobody-at-all"),
    ],
)
def test_others_are_nobodys_to_see(query: StatementQuery, tmp_path: Path) -> None:
    (refused, mine, of_a_line, by_name) = ask(
        tmp_path, "anne", query, StatementQuery(), StatementQuery(payer="B-1"), StatementQuery(person="anne")
    )
    assert isinstance(refused, str) and OTHERS in refused
    assert mine == by_name == own("anne") and of_a_line == [("anne", "B-1", FRENCH)]


def test_the_owner_of_a_budget_line_sees_what_it_pays_for(tmp_path: Path) -> None:
    """Without the last digits of others' numbers; of other lines, and of what nobody pays, only their own."""
    whole, of_anne, of_mine, other_line, other_everybody, everybody, mine = ask(
        tmp_path,
        "bob",
        StatementQuery(payer="B-1"),
        StatementQuery(payer="B-1", person="anne"),
        StatementQuery(payer="B-1", person="bob"),
        StatementQuery(payer="B-2"),
        StatementQuery(payer="B-2", everybody=True),
        StatementQuery(everybody=True),
        StatementQuery(),
    )
    assert whole == [("anne", "B-1", SHORT), ("bob", "B-1", FRENCH)]
    assert of_anne == [("anne", "B-1", SHORT)] and of_mine == [("bob", "B-1", FRENCH)]
    assert other_line == [("bob", "B-2", BRITISH)] and mine == own("bob")
    assert OTHERS in other_everybody and OTHERS in everybody


def test_a_group_may_be_the_owner(tmp_path: Path) -> None:
    whole, other = ask(tmp_path, "dora", StatementQuery(payer="B-2"), StatementQuery(payer="B-1", everybody=True))
    assert whole == [("anne", "B-2", SHORT_ABROAD), ("bob", "B-2", SHORT_ABROAD)]
    assert OTHERS in other


@pytest.mark.parametrize("person", ["carla", "emil"])
def test_who_may_see_all_sees_all(person: str, tmp_path: Path) -> None:
    everybody, of_bob, of_a_line, mine = ask(
        tmp_path,
        person,
        StatementQuery(everybody=True),
        StatementQuery(person="bob"),
        StatementQuery(payer="B-1", everybody=True),
        StatementQuery(),
    )
    assert everybody == sorted([*own("anne"), *own("bob")]) and of_bob == own("bob")
    assert of_a_line == [("anne", "B-1", FRENCH), ("bob", "B-1", FRENCH)] and mine == []


def test_limits_of_a_budget_line_are_its_owners(tmp_path: Path) -> None:
    config = house(tmp_path)
    limit = LimitConfig("B-1 pages", Counted.PAGES, 10, payer="B-1")
    users = replace(config.budgets[0], users=replace(config.budgets[0].users, persons=("anne",)))
    config = replace(config, limits=(limit,), budgets=(users, config.budgets[1]))

    async def main() -> list[list[str]]:
        async with running(tmp_path, config, **Clock(NOW.isoformat()).parts()) as (service, _listener):
            return [[each.name for each in service.bill_limits.list_own(name)] for name in ("bob", "dora", "anne")]

    assert asyncio.run(main()) == [["B-1 pages"], [], ["B-1 pages"]]


@pytest.mark.parametrize("sees_all", [True, False])
def test_faxctl_asks_by_name_where_one_is_not_the_administrator(sees_all: bool, tmp_path: Path) -> None:
    desk: FakeDesk = make_desk()
    desk.is_nobody, desk.sees_all = True, sees_all

    def work(faxctl: Callable[..., str]) -> None:
        for options in (("--everybody",), ("--person", "bob"), ("--everybody", "--calls", "--json")):
            said = faxctl("statement", *options, code=0 if sees_all else 1)
            assert ("not yours" in said) is not sees_all
        assert "not the administrator" in faxctl("statement", "--everybody", "--purchase", code=1)

    run(desk, tmp_path, work)
    asked = [query for name, query in desk.asked if name == "sum_costs"]
    assert asked and all(query.everybody or query.person == "bob" for query in asked)
