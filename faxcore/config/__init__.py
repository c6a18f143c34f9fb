# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of the service: one TOML file, read once, into frozen values.

Every key has a default but where there can be none; an unknown key, a wrong type and a missing value are errors that
name the file, the line and what would be right (`faxcore.config.toml_source`). Without any [[line]],
faxcore supervises a simulated exchange of its own, so that the whole product runs where there is no telephone line.
"""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

import phonenumbers

from faxcore.config.toml_source import ConfigError, Source, Table
from faxcore.model.call import RATES, RETRY, Outcome
from faxcore.model.header import SHIPPED, Header
from faxcore.model.sentence import literal

__all__ = ["Config", "ConfigError", "Dialling", "Exchange", "Line", "Number", "Queue", "default", "load"]

ARCHIVE_NAME: Final = "{date} {time} {line} {station}"
ARCHIVE_FIELDS: Final = ("date", "time", "line", "station", "number", "caller", "id")

COVERS: Final = tuple(sorted(path.stem for path in (Path(__file__).parents[1] / "document/covers").glob("*.html")))
"""The templates that a header may name as its cover page; empty: none."""

WAIT_SECONDS: Final[Mapping[Outcome, int]] = MappingProxyType(
    {
        Outcome.BUSY: 60,
        Outcome.NO_ANSWER: 300,
        Outcome.NO_DIALTONE: 60,
        Outcome.NO_FAX: 300,
        Outcome.REJECTED: 300,
        Outcome.MODEM: 30,
        Outcome.OK_PARTIAL: 30,
        Outcome.LINE_LOST: 30,
    }
)
OTHER_WAIT_SECONDS: Final = 60


FLOWS: Final = ("rts/cts", "xon/xoff", "none")
"""Kinds of flow control between computer and modem."""
RINGS: Final = "ABCD123456789"
"""What stands behind RING where rings differ."""


@dataclass(frozen=True)
class NumberConfig:
    """A number at which a line can be called, and whose it is."""

    number: str
    owners: tuple[str, ...] = ()
    """User names; empty: the line's."""
    folder: Path | None = None
    """Where its faxes are put; None: the line's."""
    ring: str = ""
    """The distinctive ring with which it rings, as the modem names it behind RING: A, B ..., or 1, 2 ..."""
    answer: bool = True
    """Whether calls to it are answered: not if it is a telephone's."""


@dataclass(frozen=True)
class SubAddressConfig:
    """A person or department whom senders name by a sub-address (T.30's SUB)."""

    address: str
    """Digits."""
    owners: tuple[str, ...] = ()
    """User names; empty: the line's."""
    folder: Path | None = None
    """Where its faxes are put; None: the line's."""


@dataclass(frozen=True)
class LineConfig:
    """A telephone line with the modem on it."""

    name: str
    device: Path
    station_id: str
    numbers: tuple[NumberConfig, ...] = ()
    sub_addresses: tuple[SubAddressConfig, ...] = ()
    owners: tuple[str, ...] = ()
    """Whose a fax is when the number called is not known, or has no owners of its own."""
    folder: Path | None = None
    error_correction: bool = True
    jbig: bool = False
    """Whether pages may be coded as JBIG (T.85), which needs error correction."""
    max_rate: int = RATES[0]
    """Bits a second at most, both ways."""
    flow: str = FLOWS[0]
    """How the modem holds its computer back."""
    setup: tuple[str, ...] = ()
    """Commands that the modem is given after each reset, without AT."""


@dataclass(frozen=True)
class DiallingConfig:
    """Which numbers may be called, and how they are dialled."""

    region: str = "FR"
    allowed_countries: tuple[str, ...] = ("FR",)
    prefix: str = ""
    """For an outside line: digits, * # and the pause comma."""
    internal: tuple[str, ...] = ()
    """Patterns of numbers dialled as they stand: X is one digit, a dot at the end one or more."""


@dataclass(frozen=True)
class QueueConfig:
    """How often and when a fax is tried again."""

    tries: int = 5
    wait: Mapping[Outcome, int] = field(default_factory=lambda: WAIT_SECONDS)
    remember_days: int = 7
    """Days for which is remembered what calls to a destination have taught; 0: nothing is."""

    def seconds(self, outcome: Outcome) -> int:
        """How long to wait after a try that ended so."""
        return self.wait.get(outcome, OTHER_WAIT_SECONDS)


@dataclass(frozen=True)
class ExchangeConfig:
    """The simulated exchange that stands in where there is no [[line]]."""

    lines: int = 4
    owners: tuple[str, ...] = ()
    """Who gets the faxes that its lines receive; empty: the user that the service runs as."""
    speed: float = 1.0


