# SPDX-License-Identifier: GPL-3.0-or-later
"""[[line]]: the telephone lines, the numbers at which they can be called, and whose faxes those are."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore.config.access_codes import AccessCode, AccessCodes
from faxcore.config.dialling import DiallingConfig, read_prefix
from faxcore.config.file_naming import FileNaming, read_naming
from faxcore.config.hours import read_hours
from faxcore.config.offered_languages import read_language
from faxcore.config.owners import read_folder, read_owners
from faxcore.config.payer_codes import read_payer
from faxcore.config.station import read_station_id
from faxcore.config.table import Table, list_names, refuse_repeated
from faxcore.config.tariff_paths import TariffText, read_tariff_text
from faxcore.config.telling import TellingConfig, read_telling
from faxcore.config.weekly_hours import ALWAYS, WeeklyHours
from faxcore.model.call import CAN_BE_LEFT_OUT, RATES
from faxcore.model.header import SHIPPED
from faxcore.model.line_direction import LineDirection

KINDS: Final = ("modem",)
"""Kinds of lines: what carries their calls."""
FLOWS: Final = ("rts/cts", "xon/xoff", "none")
"""Kinds of flow control between computer and modem."""
RINGS: Final = "ABCD123456789"
"""The letters and digits that may stand behind RING where rings differ."""


@dataclass(frozen=True)
class NumberConfig:
    """A number at which a line can be called, and whose it is."""

    number: str
    owners: tuple[str, ...] = ()
    """Names of people and groups; empty: the line's."""
    folder: Path | None = None
    """The folder of its faxes; None: the line's."""
    ring: str = ""
    """The distinctive ring with which it rings, as the modem names it behind RING: A, B ..., or 1, 2 ..."""
    answer: bool = True
    """Calls to it are answered; False for a telephone's."""
    name: str = ""
    """Its name, as "Surgery"; empty: the number itself is its name."""
    station_id: str = ""
    """The station id that its callers see, and whom its owners call; empty: the line's."""
    header: str = ""
    """The id of the header of faxes of its owners for which they choose none; empty: the first of all."""
    header_line: str = ""
    """The words before the station id in the header line of their pages."""
    language: str = ""
    """The language of their cover pages; empty: the service's."""
    telling: TellingConfig = TellingConfig()
    """Where its faxes go besides its owners; what is not said is the line's."""
    naming: FileNaming = FileNaming()
    """The names and formats of its faxes' files; what it does not say: the line's."""
    payer: str = ""
    """The code of the payer of calls that come in for it; empty: nobody pays."""


@dataclass(frozen=True)
class SubAddressConfig:
    """A person or department whom senders name by a sub-address (T.30's SUB)."""

    address: str
    """Digits."""
    owners: tuple[str, ...] = ()
    """Names of people and groups; empty: the line's."""
    folder: Path | None = None
    """The folder of its faxes; None: the line's."""
    telling: TellingConfig = TellingConfig()
    naming: FileNaming = FileNaming()
    """The names and formats of its faxes' files; what it does not say: the line's."""


@dataclass(frozen=True)
class LineConfig:
    """A telephone line with the modem on it."""

    name: str
    device: Path
    """The serial device of its modem."""
    station_id: str
    numbers: tuple[NumberConfig, ...] = ()
    sub_addresses: tuple[SubAddressConfig, ...] = ()
    kind: str = KINDS[0]
    """The kind of device or network that carries its calls."""
    owners: tuple[str, ...] = ()
    """Owners of a fax when the number called is not known, or has no owners of its own."""
    folder: Path | None = None
    error_correction: bool = True
    jbig: bool = False
    """Pages may be coded as JBIG (T.85), which needs error correction."""
    max_rate: int = RATES[0]
    """Bits a second at most, both ways."""
    without: tuple[str, ...] = ()
    """Modulations and codings that are left out of its calls, both ways."""
    flow: str = FLOWS[0]
    """The way in which the modem holds its computer back."""
    setup: tuple[str, ...] = ()
    """Commands that the modem is given after each reset, without AT."""
    modem_log: bool = False
    """True if the dialogue with the modem goes into the log, for whoever looks for a fault."""
    direction: LineDirection = LineDirection.BOTH
    groups: tuple[str, ...] = ()
    """Names of groups of lines that it is in."""
    priority: int = 0
    """Of the free lines the one with the highest dials; those that have the same share the calls."""
    hours: WeeklyHours = ALWAYS
    """Hours within which it may dial."""
    prefix: str | None = None
    """The signs that it dials for an outside line; None: those of [dialling]."""
    access_code: AccessCode | None = None
    """The access code of its calls, where the rule that fits has none."""
    telling: TellingConfig = TellingConfig()
    """Where its faxes go besides their owners."""
    naming: FileNaming = FileNaming()
    """The names and formats of the files of its faxes; what it does not say: those of all received faxes."""
    purchase: TariffText | None = None
    """The tariff of its carrier; None: as [billing] says."""

    def is_among(self, names: Collection[str]) -> bool:
        """Return whether it is one of these lines, or in one of these groups of lines; without any, it is."""
        return not names or self.name in names or not set(self.groups).isdisjoint(names)

    @property
    def answers(self) -> bool:
        """True if it takes calls."""
        return self.direction is not LineDirection.OUT

    @property
    def dials(self) -> bool:
        """True if it makes calls."""
        return self.direction is not LineDirection.IN


