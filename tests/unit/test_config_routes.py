# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of received faxes in the configuration: one that can never fit, or changes nothing, is refused."""

from __future__ import annotations

import getpass
from dataclasses import fields
from pathlib import Path

import pytest

from faxcore.config import Config, ConfigError, FileNaming, RoutingRule, load
from faxcore.config.reload import changes
from faxcore.config.telling import TellingConfig
from tests.support import CHECKOUT

USER = getpass.getuser()
BEGIN = """\
[[person]]
name = "roux"
[[line]]
name = "one"
device = "/dev/one"
groups = ["west"]
numbers = [{ number = "01 99 00 00 01" }]
[[line]]
name = "two"
device = "/dev/two"
numbers = [{ number = "0199000002" }]
[[line]]
name = "three"
device = "/dev/three"
direction = "out"
[[route]]
name = "First"
callers = ["+33 1 99"]
hours = ["Mon-Fri 08:00-18:00"]
owners = ["roux"]
"""
LINES = BEGIN.count("\n")


def read(folder: Path, text: str) -> Config:
    path = folder / "facteur.toml"
    path.write_text(BEGIN + text)
    return load(path)


def route(*parts: str) -> str:
    """A route: [[route]], its name, and what else it says."""
    return "\n".join(["[[route]]", 'name = "Second"', *parts, ""])


def test_a_route_arrives(tmp_path: Path) -> None:
    conditions = ['lines = ["west", "two"]', 'called = ["0199000001"]', 'callers = ["+44 (20)", "unknown", "2"]']
    conditions += ['stations = ["ACME*"]', 'sub_addresses = ["42"]', f'owners = ["{USER}", "roux"]', 'folder = "/srv"']
    first, second = read(tmp_path, route(*conditions)).routes
    assert (first.name, first.callers, first.owners, first.folder) == ("First", ("+33199",), ("roux",), None)
    assert second.lines == ("west", "two")
    assert second.callers == ("+4420", "unknown", "2")
    assert (second.stations, second.sub_addresses, second.folder) == (("ACME*",), ("42",), Path("/srv"))
    assert not first.hours.is_always
    assert second.hours.is_always


def test_the_example_in_the_shipped_configuration_is_right(tmp_path: Path) -> None:
    """It has every key, and works once it is no comment any more."""
    shipped = (CHECKOUT / "packaging/facteur.toml").read_text()
    example = shipped[shipped.index("# [[route]]") : shipped.index("# A telephone line")].splitlines()
    text = "\n".join(line.removeprefix("# ") for line in example)
    text = text.replace('"anne", "accounting"', '"roux"').replace("line-1", "two")
    text += '[mail]\nserver = "mail.example.org"\nsender = "fax@example.org"\n'
    assert [each.name for each in read(tmp_path, text).routes] == ["First", "Orders by day"]
    keys = {each.name for kind in (RoutingRule, TellingConfig, FileNaming) for each in fields(kind)}
    assert not [key for key in keys - {"telling", "naming"} if key not in text]


def test_a_running_service_takes_routes_on(tmp_path: Path) -> None:
    before = read(tmp_path, "")
    found = changes(before, read(tmp_path, route('owners = ["roux"]')))
    assert (found.sections, found.restart) == (("route",), ())
    unanswered = read(tmp_path, '[receiving]\nunwanted = ["+44", "withheld"]\nanswer_for_nobody = false\n')
    assert (unanswered.unanswered.unwanted, unanswered.unanswered.for_nobody) == (("+44", "withheld"), True)
    assert changes(before, unanswered).sections == ("receiving",)


