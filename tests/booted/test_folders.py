# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders that the configuration names: the service may write there, also in somebody's home, and nowhere else."""

from __future__ import annotations

from tests.booted.machine import Machine, until
from tests.booted.office import count_idle, send_letter


def test_the_service_writes_where_its_configuration_says(office: Machine) -> None:
    for folder in ("/srv/fax", "/home/anne/fax"):
        office.run("install", "-d", "-o", "facteur", folder)
        office.write("/etc/facteur/facteur.d/20-folders.toml", f'[folders]\nreceived = "{folder}"\n')
        office.run("systemctl", "daemon-reload")
        office.run("systemctl", "restart", "facteur")
        until("the lines to be ready", lambda: count_idle(office) == 4)
        send_letter(office, "0199000002", wait=True)
        until(f"the fax to be in {folder}", lambda place=folder: list((office.root / place[1:]).glob("*.pdf")))
    assert office.failed() == []