@dataclass(frozen=True)
class Config:
    """The whole configuration."""

    station_id: str = ""
    station_name: str = ""
    intake_user: str = "lp"
    state: Path = Path("/var/lib/facteur")
    received: Path = Path("/var/spool/facteur/received")
    archive_name: str = ARCHIVE_NAME
    dialling: DiallingConfig = DiallingConfig()
    queue: QueueConfig = field(default_factory=QueueConfig)
    lines: tuple[LineConfig, ...] = ()
    headers: tuple[Header, ...] = SHIPPED
    exchange: ExchangeConfig = ExchangeConfig()

    @property
    def simulated(self) -> bool:
        """Whether the lines are those of faxcore's own exchange."""
        return not self.lines

    @property
    def exchange_folder(self) -> Path:
        """Where the simulated exchange puts its devices."""
        return self.state / "exchange"

    def all_lines(self) -> tuple[LineConfig, ...]:
        """The lines to serve: the configured ones, or those of the simulated exchange."""
        if not self.simulated:
            return self.lines
        return tuple(self._simulated_line(number) for number in range(1, self.exchange.lines + 1))

    def header(self, name: str) -> Header | None:
        """The header with this id; for an empty name the first."""
        return next((header for header in self.headers if not name or header.id == name), None)

    def _simulated_line(self, number: int) -> LineConfig:
        # What faxcore.exchange gives its lines when nothing else is said: two numbers from the range for fiction.
        numbers = (f"019900{number:04}", f"019900{number + 10:04}")
        return LineConfig(
            name=f"line-{number}",
            device=self.exchange_folder / f"line-{number}",
            station_id=f"+33{numbers[0][1:]}",
            numbers=tuple(NumberConfig(each) for each in numbers),
            owners=self.exchange.owners or (pwd.getpwuid(os.getuid()).pw_name,),
        )


def default() -> Config:
    """The configuration of an empty file."""
    return Config()


def load(path: Path) -> Config:
    """Read the configuration. ConfigError names the file, the line and what is wrong."""
    source = Source.read(path)
    top = Table(source, source.values)
    station, folders, archive = top.table("station"), top.table("folders"), top.table("archive")
    config = Config(
        station_id=_station_id(station, "id", ""),
        station_name=station.text("name", ""),
        intake_user=station.text("intake_user", "lp"),
        state=folders.path("state", Config.state),
        received=folders.path("received", Config.received),
        archive_name=_archive_name(archive),
        dialling=_dialling(top.table("dialling")),
        queue=_queue(top.table("queue")),
        lines=_lines(top, station.text("id", "")),
        headers=tuple(_header(table) for table in top.tables("header")) or SHIPPED,
        exchange=_exchange(top.table("exchange")),
    )
    for table in (station, folders, archive, top):
        table.finish()
    _unique(top, "header", [header.id for header in config.headers], "id")
    return config


def _station_id(table: Table, key: str, otherwise: str) -> str:
    # T.30, 5.3.6.2.4: twenty characters; what terminals show is the printable ASCII set.
    value = table.text(key, otherwise)
    if len(value) > 20 or not (value.isascii() and (value.isprintable() or not value)):
        raise table.error(key, "must be at most 20 printable ASCII characters")
    return value


def _archive_name(table: Table) -> str:
    pattern = table.text("name", ARCHIVE_NAME)
    try:
        pattern.format(**dict.fromkeys(ARCHIVE_FIELDS, "x"))
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        fields = ", ".join(f"{{{name}}}" for name in ARCHIVE_FIELDS)
        raise table.error("name", f"is no pattern of {fields} ({error})") from error
    return pattern


def _dialling(table: Table) -> DiallingConfig:
    regions = phonenumbers.SUPPORTED_REGIONS
    region = table.text("region", "FR")
    if region not in regions:
        raise table.error("region", f"{region!r} is no country; two letters, as FR")
    allowed = table.texts("allowed_countries", (region,))
    for country in allowed:
        if country not in regions:
            raise table.error("allowed_countries", f"{country!r} is no country; two letters each, as FR")
    prefix = table.text("prefix", "")
    if set(prefix) - set("0123456789*#,"):
        raise table.error("prefix", "may have digits, *, # and the pause comma only")
    internal = table.texts("internal")
    for pattern in internal:
        if not pattern.rstrip(".") or set(pattern.rstrip(".")) - set("0123456789*#X") or pattern.count(".") > 1:
            raise table.error("internal", f"{pattern!r}: digits, X for any digit, and one dot at the end for more")
    table.finish()
    return DiallingConfig(region, allowed, prefix, internal)


