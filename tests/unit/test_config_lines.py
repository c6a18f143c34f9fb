# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines in errors about the configuration: every key is found where it stands, however it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.config import ConfigError, load
from faxcore.config.toml_positions import Where, find_duplicate, find_lines

STRANGE = '''\
# a comment with = and [brackets]
"quoted key" = "a # that is not a comment"
'single.quoted' . plain . "\\u0041" = 1   # dotted

[ a . "b c" ]  # spaces in a header
text = """
key = "not a key"
[not.a.header]
\\""" still the text """
raw = \'\'\'
'' [[line]] \'\'\'
list = [
    1, [2, 3],
    # between
    { x = 1, y.z = [
        { deep = true },
    ] },
]
when = 1979-05-27 07:32:00
[a]
later = ""

[[line]]
name = 'first'
[line.inner]
x = 1
[[line.numbers]]
n = 1
[[line.numbers]]
n = 2
[[line]]
numbers = [ { n = 3 }, { n = 4 } ]
'''


def paths(value: Any, where: Where = ()) -> Iterator[Where]:
    """The path of everything in these values."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*where, step)
        yield from paths(inner, (*where, step))


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (("quoted key",), 2),
        (("single.quoted", "plain", "A"), 3),
        (("a", "b c"), 5),
        (("a", "b c", "text"), 6),
        (("a", "b c", "raw"), 10),
        (("a", "b c", "list"), 12),
        (("a", "b c", "list", 1, 1), 13),
        (("a", "b c", "list", 2, "y", "z"), 15),
        (("a", "b c", "list", 2, "y", "z", 0, "deep"), 16),
        (("a", "b c", "when"), 19),
        (("a",), 20),
        (("a", "later"), 21),
        (("line", 0), 23),
        (("line", 0, "inner", "x"), 26),
        (("line", 0, "numbers", 0, "n"), 28),
        (("line", 0, "numbers", 1), 29),
        (("line", 1), 31),
        (("line", 1, "numbers", 1, "n"), 32),
    ],
)
def test_everything_is_found_in_its_line(where: Where, line: int) -> None:
    assert find_lines(STRANGE)[where] == line
    assert find_lines(STRANGE.replace("\n", "\r\n"))[where] == line


def test_nothing_is_found_that_is_not_there() -> None:
    assert set(find_lines(STRANGE)) == set(paths(tomllib.loads(STRANGE)))


WORDS = ["a", "b", '"a"', "'b c'", "=", "=", ".", ",", "[", "]", "[[", "]]", "{", "}", "\n", "\n", " ", "#"]
WORDS += ["1", '"x"', "true", '"""', "'''", "\\", "\r\n", "a = 1\n", "[a]\n", "[[a]]\n", "[a.b]\n", "b = [{a = 1}]\n"]


@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join))
def test_any_text_is_read_as_tomllib_reads_it(text: str) -> None:
    """Or, where tomllib does not read it, looked through without an error or an end."""
    find_duplicate(text)
    try:
        values = tomllib.loads(text)
    except ValueError:
        return
    lines = find_lines(text)
    assert set(lines) == set(paths(values))
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())
    assert find_duplicate(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[queue]\ntries = 1\ntries = 2\n", "3: queue, tries: is already set at line 2"),
        ("[queue]\ntries = 1\n[folders]\n[queue]\n", "4: queue: is already set at line 1"),
        ("queue.tries = 1\n'queue'.\"tries\" = 2\n", "2: queue, tries: is already set at line 1"),
        ("queue = {\n", "1: not TOML: "),
        ('[station]\nname = "open\n', "2: not TOML: Illegal character '\\n' (column 13)"),
        ('[station]\nname = """open\n\n', "3: not TOML: Unterminated string (at the end of the file)"),
        ("[queue]\ntries = 08\n", "2: not TOML: "),
        ("\n\ntries 3\n", "3: not TOML: "),
        ("[queue]\ntries = 3\n[queue.tries]\n", "3: queue, tries: is already set at line 2"),
        ("[station]\n\nname = caf\u00e9\n", "3: not TOML: Invalid value (column 8)"),
    ],
)
def test_a_syntax_error_has_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "facteur.toml").write_text(text)
    with pytest.raises(ConfigError) as error:
        load(tmp_path / "facteur.toml")
    assert str(error.value).startswith(f"{tmp_path}/facteur.toml:{said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("queue.tris = 1", "1: queue, tris: unknown key; did you mean 'tries'?"),
        ("[station]\n'id' = 3", "2: station, id: must be a text in quotes, not 3"),
        ('\nqueue = { "tries" = 0 }', "2: queue, tries: must be a whole number from 1 to 100, not 0"),
        ("[queue]\ntries = true", "2: queue, tries: must be a whole number from 1 to 100, not true"),
        ("[queue.wait]\nbusy = 2026-11-26", "2: queue, wait, busy: must be a whole number from 0 to 86400, not the"),
        ("queue = 3", "1: queue: must be a table, [queue], not 3"),
        ("[line]\nname = 'a'", "1: line: must be a list of tables, [[line]], not a table"),
        ("line = [\n  3,\n]", "2: line 1: must be a list of tables, [[line]], and has 3 in it"),
        (
            "[dialling]\nallowed_countries = [\n    'FR',\n    'XX',\n]",
            "4: dialling, allowed_countries 2: 'XX' is not a c",
        ),
        ("[dialling]\ninternal = [\n  '1',\n  2,\n]", "4: dialling, internal 2: must be a list of texts"),
        ("# only\n[[header]]\nname = 'x'", "2: header 1: 'id' is missing; it must be a text in quotes"),
        (
            "line = [\n  { name = 'a', device = '/a' },\n  { name = 'b', device = '/b', setup = [\n  ], jbg = 1 },\n]",
            "4: line 2, jbg: unknown key; did you mean 'jbig'?",
        ),
        (
            "[[line]]\nname = 'a'\ndevice = '/a'\n[[line.numbers]]\nnumber = '1'\n[[line.numbers]]\nring = 'A'",
            "6: line 1, numbers 2: 'number' is missing",
        ),
        ("[folders]\nstate = 'var'", "2: folders, state: must be an absolute path, not 'var'"),
        ('[folders]\nstate = "/x\\u0000"', "2: folders, state: must be an absolute path, not '/x\\x00'"),
    ],
)
def test_a_wrong_value_has_its_line_however_it_is_written(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "facteur.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        load(path)
    assert str(error.value).startswith(f"{path}:{said}")