@pytest.mark.parametrize(
    ("parts", "line", "problem"),
    [
        ((), 2, "neither owners, a folder, mail, a printer, file_name nor formats: it changes nothing"),
        (('owners = ["nobody-at-all"]',), 3, "there is no user or group 'nobody-at-all' on this machine"),
        (('folder = "srv"',), 3, "must be an absolute path"),
        (('owners = ["roux"]', "lines = []"), 4, "is empty, so this route can never fit"),
        (('owners = ["roux"]', "hours = []"), 4, "are empty, so this route can never fit"),
        (('owners = ["roux"]', 'hours = ["noon"]'), 4, "'noon' "),
        (('owners = ["roux"]', 'lines = ["four"]'), 4, "no line or group of lines 'four' that answers calls"),
        (('owners = ["roux"]', 'lines = ["three"]'), 4, "no line or group of lines 'three' that answers calls"),
        (('owners = ["roux"]', 'called = ["0199000009"]'), 4, "it is no number of any line; write it as in [[line]]"),
        (
            ('owners = ["roux"]', 'lines = ["west"]', 'called = ["0199000002"]'),
            5,
            "'0199000002' can never fit: it is no number of these lines",
        ),
        (('owners = ["roux"]', 'callers = ["0199"]'), 4, "'0199' is not the beginning of a caller's number: write it"),
        (('owners = ["roux"]', 'callers = ["withheld"]'), 4, '"unknown" for calls without one'),
        (('owners = ["roux"]', 'stations = ["*"]'), 4, "'*': a station id, with * for any characters"),
        (
            ('owners = ["roux"]', 'stations = ["A station id that is far too long"]'),
            4,
            "can never fit: a station id has 20 characters at most",
        ),
        (('owners = ["roux"]', 'sub_addresses = ["4a"]'), 4, "'4a': one to twenty digits"),
        (('owners = ["roux"]', 'owner = "x"'), 4, "unknown key"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(
    tmp_path: Path, parts: tuple[str, ...], line: int, problem: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, route(*parts))
    assert f"facteur.toml:{LINES + line}:" in str(refused.value)
    assert problem in str(refused.value)


@pytest.mark.parametrize(
    "parts",
    [
        ('callers = ["+331991", "+331992"]', 'hours = ["Tue 09:00-12:00"]'),
        ('callers = ["+33199"]', 'hours = ["Mon-Fri 08:00-18:00"]', 'stations = ["ACME"]', 'lines = ["one"]'),
    ],
)
def test_a_route_that_an_earlier_one_hides_is_refused(tmp_path: Path, parts: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, route('folder = "/srv"', *parts))
    place = f"{tmp_path / 'facteur.toml'}:{BEGIN[: BEGIN.index('First')].count(chr(10)) + 1}"
    assert f"this route can never fit: the one at {place} takes all that it would" in str(refused.value)


@pytest.mark.parametrize(
    "parts",
    [
        ('callers = ["+331"]', 'hours = ["Tue 09:00-12:00"]'),
        ('callers = ["+331991", "unknown"]', 'hours = ["Tue 09:00-12:00"]'),
        ('callers = ["+331991"]', 'hours = ["Tue 09:00-19:00"]'),
        ('hours = ["Tue 09:00-12:00"]',),
    ],
)
def test_a_route_that_takes_more_than_earlier_ones_is_not(tmp_path: Path, parts: tuple[str, ...]) -> None:
    assert len(read(tmp_path, route('folder = "/srv"', *parts)).routes) == 2


def test_stations_and_lines_hide_each_other(tmp_path: Path) -> None:
    wide = '[[route]]\nname = "Wide"\nstations = ["ACME*"]\nlines = ["west"]\nfolder = "/srv"\n'
    for narrow, hidden in (
        ('stations = ["acme *7"]\nlines = ["one"]', True),
        ('stations = ["ACME1", "BETA"]\nlines = ["one"]', False),
        ('stations = ["ACME*"]', False),
        ('lines = ["one"]', False),
    ):
        text = f'{wide}[[route]]\nname = "Narrow"\nfolder = "/srv/n"\n{narrow}\n'
        if hidden:
            with pytest.raises(ConfigError, match="this route can never fit"):
                read(tmp_path, text)
        else:
            assert len(read(tmp_path, text).routes) == 3


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ('unwanted = ["0199"]', "'0199' is not the beginning of a caller's number"),
        ('unwanted = ["unknown"]', '"withheld" for calls without one'),
        ('answer_for_nobody = "no"', "must be true or false"),
    ],
)
def test_calls_that_are_not_answered(tmp_path: Path, said: str, problem: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, f"[receiving]\n{said}\n")
    assert f":{LINES + 2}:" in str(refused.value)
    assert problem in str(refused.value)
