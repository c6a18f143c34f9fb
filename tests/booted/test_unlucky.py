# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that are killed, a machine that goes down, a disk that is full, a configuration that cannot be used."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.booted.conftest import idle_lines
from tests.booted.machine import Machine, until

VICTIMS = ("service", "worker", "exchange", "documents")


def received(machine: Machine) -> int:
    """Count the faxes that are in their folder."""
    return len(list((machine.root / "var/spool/facteur/received").glob("*.pdf")))


def jobs(machine: Machine, person: str = "anne") -> list[dict[str, object]]:
    """List the faxes of a person."""
    found: list[dict[str, object]] = json.loads(machine.run("faxctl", "list", "--json", user=person).stdout)
    return found


def processes(machine: Machine, victim: str) -> list[str]:
    """Find the processes of one kind."""
    if victim == "service":
        return machine.run("systemctl", "show", "facteur", "--property=MainPID", "--value").stdout.split()
    pattern = {
        "worker": "faxcore.line.worker",
        "exchange": "faxcore.exchange",
        "documents": "faxcore.document.in_unit",
    }[victim]
    # Not the shell that asks: its command line has the words, too.
    script = (
        f'cd /proc; for p in [0-9]*; do [ $p = $$ ] || {{ grep -qa "{pattern}" $p/cmdline && echo $p; }}; done; true'
    )
    return machine.run("sh", "-c", script).stdout.split()


@pytest.mark.parametrize("victim", VICTIMS)
def test_whoever_is_killed_in_a_call_costs_no_fax(office: Machine, victim: str) -> None:
    before = received(office)
    job = office.run("faxctl", "send", "--to", "0199000002", "letter.txt", user="anne").stdout.split()[0]
    until("the call to begin", lambda: idle_lines(office) < 4)
    for process in processes(office, victim):
        office.run("kill", "-9", process, check=False)
    until("the fax to end", lambda: state_of(office, job) in ("done", "uncertain"), 300)
    until("the fax to be filed", lambda: received(office) > before, 120)
    assert received(office) == before + 1 or state_of(office, job) == "uncertain"
    until("the machine to be well", lambda: idle_lines(office) == 4 and office.failed() == [], 120)


def state_of(machine: Machine, job: str) -> str:
    """The state of a fax of Anne's."""
    said = machine.run("faxctl", "show", "--json", job, user="anne", check=False).stdout
    return str(json.loads(said)["job"]["state"]) if said.startswith("{") else ""


def test_a_queue_goes_on_after_a_boot_and_after_the_power_was_cut(office: Machine) -> None:
    numbers = ["0199000002", "0199000003", "0199000004"] * 2
    before = received(office)
    sent = [
        office.run("faxctl", "send", "--to", number, "letter.txt", user="anne").stdout.split()[0] for number in numbers
    ]
    until("a call to begin", lambda: idle_lines(office) < 4)
    office.pull_the_plug()
    office.boot()
    until("some to be done", lambda: sum(state_of(office, job) == "done" for job in sent) >= 2, 300)
    office.shut_down()
    office.boot()
    until("all to have ended", lambda: all(state_of(office, job) in ("done", "uncertain") for job in sent), 600)
    done = sum(state_of(office, job) == "done" for job in sent)
    uncertain = len(sent) - done
    until("all to be filed", lambda: received(office) >= before + done, 120)
    assert received(office) <= before + done + 2 * uncertain + 1, "nothing is sent twice"
    assert office.failed() == []


def test_a_configuration_that_cannot_be_used_is_said_once_and_not_tried_again(office: Machine) -> None:
    office.write("/etc/facteur/facteur.d/20-wrong.toml", "[queue]\ntrys = 3\n")
    assert office.run("systemctl", "reload", "facteur", check=False).returncode
    assert idle_lines(office) == 4, "the service goes on with what it has"
    office.run("systemctl", "restart", "facteur", check=False)
    until("the service to have failed", lambda: office.failed() == ["facteur.service"])
    assert "20-wrong.toml:2: queue, trys: unknown key; did you mean 'tries'?" in office.journal("--unit", "facteur")
    restarts = office.run("systemctl", "show", "facteur", "--property=NRestarts", "--value").stdout.strip()
    assert restarts == "0"
    office.run("rm", "/etc/facteur/facteur.d/20-wrong.toml")
    office.run("systemctl", "restart", "facteur")
    until("the lines to be ready", lambda: idle_lines(office) == 4)


def test_a_full_disk_takes_nothing_and_loses_nothing(boot: Callable[..., Machine]) -> None:
    office = boot()
    office.run("systemctl", "stop", "facteur")
    office.run("mv", "/var/lib/facteur", "/var/lib/facteur-before")
    office.run("mkdir", "/var/lib/facteur")
    office.run("mount", "-t", "tmpfs", "-o", "size=90m,mode=750,uid=facteur,gid=facteur", "none", "/var/lib/facteur")
    office.run("cp", "-a", "/var/lib/facteur-before/.", "/var/lib/facteur/")
    office.run("systemctl", "start", "facteur")
    until("the lines to be ready", lambda: idle_lines(office) == 4)
    office.run("dd", "if=/dev/zero", "of=/var/lib/facteur/filler", "bs=1M", check=False)
    refused = office.run("faxctl", "send", "--to", "0199000002", "letter.txt", user="anne", check=False)
    assert refused.returncode == 1 and re.search("space|disk", refused.stderr), refused
    office.run("rm", "/var/lib/facteur/filler")
    office.run("faxctl", "send", "--to", "0199000002", "letter.txt", "--wait", user="anne")
    assert office.failed() == []
