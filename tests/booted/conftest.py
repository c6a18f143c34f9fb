# SPDX-License-Identifier: GPL-3.0-or-later
"""A bare machine on which the packages are installed, once; and machines that begin as that one has ended."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.booted.images import make_bare
from tests.booted.machine import Machine, until
from tests.booted.office import count_idle, send_letter

PACKAGES = os.environ.get("FACTEUR_PACKAGES", "")
"""The folder of the packages; empty: nothing here is run."""
RELEASE = os.environ.get("FACTEUR_RELEASE", "12")
PEOPLE = ("anne", "bob")
LETTER = "Dear Martin,\n\nthis is a letter.\n"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip all of it where no packages were built."""
    for item in items:
        if Path(__file__).parent in item.path.parents and not PACKAGES:
            item.add_marker(pytest.mark.skip(reason="packaging/check --booted runs these"))


@dataclass
class Installed:
    """The image that the installation left, and what was measured on the way."""

    layers: tuple[Path, ...]
    seconds: dict[str, float]
    kilobytes: int


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """The packages of this release, installed on a bare machine that was booted."""
    bare = make_bare(RELEASE)
    folder = tmp_path_factory.mktemp("installed")
    machine = Machine("bare", folder, [bare], network=True)
    try:
        machine.boot()
        assert machine.failed() == []
        begun = time.monotonic()
        machine.run("apt-get", "update", "-q", seconds=300)
        install = ("apt-get", "install", "-y", "-q", "--no-install-recommends", copy_package(machine, "facteur"))
        said = machine.run("env", "DEBIAN_FRONTEND=noninteractive", *install, seconds=600)
        seconds = {"installed": time.monotonic() - begun}
        (folder / "apt.log").write_text(said.stdout + said.stderr)
        for person in PEOPLE:
            machine.run("useradd", "--create-home", "--user-group", person)
            machine.write(f"/home/{person}/letter.txt", LETTER)
        assert "There is no telephone line yet" in machine.run("faxctl", "status").stdout
        machine.run("faxctl", "setup", "--simulated", "--yes")
        until("the lines to be ready", lambda: count_idle(machine) == 4)
        send_letter(machine, "0199000002", wait=True)
        received = machine.root / "var/spool/facteur/received"
        until("the fax to be in its folder", lambda: list(received.glob("*.pdf")))
        seconds["first fax received"] = time.monotonic() - begun
        size = machine.run("dpkg-query", "-W", "-f=${Installed-Size}\n", "facteur").stdout
        assert machine.failed() == []
        machine.shut_down()
        yield Installed((machine.layer, bare), seconds, int(size))
    finally:
        machine.close()


def copy_package(machine: Machine, name: str) -> str:
    """Copy a package of ours to a machine; its path there."""
    (package,) = Path(PACKAGES).glob(f"{name}_*.deb")
    shutil.copy(package, machine.root / "root")
    return f"/root/{package.name}"


@pytest.fixture
def boot(installed: Installed, tmp_path: Path) -> Iterator[Callable[..., Machine]]:
    """Boot machines that begin as the installation left them."""
    machines: list[Machine] = []

    def make(
        name: str = "office", *, network: bool = False, devices: bool = False, packages: Sequence[str] = ()
    ) -> Machine:
        machine = Machine(name, tmp_path, installed.layers, network=network, devices=devices)
        machines.append(machine)
        if packages:
            machine.install(*packages)
        machine.boot()
        until("the lines to be ready", lambda: count_idle(machine) == 4)
        return machine

    yield make
    for machine in machines:
        machine.close()


@pytest.fixture
def office(boot: Callable[..., Machine]) -> Machine:
    """One such machine."""
    return boot()
