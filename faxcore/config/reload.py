# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparison of two configurations: what a running service would have to do to take on the new one.

Rules:
1. A configuration is taken on as a whole or refused as a whole: one that is wrong, and one that needs a restart, change
   nothing.
2. No call is cut off: a line that goes, or whose worker must start anew, ends the call that is on it first.
3. Lines are told apart by their names. One that is renamed goes, and another one comes: calls, locks and receptions
   are kept under the name.
4. Workers that end do so before others begin: a device may have moved from one line to another.

Values only: nothing here reads a file or touches a service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final

from faxcore.config.configuration import Config
from faxcore.config.lines import LineConfig
from faxcore.config.toml_source import ConfigError

SECTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "station": ("station_id", "station_name", "intake_user"),
        "folders": ("state", "received"),
        "administration": ("administration",),
        "archive": ("archive",),
        "dialling": ("dialling",),
        "dialog": ("dialog",),
        "queue": ("queue",),
        "line": ("lines",),
        "receiving": ("kept_free", "unanswered", "arrival_command", "sorters", "naming"),
        "header": ("headers",),
        "exchange": ("exchange",),
        "person": ("persons",),
        "group": ("groups",),
        "rule": ("rules",),
        "route": ("routes",),
        "store": ("store",),
        "retention": ("retention",),
        "document": ("document",),
        "mail": ("mail",),
        "billing": ("billing",),
        "budget": ("budgets",),
        "customer": ("customers",),
        "limit": ("limits",),
        "company": ("company",),
        "contacts": ("contact_editors",),
        "metrics": ("metrics_file",),
    }
)
"""The tables of the file, and the fields of `Config` that come from each."""

RESTART: Final[Mapping[str, str]] = MappingProxyType(
    {
        # The database, the lock of the service and every call that is under way are in it.
        "state": "folders, state",
        "store": "store, url",
        # Processes are behind the wall that was found when the service began.
        "document": "document, wall",
        # The bus's own policy names that user too, and is not ours to change: who may hand in print jobs does not
        # change under a service that runs.
        "intake_user": "station, intake_user",
    }
)
"""The fields that a running service keeps, and their names in the file."""

WORKER: Final = ("kind", "device", "flow", "setup", "modem_log")
"""The values that a line's worker is started with; everything else is used by the service, from the next call on."""


class RestartNeeded(ConfigError):
    """The configuration is right, but a running service cannot take it on."""


@dataclass(frozen=True)
class LineChanges:
    """Lines that come, go and change. The order of all of them is that of the new configuration's `all_lines()`."""

    added: tuple[LineConfig, ...] = ()
    """Start a worker for each."""
    removed: tuple[str, ...] = ()
    """End their workers, after the calls that are on them."""
    restarted: tuple[LineConfig, ...] = ()
    """End the worker, after its call, and start it with these values."""
    updated: tuple[LineConfig, ...] = ()
    """The worker stays; the next call has these values."""


@dataclass(frozen=True)
class Changes:
    """The differences of a new configuration."""

    sections: tuple[str, ...] = ()
    """The tables of the file that differ, in the order of `SECTIONS`."""
    lines: LineChanges = LineChanges()
    restart: tuple[str, ...] = ()
    """Names, as in the file, of what cannot be taken on without a restart; empty: all of it can."""


def changes(old: Config, new: Config) -> Changes:
    """Compare a configuration with the one that is in use."""
    sections = tuple(
        section
        for section, names in SECTIONS.items()
        if any(getattr(old, name) != getattr(new, name) for name in names)
    )
    restart = _find_restart(old, new)
    return Changes(sections, LineChanges() if restart else _compare_lines(old, new), restart)


def refuse_restart(found: Changes) -> None:
    """Raise RestartNeeded for changes that a running service cannot take on."""
    if found.restart:
        raise RestartNeeded(f"{'; '.join(found.restart)}: can only be changed by a restart of the service")


def _find_restart(old: Config, new: Config) -> tuple[str, ...]:
    found = [name for field, name in RESTART.items() if getattr(old, field) != getattr(new, field)]
    if old.simulated and new.simulated:
        # Its process is started with them. Whose the faxes are, its owners, is the service's affair.
        found += [f"exchange, {name}" for name in ("lines", "speed") if _is_different(old.exchange, new.exchange, name)]
    return tuple(found)


def _compare_lines(old: Config, new: Config) -> LineChanges:
    before = {line.name: line for line in old.all_lines()}
    after = {line.name: line for line in new.all_lines()}
    changed = [line for line in after.values() if line.name in before and line != before[line.name]]
    restarted = tuple(line for line in changed if any(_is_different(before[line.name], line, name) for name in WORKER))
    return LineChanges(
        added=tuple(line for line in after.values() if line.name not in before),
        removed=tuple(name for name in before if name not in after),
        restarted=restarted,
        updated=tuple(line for line in changed if line not in restarted),
    )


def _is_different(old: object, new: object, name: str) -> bool:
    return bool(getattr(old, name) != getattr(new, name))


assert {each.name for each in fields(Config)} == {"files", *(name for names in SECTIONS.values() for name in names)}
