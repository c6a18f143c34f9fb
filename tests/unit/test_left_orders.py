# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders that were left while the service was away: one file each, the owner's alone, held by one at a time."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from faxcore.contract.order import Order
from faxcore.contract.printed import KeptOrder
from faxcore.left_orders import state_files
from faxcore.left_orders.order_files import (
    find_left,
    find_refused,
    forget_left,
    forget_refusal,
    held,
    leave,
    list_left,
    refuse,
)
from faxcore.left_orders.state_files import LeftOrder, state_folder
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import Sentence

DRAFT = "0193b0a4-7a3c-7def-8abc-0123456789ab"
LEFT = LeftOrder(
    DRAFT,
    KeptOrder(Order(title="Devis « 4 »", subject="Toit", password="7391"), (Recipient("0199000002", "Müller"),)),
    "Müller",
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "facteur"


def test_an_order_is_kept_whole_and_for_its_owner_only(home: Path) -> None:
    assert list_left() == [] and find_left(DRAFT) is None
    before = os.umask(0)
    try:
        leave(LEFT)
    finally:
        os.umask(before)
    assert (list_left(), find_left(DRAFT)) == ([DRAFT], LEFT)
    file = home / "orders" / f"{DRAFT}.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    leave(replace(LEFT, to="Petit"))
    found = find_left(DRAFT)
    assert found is not None and found.to == "Petit" and list_left() == [DRAFT]
    forget_left(DRAFT)
    forget_left(DRAFT)
    assert list_left() == []
    assert [path.name for path in home.iterdir()] == ["orders"], "something is left behind"


def test_it_is_on_the_disk_before_it_is_said_to_be_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file before it has its name, and its folders after that."""
    order: list[str] = []
    sync, rename = os.fsync, Path.rename

    def note_sync(descriptor: int) -> None:
        order.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def note_name(path: Path, target: Path) -> Path:
        order.append("name")
        return rename(path, target)

    monkeypatch.setattr(state_files.os, "fsync", note_sync)
    monkeypatch.setattr(Path, "rename", note_name)
    leave(LEFT)
    assert order == ["file", "name", "folder", "folder"]


def test_where_it_cannot_be_kept_nothing_is_left_behind(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(state_files.os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        leave(LEFT)
    assert list_left() == [] and [path.name for path in home.iterdir()] == ["orders"]


def test_one_at_a_time_holds_an_order() -> None:
    with held(DRAFT) as nothing:
        assert nothing is None
    leave(LEFT)
    with held(DRAFT) as mine:
        assert mine == LEFT
        with held(DRAFT) as theirs:
            assert theirs is None
        forget_left(DRAFT)
    leave(LEFT)
    with held(DRAFT) as mine:
        assert mine == LEFT


def test_a_refusal_is_kept_until_it_is_told(home: Path) -> None:
    leave(LEFT)
    refused = replace(LEFT, refusal=Sentence("{number} is not called.", {"number": "123"}))
    refuse(refused)
    assert (list_left(), find_refused(DRAFT)) == ([], refused)
    forget_refusal(DRAFT)
    assert find_refused(DRAFT) is None
    refuse(refused)
    leave(LEFT)
    assert find_refused(DRAFT) is None, "it was ordered anew"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"draft": "x"}', '{"draft": 4}', "\x00"])
def test_a_damaged_file_is_put_aside(home: Path, text: str) -> None:
    leave(LEFT)
    (home / "orders" / f"{DRAFT}.json").write_text(text)
    assert find_left(DRAFT) is None
    assert list_left() == []
    assert (home / f"{DRAFT}.damaged").read_text() == text


def test_other_files_are_no_orders(home: Path) -> None:
    leave(LEFT)
    for name in ("README", "..json", "a b.json", "x" * 80 + ".json"):
        (home / "orders" / name).write_text("{}")
    assert list_left() == [DRAFT]
    for name in ("../../etc/passwd", "", "a/b", "..", "x" * 80):
        assert find_left(name) is None
        with held(name) as nothing:
            assert nothing is None


def test_without_a_folder_of_ones_own_it_is_below_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for given in ("", "relative"):
        monkeypatch.setenv("XDG_STATE_HOME", given)
        assert state_folder() == tmp_path / ".local" / "state" / "facteur"
