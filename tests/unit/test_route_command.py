# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl route`: whose a fax would be that came in, and why; without a service."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest

from faxcore.cli.main import main

USER = getpass.getuser()


@pytest.fixture
def office(tmp_path: Path) -> list[str]:
    path = tmp_path / "facteur.toml"
    path.write_text(
        f"""
[folders]
received = "{tmp_path}/received"
[receiving]
unwanted = ["+336", "withheld"]
answer_for_nobody = false
[[person]]
name = "roux"
[[group]]
name = "lab"
members = ["roux", "{USER}"]
[[line]]
name = "one"
device = "/dev/one"
numbers = [{{ number = "0199000001", owners = ["roux"] }}]
[[line]]
name = "two"
device = "/dev/two"
numbers = [{{ number = "0199000002" }}]
[[route]]
name = "Orders"
callers = ["+331990002"]
hours = ["Mon-Fri 08:00-18:00"]
owners = ["lab"]
folder = "/srv/orders"
file_name = "{{date}} order"
formats = ["pdf"]
"""
    )
    return ["route", "--config", str(path)]


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_route_is_told_with_why(office: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*office, "--called", "+33199000001", "--caller", "0199000377"]) == 0
    assert said(capsys) == [
        "Line:      one",
        "For:       roux",
        f"Folder:    {tmp_path}/received",
        "File name: {date} {time} {line} {station}  (.tif, .pdf)",
        "Rule:      number",
        "         1. route Orders: the caller (0199000377) is none of those that it is for",
        "         2. number: +33199000001 was called, a number of one that has owners",
    ]


def test_scripts_get_an_object(office: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    monday = ("--at", "2099-11-30T09:00")
    assert main([*office, "--called", "0199000002", "--caller", "0199000277", *monday, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["line"], found["answered"], found["rule"]) == ("two", True, "route Orders")
    assert (found["owners"], found["people"], found["folder"]) == (["lab"], sorted(["roux", USER]), "/srv/orders")
    assert (found["file_name"], found["formats"]) == ("{date} order", ["pdf"])
    assert found["trace"] == ["route Orders: it fits"]


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (["--line", "one", "--caller", "withheld"], "Callers who hide their number are unwanted."),
        (["--line", "one", "--caller", "06 11 22 33 44"], "The caller is unwanted."),
        (["--called", "0199000002"], "A fax from this caller to this number would be nobody's."),
    ],
)
def test_a_call_that_is_left_to_ring(
    office: list[str], capsys: pytest.CaptureFixture[str], call: list[str], why: str
) -> None:
    assert main([*office, *call]) == 1
    assert said(capsys) == [f"The call is left to ring: {why}"]


@pytest.mark.parametrize(
    ("call", "why"),
    [
        ([], "It may come on several lines; say which with --line: one, two"),
        (["--line", "nine"], "There is no line called nine."),
    ],
)
def test_a_line_that_is_not_plain_is_asked_for(
    office: list[str], capsys: pytest.CaptureFixture[str], call: list[str], why: str
) -> None:
    assert main([*office, *call]) == 2
    assert capsys.readouterr().err.strip() == why
