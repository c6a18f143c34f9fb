# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl setup`: modems are found and told from others, what is written can be used, nothing is left half done."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import pwd
import tomllib
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from faxcore.bus.client import BusError, connect
from faxcore.cli import setup_command, setup_steps
from faxcore.cli.main import main
from faxcore.cli.setup_plan import Plan, PlannedLine, format_plan, is_ours, read_plan
from faxcore.config import load
from faxcore.config.reload import Changes
from faxcore.contract.bus import ErrorCode
from faxcore.exchange import Exchange, ExchangeSettings, default_lines
from faxcore.model.sentence import Sentence
from faxcore.modem.search import find_devices
from tests.support import CHECKOUT
from tests.support.service_fixture import needs_root, public_folder, serving
from tests.support.service_parts import ME
from tests.support.waiting import wait_until

NOWHERE = "unix:path=/nothing"


class Machine:
    """A computer with two modems, a device that says nothing and one that is something else."""

    def __init__(self, folder: Path, exchange: Exchange) -> None:
        self.folder, self.exchange = folder, exchange
        self.devices, self.ttys, self.rules = (folder / name for name in ("dev", "ttys", "rules"))
        for each in (self.devices / "serial/by-id", self.ttys, self.rules, folder / "etc"):
            each.mkdir(parents=True)
        self.config = folder / "etc/facteur.toml"
        self.config.write_text(f'[folders]\nstate = "{folder}/state"\n')
        self.ours = folder / "etc/facteur.d/10-setup.toml"
        self.modem = self.devices / "serial/by-id/usb-Modem_1"
        self.modem.symlink_to(exchange.device(1))
        (self.devices / "ttyUSB0").symlink_to(exchange.device(1))
        (self.devices / "ttyS0").symlink_to(exchange.device(2))
        self._silent = os.openpty()
        tty.setraw(self._silent[1])
        (self.devices / "ttyACM0").symlink_to(os.ttyname(self._silent[1]))
        (self.devices / "tty1").write_text("")
        # What the kernel says of the modem: a USB device, whose port is two folders below.
        usb = folder / "sys/usb1"
        (usb / "interface/tty").mkdir(parents=True)
        for name, value in {"idVendor": "0572", "idProduct": "1340", "serial": '12"; rm'}.items():
            (usb / name).write_text(value + "\n")
        (self.ttys / Path(os.path.realpath(self.modem)).name).symlink_to(usb / "interface/tty")

    def close(self) -> None:
        for descriptor in self._silent:
            os.close(descriptor)

    def setup(self, *options: str, code: int = 0, bus: str = NOWHERE) -> str:
        """`faxctl setup`; what it says."""
        places = ["--config", self.config, "--devices", self.devices, "--ttys", self.ttys, "--rules", self.rules]
        command = ["--bus", bus, "setup", *map(str, places), "--seconds", "3", "--no-printer", *options]
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
            assert main(command) == code, out.getvalue()
        return out.getvalue()

    def by_options(self, *options: str, code: int = 0, bus: str = NOWHERE) -> str:
        """The same with all that a line needs."""
        received = str(self.folder / "received")
        line = ["--line", str(self.modem), "--number", "0199000001", "--owner", ME, "--received", received]
        return self.setup(
            *line, "--station", "+33 1 99 00 00 01", "--country", "fr", "--yes", *options, code=code, bus=bus
        )


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    tmp_path.chmod(0o755)
    with Exchange(ExchangeSettings(lines=default_lines(2), folder=tmp_path / "exchange")) as exchange:
        machine = Machine(tmp_path, exchange)
        yield machine
        machine.close()


def test_devices_are_found_by_their_lasting_names(machine: Machine) -> None:
    (machine.ttys / "ttyS0").mkdir()
    (machine.ttys / "ttyS0/type").write_text("4\n")
    (machine.devices / "ttyS1").write_text("")
    (machine.ttys / "ttyS1").mkdir()
    (machine.ttys / "ttyS1/type").write_text("0\n")
    found = find_devices(machine.devices, machine.ttys)
    assert [each.path.name for each in found] == ["ttyS0", "usb-Modem_1", "ttyACM0"]


def test_a_line_by_options(machine: Machine) -> None:
    said = machine.by_options("--name", "Town hall", "--prefix", "0,")
    assert "systemctl start facteur" in said
    config = load(machine.config)
    (line,) = config.lines
    assert (line.name, line.device, line.station_id, line.owners) == (
        "line-1",
        machine.modem,
        "+33 1 99 00 00 01",
        (ME,),
    )
    assert [number.number for number in line.numbers] == ["0199000001"]
    assert (config.dialling.region, config.dialling.prefix, config.station_name) == ("FR", "0,", "Town hall")
    assert config.received.is_dir()
    assert is_ours(machine.ours.read_text())
    assert machine.ours.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in machine.ours.parent.iterdir()] == ["10-setup.toml"]
    (rule,) = machine.rules.iterdir()
    assert 'ATTR{idVendor}=="0572", ATTR{idProduct}=="1340", ENV{ID_MM_DEVICE_IGNORE}="1"' in rule.read_text()
    assert "; rm" not in rule.read_text()


