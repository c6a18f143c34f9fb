# SPDX-License-Identifier: GPL-3.0-or-later
"""Received faxes on paper, by a real cupsd, on the queue that their number names."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest

from faxcore.config import NumberConfig
from faxcore.config.telling import TellingConfig
from faxcore.cups.backend_file import find_shipped
from faxcore.cups.print_received import NO_CUPSD, NO_PRINTER
from faxcore.outbox.print_carrier import COMMAND
from tests.support.service_parts import ME, configured, running, script
from tests.support.waiting import until
from tests.system.cups.house import House

OFFICE = "Office"


@pytest.fixture
def office(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house with a printer that takes documents and does not print them yet."""
    house.connection.addPrinter(OFFICE, filename=str(find_shipped("fax.ppd")), device="fax:/")
    house.connection.disablePrinter(OFFICE)
    house.connection.acceptJobs(OFFICE)
    monkeypatch.setenv("CUPS_SERVER", str(house.printing.socket))
    yield house
    house.connection.deletePrinter(OFFICE)


def jobs_of(house: House) -> dict[int, str]:
    """The jobs that the printer has, or had, and where each is."""
    wanted = ["job-id", "job-printer-uri"]
    jobs = house.connection.getJobs(which_jobs="all", requested_attributes=wanted)
    places = {id: str(job["job-printer-uri"]) for id, job in jobs.items()}
    return {id: place for id, place in places.items() if place.endswith(f"/{OFFICE}")}


def read_document(house: House, place: str, job: int) -> bytes:
    return Path(house.connection.getDocument(place, job, 1)["file"]).read_bytes()


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=60)


def test_a_file_is_printed_as_it_is(office: House) -> None:
    before = jobs_of(office)
    assert run(OFFICE, "Fax 1", office.letter).returncode == 0
    ((job, place),) = jobs_of(office).items() - before.items()
    assert read_document(office, place, job) == Path(office.letter).read_bytes()
    office.connection.cancelJob(job)


def test_a_printer_that_is_not_there_is_said(office: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("Nowhere", "Fax 1", office.letter).returncode == NO_PRINTER
    monkeypatch.setenv("CUPS_SERVER", "/nowhere/cups.sock")
    absent = run(OFFICE, "Fax 1", office.letter)
    assert absent.returncode == NO_CUPSD and "printing system" in absent.stderr


def test_what_the_service_receives_comes_to_the_printer_of_its_number(office: House, tmp_path: Path) -> None:
    before = jobs_of(office)

    async def main() -> None:
        async with running(tmp_path, config) as (service, listener):
            await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            await until("the fax to be on paper", lambda: not service.open_deliveries.page("").deliveries)

    config = configured(tmp_path)
    number = NumberConfig("0199000001", (ME,), telling=TellingConfig(printer=OFFICE))
    config = replace(config, lines=(replace(config.lines[0], numbers=(number,)),))
    script(tmp_path, ring={"line-1": {"pages": 2, "end": "ok", "called": "0199000001"}})
    asyncio.run(main())
    ((job, place),) = jobs_of(office).items() - before.items()
    (own,) = tmp_path.glob("state/calls/*/reception.pdf")
    assert read_document(office, place, job) == own.read_bytes()
    office.connection.cancelJob(job)


def check(file: Path) -> tuple[int, str]:
    """Check a configuration in a process of its own: the library keeps the server that it asked first."""
    command = [sys.executable, "-m", "faxcore.cli.main", "config", "check", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


def test_a_configuration_is_checked_for_printers_that_are_not_there(
    office: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "facteur.toml"
    line = f'[[line]]\nname = "one"\ndevice = "/nowhere/one"\nowners = ["{ME}"]\nprinter = "{OFFICE}"\n'
    file.write_text(line)
    assert check(file) == (0, "")
    file.write_text(line + 'numbers = [{ number = "0199000001", printer = "Ofice" }]\n')
    status, said = check(file)
    assert status == 1
    assert said.startswith(f"{file}:6: ")
    assert said.endswith("printer: the printing system has no printer 'Ofice'; did you mean 'Office'?\n")
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "nobody-here"))
    status, said = check(file)
    assert status == 0
    assert "The printers could not be checked. The printing system cannot be reached" in said
