# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody prints as another: cupsd asks the kernel who prints, and asks nobody on this machine for a password."""

from __future__ import annotations

import os
import pwd
import re
import socket
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import cups
import pytest

from tests.support.service_fixture import needs_root
from tests.system.cups.house import IPP_CANCELLED, PATIENCE, House

pytestmark = [pytest.mark.xdist_group("cupsd"), needs_root]
USER = "nobody"
AS_USER = ("setpriv", f"--reuid={USER}", "--regid=nogroup", "--clear-groups")
OK, UNAUTHORIZED = 200, 401


@pytest.fixture
def letter(house: House) -> Path:
    house.letter.chmod(0o644)
    return house.letter


@pytest.fixture
def held(house: House) -> Iterator[None]:
    """Jobs wait: who they are of is asked, not what becomes of them."""
    house.stage.run(["cupsdisable", "Fax"])
    yield
    house.stage.run(["cancel", "-a", "Fax"])
    house.stage.run(["cupsenable", "Fax"])


def command(house: House, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """A command of an ordinary user, whom nobody can ask for a password."""
    return subprocess.run(
        [*AS_USER, *map(str, words)],
        env=os.environ | house.stage.environment | {"LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def owner(house: House, job: int) -> str:
    """The owner of a job; cupsd says it in its log only, and to him."""
    found = re.search(r'Queued on "Fax" by "([^"]*)"', house.said_of(job))
    assert found is not None, house.said_of(job)
    return found[1]


@pytest.mark.usefixtures("held")
def test_an_ordinary_user_prints_and_cancels_without_a_password(house: House, letter: Path) -> None:
    done = command(house, "lp", "-d", "Fax", letter)
    assert done.returncode == 0, done
    job = int(done.stdout.split("Fax-")[1].split()[0])
    assert owner(house, job) == USER
    assert command(house, "lp", "-i", f"Fax-{job}", "-H", "hold").returncode == 0
    assert command(house, "cancel", f"Fax-{job}").returncode == 0
    house.until_state(job, IPP_CANCELLED)


@pytest.mark.usefixtures("held")
def test_nobody_prints_or_cancels_in_another_name(house: House, letter: Path) -> None:
    jobs = set(house.connection.getJobs(which_jobs="all"))
    for name in ("root", "lp", "not-there"):
        done = command(house, "lp", "-U", name, "-d", "Fax", letter)
        assert done.returncode != 0, name
    assert set(house.connection.getJobs(which_jobs="all")) == jobs
    roots = house.print(letter)
    assert owner(house, roots) == "root"
    for options in (["-U", "root"], []):
        assert command(house, "cancel", *options, f"Fax-{roots}").returncode != 0
    assert house.state(roots) != IPP_CANCELLED


def ask_as_user(house: House, name: str, authorization: str) -> tuple[int, bytes]:
    """Ask for a new job as an ordinary user's own program might: with this name in it, and this word of who asks. The
    HTTP status and the answer.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setuid(pwd.getpwnam(USER).pw_uid)
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(house.printing.socket))
                line.sendall(make_request(name, authorization))
                os.write(writing, line.recv(65536))
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    return int(answer.split()[1]), answer


def make_request(name: str, authorization: str) -> bytes:
    """IPP's Create-Job (RFC 8011, 4.2.4), over HTTP."""
    attributes = [
        (0x47, "attributes-charset", "utf-8"),
        (0x48, "attributes-natural-language", "en"),
        (0x45, "printer-uri", "ipp://localhost/printers/Fax"),
        (0x42, "requesting-user-name", name),
    ]
    body = struct.pack(">BBHI", 2, 0, 0x0005, 1) + b"\x01"
    for tag, key, value in attributes:
        body += struct.pack(">BH", tag, len(key)) + key.encode() + struct.pack(">H", len(value)) + value.encode()
    body += b"\x03"
    said = f"Authorization: {authorization}\r\n" if authorization else ""
    head = f"POST /printers/Fax HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/ipp\r\n{said}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("authorization", ["", "PeerCred root", "PeerCred lp", "Basic cm9vdDo=", "Local 0"])
def test_a_program_that_does_not_say_who_it_is_makes_no_job(house: House, authorization: str) -> None:
    jobs = set(house.connection.getJobs(which_jobs="all"))
    assert ask_as_user(house, "root", authorization)[0] == UNAUTHORIZED
    assert set(house.connection.getJobs(which_jobs="all")) == jobs


@pytest.mark.usefixtures("held")
def test_a_job_is_of_whoever_the_kernel_knows_whatever_name_is_in_it(house: House) -> None:
    jobs = set(house.connection.getJobs(which_jobs="all"))
    assert ask_as_user(house, "root", f"PeerCred {USER}")[0] == OK
    (made,) = set(house.connection.getJobs(which_jobs="all")) - jobs
    assert owner(house, made) == USER
    house.connection.cancelJob(made)


def test_a_policy_that_cupsd_lacks_is_said(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    from faxcore.cups import printer  # noqa: PLC0415

    monkeypatch.setattr(printer, "OPERATION_POLICY", "not-there")
    with pytest.raises(printer.PrinterFailed) as failure:
        printer.install(cups.Connection(host=str(house.printing.socket)), "Fax-3")
    assert "no policy “not-there”" in failure.value.fault.sentence, house.said()[-1500:]
    house.connection.deletePrinter("Fax-3")
