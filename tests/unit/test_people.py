# SPDX-License-Identifier: GPL-3.0-or-later
"""What people are called is asked of the machine once a minute: its directory may be far away."""

from __future__ import annotations

import pwd
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from faxcore import people

UID = 4_000_000_123


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    people._name_of.cache_clear()  # noqa: SLF001 - what other tests have asked


def test_a_name_is_asked_for_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    now = [1000.0]

    def find(uid: int) -> SimpleNamespace:
        asked.append(uid)
        return SimpleNamespace(pw_name="anne")

    monkeypatch.setattr(pwd, "getpwuid", find)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    assert {people.name_of(UID) for _ in range(5)} == {"anne"}
    assert asked == [UID]
    now[0] += people.REMEMBERED_SECONDS
    assert people.name_of(UID) == "anne"
    assert asked == [UID, UID]


def test_an_account_that_is_made_is_known_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert people.name_of(UID) == f"uid:{UID}"
    monkeypatch.setattr(pwd, "getpwuid", lambda _uid: SimpleNamespace(pw_name="anne"))
    assert people.name_of(UID) == "anne"


@pytest.mark.parametrize(
    ("text", "there_is"),
    [
        ("passwd: files systemd\ngroup: files systemd\nhosts: files dns\n", False),
        ("passwd: files\ngroup: files [NOTFOUND=return] sss # since Monday\n", True),
        ("passwd:\tcompat ldap\n", True),
        ("# passwd: sss\nshadow: files sss\n", False),
        ("", False),
    ],
)
def test_a_directory_is_where_accounts_come_from_elsewhere(tmp_path: Path, text: str, there_is: bool) -> None:
    (tmp_path / "nsswitch.conf").write_text(text)
    assert people.has_directory(tmp_path / "nsswitch.conf") is there_is
    assert not people.has_directory(tmp_path / "none")
