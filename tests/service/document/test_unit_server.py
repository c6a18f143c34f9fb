# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents are opened in units of their own: the service connects, and the init system starts one process for each
connection. Here a thread does what systemd does; on a booted machine systemd does it (tests/booted).
"""

from __future__ import annotations

import json
import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from faxcore.document import check, sandbox, walls
from faxcore.document.check import CHECKER
from faxcore.document.document_error import Reason, RenderFailed
from faxcore.document.in_unit import PROGRAMS
from faxcore.document.renderer import RENDERER
from faxcore.document.unit_server import UnitServer
from faxcore.document.walls import CHOICE, NoWall, Wall
from tests.support.documents import pdf, rendered
from tests.support.units import Units
from tests.support.waiting import wait_until


@pytest.fixture
def units(tmp_path: Path) -> Iterator[Units]:
    """The units of an installation, which the service is told of."""
    units = Units(tmp_path, "faxcore.document.in_unit")
    CHOICE.ask(walls.AUTO)
    CHOICE.unit = units.place
    yield units
    CHOICE.unit = None
    CHOICE.ask(walls.AUTO)
    units.close()


def refuse_empty() -> None:
    """Have an empty document opened, which is refused by whoever opens it."""
    assert why_refused() is Reason.EMPTY


def why_refused() -> Reason:
    """Have an empty document opened; the reason why it is refused."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output:
        try:
            check.check_pages(source, output)
        except RenderFailed as failure:
            return failure.reason
    raise AssertionError("an empty document has pages")


def test_a_document_is_opened_in_a_unit_and_nothing_is_left_of_it(units: Units, tmp_path: Path) -> None:
    pages = rendered(tmp_path, pdf())

    assert len(pages) == 1
    assert CHOICE.found is Wall.UNIT
    assert len(units.processes) == 1
    wait_until("the unit has ended", lambda: not units.living())
    assert [path for folder in units.files.iterdir() for path in folder.iterdir()] == []


def test_a_program_that_is_wanted_again_has_one_unit_for_many_documents(units: Units) -> None:
    refuse_empty()
    programs = (CHECKER,)
    sandbox._AHEAD.want(programs)
    try:
        for _time in range(5):
            refuse_empty()
        assert len(units.living()) == 1
    finally:
        sandbox._AHEAD.release(programs)
    wait_until("the unit has ended", lambda: not units.living())


def test_a_unit_that_is_killed_costs_one_document_at_most(units: Units) -> None:
    refuse_empty()
    programs = (CHECKER,)
    sandbox._AHEAD.want(programs)
    try:
        refuse_empty()
        for process in units.living():
            process.kill()
            process.wait()
        with suppress(RenderFailed):
            refuse_empty()
        refuse_empty()
        assert CHOICE.found is Wall.UNIT
    finally:
        sandbox._AHEAD.release(programs)


def test_without_the_unit_the_next_wall_is_built(tmp_path: Path) -> None:
    CHOICE.ask(walls.AUTO)
    CHOICE.unit = tmp_path / "nobody-listens"
    try:
        refuse_empty()
        assert CHOICE.found not in (None, Wall.UNIT, Wall.NONE)
        CHOICE.ask("unit")
        assert why_refused() is Reason.NO_WALL
    finally:
        CHOICE.unit = None
        CHOICE.ask(walls.AUTO)


def test_a_program_that_was_told_of_no_unit_has_none() -> None:
    with pytest.raises(NoWall):
        UnitServer(RENDERER, None)


def test_every_program_that_opens_documents_can_be_named() -> None:
    """One that could not would have the next wall, and nobody would notice."""
    folder = Path(sandbox.__file__).parent
    modules = {f"faxcore.document.{path.stem}" for path in folder.glob("*.py") if "Program.of(" in path.read_text()}
    assert modules == PROGRAMS


@pytest.mark.parametrize("start", [["-m", "os"], ["-m", "faxcore.daemon"], ["-c", "__import__('os')._exit(0)"]])
def test_only_programs_that_open_documents_can_be_named(units: Units, start: list[str]) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as service:
        service.connect(str(units.place))
        service.send(json.dumps({"start": start, "settings": RENDERER.settings(Wall.UNIT)}).encode())
        assert service.recv(10) == b""
    assert units.processes[0].wait(timeout=20) == 1
