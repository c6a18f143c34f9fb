# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about tariffs is true: its examples are priced as it says, and it names each key that is read."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

from faxcore.billing import tariff_file, tariff_rules
from faxcore.billing.tariff_file import read_tariff
from tests.support import CHECKOUT
from tests.support.tariffs import answered, net, paris, price, tariff

PAGE = (CHECKOUT / "docs/tariffs.md").read_text()
EXAMPLE = CHECKOUT / "packaging/tariff-example.toml"
READERS = ("text", "title", "choice", "number", "whole", "flag", "texts", "day", "days", "table", "tables")


def written_keys() -> set[str]:
    """The keys in the first column of the page's tables, and those that it says a table like [vat] has in itself."""
    rows = re.findall(r"^\| (`[^|]*) \| (.*) \|$", PAGE, re.MULTILINE)
    keys = {key for first, _about in rows for key in re.findall(r"`\[*(\w+)\]*`", first)}
    return keys | {key for first, about in rows if "[" in first for key in re.findall(r"`(\w+)`", about)}


def read_keys() -> set[str]:
    """The keys that the readers of a tariff ask a table for."""
    found = set()
    for module in (tariff_file, tariff_rules):
        for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS:
                found |= {each.value for each in node.args[:1] if isinstance(each, ast.Constant)}
    # Those are asked for by a loop, and in another room.
    return found | {"connection", "per_minute", "first_seconds", "then_seconds", "minimum", "maximum", "hours"}


def test_every_key_is_on_the_page() -> None:
    # The keys of a tier stand in its example.
    assert written_keys() | {"after", "rule"} == read_keys()


def test_the_smallest_tariff_costs_what_the_page_says(tmp_path: Path) -> None:
    block = re.search(r"The smallest one is\n\n((?:    .*\n|\n)+)", PAGE)
    assert block is not None
    text = textwrap.dedent(block[1])
    assert "by which three pages cost 0.30 EUR and VAT" in PAGE
    assert net(tariff(tmp_path, text, ""), answered(95, pages=3)) == "0.30"


def test_the_page_says_what_an_increment_over_a_boundary_costs(tmp_path: Path) -> None:
    assert "from 17:59:00 on, with 60 and 30 seconds" in PAGE
    text = EXAMPLE.read_text().replace("then_seconds = 1\n", "then_seconds = 30\n")
    found = price(tariff(tmp_path, text, ""), answered(100, paris("2026-11-27 17:59:00")))
    assert [str(step) for step in found.steps][4:6] == [
        "60 s begun at other hours, at 0.0240 EUR a minute: 0.0240 EUR",
        "60 s begun in the hours “off-peak”, at 0.0120 EUR a minute: 0.0120 EUR",
    ]


def test_the_example_prices_a_call() -> None:
    read = read_tariff(EXAMPLE)
    assert read.name == "Example, business lines"
    # 0.08, a whole minute in the day, 0.024, and 35 s more, 0.014.
    assert net(read, answered(95)) == "0.1180"
    # Christmas Eve is in its further_holidays: 95 s at 0.012 are 0.019.
    assert net(read, answered(95, paris("2026-12-24 10:00:00"))) == "0.0990"
