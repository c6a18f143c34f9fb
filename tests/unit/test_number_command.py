# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl number`: what a number is and what is dialled for it, or why nothing; without a service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faxcore.cli.main import main


@pytest.fixture
def office(tmp_path: Path) -> list[str]:
    path = tmp_path / "facteur.toml"
    path.write_text('[dialling]\nregion = "FR"\nprefix = "0,"\ninternal = ["2XX"]\n')
    return ["--config", str(path)]


def test_a_number_is_described(office: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["number", *office, "Fax : 01\u201199\u200900 00 01 #42"]) == 0
    assert [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()] == [
        ["Number:", "01 99 00 00 01 #42"],
        ["International:", "+33199000001"],
        ["Country:", "FR"],
        ["Kind:", "fixed line"],
        ["Sub-address:", "42"],
        ["Dialled:", "0,0199000001"],
    ]


@pytest.mark.parametrize(
    ("number", "kind", "dial"),
    [
        ("0 01 99 00 00 01", "fixed", "0,0199000001"),
        ("06 39 98 00 01", "other", "0,0639980001"),
        ("0800 000 000", "free", "0,0800000000"),
        ("234", "internal", "234"),
    ],
)
def test_scripts_get_an_object(
    office: list[str], capsys: pytest.CaptureFixture[str], number: str, kind: str, dial: str
) -> None:
    assert main(["number", *office, "--json", number]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["called"], said["kind"], said["dial"], said["reason"]) == (True, kind, dial, "")


@pytest.mark.parametrize(
    ("number", "region", "reason"),
    [
        ("471 1234", "DE", "471 1234 begins with neither 0 nor +49: its area code may be missing; "),
        ("555-0123", "us", "555-0123 is without its area code; please add it."),
        ("5550 1234", "AU", "5550 1234 is without its area code; please add it."),
        ("0199000001 / 0199000002", "FR", "may be more than one number; please enter only one."),
        ("15", "FR", "15 is an emergency number; no fax is sent to it."),
    ],
)
def test_a_refusal_has_its_reason_and_its_status(
    office: list[str], capsys: pytest.CaptureFixture[str], number: str, region: str, reason: str
) -> None:
    assert main(["number", *office, "--region", region, number]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert reason in told.err
    assert main(["number", *office, "--region", region, "--json", number]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["called"], said["dial"]) == (False, "")
    assert reason in said["reason"]


def test_a_country_that_is_none_is_wrong_usage(office: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["number", *office, "--region", "XX", "0199000001"]) == 2
    assert "XX is not a country" in capsys.readouterr().err


def test_a_configuration_that_cannot_be_used_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "facteur.toml").write_text('[dialling]\nregion = "France"\n')
    assert main(["number", "--config", str(tmp_path / "facteur.toml"), "0199000001"]) == 1
    assert "facteur.toml:2" in capsys.readouterr().err


def test_a_rule_is_told_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "facteur.toml"
    path.write_text(
        '[[person]]\nname = "roux"\n[[line]]\nname = "a"\ndevice = "/a"\n[[line]]\nname = "b"\ndevice = "/b"\n'
        '[[rule]]\nname = "Doctor"\npersons = ["roux"]\nlines = ["b"]\n'
        '[[rule]]\nname = "Not near"\ndestinations = ["+331"]\nrefuse = true\n'
    )
    number = ["number", "--config", str(path), "0199000002"]
    assert main([*number, "--person", "roux"]) == 0
    said = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    assert said[-2:] == [["Rule:", "Doctor"], ["Lines:", "b"]]
    assert main([*number, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["rule"] == "rule Not near"
    assert told["reason"].endswith("the rule \u201cNot near\u201d of this service forbids it.")
    assert main([*number, "--person", "nobody-here"]) == 2
    assert "no person called nobody-here" in capsys.readouterr().err


def test_the_station_ids_of_a_persons_own_numbers_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "facteur.toml"
    path.write_text(
        '[[person]]\nname = "roux"\n[[line]]\nname = "a"\ndevice = "/a"\nstation_id = "one"\n'
        'numbers = [{ number = "1", station_id = "surgery", owners = ["roux"] }]\n'
        '[[line]]\nname = "b"\ndevice = "/b"\nstation_id = "two"\n'
        '[[line]]\nname = "c"\ndevice = "/c"\nstation_id = "two"\n'
    )
    number = ["number", "--config", str(path), "0199000002"]
    assert main([*number, "--person", "roux"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split(maxsplit=2) == ["Station", "id:", "surgery, two"]
    assert main([*number, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["station_ids"] == ["one", "two"]


def test_an_access_code_is_shown_to_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "facteur.toml"
    path.write_text('[dialling]\nprefix = "0,8812"\nhide_prefix = true\ninternal = ["2XX"]\n')
    assert main(["number", "--config", str(path), "0199000002"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["Dialled:", "\u20260199000002"]
    assert main(["number", "--config", str(path), "234", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["dial"] == "234"


def test_the_payer_of_the_rule_or_by_default_is_told_or_why_there_must_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "facteur.toml"
    path.write_text(
        '[billing]\npayer_required = true\n[[person]]\nname = "roux"\n[[person]]\nname = "weber"\n'
        '[[budget]]\ncode = "court"\nname = "Court fees"\nusers = ["roux"]\n'
        '[[budget]]\ncode = "old"\nname = "Last year"\nvalid_until = 2020-12-31\ndefault_for = ["weber"]\n'
        '[[budget]]\ncode = "ward"\nname = "Ward 3"\nusers = ["roux"]\ndefault_for = ["roux"]\n'
        '[[rule]]\nname = "The court"\ndestinations = ["+33199000002"]\npayer = "court"\n'
    )
    ask = ["number", "--config", str(path)]

    def tell(number: str, person: str) -> list[str]:
        assert main([*ask, number, "--person", person]) == 0
        return capsys.readouterr().out.splitlines()[-1].split(maxsplit=2)

    assert tell("0199000002", "roux") == ["Paid", "by:", "court Court fees"]
    assert tell("0199000003", "roux") == ["Paid", "by:", "ward Ward 3"]
    assert tell("0199000003", "weber")[2].startswith("This fax needs a payer"), "the old one is no more"
    assert main([*ask, "0199000002", "--person", "weber", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["payer"] == "court", "a rule's payer pays for everybody"