def test_run_again_it_changes_what_is_said_and_keeps_the_rest(machine: Machine) -> None:
    machine.by_options("--name", "Town hall")
    before = load(machine.config)
    machine.setup("--name", "Library", "--yes")
    after = load(machine.config)
    assert (after.station_name, after.lines) == ("Library", before.lines)
    machine.setup(
        "--line", str(machine.modem), "--line", str(machine.devices / "ttyS0"), "--number", "0199000002", "--yes"
    )
    assert [(each.name, len(each.numbers)) for each in load(machine.config).lines] == [("line-1", 1), ("line-2", 1)]


def test_the_simulated_exchange_is_one_command_away_and_a_line_takes_its_place(machine: Machine) -> None:
    machine.setup("--simulated", "--owner", ME, "--yes")
    config = load(machine.config)
    assert (config.simulated, len(config.all_lines()), config.exchange.owners) == (True, 4, (ME,))
    assert not list(machine.rules.iterdir())
    machine.by_options()
    assert not load(machine.config).simulated


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--line", "{devices}/ttyACM0"), "does not answer like a modem"),
        (("--line", "{devices}/ttyACM7"), "There is no device"),
        (("--line", "{devices}/tty1"), "is not a serial port"),
        (("--simulated", "--country", "XX"), "not a country"),
        (("--simulated", "--owner", "nobody-of-this-name"), "nobody-of-this-name"),
        (("--simulated", "--station", "x" * 30), "at most 20"),
        ((), "There is no line"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(machine: Machine, options: tuple[str, ...], words: str) -> None:
    said = machine.setup(*(each.format(devices=machine.devices) for each in options), "--yes", code=1)
    assert words in said
    assert "Traceback" not in said
    assert not machine.ours.exists()
    assert not list(machine.rules.iterdir())


def test_what_contradicts_another_file_is_said_with_its_place(machine: Machine) -> None:
    machine.config.write_text(machine.config.read_text() + f'received = "{machine.folder}"\n')
    said = machine.by_options(code=1)
    assert f"{machine.ours}:" in said and f"{machine.config}:3" in said
    assert not machine.ours.exists()


def test_what_a_person_has_changed_is_not_lost_without_a_word(machine: Machine) -> None:
    machine.by_options()
    changed = machine.ours.read_text() + "max_rate = 9600\n"
    machine.ours.write_text(changed)
    assert "--overwrite" in machine.setup("--name", "Library", "--yes", code=1)
    assert machine.ours.read_text() == changed
    machine.setup("--name", "Library", "--yes", "--overwrite")
    assert load(machine.config).station_name == "Library"


@needs_root
def test_a_folder_that_the_service_cannot_reach_is_said_and_not_left(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup_steps, "find_user", lambda: pwd.getpwnam("nobody"))
    with public_folder() as public:
        closed = public / "closed"
        closed.mkdir(mode=0o700)
        said = machine.by_options("--received", str(closed / "in/here"), code=1)
        assert "nobody" in said
        assert str(closed) in said
        assert not list(closed.iterdir())
        assert not machine.ours.exists()
        machine.by_options("--received", str(public / "open/here"))
        assert (public / "open/here").owner() == "nobody"


def test_what_stands_in_another_file_is_proposed_and_not_said_twice(machine: Machine) -> None:
    machine.config.write_text(machine.config.read_text() + '[dialling]\nregion = "BE"\n[station]\nname = "Us"\n')
    machine.setup("--simulated", "--owner", ME, "--yes")
    assert "BE" not in machine.ours.read_text()
    assert load(machine.config).dialling.region == "BE"
    said = machine.setup("--country", "FR", "--yes", code=1)
    assert f"{machine.ours}:" in said
    assert f"already set at {machine.config}:" in said


@pytest.mark.parametrize("there", [True, False])
def test_what_the_service_refuses_is_as_it_was(machine: Machine, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    async def refuse(_bus: str | None) -> None:
        raise BusError(ErrorCode.STATE, Sentence("Not that."))

    machine.setup("--simulated", "--owner", ME, "--yes")
    before = machine.ours.read_text()
    if not there:
        machine.ours.unlink()
    monkeypatch.setattr(setup_steps, "_reload", refuse)
    said = machine.setup("--simulated", "--owner", ME, "--name", "Library", "--yes", code=1)
    assert "as it was before: Not that." in said
    assert (machine.ours.read_text() if there else machine.ours.exists()) == (before if there else False)


def test_what_needs_a_restart_is_written_and_said(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_bus: str | None) -> None:
        raise BusError(ErrorCode.STATE, Sentence("exchange, speed: can only be changed by a restart"))

    monkeypatch.setattr(setup_steps, "_reload", refuse)
    monkeypatch.setattr(setup_steps, "changes", lambda _old, _new: Changes(restart=("exchange, speed",)))
    assert "systemctl restart facteur" in machine.by_options()
    assert load(machine.config).lines


def test_with_json_nothing_is_asked(machine: Machine) -> None:
    assert json.loads(machine.setup("--simulated", "--json", code=1))["good"] is False


def test_one_that_was_killed_in_the_middle_is_run_again(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def kill(*_arguments: object) -> None:
        raise Killed

    for place in ("fsync", "rename"):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(setup_steps.os, place, kill)
            machine.by_options()
        assert not machine.ours.exists()
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(setup_steps, "keep_modem_manager_away", kill)
        machine.by_options()
    assert load(machine.config).lines
    machine.by_options()
    assert len(load(machine.config).lines) == 1
    assert list(machine.rules.iterdir())


def test_a_printing_system_that_is_absent_keeps_the_line(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_command, "put_right", lambda: ["The printing system cannot be reached."])
    places = [
        "--config",
        machine.config,
        "--devices",
        machine.devices,
        "--ttys",
        machine.ttys,
        "--rules",
        machine.rules,
    ]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = main(["--bus", NOWHERE, "setup", *map(str, places), "--simulated", "--owner", ME, "--yes", "--json"])
    said: dict[str, Any] = json.loads(out.getvalue())
    assert (code, said["good"]) == (1, False)
    assert [(each["step"], each["good"]) for each in said["steps"]] == [
        ("configuration", True),
        ("service", True),
        ("printer", False),
    ]
    assert "faxctl printer install" in said["steps"][-1]["sentence"]
    assert load(machine.config).simulated


# ---------------------------------------------------------------- questions


def answered(machine: Machine, monkeypatch: pytest.MonkeyPatch, *answers: str, code: int = 0) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
    return machine.setup(code=code)


def test_a_line_by_questions(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    received = str(machine.folder / "received")
    # Country, name, the first modem, not the second, its numbers; station id as proposed, owner, prefix, folder.
    said = answered(
        machine,
        monkeypatch,
        "Nowhere",
        "FR",
        "Town hall",
        "no",
        "yes",
        "0199000001, 0199000011",
        "",
        ME,
        "",
        received,
        "yes",
        "",
    )
    assert "two letters" in said
    assert "ttyACM0: " in said and "does not answer like a modem" in said
    (line,) = load(machine.config).lines
    assert (line.device, line.station_id) == (machine.modem, "+33 1 99 00 00 01")
    assert [number.number for number in line.numbers] == ["0199000001", "0199000011"]


@pytest.mark.parametrize("answers", [("FR", "Us", "no", "no", "yes", "", ME, "", "", "no"), ("FR",)])
def test_without_a_yes_nothing_is_written(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, answers: tuple[str, ...]
) -> None:
    said = answered(machine, monkeypatch, *answers, code=1)
    assert "Nothing has been written" in said
    assert not machine.ours.exists()
    assert not list(machine.rules.iterdir())


# ---------------------------------------------------------------- with the service


def test_the_service_takes_the_line_on_and_a_test_page_goes_out(tmp_path: Path) -> None:
    nothing = '[folders]\nstate = "{folder}/state"\nreceived = "{folder}/received"\n'
    settings = ExchangeSettings(lines=default_lines(2), folder=tmp_path / "exchange")
    with (
        Exchange(settings) as exchange,
        serving({"dial": {"0199000002": ["ok"]}}, config=nothing + "[exchange]\nlines = 0\n") as (
            address,
            folder,
        ),
    ):
        machine = Machine(tmp_path / "machine", exchange)
        machine.config = folder / "facteur.toml"
        line = ["--line", str(machine.modem), "--number", "0199000001", "--owner", ME, "--country", "FR"]
        said = machine.setup(*line, "--test", "0199000002", "--yes", bus=address)
        assert "has taken the configuration on" in said

        async def jobs() -> list[str]:
            async with connect(address) as desk:
                return [job.state.value for job in await desk.list_jobs()]

        wait_until("the test page", lambda: asyncio.run(jobs()) == ["done"])
        machine.close()


# ---------------------------------------------------------------- the file


def test_what_is_written_is_read_back() -> None:
    lines = (PlannedLine("/dev/ttyACM0", ("0199000001", "+33 1"), "a"), PlannedLine("/dev/ttyS0", (), "b"))
    plan = Plan("FR", 'The "Town" \\ hall é', "+33 1", "0,", "/srv/fax", ("anne", "bob"), lines)
    text = format_plan(plan)
    assert is_ours(text)
    assert read_plan(text) == plan
    assert not is_ours(text.replace("anne", "eve"))
    assert read_plan(format_plan(Plan(simulated=4, owners=("anne",)))) == Plan(simulated=4, owners=("anne",))
    assert tomllib.loads(format_plan(Plan()))["exchange"] == {"lines": 0}


def test_the_file_that_is_installed_is_one_that_setup_may_replace() -> None:
    installed = CHECKOUT / "packaging/debian/10-setup.toml"
    assert installed.read_text() == format_plan(Plan())
