# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax that comes in while one of the processes that have to do with it is killed: it is filed once, whole or said not
to be, and no page is lost.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.booted.machine import Machine, until
from tests.booted.office import count_idle, count_received, find_processes, read_state

PAGES = 3
VICTIMS = ("service", "worker", "documents")
OWNED = '[exchange]\nowners = ["anne"]\n'
MAIL = """
[mail]
server = "127.0.0.1"
port = 2525
encryption = "none"
sender = "fax@example.org"
news = ["received"]

[[person]]
name = "anne"
mail = "anne@example.org"
"""
SERVER = """
import pathlib, socket, time
there = socket.create_server(("127.0.0.1", 2525))
for number in range(1, 100):
    talk, _ = there.accept()
    lines = talk.makefile("rb")
    talk.sendall(b"220 mail\\r\\n")
    for line in lines:
        word = line[:4].upper()
        if word == b"DATA":
            talk.sendall(b"354 go on\\r\\n")
            text = b"".join(iter(lines.readline, b".\\r\\n"))
            pathlib.Path(f"/srv/mails/{number}").write_bytes(text)
            # The first mail is never confirmed: whoever brings it is killed.
            if number == 1:
                lines.readline()
                break
        elif word == b"QUIT":
            talk.sendall(b"221 bye\\r\\n")
            break
        talk.sendall(b"250 well\\r\\n")
    talk.close()
"""


def prepare(machine: Machine, configuration: str = OWNED) -> None:
    """Give Anne what comes in."""
    machine.write("/etc/facteur/facteur.d/10-setup.toml", "")
    machine.write("/etc/facteur/facteur.d/20-anne.toml", configuration)
    machine.write("/home/anne/long.txt", "\f".join(["A page.\n"] * PAGES))
    machine.run("systemctl", "reload", "facteur")
    until("the lines to be ready", lambda: count_idle(machine) == 4)


def send_long(machine: Machine) -> str:
    """Send the pages; the fax's id."""
    return machine.run("faxctl", "send", "--to", "0199000002", "long.txt", user="anne").stdout.split()[0]


def list_received(machine: Machine) -> list[dict[str, Any]]:
    """List what Anne has received."""
    said = machine.run("faxctl", "list", "--folder", "inbox", "--json", user="anne", check=False).stdout
    return list(json.loads(said)) if said.startswith("[") else []


def count_kept(machine: Machine) -> int:
    """Count the pages that are kept of calls that come in."""
    return len(list((machine.root / "var/lib/facteur/calls").glob("*/page-*.tif")))


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_fax_that_comes_in_while_one_is_killed_is_filed_once(office: Machine, victim: str) -> None:
    prepare(office)
    before = count_received(office)
    job = send_long(office)
    until("the first page to be kept", lambda: count_kept(office), 120)
    kill(office, victim)
    until("the fax to end", lambda: read_state(office, job) in ("done", "uncertain"), 600)
    until("all pages to be filed", lambda: count_filed(office) >= PAGES, 120)
    until("the lines to be ready", lambda: count_idle(office) == 4, 120)
    received = list_received(office)
    # Who is not heard to its end is called again, with the pages that were not confirmed: at most one of them twice.
    assert count_filed(office) <= PAGES + 1, received
    assert len({each["pdf"] for each in received}) == len(received) == count_received(office) - before, received
    broken = [each for each in received if each["outcome"] != "ok"]
    assert len(broken) <= 1 and all(each["reason"] for each in broken), received
    # systemd forgets the unit of a document that was killed, though not in the same moment.
    until("no unit to have failed", lambda: not office.failed(), 60)


def count_filed(machine: Machine) -> int:
    """Count the pages that Anne has received and that are in their folder."""
    return sum(each["pages"] for each in list_received(machine) if each["pdf"])


def kill(machine: Machine, victim: str) -> None:
    """Kill a kind of process; of the workers the one that receives."""
    for process in find_processes(machine, victim):
        command = machine.run("cat", f"/proc/{process}/cmdline", check=False).stdout
        if victim != "worker" or "line-2" in command:
            machine.run("kill", "-9", process, check=False)


def test_a_mailer_that_is_killed_brings_the_mail_again_and_files_nothing_twice(office: Machine) -> None:
    office.run("mkdir", "/srv/mails")
    office.write("/srv/server.py", SERVER)
    office.run("systemd-run", "--quiet", "--collect", "--unit=mails", "python3", "/srv/server.py")
    prepare(office, OWNED + MAIL)
    before = count_received(office)
    send_long(office)
    mails = office.root / "srv/mails"
    until("the mail to be on its way", lambda: (mails / "1").exists(), 180)
    for process in find_processes(office, "mailer"):
        office.run("kill", "-9", process)
    until("the mail to come again", lambda: (mails / "2").exists(), 400)
    same = {line for name in ("1", "2") for line in find_id(mails, name)}
    assert len(same) == 1, same
    (received,) = list_received(office)
    assert received["outcome"] == "ok" and received["pages"] == PAGES
    assert count_received(office) == before + 1
    assert office.failed() == []


def find_id(mails: Path, name: str) -> list[bytes]:
    """Find the id of a mail."""
    return [line for line in (mails / name).read_bytes().splitlines() if line.lower().startswith(b"message-id:")]
