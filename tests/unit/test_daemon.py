# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `faxcore` where it refuses to begin."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import pytest

from faxcore.config.configuration import find_and_load
from faxcore.config.patient_loading import PAUSE_SECONDS, TRIES, load_patiently
from faxcore.daemon import main
from faxcore.descriptor_limit import WANTED


def test_a_server_without_numpy_is_told_to_configure_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)  # as if it were not installed
    config = tmp_path / "facteur.toml"
    config.write_text(f'[folders]\nstate = "{tmp_path}/state"\n')
    assert main(["--config", str(config)]) == 78
    message = capsys.readouterr().err
    assert message.startswith("faxcore: no [[line]] is configured") and 'the extra "exchange"' in message
    assert not (tmp_path / "state").exists()


def test_users_may_bring_more_descriptors_than_a_process_is_given(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, before[1]), before[1]))
        assert main(["--config", str(tmp_path / "none.toml")]) == 78
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(WANTED, before[1]), before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


UNKNOWN = '[[line]]\nname = "one"\ndevice = "/nowhere/one"\nnumbers = [{ number = "1", owners = ["carol-of-ldap"] }]\n'


@pytest.mark.parametrize(("directory", "status", "tries"), [(False, 78, 1), (True, 75, TRIES)])
def test_a_name_that_nobody_knows_is_looked_for_again_where_a_directory_may_be_away(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    directory: bool,
    status: int,
    tries: int,
) -> None:
    """The init system starts the service again after 75, and not after 78."""
    slept: list[float] = []
    monkeypatch.setattr("faxcore.people.has_directory", lambda: directory)
    monkeypatch.setattr(load_patiently, "__defaults__", (slept.append,))
    config = tmp_path / "facteur.toml"
    config.write_text(f'[folders]\nstate = "{tmp_path}/state"\n{UNKNOWN}')
    assert main(["--config", str(config)]) == status
    assert slept == [PAUSE_SECONDS] * (tries - 1)
    assert "there is no user or group 'carol-of-ldap'" in capsys.readouterr().err


def test_a_directory_that_answers_late_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faxcore.people.has_directory", lambda: True)
    config = tmp_path / "facteur.toml"
    config.write_text(f'[folders]\nstate = "{tmp_path}/state"\n{UNKNOWN}')
    slept: list[float] = []

    def answer_in_the_end(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            monkeypatch.setattr("faxcore.people.find", lambda name: name)

    loaded = load_patiently(lambda: find_and_load(config, for_service=True), answer_in_the_end)
    assert loaded.lines[0].numbers[0].owners == ("carol-of-ldap",)
    assert len(slept) == 3
