# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl printer` on a real cupsd: every way in which the printer can be wrong is said, and put right."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pwd
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cups
import pytest

from faxcore.cli.main import main
from faxcore.cups import printer
from faxcore.cups.backend_file import check_backend, find_filter, mend_backend
from faxcore.cups.fault import Kind
from tests.support import CHECKOUT
from tests.support.stage import PrintingSystem, Stage

PPD = CHECKOUT / "cups-backend/fax.ppd"


class Machine:
    """A cupsd with the printer, and `faxctl` beside it."""

    def __init__(self, stage: Stage) -> None:
        # No document is printed here, so there is no bus.
        stage.environment |= {"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nothing", "LC_ALL": "C.UTF-8"}
        self.stage = stage
        self.printing = PrintingSystem(stage)
        self.printing.start()
        self.backend = self.printing.folder / "lib/backend/fax"
        self.connection = cups.Connection(host=str(self.printing.socket))

    def faxctl(self, action: str, *options: str, code: int = 0) -> str:
        """`faxctl printer`; what it says."""
        more = [] if action == "remove" else ["--backend", str(self.backend)]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            assert main(["printer", action, *more, *options]) == code, out.getvalue()
        return out.getvalue()

    def faults(self) -> list[str]:
        """The faults that `faxctl printer check` finds."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = main(["printer", "check", "--json", "--backend", str(self.backend)])
        said = json.loads(out.getvalue())
        assert said["good"] == (not said["faults"]) == (code == 0)
        return [fault["fault"] for fault in said["faults"]]

    def attributes(self) -> dict[str, Any]:
        return dict(self.connection.getPrinterAttributes("Fax"))


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="facteur-printer-", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        with Stage(Path(name)) as stage:
            yield Machine(stage)


def use_another_ppd(machine: Machine) -> None:
    other = machine.stage.folder / "other.ppd"
    other.write_text(PPD.read_text().replace("204x391dpi", "600dpi"))
    machine.connection.addPrinter("Fax", filename=str(other))


SPOILED: dict[Kind, Callable[[Machine], object]] = {
    Kind.MISSING: lambda machine: machine.connection.deletePrinter("Fax"),
    Kind.DEVICE: lambda machine: machine.connection.setPrinterDevice("Fax", "fax:/elsewhere"),
    Kind.PPD: use_another_ppd,
    Kind.STOPPED: lambda machine: machine.connection.disablePrinter("Fax"),
    Kind.REJECTING: lambda machine: machine.connection.rejectJobs("Fax"),
    Kind.ERROR_POLICY: lambda machine: machine.connection.setPrinterErrorPolicy("Fax", "stop-printer"),
    Kind.OPERATION_POLICY: lambda machine: machine.connection.setPrinterOpPolicy("Fax", "default"),
    Kind.SHARED: lambda machine: machine.connection.setPrinterShared("Fax", True),
    Kind.BACKEND_MISSING: lambda machine: machine.backend.unlink(),
    Kind.BACKEND_MODE: lambda machine: machine.backend.chmod(0o700),
}


def test_the_filter_is_found_and_mended(machine: Machine) -> None:
    program = find_filter(machine.backend)
    contents = program.read_text()
    program.unlink()
    assert machine.faults() == [str(Kind.BACKEND_MISSING)]
    machine.printing.write_program()
    assert program.read_text() == contents
    program.chmod(0o777)
    assert machine.faults() == [str(Kind.BACKEND_MODE)]
    machine.faxctl("install")
    assert not machine.faults()


@pytest.mark.parametrize("kind", SPOILED)
def test_a_fault_is_found_and_mended(machine: Machine, kind: Kind) -> None:
    # What `install` writes into the backend is this test's Python, which cupsd's user may not be able to read.
    program = machine.backend.read_text()
    assert not machine.faults()
    SPOILED[kind](machine)
    assert machine.faults() == [str(kind)]
    said = machine.faxctl("check", code=1)
    assert "printer install" in said.splitlines()[-1]
    if kind is Kind.BACKEND_MISSING:
        machine.printing.write_program()
        assert machine.backend.read_text() == program
    machine.faxctl("install")
    assert not machine.faults()


def test_a_queue_without_a_description_gets_ours(machine: Machine) -> None:
    machine.connection.deletePrinter("Fax")
    machine.connection.addPrinter("Fax", device="fax:/")
    assert "wrong-ppd" in machine.faults()
    machine.faxctl("install")


def test_what_the_administrator_chose_stays(machine: Machine) -> None:
    machine.stage.run(["lpadmin", "-p", "Fax", "-D", "Second floor", "-o", "Resolution=204x391dpi"])
    machine.connection.rejectJobs("Fax")
    assert machine.faults() == ["not-accepting"]
    assert "is ready" in machine.faxctl("install")
    assert machine.attributes()["printer-info"] == "Second floor"
    copy = Path(machine.connection.getPPD("Fax"))
    assert "*DefaultResolution: 204x391dpi" in copy.read_text()
    copy.unlink()


def test_installing_twice_changes_nothing(machine: Machine) -> None:
    before = machine.attributes()
    machine.faxctl("install")
    after = machine.attributes()
    assert {name for name in before if before[name] != after.get(name)} <= {
        "printer-config-change-time",
        "printer-config-change-date-time",
        "printer-state-change-time",
        "printer-state-change-date-time",
        "printer-up-time",
        "printer-current-time",
    }


def test_a_printer_of_another_name_comes_and_goes(machine: Machine) -> None:
    machine.faxctl("install", "--name", "Fax-2")
    assert set(machine.connection.getPrinters()) == {"Fax", "Fax-2"}
    assert machine.faxctl("remove", "--name", "Fax-2") == "The printer Fax-2 is removed.\n"
    assert machine.faxctl("remove", "--name", "Fax-2") == "There is no printer Fax-2.\n"
    assert set(machine.connection.getPrinters()) == {"Fax"}
    assert "--name Fax-2" in machine.faxctl("check", "--name", "Fax-2", code=1)


def test_what_cupsd_refuses_is_said(machine: Machine) -> None:
    said = json.loads(machine.faxctl("install", "--json", "--name", "no spaces/here", code=1))
    assert [fault["fault"] for fault in said["faults"]] == ["refused"]


@pytest.mark.parametrize("action", ["install", "check", "remove"])
def test_without_a_cupsd_it_is_said_what_to_start(machine: Machine, action: str) -> None:
    cups.setServer(str(machine.stage.folder / "nobody.sock"))
    try:
        assert "systemctl start cups" in machine.faxctl(action, code=1)
    finally:
        cups.setServer(str(machine.printing.socket))


def test_the_command_is_one_of_faxctl(machine: Machine) -> None:
    command = [sys.executable, "-m", "faxcore.cli.main", "printer", "check", "--backend", machine.backend]
    assert machine.stage.run(command) == "The printer Fax is ready.\n"


class Denying:
    """A cupsd that lets nobody do anything."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def getPrinterAttributes(self, *_arguments: object, **_named: object) -> dict[str, object]:
        raise self._error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (cups.IPPError(cups.IPP_FORBIDDEN, "Forbidden"), Kind.NOT_ALLOWED),
        (cups.IPPError(cups.IPP_NOT_AUTHORIZED, "Unauthorized"), Kind.NOT_ALLOWED),
        (cups.HTTPError(cups.HTTP_UNAUTHORIZED), Kind.NOT_ALLOWED),
        (cups.IPPError(cups.IPP_INTERNAL_ERROR, "Broken"), Kind.REFUSED),
        (cups.HTTPError(500), Kind.REFUSED),
        (RuntimeError("failed to connect to server"), Kind.CUPSD),
        # Of a name whose octets are no text, as the command line hands it on.
        (UnicodeEncodeError("utf-8", "\udc9b", 0, 1, "surrogates not allowed"), Kind.REFUSED),
    ],
)
@pytest.mark.parametrize("act", [printer.install, printer.check, printer.remove])
def test_a_refusal_has_its_reason(act: Callable[[Any], object], error: Exception, kind: Kind) -> None:
    with pytest.raises(printer.PrinterFailed) as failure:
        act(Denying(error))
    assert failure.value.fault.kind is kind


