# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of sending in the configuration: what can never match, contradicts itself or names nobody is refused."""

import getpass
import grp
from dataclasses import fields
from pathlib import Path

import pytest

from faxcore.cli.main import main
from faxcore.config import Config, ConfigError, Sender, SendingRule, load
from faxcore.config.reload import changes
from tests.support import CHECKOUT
from tests.unit.test_config_codes import write_codes

USER = getpass.getuser()
BEGIN = """\
[dialling]
allowed_countries = ["FR", "BE", "LU"]
internal = ["2XX"]
[[person]]
name = "roux"
[[person]]
name = "petit"
[[group]]
name = "doctors"
members = ["roux", "petit"]
[[line]]
name = "one"
device = "/dev/one"
groups = ["west"]
hours = ["Mon-Sat 00:00-24:00"]
[[line]]
name = "two"
device = "/dev/two"
groups = ["east"]
direction = "in"
"""
LINES = BEGIN.count("\n")


def read(folder: Path, text: str) -> Config:
    path = folder / "facteur.toml"
    path.write_text(BEGIN + text)
    return load(path)


def rule(name: str, *conditions: str) -> str:
    """A rule in four lines: [[rule]], its name, and two conditions."""
    return "\n".join(["[[rule]]", f'name = "{name}"', *(*conditions, "")[:2], ""])


def test_rules_and_groups_arrive(tmp_path: Path) -> None:
    said = rule("Courts", 'destinations = ["+33 1", "2"]', 'lines = ["west"]\nhours = ["Sat 12:00-13:00"]')
    said += rule("Not abroad", 'countries = ["BE"]\ngroups = ["doctors"]\npersons = ["roux"]', "refuse = true")
    courts, abroad = read(tmp_path, said).rules
    assert (courts.name, courts.destinations, courts.lines, courts.refuse) == (
        "Courts",
        ("+331", "2"),
        ("west",),
        False,
    )
    assert (abroad.countries, abroad.groups, abroad.persons, abroad.refuse) == (("BE",), ("doctors",), ("roux",), True)


def test_the_examples_in_the_shipped_configuration_are_right(tmp_path: Path) -> None:
    """They have every key, and work once they are no comments any more."""
    shipped = (CHECKOUT / "packaging/facteur.toml").read_text()
    examples = shipped[shipped.index("# [[group]]") : shipped.index("# Whose a received fax")].splitlines()
    text = "\n".join(line.removeprefix("# ") for line in examples if "[[" in line[:4] or " = " in line)
    text = text.replace('"anne"', '"roux"').replace("line-1", "one")
    codes = f'[dialling]\naccess_codes = "{write_codes(tmp_path)}"\n'
    (tmp_path / "facteur.toml").write_text(BEGIN.replace("[dialling]\n", codes) + text)
    config = load(tmp_path / "facteur.toml")
    assert [rule.name for rule in config.rules] == ["Courts", "Accounting sends abroad", "Nobody else abroad"]
    assert not [each.name for each in fields(SendingRule) if each.name not in text]


def test_a_person_is_in_the_groups_of_the_configuration_and_of_the_machine(tmp_path: Path) -> None:
    root = grp.getgrgid(0).gr_name
    config = read(tmp_path, rule("All", f'groups = ["{root}"]'))
    assert config.find_sender("roux") == Sender("roux", frozenset({"doctors"}))
    assert root in config.find_sender("root").groups
    assert read(tmp_path, "").find_sender("root").groups == frozenset(), "nobody needs to know"


def test_rules_change_without_a_restart(tmp_path: Path) -> None:
    found = changes(read(tmp_path, ""), read(tmp_path, rule("All", 'lines = ["one"]')))
    assert (found.sections, found.restart) == (("rule",), ())


