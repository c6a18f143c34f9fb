# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that are killed, a machine that goes down, a disk that is full, a configuration that cannot be used."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.booted.machine import Machine, until
from tests.booted.office import count_idle, count_received, find_processes, read_state, send_letter

VICTIMS = ("service", "worker", "exchange", "documents")


@pytest.mark.parametrize("victim", VICTIMS)
def test_whoever_is_killed_in_a_call_costs_no_fax(office: Machine, victim: str) -> None:
    before = count_received(office)
    job = send_letter(office, "0199000002")
    until("the call to begin", lambda: count_idle(office) < 4)
    for process in find_processes(office, victim):
        office.run("kill", "-9", process, check=False)
    until("the fax to end", lambda: read_state(office, job) in ("done", "uncertain"), 300)
    until("the fax to be filed", lambda: count_received(office) > before, 120)
    assert count_received(office) == before + 1 or read_state(office, job) == "uncertain"
    until("the machine to be well", lambda: count_idle(office) == 4 and office.failed() == [], 120)


def test_a_queue_goes_on_after_a_boot_and_after_the_power_was_cut(office: Machine) -> None:
    # Several for one number, which is busy with the others' calls then.
    office.write("/etc/facteur/facteur.d/30-soon.toml", "[queue.wait]\nbusy = 10\n")
    office.run("systemctl", "reload", "facteur")
    numbers = ["0199000002", "0199000003", "0199000004"] * 2
    before = count_received(office)
    sent = [send_letter(office, number) for number in numbers]
    until("a call to begin", lambda: count_idle(office) < 4)
    office.pull_the_plug()
    office.boot()
    until("some to be done", lambda: sum(read_state(office, job) == "done" for job in sent) >= 2, 300)
    office.shut_down()
    office.boot()
    until("all to have ended", lambda: all(read_state(office, job) in ("done", "uncertain") for job in sent), 600)
    done = sum(read_state(office, job) == "done" for job in sent)
    uncertain = len(sent) - done
    until("all to be filed", lambda: count_received(office) >= before + done, 120)
    assert count_received(office) <= before + done + 2 * uncertain + 1, "nothing is sent twice"
    assert office.failed() == []


def test_a_configuration_that_cannot_be_used_is_said_once_and_not_tried_again(office: Machine) -> None:
    office.write("/etc/facteur/facteur.d/20-wrong.toml", "[queue]\ntrys = 3\n")
    assert office.run("systemctl", "reload", "facteur", check=False).returncode
    assert count_idle(office) == 4, "the service goes on with what it has"
    office.run("systemctl", "restart", "facteur", check=False)
    until("the service to have failed", lambda: office.failed() == ["facteur.service"])
    assert "20-wrong.toml:2: queue, trys: unknown key; did you mean 'tries'?" in office.journal("--unit", "facteur")
    restarts = office.run("systemctl", "show", "facteur", "--property=NRestarts", "--value").stdout.strip()
    assert restarts == "0"
    office.run("rm", "/etc/facteur/facteur.d/20-wrong.toml")
    office.run("systemctl", "restart", "facteur")
    until("the lines to be ready", lambda: count_idle(office) == 4)


def test_a_full_disk_takes_nothing_and_loses_nothing(boot: Callable[..., Machine]) -> None:
    office = boot()
    office.run("systemctl", "stop", "facteur")
    office.run("mv", "/var/lib/facteur", "/var/lib/facteur-before")
    office.run("mkdir", "/var/lib/facteur")
    office.run("mount", "-t", "tmpfs", "-o", "size=90m,mode=750,uid=facteur,gid=facteur", "none", "/var/lib/facteur")
    office.run("cp", "-a", "/var/lib/facteur-before/.", "/var/lib/facteur/")
    office.run("systemctl", "start", "facteur")
    until("the lines to be ready", lambda: count_idle(office) == 4)
    office.run("dd", "if=/dev/zero", "of=/var/lib/facteur/filler", "bs=1M", check=False)
    refused = office.run("faxctl", "send", "--to", "0199000002", "letter.txt", user="anne", check=False)
    assert refused.returncode == 1 and re.search("space|disk", refused.stderr), refused
    office.run("rm", "/var/lib/facteur/filler")
    send_letter(office, "0199000002", wait=True)
    assert office.failed() == []
