# SPDX-License-Identifier: GPL-3.0-or-later
"""[administration]: who may administer, people and groups, in which there may be nobody."""

from __future__ import annotations

import grp
from pathlib import Path
from types import SimpleNamespace

import pytest

from faxcore import people
from faxcore.config import AdministrationConfig, Config, ConfigError, load
from faxcore.config.administrators import ADMINISTRATORS
from faxcore.config.reload import changes
from tests.support import CHECKOUT


def read(folder: Path, text: str) -> Config:
    path = folder / "facteur.toml"
    path.write_text(text)
    return load(path)


def test_by_default_it_is_the_group_of_the_package(tmp_path: Path) -> None:
    """It does not have to be there: then it is root alone."""
    assert Config().administration == AdministrationConfig(("facteur-admin",), ())
    assert read(tmp_path, "").administration == AdministrationConfig()
    assert read(tmp_path, '[administration]\nmay_change = ["facteur-admin"]\n').administration == AdministrationConfig()
    assert read(tmp_path, "[administration]\nmay_change = []\n").administration == AdministrationConfig((), ())


def test_people_and_groups_are_named_as_owners_are(tmp_path: Path) -> None:
    group = '[[group]]\nname = "care"\nmembers = ["root"]\n[[person]]\nname = "dr.roux"\n'
    config = read(tmp_path, f'[administration]\nmay_change = ["root", "dr.roux"]\nmay_see = ["care"]\n{group}')
    assert config.administration == AdministrationConfig(("root", "dr.roux"), ("care",))
    found = changes(Config(), config)
    assert "administration" in found.sections and not found.restart


def test_a_group_that_has_become_empty_keeps_no_service_from_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grp, "getgrnam", lambda name: SimpleNamespace(gr_name=name, gr_gid=64001, gr_mem=[]))
    assert people.members_of("technicians") == frozenset()
    config = read(tmp_path, '[administration]\nmay_see = ["technicians"]\n')
    assert config.administration.may_see == ("technicians",)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('may_change = ["no-such-one"]', 2, "there is no user or group 'no-such-one' on this machine"),
        ('may_see = [\n"root",\n"no-such-one"]', 4, "there is no user or group 'no-such-one' on this machine"),
        ('may_change = "root"', 2, "may_change"),
        ('may_do = ["root"]', 2, "unknown key"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, f"[administration]\n{text}\n")
    assert str(error.value).startswith(f"{tmp_path}/facteur.toml:{line}: ") and words in str(error.value)


def test_the_package_makes_the_group_with_nobody_in_it() -> None:
    lines = (CHECKOUT / "packaging/debian/facteur.sysusers").read_text().splitlines()
    assert [line for line in lines if ADMINISTRATORS in line] == [f"g {ADMINISTRATORS} -"]