def _queue(table: Table) -> QueueConfig:
    tries = table.whole("tries", QueueConfig.tries, 1, 100)
    wait = table.table("wait")
    seconds = dict(WAIT_SECONDS)
    for outcome in RETRY:
        if outcome.value in wait:
            seconds[outcome] = wait.whole(outcome.value, OTHER_WAIT_SECONDS, 0, 86_400)
        else:
            wait.whole(outcome.value, seconds.get(outcome, OTHER_WAIT_SECONDS), 0, 86_400)
    wait.finish()
    remember_days = table.whole("remember_days", QueueConfig.remember_days, 0, 365)
    table.finish()
    return QueueConfig(tries, MappingProxyType(seconds), remember_days)


def _lines(top: Table, station_id: str) -> tuple[LineConfig, ...]:
    lines = []
    for table in top.tables("line"):
        line = LineConfig(
            name=table.text("name"),
            device=table.path("device"),
            station_id=_station_id(table, "station_id", station_id),
            numbers=tuple(_number(number) for number in table.tables("numbers")),
            sub_addresses=_sub_addresses(table),
            owners=_owners(table),
            folder=_folder(table),
            error_correction=table.flag("error_correction", True),
            jbig=table.flag("jbig", False),
            max_rate=_max_rate(table),
            flow=table.choice("flow", FLOWS[0], FLOWS),
            setup=_setup(table),
        )
        table.finish()
        if line.jbig and not line.error_correction:
            raise table.error("jbig", "needs error_correction = true on the same line")
        if not line.name or not all(char.isalnum() or char in "-_" for char in line.name):
            raise table.error("name", f"{line.name!r}: letters, digits, - and _ only")
        lines.append(line)
    _unique(top, "line", [line.name for line in lines], "name")
    _unique(top, "line", [str(line.device) for line in lines], "device")
    return tuple(lines)


def _max_rate(table: Table) -> int:
    rate = table.whole("max_rate", RATES[0], RATES[-1], RATES[0])
    if rate not in RATES:
        raise table.error("max_rate", f"{rate}: one of {', '.join(map(str, RATES))}")
    return rate


def _setup(table: Table) -> tuple[str, ...]:
    commands = table.texts("setup")
    for command in commands:
        if not command or not command.isascii() or not command.isprintable() or command.upper().startswith("AT"):
            raise table.error("setup", f'{command!r}: a modem command without its AT, for instance "&K3"')
    return commands


def _number(table: Table) -> NumberConfig:
    ring = table.text("ring", "").upper()
    number = NumberConfig(table.text("number"), _owners(table), _folder(table), ring, table.flag("answer", True))
    if number.ring and (len(number.ring) > 1 or number.ring not in RINGS):
        raise table.error("ring", f"{number.ring!r}: the letter or digit that the modem says behind RING")
    if not any(char.isdigit() for char in number.number):
        raise table.error("number", f"{number.number!r} is no telephone number")
    table.finish()
    return number


def _sub_addresses(line: Table) -> tuple[SubAddressConfig, ...]:
    found: list[SubAddressConfig] = []
    for table in line.tables("sub_addresses"):
        address = SubAddressConfig(table.text("address"), _owners(table), _folder(table))
        if not re.fullmatch("[0-9]{1,20}", address.address, re.ASCII):
            raise table.error("address", f"{address.address!r}: one to twenty digits")
        if address.address in [other.address for other in found]:
            raise table.error("address", f"{address.address!r} is there twice")
        table.finish()
        found.append(address)
    return tuple(found)


def _folder(table: Table) -> Path | None:
    folder = table.path("folder", Path("/"))
    return folder if "folder" in table else None


def _owners(table: Table) -> tuple[str, ...]:
    owners = table.texts("owners")
    for owner in owners:
        try:
            pwd.getpwnam(owner)
        except KeyError:
            raise table.error("owners", f"there is no user {owner!r} on this machine") from None
    return owners


def _header(table: Table) -> Header:
    cover = table.choice("cover", "", ("", *COVERS))
    header = Header(
        id=table.text("id"),
        name=literal(table.text("name")),
        heading=table.text("heading", ""),
        sender_lines=table.texts("sender"),
        cover=cover or None,
    )
    if not header.id:
        raise table.error("id", "must not be empty")
    table.finish()
    return header


def _exchange(table: Table) -> ExchangeConfig:
    exchange = ExchangeConfig(table.whole("lines", 4, 1, 32), _owners(table), float(table.whole("speed", 1, 1, 100)))
    table.finish()
    return exchange


def _unique(top: Table, key: str, names: list[str], what: str) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise top.source.error((key, index, what), f"{name!r} is there twice")
