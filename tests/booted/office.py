# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at a machine on which the packages are installed, and at the faxes of its people."""

from __future__ import annotations

import json
from typing import Final

from tests.booted.machine import Machine

RECEIVED: Final = "var/spool/facteur/received"
PATTERNS: Final = {
    "worker": "faxcore.line.worker",
    "exchange": "faxcore.exchange",
    "documents": "faxcore.document.in_unit",
    "mailer": "faxcore.mailer.mail_worker",
}
"""The words by which the processes of one kind are known."""
MODEMS: Final = "/srv/modems"
_MODEMS_UNIT: Final = f"""\
[Service]
User=facteur
ExecStart=/usr/bin/facteur-exchange --folder {MODEMS} --lines 3
[Install]
WantedBy=multi-user.target
"""


def prepare_modems(machine: Machine) -> None:
    """Start a unit, `modems`, whose pseudo-terminals stand for modems as long as it runs."""
    machine.run("install", "-d", "-o", "facteur", MODEMS)
    machine.write("/etc/systemd/system/modems.service", _MODEMS_UNIT)
    machine.run("systemctl", "daemon-reload")


def count_idle(machine: Machine) -> int:
    """Count the lines that are ready for a call."""
    said = machine.run("faxctl", "status", check=False).stdout
    return sum(" idle " in line for line in said.splitlines())


def count_received(machine: Machine) -> int:
    """Count the faxes that are in their folder."""
    return len(list((machine.root / RECEIVED).glob("*.pdf")))


def send_letter(machine: Machine, number: str, *options: str, wait: bool = False) -> str:
    """Hand a fax of Anne's in, and wait for its end if that is wanted; its id."""
    waiting = ("--wait",) if wait else ()
    said = machine.run("faxctl", "send", "--to", number, *options, "letter.txt", *waiting, user="anne")
    return said.stdout.split()[0]


def read_state(machine: Machine, job: str) -> str:
    """Read the state of a fax of Anne's; empty while nobody says it."""
    said = machine.run("faxctl", "show", "--json", job, user="anne", check=False).stdout
    return str(json.loads(said)["job"]["state"]) if said.startswith("{") else ""


def find_processes(machine: Machine, kind: str) -> list[str]:
    """Find the processes of one kind: the service, or one of `PATTERNS`."""
    if kind == "service":
        return machine.run("systemctl", "show", "facteur", "--property=MainPID", "--value").stdout.split()
    # Not the shell that asks: its command line has the words, too.
    look = f'[ $p = $$ ] || {{ grep -qa "{PATTERNS[kind]}" $p/cmdline && echo $p; }}'
    return machine.run("sh", "-c", f"cd /proc; for p in [0-9]*; do {look}; done; true").stdout.split()
