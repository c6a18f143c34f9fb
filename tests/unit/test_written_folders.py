# SPDX-License-Identifier: GPL-3.0-or-later
"""The folders that a configuration has the service write to, and what systemd is told of them."""

import tomllib
from pathlib import Path

import pytest

from faxcore.config import load
from faxcore.config.unit_paths import DROP_IN, find_folders, format_drop_in, main
from faxcore.config.written_folders import list_archive_folders, list_received_folders

CONFIGURATION = """
[folders]
state = "/var/lib/facteur"
received = "/srv/fax/received"

[archive]
folder = "/srv/archive"
[[archive.rule]]
persons = ["anne"]
folder = "/home/anne/sent/{year}"

[metrics]
file = "/var/lib/prometheus/facteur.prom"

[[line]]
name = "office"
device = "/dev/ttyS0"
owners = ["anne"]
folder = "/srv/fax/office"
numbers = [{ number = "0199000001", folder = "/srv/surgery" }]

[[person]]
name = "anne"

[[route]]
name = "paris"
callers = ["+33 1"]
owners = ["anne"]
folder = "/mnt/routed"
"""


def test_systemd_is_told_of_every_folder_that_the_service_writes_to(tmp_path: Path) -> None:
    file = tmp_path / "facteur.toml"
    file.write_text(CONFIGURATION)
    config = load(file)
    received = {Path("/srv/fax/received"), Path("/srv/fax/office"), Path("/srv/surgery"), Path("/mnt/routed")}
    archive = {Path("/srv/archive"), Path("/home/anne/sent")}
    assert list_received_folders(config) == received
    assert list_archive_folders(config) == archive
    others = {Path("/var/lib/facteur"), Path("/var/lib/prometheus")}
    assert find_folders(tomllib.loads(CONFIGURATION)) == received | archive | others


def test_systemd_lets_them_through_and_a_home_only_as_far_as_it_is_named() -> None:
    said = format_drop_in([Path("/srv/fax"), Path("/home/anne/fax 100%")])
    assert said.splitlines()[1:] == [
        "[Service]",
        'ReadWritePaths="-/srv/fax"',
        "ProtectHome=tmpfs",
        'BindPaths="-/home/anne/fax 100%%"',
    ]


def test_a_fault_in_one_file_closes_no_folder_of_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "facteur.toml"
    file.write_text('[folders]\nreceived = "/srv/fax"\nowners = ["who is known to a directory server"]\n')
    (tmp_path / "facteur.d").mkdir()
    (tmp_path / "facteur.d/20-wrong.toml").write_text("[[line\n")
    assert main([str(tmp_path / "normal"), "", ""], file) == 0
    assert 'ReadWritePaths="-/srv/fax"' in (tmp_path / "normal" / DROP_IN).read_text()
    assert "20-wrong.toml" in capsys.readouterr().err
