# SPDX-License-Identifier: GPL-3.0-or-later
"""An installation: everything works, nothing has failed, and each process may do what it needs and no more."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from faxcore.qt.manual import Topic
from tests.booted.conftest import PACKAGES, Installed
from tests.booted.machine import Machine, until
from tests.booted.office import count_idle, send_letter

BOUNDS = {"facteur.service": 1.2, "facteur-documents@": 0.5, "facteur-mailer@.service": 1.5}
"""The exposure by systemd's own measure that no unit may exceed, 0 to 10."""


def test_the_first_fax_is_there_minutes_after_the_installation(installed: Installed) -> None:
    print(f"seconds: {installed.seconds}; installed: {installed.kilobytes / 1000:.0f} MB")
    assert installed.seconds["first fax received"] < 600


def test_nothing_has_failed_after_a_boot(office: Machine) -> None:
    assert office.failed() == []
    assert "a wall: unit, Landlock" in office.journal("--unit", "facteur")


def test_every_unit_may_do_little(office: Machine) -> None:
    send_letter(office, "0199000003", wait=True)
    units = office.run("systemctl", "list-units", "--plain", "--no-legend", "facteur*.service").stdout.split("\n")
    living = [line.split()[0] for line in units if line]
    assert any(unit.startswith("facteur-documents@") for unit in living), "documents are opened in a unit"
    rated = {}
    for unit in (*living, "facteur-mailer@.service"):
        said = office.run("systemd-analyze", "security", "--no-pager", unit).stdout
        found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
        assert found, said
        rated[unit] = float(found[1])
    print(rated)
    for name, bound in BOUNDS.items():
        of_it = [rating for unit, rating in rated.items() if unit.startswith(name)]
        assert of_it and max(of_it) <= bound, (name, of_it)


def test_no_process_of_the_service_is_roots(office: Machine) -> None:
    # The smallest Debian has no ps.
    look = 'for p in /proc/[0-9]*; do stat -c %U $p; tr "\\0" " " <$p/cmdline; echo; done'
    processes = office.run("sh", "-c", look).stdout
    pairs = processes.split("\n")
    ours = [(pairs[i], pairs[i + 1]) for i in range(0, len(pairs) - 1, 2) if "facteur" in pairs[i + 1]]
    assert ours and not [pair for pair in ours if pair[0] == "root"], ours


def test_no_file_of_the_packages_lends_rights_or_can_be_written_by_others() -> None:
    for package in Path(PACKAGES).glob("facteur*.deb"):
        listed = subprocess.run(["dpkg-deb", "-c", package], capture_output=True, text=True, check=True).stdout
        modes = {line.split()[0]: line for line in listed.splitlines()}
        assert not [line for mode, line in modes.items() if mode[0] != "l" and ("s" in mode or "w" in mode[5:])]


def test_each_window_finds_its_page_of_the_manual(office: Machine) -> None:
    for topic in Topic:
        for folder in ("user", "fr"):
            page = office.root / f"usr/share/doc/facteur/html/{folder}/{topic.value}.html"
            assert f"{topic.value}.html" in page.read_text()


def test_what_is_printed_goes_out(office: Machine) -> None:
    received = office.root / "var/spool/facteur/received"
    before = len(list(received.glob("*.pdf")))
    office.run("lp", "-d", "Fax", "-o", "fax-number=0199000004", "letter.txt", user="anne")
    until("the printed fax to be received", lambda: len(list(received.glob("*.pdf"))) > before, 120)
    assert "0199000004" in office.run("faxctl", "list", user="anne").stdout.replace(" ", "")
    assert office.run("faxctl", "list", user="bob").stdout.strip() == ""


def test_a_stopped_service_comes_back_by_the_bus(office: Machine) -> None:
    office.run("systemctl", "stop", "facteur")
    assert office.run("systemctl", "is-active", "facteur", check=False).stdout.strip() == "inactive"
    until("the service to be started by who asks for it", lambda: count_idle(office) == 4)
    assert office.run("systemctl", "is-active", "facteur").stdout.strip() == "active"
