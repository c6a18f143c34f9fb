# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of the configuration that a running service takes on, and those that need a restart."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.config import (
    ArchiveConfig,
    Config,
    DiallingConfig,
    DialogConfig,
    ExchangeConfig,
    FileNaming,
    LineConfig,
    NumberConfig,
    QueueConfig,
    TariffText,
)
from faxcore.config.access_codes import AccessCode
from faxcore.config.reload import WORKER, Changes, LineChanges, RestartNeeded, changes, refuse_restart
from faxcore.config.telling import TellingConfig
from faxcore.config.weekly_hours import parse_hours
from faxcore.lines.worker_line import worker_command
from faxcore.model.header import Header
from faxcore.model.line_direction import LineDirection

A = LineConfig("a", Path("/dev/ttyA"), "1")
B = LineConfig("b", Path("/dev/ttyB"), "1")
REAL = Config(lines=(A, B))
NO_LINE = Config(exchange=ExchangeConfig(lines=0))


def test_the_same_configuration_changes_nothing_wherever_it_is_written() -> None:
    assert changes(REAL, replace(REAL, files=(Path("/other.toml"),))) == Changes()
    assert changes(Config(), Config()) == Changes()


@pytest.mark.parametrize(
    ("change", "sections"),
    [
        ({"station_name": "us", "station_id": "2"}, ("station",)),
        ({"received": Path("/srv/fax")}, ("folders",)),
        ({"archive": ArchiveConfig("{id}")}, ("archive",)),
        ({"dialling": DiallingConfig(prefix="0"), "queue": QueueConfig(tries=1)}, ("dialling", "queue")),
        ({"headers": (Header("x", "X"),)}, ("header",)),
        ({"dialog": DialogConfig(type_new_numbers_twice=True)}, ("dialog",)),
        ({"contact_editors": ("anne",)}, ("contacts",)),
        ({"metrics_file": Path("/srv/facteur.prom")}, ("metrics",)),
        ({"exchange": ExchangeConfig(lines=9, speed=2.0)}, ("exchange",)),
    ],
)
def test_most_of_it_is_taken_on_from_the_next_call_on(change: dict[str, Any], sections: tuple[str, ...]) -> None:
    assert changes(REAL, replace(REAL, **change)) == Changes(sections)


@pytest.mark.parametrize(
    ("old", "new", "restart"),
    [
        (REAL, replace(REAL, state=Path("/srv/state"), received=Path("/srv/fax")), ("folders, state",)),
        (REAL, replace(REAL, intake_user="other"), ("station, intake_user",)),
        (
            Config(),
            Config(exchange=ExchangeConfig(lines=3, speed=2.0), intake_user="other"),
            ("station, intake_user", "exchange, lines", "exchange, speed"),
        ),
    ],
)
def test_what_needs_a_restart_is_refused_as_a_whole(old: Config, new: Config, restart: tuple[str, ...]) -> None:
    found = changes(old, new)
    assert found.restart == restart
    assert found.lines == LineChanges()
    with pytest.raises(RestartNeeded, match="can only be changed by a restart of the service") as error:
        refuse_restart(found)
    assert all(name in str(error.value) for name in restart)


def test_lines_come_go_and_change() -> None:
    moved = replace(B, device=Path("/dev/ttyC"))
    answered = replace(A, numbers=(NumberConfig("0199000001"),))
    new = LineConfig("c", B.device, "1")
    found = changes(REAL, Config(lines=(new, moved, answered)))
    assert found == Changes(("line",), LineChanges((new,), (), (moved,), (answered,)))
    refuse_restart(found)
    assert changes(REAL, Config(lines=(B,))).lines == LineChanges(removed=("a",))


def test_the_first_line_comes_and_the_last_one_goes_without_a_restart() -> None:
    assert changes(NO_LINE, REAL) == Changes(("line", "exchange"), LineChanges(added=(A, B)))
    assert changes(REAL, NO_LINE) == Changes(("line", "exchange"), LineChanges(removed=("a", "b")))
    simulated = Config()
    names = tuple(line.name for line in simulated.all_lines())
    assert changes(simulated, REAL) == Changes(("line",), LineChanges((A, B), names))
    assert changes(REAL, simulated) == Changes(("line",), LineChanges(simulated.all_lines(), ("a", "b")))
    assert changes(NO_LINE, simulated) == Changes(("exchange",), LineChanges(added=simulated.all_lines()))
    assert changes(simulated, NO_LINE) == Changes(("exchange",), LineChanges(removed=names))


def test_a_line_with_another_name_is_another_line() -> None:
    other = replace(B, name="reception")
    assert changes(REAL, Config(lines=(A, other))).lines == LineChanges((other,), ("b",))


def test_another_order_of_the_lines_is_a_change_that_restarts_none() -> None:
    assert changes(REAL, Config(lines=(B, A))) == Changes(("line",))


def test_the_owners_of_the_simulated_lines_change_without_a_restart() -> None:
    new = Config(exchange=ExchangeConfig(owners=("root",)))
    old = Config(exchange=ExchangeConfig(owners=("lp",)))
    assert changes(old, new) == Changes(("exchange",), LineChanges(updated=new.all_lines()))


OTHER: dict[str, Any] = {
    "kind": "other",
    "device": Path("/dev/ttyX"),
    "station_id": "9",
    "numbers": (NumberConfig("1"),),
    "sub_addresses": (),
    "owners": ("root",),
    "folder": Path("/x"),
    "error_correction": False,
    "jbig": True,
    "max_rate": 2400,
    "without": ("MR",),
    "flow": "none",
    "setup": ("&K3",),
    "modem_log": True,
    "direction": LineDirection.OUT,
    "groups": ("west",),
    "priority": 9,
    "hours": parse_hours(["Mon 08:00-09:00"]),
    "prefix": "0,",
    "access_code": AccessCode("card"),
    "telling": TellingConfig(printer="Office"),
    "naming": FileNaming("{date}"),
    "purchase": TariffText(Path("/x.toml"), ""),
}


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(LineConfig) if field.name != "name"])
def test_a_worker_starts_anew_for_what_it_is_started_with(name: str) -> None:
    other = replace(A, **{name: OTHER[name]})
    assert (worker_command(other) != worker_command(A)) == (name in WORKER)
