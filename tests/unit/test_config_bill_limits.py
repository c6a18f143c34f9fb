# SPDX-License-Identifier: GPL-3.0-or-later
"""[[limit]]: how much may be faxed in a month or a year, and what is wrong is said with its file and line."""

from pathlib import Path

import pytest

from faxcore.config import ConfigError, LimitConfig
from faxcore.config.reload import changes
from faxcore.contract.limited import Counted, LimitPeriod
from tests.unit.test_config_payers import budget, read, write_tariff


def limit(*lines: str, name: str = "L", per: str = 'per = "month"') -> str:
    return "\n".join(("[[limit]]", f'name = "{name}"', *((per,) if per else ()), *lines, ""))


def test_what_is_said_arrives_and_needs_no_restart(tmp_path: Path) -> None:
    write_tariff(tmp_path / "ours.toml")
    before = '[billing]\nsale = "ours.toml"\n' + budget("4711")
    text = (
        limit("pages = 500", 'person = "anne"', "warn_at = 90", "block = false", 'contact = "Bob, room 3"', name="A")
        + limit("minutes = 60", 'group = "sales"', "together = true", name="B", per='per = "year"')
        + limit("amount = 12.5", 'payer = "4711"', name="C")
        + limit("pages = 20", name="D")
    )
    config = read(tmp_path, before + text)
    assert config.limits == (
        LimitConfig("A", Counted.PAGES, 500, person="anne", warn_at=90, blocks=False, contact="Bob, room 3"),
        LimitConfig("B", Counted.MINUTES, 3_600_000, LimitPeriod.YEAR, group="sales", together=True),
        LimitConfig("C", Counted.AMOUNT, 12_500_000, payer="4711"),
        LimitConfig("D", Counted.PAGES, 20),
    )
    found = changes(read(tmp_path, before), config)
    assert (found.sections, found.restart) == (("limit",), ())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (limit("pages = 1", 'person = "carl"'), r":15: limit 1, person: there is no user or group 'carl'"),
        (limit("pages = 1", 'person = "sales"'), r":15: .*'sales' is a group, and no person: write group = \.\.\.$"),
        (limit("pages = 1", 'group = "anne"'), r":15: .*'anne' is a person, and no group"),
        (limit("pages = 1", 'payer = "X"'), r":15: .*there is no \[\[budget\]\] and no \[\[customer\]\]"),
        (limit("pages = 1", 'person = "anne"', 'group = "sales"'), r":16: .*for a person already: take one"),
        (limit("pages = 1", "together = true"), r":15: .*together: is for a group only"),
        (limit(), r":12: .*has none of pages, minutes and amount"),
        (limit("pages = 1", "minutes = 1"), r":15: .*has several of pages, minutes and amount"),
        (limit("pages = 0"), r":14: .*is 0, with which no fax would ever go out"),
        (limit("pages = 1.5"), r":14: .*must be a number from 0"),
        (limit("amount = 1"), r":14: .*is money by the tariff of \[billing\] sale, and there is none$"),
        (limit("pages = 1", per=""), r"'per' is missing"),
        (limit("pages = 1", per='per = "week"'), r":13: .*'week' is none of: 'month', 'year'"),
        (limit("pages = 1", "warn_at = 0"), r":15: .*from 1 to 100"),
        (limit("pages = 1") + limit("pages = 2"), r":16: .*'L' is there twice, first at .*:12$"),
        (limit("pages = 1") + limit("pages = 2", name="M"), r":18: .*says the same as the limit at .*:12"),
        (limit("pages = 1") + "[retention]\nnames = 31\n", r":13: .*names = 31 .*keep names for 32 days"),
    ],
)
def test_a_wrong_limit_is_refused_with_file_and_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        read(tmp_path, text)


def test_a_payer_may_be_limited_where_names_are_forgotten(tmp_path: Path) -> None:
    text = budget("4711") + limit("pages = 1", 'payer = "4711"') + "[retention]\nnames = 5\n"
    assert [each.payer for each in read(tmp_path, text).limits] == ["4711"]
