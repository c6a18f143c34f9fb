# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of received faxes, in a folder that may belong to anybody."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from faxcore.config import ARCHIVE_NAME
from faxcore.fax_folders.names import free_names, make_name, place
from tests.support.hostile_text import NAMES, TEXTS, assert_harmless

WHEN = datetime(2026, 11, 22, 17, 5, 31, tzinfo=UTC)


@pytest.fixture(autouse=True)
def paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def name(station: str, pattern: str = ARCHIVE_NAME) -> str:
    return make_name(
        pattern, WHEN, line="line-1", station=station, number="0199000001", number_name="Surgery", caller="", id="an-id"
    )


def test_the_name_is_made_of_local_time_line_and_station() -> None:
    assert name("+33 199000001") == "2026-11-22 18-05-31 line-1 +33 199000001"
    assert name("", "{caller} {id}") == "unknown an-id"


@pytest.mark.parametrize("station", [*TEXTS, "a/b\\c", "+"], ids=[*NAMES, "a-folder", "plus"])
def test_a_hostile_station_stays_in_the_folder(station: str) -> None:
    made = name(station)
    assert made.startswith("2026-11-22 18-05-31 line-1")
    assert_harmless(made)
    assert not set(made) & set("/\\$()<>;%=|&'\"")
    assert len(made.encode()) < 200
    alone = name(station, "{station}")
    assert alone[0] not in ".-"


def test_no_name_is_given_twice(tmp_path: Path) -> None:
    tiff, pdf = free_names(tmp_path, "fax", (".tif", ".pdf"))
    assert (tiff.name, pdf.name) == ("fax.tif", "fax.pdf")
    pdf.write_text("a neighbour's")
    assert free_names(tmp_path, "fax", (".tif", ".pdf"))[0].name == "fax (2).tif"
    os.symlink("/nowhere", tmp_path / "fax (2).tif")
    assert free_names(tmp_path, "fax", (".tif", ".pdf"))[0].name == "fax (3).tif"


def test_placing_replaces_nobodys_file(tmp_path: Path) -> None:
    temporary, final = tmp_path / ".new", tmp_path / "fax.tif"
    temporary.write_text("ours")
    final.write_text("a neighbour's")
    with pytest.raises(FileExistsError):
        place(temporary, final)
    assert final.read_text() == "a neighbour's"
    final.write_text("ours")
    place(temporary, final)  # from before a power cut: the same bits
    assert not temporary.exists()


def test_a_link_planted_under_the_name_is_not_followed(tmp_path: Path) -> None:
    temporary, final, secret = tmp_path / ".new", tmp_path / "fax.tif", tmp_path / "secret"
    temporary.write_text("ours")
    secret.write_text("ours")
    final.symlink_to(secret)
    with pytest.raises(FileExistsError):
        place(temporary, final)