def read_lines(top: Table, station_id: str, dialling: DiallingConfig, codes: AccessCodes) -> tuple[LineConfig, ...]:
    """Every [[line]]; the station id is that of a line without one of its own."""
    tables = top.tables("line")
    lines = tuple(_read_line(table, station_id, dialling, codes) for table in tables)
    refuse_repeated(tables, "name", [line.name for line in lines])
    refuse_repeated(tables, "device", [str(line.device) for line in lines])
    _refuse_groups_named_like_lines(tables, lines)
    return lines


def _refuse_groups_named_like_lines(tables: Sequence[Table], lines: Sequence[LineConfig]) -> None:
    names = {line.name for line in lines}
    for table, line in zip(tables, lines, strict=True):
        for index, group in enumerate(line.groups):
            if group in names:
                raise table.error("groups", f"{group!r} is the name of a line: call the group otherwise", index)


def _read_line(table: Table, station_id: str, dialling: DiallingConfig, codes: AccessCodes) -> LineConfig:
    prefix = read_prefix(table, dialling.region) if "prefix" in table else None
    # First: what else a line has to say depends on it.
    kind = table.choice("kind", KINDS[0], KINDS)
    line = LineConfig(
        name=table.text("name"),
        kind=kind,
        device=table.path("device"),
        station_id=read_station_id(table, "station_id", station_id),
        numbers=tuple(_read_number(number) for number in table.tables("numbers")),
        sub_addresses=_read_sub_addresses(table),
        owners=read_owners(table),
        folder=read_folder(table),
        error_correction=table.flag("error_correction", True),
        jbig=table.flag("jbig", False),
        max_rate=_read_max_rate(table),
        without=_read_without(table),
        flow=table.choice("flow", FLOWS[0], FLOWS),
        setup=_read_setup(table),
        modem_log=table.flag("modem_log", False),
        direction=LineDirection(
            table.choice("direction", LineDirection.BOTH.value, [each.value for each in LineDirection])
        ),
        groups=_read_groups(table),
        priority=table.whole("priority", 0, 0, 100),
        hours=read_hours(table),
        prefix=prefix,
        access_code=codes.read(table, [dialling.prefix if prefix is None else prefix]),
        telling=read_telling(table),
        naming=read_naming(table),
        purchase=read_tariff_text(table, "purchase"),
    )
    table.finish()
    if line.jbig and not line.error_correction:
        raise table.error("jbig", "needs error_correction = true on the same line")
    if not line.dials and "hours" in table:
        raise table.error("hours", "are those of dialling, and this line never does: take them out")
    for key in ("prefix", "access_code"):
        if not line.dials and key in table:
            raise table.error(key, "is for dialling, and this line never does: take it out")
    if not _is_name(line.name):
        raise table.error("name", f"{line.name!r}: letters, digits, - and _ only")
    return line


def _is_name(text: str) -> bool:
    return bool(text) and all(char.isalnum() or char in "-_" for char in text)


def _read_groups(table: Table) -> tuple[str, ...]:
    groups = table.texts("groups")
    for index, group in enumerate(groups):
        if not _is_name(group):
            raise table.error("groups", f"{group!r}: letters, digits, - and _ only", index)
    return groups


def _read_max_rate(table: Table) -> int:
    rate = table.whole("max_rate", RATES[0], RATES[-1], RATES[0])
    if rate not in RATES:
        raise table.error("max_rate", f"{rate}: one of {', '.join(map(str, RATES))}")
    return rate


def _read_without(table: Table) -> tuple[str, ...]:
    names = table.texts("without")
    for index, name in enumerate(names):
        if name not in CAN_BE_LEFT_OUT:
            raise table.error("without", f"{name!r}: one of {', '.join(CAN_BE_LEFT_OUT)}", index)
    return names


def _read_setup(table: Table) -> tuple[str, ...]:
    commands = table.texts("setup")
    for index, command in enumerate(commands):
        if not command or not command.isascii() or not command.isprintable() or command.upper().startswith("AT"):
            raise table.error("setup", f'{command!r}: a modem command without its AT, for instance "&K3"', index)
    return commands


def _read_number(table: Table) -> NumberConfig:
    number = NumberConfig(
        number=table.text("number"),
        owners=read_owners(table),
        folder=read_folder(table),
        ring=table.text("ring", "").upper(),
        answer=table.flag("answer", True),
        name=table.words("name"),
        station_id=read_station_id(table, "station_id", ""),
        header=_read_number_header(table),
        header_line=table.words("header_line"),
        language=read_language(table),
        telling=read_telling(table),
        naming=read_naming(table),
        payer=read_payer(table),
    )
    if number.ring and (len(number.ring) > 1 or number.ring not in RINGS):
        raise table.error("ring", f"{number.ring!r}: the letter or digit that the modem says behind RING")
    if not any(char.isdigit() for char in number.number):
        raise table.error("number", f"{number.number!r} is not a telephone number")
    if number.payer and not number.answer:
        raise table.error("payer", "is for calls that come in, and those for this number are not answered: take it out")
    table.finish()
    return number


def _read_number_header(table: Table) -> str:
    ids = list_names(table, "header", "id") or [header.id for header in SHIPPED]
    return table.choice("header", "", ids) if "header" in table else ""


def _read_sub_addresses(line: Table) -> tuple[SubAddressConfig, ...]:
    tables = line.tables("sub_addresses")
    addresses = tuple(_read_sub_address(table) for table in tables)
    refuse_repeated(tables, "address", [each.address for each in addresses])
    return addresses


def _read_sub_address(table: Table) -> SubAddressConfig:
    said = (read_owners(table), read_folder(table), read_telling(table), read_naming(table))
    address = SubAddressConfig(table.text("address"), *said)
    if not re.fullmatch("[0-9]{1,20}", address.address, re.ASCII):
        raise table.error("address", f"{address.address!r}: one to twenty digits")
    table.finish()
    return address
