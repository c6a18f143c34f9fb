# SPDX-License-Identifier: GPL-3.0-or-later
"""A modem that comes and goes, and what its worker may open. A pseudo-terminal of the exchange stands for the modem."""

from __future__ import annotations

from tests.booted.machine import Machine, until
from tests.booted.office import count_idle, find_processes, prepare_modems

LINE = """
[[line]]
name = "office"
device = "/srv/modems/line-1"
owners = ["anne"]
numbers = [{ number = "0199000001" }]
"""


def test_a_modem_that_comes_and_goes_is_absent_and_comes_back_by_itself(office: Machine) -> None:
    prepare_modems(office)
    office.write("/etc/facteur/facteur.d/20-office.toml", LINE)
    office.run("systemctl", "reload", "facteur")
    until("the modem to be missed", lambda: "absent" in office.run("faxctl", "status").stdout)
    office.run("systemctl", "start", "modems")
    until("the line to be idle", lambda: count_idle(office) == 1, 20)
    office.run("systemctl", "stop", "modems")
    until("the modem to be missed again", lambda: "absent" in office.run("faxctl", "status").stdout, 20)
    office.run("systemctl", "start", "modems")
    until("the line to be idle again", lambda: count_idle(office) == 1, 20)
    assert office.failed() == []


def test_every_worker_is_behind_a_wall_of_its_own(office: Machine) -> None:
    workers = find_processes(office, "worker")
    assert len(workers) == 4
    for worker in workers:
        status = office.run("cat", f"/proc/{worker}/status").stdout
        assert "Seccomp:\t2" in status and "NoNewPrivs:\t1" in status and "CapEff:\t0000000000000000" in status
