# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual is true where a program can know: commands and options exist, and French has what English has."""

from __future__ import annotations

import argparse
import re
from functools import cache
from pathlib import Path

import pytest

from faxcore.cli.command_parser import CommandParser
from faxcore.cli.main import make_parser

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("[uf]*/*.md")])
COMMAND = re.compile(r"(?:^    (?:\S*/)?|`|sudo )faxctl ([a-z][a-z-]*(?: [a-z][a-z-]*)*)([^\n`#;]*)", re.MULTILINE)
USER = sorted(path.name for path in (ROOT / "docs/user").glob("*.md"))


@cache
def faxctl() -> CommandParser:
    return make_parser()


def commands(parser: CommandParser) -> dict[str, CommandParser]:
    """The commands below this one."""
    parser.complete()
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0].choices) if found else {}


def shape(page: Path) -> list[str]:
    """Headings, rows of tables, pictures and lines of examples, without their words."""
    lines = page.read_text(encoding="utf-8").splitlines()
    kinds = (re.match(r"(#+ |\||!\[|    |\d\. |- )", line) for line in lines)
    return [kind[0] for kind in kinds if kind]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_and_option_that_the_manual_names_exists(page: Path) -> None:
    for found in COMMAND.finditer(page.read_text(encoding="utf-8")):
        parser, words = faxctl(), found[1].split()
        assert words[0] in commands(parser), found[0]
        while words and words[0] in commands(parser):
            parser = commands(parser)[words.pop(0)]
        assert not (commands(parser) and words), found[0]
        options = {option for action in parser._actions for option in action.option_strings}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", found[2])) <= options, found[0]


@pytest.mark.parametrize("name", USER)
def test_the_french_manual_has_what_the_english_one_has(name: str) -> None:
    assert shape(ROOT / "docs/fr" / name) == shape(ROOT / "docs/user" / name)


def test_no_page_is_there_in_french_only() -> None:
    assert sorted(path.name for path in (ROOT / "docs/fr").glob("*.md")) == USER


@pytest.mark.parametrize("name", USER)
def test_french_signs_do_not_stand_at_the_beginning_of_a_line(name: str) -> None:
    """A space that does not break stands before them, but in examples of commands."""
    text = (ROOT / "docs/fr" / name).read_text(encoding="utf-8")
    prose = re.sub(r"`[^`\n]*`", "", re.sub(r"^    .*$", "", text, flags=re.MULTILINE))
    assert not re.findall(r".* [:;?!»].*|.*« .*", prose)
