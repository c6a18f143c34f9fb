# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of promises is true: none is missing, and each has tests that exist, or is said not to be promised yet."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/promises.md").read_text()
ROWS = {int(row[1]): row[0] for row in re.finditer(r"^\| P(\d+) \|.*$", PAGE, re.MULTILINE)}
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def test_no_promise_is_missing_or_there_twice() -> None:
    assert sorted(map(int, re.findall(r"^\| P(\d+) \|", PAGE, re.MULTILINE))) == list(range(1, 29))


@pytest.mark.parametrize("number", range(1, 29))
def test_a_promise_has_its_test_or_is_none_yet(number: int) -> None:
    guarantees, tests = ROWS[number].split(" | ")[1:3]
    assert guarantees.startswith("*Not promised yet") or "::test_" in tests


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_every_test_that_is_named_exists(file: str, name: str) -> None:
    module = ast.parse((ROOT / file).read_text())
    assert name in {node.name for node in module.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_nothing_else_in_backticks_is_a_test() -> None:
    """A name with a slip would not be looked up at all."""
    named = {f"{file}::{name}" for file, name in TESTS}
    assert set(re.findall(r"`([^`]*::[^`]*)`", PAGE)) == named


def test_every_command_that_is_named_exists() -> None:
    for option in re.findall(r"`packaging/check (--\w+)", PAGE):
        assert f"= {option} ]" in (ROOT / "packaging/check").read_text()
    for module in re.findall(r"`python -m ([\w.]+)", PAGE):
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module
