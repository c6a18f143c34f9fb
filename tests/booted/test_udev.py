# SPDX-License-Identifier: GPL-3.0-or-later
"""A modem as udev sees it, which runs on this machine and gets real events of the kernel's, asked for by `udevadm
trigger`: one that is plugged in and pulled out is a line that comes and goes, and our rule keeps ModemManager away.

The one serial port that the kernel here has is no modem: a rule of this test has a pseudo-terminal stand for it.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.booted.conftest import RELEASE
from tests.booted.machine import Machine, until
from tests.booted.office import count_idle, prepare_modems

PORT = "/sys/class/tty/ttyS0"
MODEM = "/dev/serial/by-id/usb-Modem"
LINE = f"""
[[line]]
name = "office"
device = "{MODEM}"
owners = ["anne"]
numbers = [{{ number = "0199000001" }}]
"""
STANDS_FOR_IT = f"""\
SUBSYSTEM=="tty", KERNEL=="ttyS0", ACTION=="add", RUN+="/bin/ln -sfn /srv/modems/line-1 {MODEM}"
SUBSYSTEM=="tty", KERNEL=="ttyS0", ACTION=="add", RUN+="/bin/systemctl --no-block start modems"
SUBSYSTEM=="tty", KERNEL=="ttyS0", ACTION=="remove", RUN+="/bin/rm -f {MODEM}"
SUBSYSTEM=="tty", KERNEL=="ttyS0", ACTION=="remove", RUN+="/bin/systemctl --no-block stop modems"
"""
WRITE_RULES = """
import sys
from pathlib import Path
from faxcore.cli import udev_rule
place = udev_rule.RULES / udev_rule.NAME
place.write_text(udev_rule.format_rules([Path("/dev/ttyS0")], Path("/sys/class/tty")))
udev_rule.put_in_force()
sys.exit(udev_rule.verify(place) or 0)
"""


def tell(machine: Machine, action: str) -> None:
    """Make the kernel tell udev of the port, and wait until its rules have been followed."""
    machine.run("udevadm", "trigger", f"--action={action}", PORT)
    machine.run("udevadm", "settle", "--timeout=30")


def test_a_modem_that_udev_tells_of_comes_and_goes(boot: Callable[..., Machine]) -> None:
    office = boot(packages=("udev",), devices=True)
    assert office.run("systemctl", "is-active", "systemd-udevd").stdout.strip() == "active"
    prepare_modems(office)
    office.run("install", "-d", "/dev/serial/by-id")
    office.write("/etc/udev/rules.d/99-stands-for-it.rules", STANDS_FOR_IT)
    office.run("udevadm", "control", "--reload")
    office.write("/etc/facteur/facteur.d/20-office.toml", LINE)
    office.run("systemctl", "reload", "facteur")
    until("the modem to be missed", lambda: "absent" in office.run("faxctl", "status").stdout)
    for _time in range(2):
        tell(office, "add")
        until("the line to be idle", lambda: count_idle(office) == 1, 20)
        tell(office, "remove")
        until("the modem to be missed again", lambda: "absent" in office.run("faxctl", "status").stdout, 20)
    assert office.failed() == []


def test_udev_takes_our_rule_and_marks_the_port_for_modemmanager(boot: Callable[..., Machine]) -> None:
    office = boot(packages=("udev",), devices=True)
    office.run("/usr/lib/facteur/bin/python", "-I", "-c", WRITE_RULES)
    if RELEASE != "12":
        # Debian 12 has no such command.
        office.run("udevadm", "verify", "/etc/udev/rules.d/78-facteur-modems.rules")
    tell(office, "add")
    assert "ID_MM_PORT_IGNORE=1" in office.run("udevadm", "info", "--query=property", PORT).stdout
