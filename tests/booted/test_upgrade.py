# SPDX-License-Identifier: GPL-3.0-or-later
"""An upgrade with a call going on, a package that does not fit, and a removal that asks before it takes faxes along."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.booted.conftest import PACKAGES
from tests.booted.machine import Machine, until
from tests.booted.office import count_idle, count_received, read_state


def repack(into: Path, **fields: str) -> Path:
    """Make the service's package again, with other fields in its description."""
    (package,) = Path(PACKAGES).glob("facteur_*.deb")
    tree = into / "tree"
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    control = tree / "DEBIAN/control"
    lines = control.read_text().splitlines(keepends=True)
    control.write_text(
        "".join(f"{name}: {fields[name]}\n" if (name := line.partition(":")[0]) in fields else line for line in lines)
    )
    made = into / "again.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "-b", tree, made], check=True, capture_output=True)
    shutil.rmtree(tree)
    return made


def test_an_upgrade_waits_for_the_calls_that_are_going_on(office: Machine, tmp_path: Path) -> None:
    shutil.copy(repack(tmp_path, Version="999"), office.root / "root/newer.deb")
    before = count_received(office)
    office.write("/home/anne/long.txt", "A page.\n\f" * 4)
    job = office.run("faxctl", "send", "--to", "0199000002", "long.txt", user="anne").stdout.split()[0]
    # Answered: who rings while the service stops rings on.
    until("the call to be answered", lambda: " receiving" in office.run("faxctl", "status").stdout)
    said = office.run("dpkg", "--install", "/root/newer.deb", seconds=600)
    assert "calls that are going on are brought to their end" in said.stderr
    until("the lines to be ready", lambda: count_idle(office) == 4)
    assert read_state(office, job) == "done"
    until("the fax to be filed", lambda: count_received(office) == before + 1)
    calls = json.loads(office.run("faxctl", "log", "--json", user="anne").stdout)
    assert [call["outcome"] for call in calls if call["fax"] == job] == ["ok"], "the fax went out in one call"
    assert office.failed() == []
    assert office.run("lpstat", "-v").stdout.count("fax:/") == 1, "one printer, as before"


def test_a_package_for_other_processors_is_refused_whole(office: Machine, tmp_path: Path) -> None:
    shutil.copy(repack(tmp_path, Architecture="riscv64"), office.root / "root/other.deb")
    refused = office.run("dpkg", "--install", "/root/other.deb", check=False)
    assert refused.returncode and "does not match system" in refused.stderr
    assert count_idle(office) == 4


def test_a_removal_keeps_the_faxes_and_a_purge_asks(office: Machine) -> None:
    office.run("dpkg", "--remove", "facteur", seconds=300)
    assert "fax:/" not in office.run("lpstat", "-v", check=False).stdout
    assert count_received(office) and (office.root / "var/lib/facteur").exists()
    # Nobody is there to be asked: then nothing of anybody's is removed.
    kept = office.run("env", "DEBIAN_FRONTEND=noninteractive", "dpkg", "--purge", "facteur")
    assert "the faxes are kept" in kept.stderr
    assert count_received(office) and not (office.root / "etc/facteur/facteur.toml").exists()


def test_a_purge_removes_everything_if_that_is_wanted(office: Machine) -> None:
    office.run("debconf-set-selections", text="facteur facteur/remove-faxes boolean true\n")
    office.run("env", "DEBIAN_FRONTEND=noninteractive", "dpkg", "--purge", "facteur", seconds=300)
    for place in ("etc/facteur", "var/lib/facteur", "var/spool/facteur", "usr/lib/facteur", "usr/lib/cups/backend/fax"):
        assert not (office.root / place).exists(), place
    assert office.failed() == []
