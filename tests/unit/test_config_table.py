# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers and days in a table of TOML: as exact as they are written, and refused with their line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from faxcore.config import ConfigError
from faxcore.config.table import Table
from faxcore.config.toml_source import Source, read_text


def table(folder: Path, text: str) -> Table:
    path = folder / "one.toml"
    path.write_text(text)
    source = Source.read_alone(path, read_text(path))
    return Table(source, source.values)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0.1", "0.1"),
        ("0.10", "0.10"),
        ("12", "12"),
        ("1e2", "100"),
        ("0.123456", "0.123456"),
        ("0E+999999", "0"),
        ("100", "100"),
    ],
)
def test_a_number_is_what_is_written(tmp_path: Path, written: str, read: str) -> None:
    value = table(tmp_path, f"a = {written}").number("a", None, 100, 6)
    assert (value, f"{value:f}") == (Decimal(read), read)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("true", "true"),
        ('"0.1"', "'0.1'"),
        ("-0.1", "-0.1"),
        ("100.1", "100.1"),
        ("101", "101"),
        ("0.1234567", "0.1234567"),
        ("nan", "NaN"),
        ("inf", "Infinity"),
        ("1e999999", "1E+999999"),
        ("1e99999999999999999999", "Infinity"),
        ("0." + "1" * 100, "a number so long"),
        ("[1]", "a list"),
    ],
)
def test_another_number_is_refused_with_its_line(tmp_path: Path, written: str, shown: str) -> None:
    right = "a number from 0 to 100, with 6 digits behind the point at most"
    with pytest.raises(ConfigError) as error:
        table(tmp_path, f"\na = {written}").number("a", None, 100, 6)
    assert str(error.value) == f"{tmp_path}/one.toml:2: a: must be {right}, not {shown}"


def test_a_number_that_must_be_there_is_missed(tmp_path: Path) -> None:
    assert table(tmp_path, "").number("a", Decimal(3), 100, 6) == 3
    with pytest.raises(ConfigError, match="'a' is missing"):
        table(tmp_path, "").number("a", None, 100, 6)


def test_days_are_days_without_quotes(tmp_path: Path) -> None:
    read = table(tmp_path, "a = 2026-12-24\nb = [2026-12-24, 2026-12-31]\n")
    assert (read.day("a"), read.day("c")) == (date(2026, 12, 24), None)
    assert (read.days("b"), read.days("c")) == ((date(2026, 12, 24), date(2026, 12, 31)), ())


@pytest.mark.parametrize("written", ['"2026-12-24"', "2026-12-24T08:00:00", "08:00:00", "20261224"])
def test_another_day_is_refused_with_its_line(tmp_path: Path, written: str) -> None:
    read = table(tmp_path, f"a = {written}\nb = [2026-12-24,\n{written}]\n")
    with pytest.raises(ConfigError, match="one.toml:1: a: must be a day without quotes, as 2026-12-24, not"):
        read.day("a")
    with pytest.raises(ConfigError, match="one.toml:3: b 2: must be a day without quotes, as 2026-12-24, not"):
        read.days("b")


def test_one_file_is_read_alone(tmp_path: Path) -> None:
    (tmp_path / "facteur.d").mkdir()
    (tmp_path / "facteur.d/10.toml").write_text("b = 1\n")
    read = table(tmp_path, "a = 1")
    assert (read.names(), read.source.files) == (["a"], [tmp_path / "one.toml"])
