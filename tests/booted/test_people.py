# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people with accounts on one machine: neither sees what is the other's, nor acts as the other."""

from __future__ import annotations

from tests.booted.machine import Machine
from tests.booted.office import send_letter


def test_nobody_sees_another_persons_faxes(office: Machine) -> None:
    job = send_letter(office, "0199000002", wait=True)
    assert job in office.run("faxctl", "list", user="anne").stdout
    assert office.run("faxctl", "list", user="bob").stdout.strip() == ""
    refused = office.run("faxctl", "show", job, user="bob", check=False)
    assert refused.returncode == 1
    assert "letter" not in refused.stdout + refused.stderr


def test_nobody_but_the_service_reaches_its_files(office: Machine) -> None:
    for place in ("/var/lib/facteur", "/var/spool/facteur/received", "/run/facteur-documents", "/run/facteur-mailer"):
        for attempt in (("ls", place), ("test", "-r", place), ("test", "-w", place)):
            if place.startswith("/run") and attempt[0] == "ls":
                continue
            assert office.run(*attempt, user="bob", check=False).returncode, (place, attempt)


def test_the_administrators_commands_are_roots(office: Machine) -> None:
    for command in (("config", "reload"), ("unassigned",), ("log", "--everybody"), ("ledger", "seal")):
        assert office.run("faxctl", *command, user="bob", check=False).returncode == 1, command
        office.run("faxctl", *command)


def test_nobody_prints_as_somebody_else(office: Machine) -> None:
    refused = office.run(
        "lp", "-U", "anne", "-d", "Fax", "-o", "fax-number=0199000002", "letter.txt", user="bob", check=False
    )
    assert refused.returncode, refused
    assert office.run("faxctl", "list", user="anne").stdout.count("letter.txt") == 0
