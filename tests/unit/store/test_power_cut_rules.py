# SPDX-License-Identifier: GPL-3.0-or-later
"""What the disk of the power-cut tests may lose, and what it may not: the rules of tests/support/power_cut."""

import random
from pathlib import Path

from tests.support.power_cut.disk_after_cut import SECTOR, Disk, Kind, Loss, Record
from tests.support.power_cut.recording import read_folder

ROOT, STATE, OTHER, FIRST, SECOND = range(1, 6)
SEEDS = range(100)


def record(kind: Kind, file: int = 0, folder: int = STATE, name: str = "", **more: object) -> Record:
    known = {"other_folder": 0, "at": 0, "other_name": "", "data": b""}
    return Record(kind, file, folder, name=name, **(known | more))  # type: ignore[arg-type]


MADE = (
    record(Kind.MKDIR, STATE, ROOT, "state"),
    record(Kind.SYNC_FOLDER, ROOT),
    record(Kind.CREATE, FIRST, name="file"),
)


def outcomes(tmp_path: Path, loss: Loss, *records: Record) -> list[dict[str, bytes | None]]:
    """All different folders that cuts with many seeds leave."""
    disk = Disk(ROOT)
    for each in (*MADE, *records):
        disk.do(each)
    found: list[dict[str, bytes | None]] = []
    tmp_path.mkdir(exist_ok=True)
    for seed in SEEDS:
        folder = tmp_path / f"{seed}"
        disk.build_after_cut(folder, random.Random(seed), loss)
        left = read_folder(folder)
        if left not in found:
            found.append(left)
    return found


def test_what_is_synced_is_there_whatever_else_is_lost(tmp_path: Path) -> None:
    done = (
        record(Kind.WRITE, FIRST, data=b"synced"),
        record(Kind.SYNC, FIRST),
        record(Kind.SYNC_FOLDER, STATE),
    )
    for loss in Loss:
        assert outcomes(tmp_path / loss.name, loss, *done) == [{"state": None, "state/file": b"synced"}]


def test_a_file_without_a_sync_of_its_folder_may_be_lost(tmp_path: Path) -> None:
    done = (record(Kind.WRITE, FIRST, data=b"synced"), record(Kind.SYNC, FIRST))
    found = outcomes(tmp_path, Loss.LATEST, *done)
    assert sorted(map(len, found)) == [1, 2] and {"state": None} in found
    assert outcomes(tmp_path / "all", Loss.ALL, *done) == [{"state": None}]


def test_a_write_is_lost_kept_or_torn_by_the_sector(tmp_path: Path) -> None:
    old, new = b"a" * 4 * SECTOR, b"b" * 3 * SECTOR
    done = (
        record(Kind.WRITE, FIRST, data=old),
        record(Kind.SYNC, FIRST),
        record(Kind.SYNC_FOLDER, STATE),
        record(Kind.WRITE, FIRST, at=SECTOR, data=new),
    )
    found = [left["state/file"] for left in outcomes(tmp_path, Loss.ANY, *done)]
    sectors = {bytes(octets[at] for at in range(0, 4 * SECTOR, SECTOR)) for octets in found if octets}
    assert sectors == {b"a" + bytes((one, two, three)) for one in b"ab" for two in b"ab" for three in b"ab"}
    assert all(octets and len(octets) == len(old) for octets in found)


def test_a_new_size_may_come_without_its_octets(tmp_path: Path) -> None:
    done = (record(Kind.SYNC_FOLDER, STATE), record(Kind.WRITE, FIRST, data=b"new"))
    found = [left["state/file"] for left in outcomes(tmp_path, Loss.ANY, *done)]
    assert set(found) == {b"", b"new", bytes(3)}


def test_names_are_lost_from_the_last_on_or_any_of_them(tmp_path: Path) -> None:
    done = (record(Kind.CREATE, SECOND, name="second"),)
    names = [{name for name in left if "/" in name} for left in outcomes(tmp_path / "latest", Loss.LATEST, *done)]
    assert {"state/second"} not in names and len(names) == 3
    names = [{name for name in left if "/" in name} for left in outcomes(tmp_path / "any", Loss.ANY, *done)]
    assert {"state/second"} in names and len(names) == 4


def test_a_rename_is_done_or_not_and_a_removed_name_may_come_back(tmp_path: Path) -> None:
    synced = record(Kind.SYNC_FOLDER, STATE)
    renamed = record(Kind.RENAME, other_folder=STATE, name="file", other_name="moved")
    found = outcomes(tmp_path / "renamed", Loss.ANY, synced, renamed)
    assert sorted(map(sorted, found)) == [["state", "state/file"], ["state", "state/moved"]]
    found = outcomes(tmp_path / "removed", Loss.ANY, synced, record(Kind.REMOVE, name="file"))
    assert sorted(map(sorted, found)) == [["state"], ["state", "state/file"]]


def test_a_rename_from_folder_to_folder_may_be_half_done(tmp_path: Path) -> None:
    done = (
        record(Kind.SYNC_FOLDER, STATE),
        record(Kind.MKDIR, OTHER, ROOT, "other"),
        record(Kind.SYNC_FOLDER, ROOT),
        record(Kind.RENAME, other_folder=OTHER, name="file", other_name="moved"),
    )
    found = [{name for name in left if "/" in name} for left in outcomes(tmp_path, Loss.ANY, *done)]
    assert len(found) == 4 and set() in found and {"state/file", "other/moved"} in found


def test_the_world_outside_forgets_nothing(tmp_path: Path) -> None:
    done = (record(Kind.CREATE, SECOND, ROOT, "told"), record(Kind.WRITE, SECOND, data=b"accepted\n"))
    for left in outcomes(tmp_path, Loss.ALL, *done):
        assert left["told"] == b"accepted\n"
