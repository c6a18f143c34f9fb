# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, dial strings and the exchange's configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from faxcore.exchange import ExchangeSettings, SettingsError, default_lines
from faxcore.exchange.number_plan import normalise_number, parse_dial_string
from faxcore.exchange.settings import load
from faxcore.model.paper import Paper


@pytest.mark.parametrize("written", ["0199000001", "01 99 00 00 01", "+33 1.99.00.00.01", "0033 199000001"])
def test_a_number_is_its_digits(written: str) -> None:
    assert normalise_number(written) == "0199000001"


@pytest.mark.parametrize(
    ("dial_string", "number"),
    [
        ("T0199000001", "0199000001"),
        ("0,0199000001", "0199000001"),
        ("0W0199000001", "0199000001"),
        ("T01 99 00 00 01;", "0199000001"),
        ("0199000001,,", "0199000001"),
        ("*#,", "*#"),
        ("", ""),
    ],
)
def test_a_dial_string_asks_for_a_number(dial_string: str, number: str) -> None:
    assert parse_dial_string(dial_string)[0] == number


def test_a_comma_takes_two_seconds() -> None:
    assert parse_dial_string("0,1")[1] - parse_dial_string("01")[1] == pytest.approx(2.0)


def test_the_lines_have_two_numbers_each() -> None:
    assert [line.numbers for line in default_lines(2)] == [
        ("0199000001", "0199000011"),
        ("0199000002", "0199000012"),
    ]


def test_a_file_makes_an_exchange(tmp_path: Path) -> None:
    file = tmp_path / "exchange.toml"
    file.write_text(
        "speed = 5.0\nseed = 3\n"
        '[[lines]]\nnumbers = ["0199000001"]\nname = "Mairie"\n'
        "[lines.impairments]\nnoise_dbm0 = -45.0\n"
        '[[lines]]\nnumbers = ["0199000002"]\n[lines.terminal]\nstation_id = "OTHER"\npaper = "a4"\n'
        '[[lines]]\nnumbers = ["0199000003"]\n[lines.person]\nspeech_dbm0 = -20.0\n'
    )
    settings = load(file, tmp_path)
    assert settings.speed == 5.0
    assert settings.lines[0].impairments.noise_dbm0 == -45.0
    assert settings.lines[1].terminal is not None
    assert settings.lines[1].terminal.station_id == "OTHER"
    assert settings.lines[1].terminal.paper is Paper.A4
    assert settings.lines[2].person is not None
    assert settings.lines[2].person.speech_dbm0 == -20.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sped = 2\n", "sped"),
        ('[[lines]]\nnumbers = ["1"]\ncolour = "red"\n', "line 1: unknown key 'colour'"),
        ("[[lines]]\nname = 'x'\n", "line 1"),
        ('[[lines]]\nnumbers = ["1"]\n[lines.impairments]\nloud = 1\n', "impairments: unknown key 'loud'"),
        ('[[lines]]\nnumbers = ["1"]\n[lines.terminal]\npaper = "a5"\n', "line 1, terminal: paper must be one of"),
        (
            '[[lines]]\nnumbers = ["1"]\n[lines.impairments]\ndropout_in_seconds = 0.1\ndropout_ms = 60\n',
            "at least twice as long",
        ),
        ("speed = ", "exchange.toml"),
        ("speed = 1000.0\n", "speed"),
        ("lines = []\n", "at least one line"),
    ],
)
def test_a_wrong_file_says_what_and_where(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "exchange.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=says):
        load(file, tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.toml"):
        load(tmp_path / "absent.toml", tmp_path)


def test_no_lines_no_exchange(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        ExchangeSettings(folder=tmp_path, lines=())
