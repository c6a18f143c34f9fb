# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup of a service at work, restored on another machine: all of one moment, and nothing is dialled before it is
released. What a support desk asks for works there, too.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

from tests.booted.machine import Machine, until
from tests.booted.office import count_idle, read_state, send_letter


def test_a_backup_is_restored_elsewhere_and_dials_nothing_by_itself(boot: Callable[..., Machine]) -> None:
    office = boot("office")
    done = send_letter(office, "0199000002", wait=True)
    later = send_letter(office, "0199000003", "--at", "+2m")
    send_letter(office, "0199000004")
    until("a call to begin", lambda: count_idle(office) < 4)
    office.run("faxctl", "backup", "/root/backup")
    elsewhere = boot("elsewhere")
    elsewhere.run("systemctl", "stop", "facteur")
    elsewhere.run("sh", "-c", "rm -rf /var/lib/facteur/*")
    shutil.copytree(office.root / "root/backup", elsewhere.root / "root/backup", symlinks=True)
    elsewhere.run("faxctl", "restore", "/root/backup")
    elsewhere.run("systemctl", "start", "facteur")
    until("the lines to be ready", lambda: count_idle(elsewhere) == 4)
    assert read_state(elsewhere, done) == "done"
    assert read_state(elsewhere, later) == "held"
    elsewhere.run("faxctl", "release", "--restored")
    until("the restored fax to go out", lambda: read_state(elsewhere, later) == "done", 300)
    assert elsewhere.failed() == []


def test_doctor_finds_nothing_wrong_and_names_nobody_in_its_report(office: Machine) -> None:
    send_letter(office, "0199000002", wait=True)
    said = office.run("faxctl", "doctor", "--report", "/root/report.txt", check=False)
    report = (office.root / "root/report.txt").read_text()
    assert said.returncode in (0, 1) and "WRONG" not in said.stdout, said
    for private in ("0199000002", "anne", "letter"):
        assert private not in report
    print(said.stdout)


def test_the_journal_names_neither_numbers_nor_titles_nor_people(office: Machine) -> None:
    send_letter(office, "0199000003", "--title", "Canary title", wait=True)
    said = office.journal("--unit", "facteur", "--boot")
    assert "Canary" not in said and "anne" not in said
    fields = office.run("journalctl", "--unit", "facteur", "--boot", "--output=json", "--no-pager").stdout
    assert '"FACTEUR_LOGGER"' in fields, "records have fields"