@pytest.fixture
def backend(tmp_path: Path) -> Path:
    path = tmp_path / "backend/fax"
    path.parent.mkdir()
    find_filter(path).parent.mkdir()
    mend_backend(path, Path("/usr/bin/python3"))
    return path


def kinds(path: Path) -> list[Kind]:
    return [fault.kind for fault in check_backend(path)]


def test_the_backend_is_written_for_a_python(backend: Path) -> None:
    assert kinds(backend) == []
    first, rest = backend.read_text().split("\n", 1)
    assert first == "#!/usr/bin/python3 -I"
    assert rest == (CHECKOUT / "cups-backend/fax").read_text().split("\n", 1)[1]
    assert [path.name for path in backend.parent.iterdir()] == ["fax"]


@pytest.mark.parametrize("mode", [0o700, 0o754, 0o775, 0o757, 0o644])
def test_the_backend_is_for_everybody_to_run_and_for_root_to_write(backend: Path, mode: int) -> None:
    backend.chmod(mode)
    assert kinds(backend) == [Kind.BACKEND_MODE]
    mend_backend(backend)
    assert kinds(backend) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_the_backend_is_roots(backend: Path) -> None:
    os.chown(backend, pwd.getpwnam("lp").pw_uid, 0)
    assert kinds(backend) == [Kind.BACKEND_OWNER]
    mend_backend(backend)
    assert kinds(backend) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root's cupsd runs backends as somebody else")
def test_the_backends_python_is_for_everybody(backend: Path, tmp_path: Path) -> None:
    private = tmp_path / "python"
    private.symlink_to("/usr/bin/python3")
    tmp_path.chmod(0o700)
    backend.write_text(f"#!{private} -I\n")
    assert kinds(backend) == [Kind.BACKEND_PYTHON]
    backend.write_text("#!/nothing/python -I\n")
    assert kinds(backend) == [Kind.BACKEND_PYTHON]
    mend_backend(backend, Path("/usr/bin/python3"))
    assert kinds(backend) == []
