# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers of a line in the configuration: what the faxes of their owners have."""

from pathlib import Path

import pytest

from faxcore.cli.main import main
from faxcore.config import Config, ConfigError, load
from faxcore.config.reload import changes

BEGIN = """\
[[header]]
id = "office"
name = "Office"
[[line]]
name = "one"
device = "/dev/one"
numbers = [
    { number = "0199000001" },
    { number = "0199000002", %s },
]
"""


def read(folder: Path, said: str) -> Config:
    path = folder / "facteur.toml"
    path.write_text(BEGIN % said)
    return load(path)


def test_what_is_said_of_a_number_arrives_and_needs_no_restart(tmp_path: Path) -> None:
    config = read(tmp_path, 'header = "office", header_line = " Cabinet du Dr Müller ", language = "fr"')
    first, second = config.lines[0].numbers
    assert (first.header, first.header_line, first.language) == ("", "", "")
    assert (second.header, second.header_line, second.language) == ("office", "Cabinet du Dr Müller", "fr")
    found = changes(read(tmp_path, 'header = "office"'), read(tmp_path, 'name = "Surgery"'))
    assert (found.sections, found.restart, len(found.lines.updated)) == (("line",), (), 1)


def test_the_shipped_headers_may_be_named_where_no_other_is(tmp_path: Path) -> None:
    path = tmp_path / "facteur.toml"
    path.write_text('[[line]]\nname = "a"\ndevice = "/a"\nnumbers = [{ number = "1", header = "cover" }]\n')
    assert load(path).lines[0].numbers[0].header == "cover"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('header = "ofice"', "header: 'ofice' is none of: 'office'; did you mean 'office'?"),
        ('header = "cover"', "header: 'cover' is none of: 'office'"),
        ('header = ""', "header: '' is none of: 'office'"),
        ('language = "de"', "language: 'de' is none of: 'en', 'fr'"),
        ('header_line = "a\\nb"', "header_line: must be one line of at most 60 characters"),
        (f'header_line = "{"a" * 61}"', "header_line: must be one line of at most 60 characters"),
        ("header = 1", "header: must be a text in quotes, not 1"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], said: str, words: str
) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, said)
    assert str(error.value).startswith(f"{tmp_path}/facteur.toml:9: line 1, numbers 2, ")
    assert words in str(error.value)
    assert main(["config", "check", str(tmp_path / "facteur.toml")]) == 1
    assert capsys.readouterr().err == f"{error.value}\n"


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"GIF89a", "must be a PNG or JPEG picture of at most 500 kB"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500_000), "must be a PNG or JPEG picture of at most 500 kB"),
    ],
)
def test_a_logo_that_is_none_is_refused(tmp_path: Path, octets: bytes | None, words: str) -> None:
    logo, path = tmp_path / "logo", tmp_path / "facteur.toml"
    if octets is not None:
        logo.write_bytes(octets)
    path.write_text(f'[[header]]\nid = "a"\nname = "A"\nlogo = "{logo}"\n')
    with pytest.raises(ConfigError, match=words):
        load(path)
    logo.write_bytes(b"\xff\xd8\xff\xe0")
    assert load(path).headers[0].logo == str(logo)


def test_a_header_has_a_language_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "facteur.toml"
    begin = '[[header]]\nid = "a"\nname = "A"\n[[header]]\nid = "b"\nname = "B"\n'
    path.write_text(begin + 'language = "en"\n')
    assert [header.language for header in load(path).headers] == ["", "en"]
    path.write_text(begin + 'language = "eng"\n')
    with pytest.raises(ConfigError, match=":7: header 2, language: 'eng' is none of: 'en', 'fr'; did you mean 'en'"):
        load(path)