@pytest.mark.parametrize(
    ("more", "line", "words"),
    [
        (rule("", "refuse = true"), 2, "must be a name to call the rule by"),
        (
            rule("A", 'persons = ["nobody-here"]'),
            3,
            "there is no user 'nobody-here' on this machine, and no [[person]]",
        ),
        (rule("A", 'groups = ["no-such-group"]'), 3, "there is no group 'no-such-group' on this machine, and no"),
        (rule("A", "persons = []"), 3, "is empty, so this rule can never match"),
        (rule("A", "lines = []"), 3, "is empty"),
        (rule("A", 'destinations = ["01 42"]'), 3, "'0142' can never match: no internal number"),
        (rule("A", 'destinations = ["court"]'), 3, "'court' is no beginning of a number"),
        (rule("A", 'destinations = ["+44"]'), 3, "'+44' can never match: no fax goes to its country"),
        (rule("A", 'destinations = ["+33",\n"2345"]'), 4, "'2345' can never match: no internal number"),
        (rule("A", 'countries = ["DE"]'), 3, "'DE' can never match: no fax goes there"),
        (rule("A", 'countries = ["XX"]'), 3, "'XX' is not a country"),
        (rule("A", 'lines = ["south"]'), 3, "there is no line 'south', and none in a group of this name"),
        (rule("A", 'lines = ["west", "east"]'), 3, "no line of 'east' may dial: they are for receiving"),
        (rule("A", "refuse = true", 'lines = ["west"]'), 4, "contradicts refuse = true"),
        (rule("A", "refuse = true", 'hours = ["Mon 08:00-09:00"]'), 4, "contradict refuse = true"),
        (rule("A", 'hours = ["8-9"]'), 3, "rule 1, hours 1: '8-9' is not as"),
        (
            rule("A", 'hours = ["Sun 08:00-09:00"]'),
            3,
            "none of the lines that it goes out on dials: one",
        ),
        (rule("A", 'line = "west"'), 3, "did you mean 'lines'"),
        (rule("A", "refuse = true", 'countries = ["BE"]') + rule("A", "refuse = true"), 6, "'A' is there twice"),
        ('[[group]]\nname = "none"\nmembers = []\n', 3, "nobody is in this group"),
        (f'[[group]]\nname = "{grp.getgrgid(0).gr_name}"\nmembers = ["roux"]\n', 2, "is a group of this machine"),
        ('[[group]]\nname = "more"\nmembers = ["nobody-here"]\n', 3, "there is no user 'nobody-here'"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: str, line: int, words: str
) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, more)
    assert str(error.value).startswith(f"{tmp_path}/facteur.toml:{LINES + line}: ")
    assert words in str(error.value)
    assert main(["config", "check", str(tmp_path / "facteur.toml")]) == 1
    assert capsys.readouterr().err == f"{error.value}\n"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (["refuse = true"], ['countries = ["BE"]']),
        (['countries = ["BE", "FR"]'], ['countries = ["FR"]', 'persons = ["roux"]']),
        (['countries = ["FR"]'], ['destinations = ["+331"]']),
        (['destinations = ["+33"]'], ['destinations = ["+331", "+334"]']),
        (['destinations = ["+33"]'], ['countries = ["FR"]']),
        (['destinations = ["+3"]'], ['countries = ["FR", "BE"]']),
        (['persons = ["roux", "petit"]'], ['persons = ["petit"]']),
        (['persons = ["roux", "petit"]'], ['groups = ["doctors"]']),
        (['groups = ["doctors"]'], ['persons = ["petit"]', 'countries = ["BE"]']),
        (['groups = ["doctors"]'], ['groups = ["doctors"]']),
        (['destinations = ["2"]'], ['destinations = ["23"]']),
    ],
)
def test_a_rule_that_an_earlier_one_hides_is_refused(tmp_path: Path, earlier: list[str], later: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, rule("A", *earlier) + rule("B", *later))
    at = f"{tmp_path}/facteur.toml:{LINES + 6}: rule 2, name: this rule can never match: earlier ones "
    assert str(error.value).startswith(f"{at}({tmp_path}/facteur.toml:{LINES + 2})")


def test_a_rule_that_several_earlier_ones_hide_together_is_refused(tmp_path: Path) -> None:
    two = rule("A", 'countries = ["FR"]') + rule("B", 'persons = ["roux"]')
    read(tmp_path, two + rule("C", 'persons = ["petit", "roux"]', 'countries = ["FR", "BE"]'))
    with pytest.raises(ConfigError, match=r"rule 3, name: .* earlier ones .* and .* take all"):
        read(tmp_path, two + rule("C", 'persons = ["roux"]\ncountries = ["BE"]', 'destinations = ["+331"]'))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (['countries = ["FR"]'], []),
        (['persons = ["roux"]'], ['groups = ["doctors"]']),
        (['persons = ["roux"]', 'countries = ["FR"]'], ['countries = ["FR"]']),
        (['destinations = ["+331"]'], ['destinations = ["+33"]']),
        (['countries = ["BE"]'], ['destinations = ["+3"]']),
        (['countries = ["FR"]'], ['destinations = ["2"]']),
        ([f'groups = ["{grp.getgrgid(0).gr_name}"]'], ['persons = ["roux"]']),
    ],
)
def test_a_rule_that_may_match_is_not_refused(tmp_path: Path, earlier: list[str], later: list[str]) -> None:
    assert len(read(tmp_path, rule("A", *earlier) + rule("B", *later)).rules) == 2
