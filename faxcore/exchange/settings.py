# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a simulated exchange: lines, their numbers, their faults, and the speed of the clock."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, TypeVar

from faxcore.model.paper import Paper

ALWAYS_BUSY: Final = "0199000098"
"""A number that is always engaged."""

NEVER_ANSWERS: Final = "0199000099"
"""A number that rings and is never answered."""


class SettingsError(ValueError):
    """The configuration of the exchange can't be used; the text tells the fault and its place."""


@dataclass(frozen=True)
class Impairments:
    """The effects of a line on the signals of a call; both directions of a call pass both parties' lines."""

    delay_ms: int = 0
    """Propagation delay that this line adds, each way."""
    attenuation_db: float = 0.0
    """Loss each way, in decibels, on top of the modem's own level of about -14 dBm0."""
    noise_dbm0: float | None = None
    """Level of white noise at both ends, in dBm0; None: silence.

    The soft modems take noise above about -46 dBm0 for a carrier that never ends, and calls die of that alone. For
    errors in the data keep the noise at -50 and attenuate: at -14 dBm0 less 10 dB, 14 400 bit/s is clean; less 16 dB,
    blocks and pages suffer; telephone lines are some 10 dB quieter.
    """
    dropouts_per_minute: float = 0.0
    """Times a minute that the line goes dead for a moment."""
    dropout_in_seconds: float | None = None
    """The line goes dead for a moment once in each span of so many seconds, at a place in it that the seed chooses:
    never for long without, and never often at once. Both kinds of drop-outs may be there. None: not of this kind.
    """
    dropout_ms: int = 50
    """Milliseconds for which it then stays dead."""
    hang_up_after: float | None = None
    """Seconds after the answer at which the network cuts the call; None: never."""

    def __post_init__(self) -> None:
        if self.dropout_in_seconds is not None and self.dropout_in_seconds * 1000 < 2 * self.dropout_ms:
            raise SettingsError("impairments: dropout_in_seconds must be at least twice as long as dropout_ms")


@dataclass(frozen=True)
class TerminalSettings:
    """A line that is libspandsp's own T.30 fax terminal in place of a modem: a foreign peer for tests."""

    station_id: str = "SPANDSP"
    folder: Path | None = None
    """The folder for received faxes, as TIFF; None: the folder line-N in the exchange's own."""
    rings: int = 1
    """The ring at which it answers; 0: it only calls."""
    ecm: bool = True
    """True if it offers and uses error correction."""
    v17: bool = True
    """True if it has V.17 (14 400 bit/s); without, V.29 and V.27ter remain."""
    codings: tuple[str, ...] = ("MH", "MR", "MMR")
    paper: Paper = Paper.UNLIMITED
    """The longest paper that it says it prints."""
    offers: Path | None = None
    """A TIFF that may be polled from it."""


@dataclass(frozen=True)
class PersonSettings:
    """A line at which a person has a telephone in place of a modem, for tests: no fax machine, who calls or answers."""

    speech_dbm0: float | None = None
    """The level of the person's speech; None: the person is silent."""
    hangs_up_after: float = 600.0
    """Seconds after the answer at which the person hangs up, if the other end has not before."""
    rings: int = 0
    """The ring at which the person answers; 0: they only call."""


@dataclass(frozen=True)
class LineSettings:
    """One telephone line, to which one modem (or terminal) is connected."""

    numbers: tuple[str, ...]
    """The numbers at which it can be called; its calls show the first as caller."""
    name: str = ""
    """The name shown to the called party; empty: none is sent."""
    withheld: bool = False
    """True if the caller's number and name are suppressed (shown as P, private)."""
    dialtone: bool = True
    """True if the exchange gives dial tone: False is a dead line."""
    impairments: Impairments = field(default_factory=Impairments)
    terminal: TerminalSettings | None = None
    person: PersonSettings | None = None


def default_lines(count: int = 4) -> tuple[LineSettings, ...]:
    """Make lines with two numbers each from the French range reserved for fiction (0199000001 and 0199000011 ...)."""
    return tuple(
        LineSettings(numbers=(f"019900{n:04}", f"019900{n + 10:04}"), name=f"Line {n}") for n in range(1, count + 1)
    )


@dataclass(frozen=True)
class ExchangeSettings:
    """A whole exchange. Times of the line are in seconds of line time, whatever the speed."""

    folder: Path
    """The folder with the links to the lines' devices: line-1, line-2 ..."""
    lines: tuple[LineSettings, ...] = field(default_factory=default_lines)
    speed: float = 1.0
    """Times faster than real time that the line runs while no modem waits for its computer."""
    seed: int = 0
    """Everything random on the lines comes from it."""
    delay_ms: int = 40
    """Propagation delay of every call, each way. Below 20 ms, some fax programs lose pages without a word."""
    no_answer_after: float = 45.0
    """Seconds of ringing after which the network gives up."""
    release_after: float = 0.5
    """Seconds from one party's hanging up to the network's clearing the other's side."""
    busy_numbers: tuple[str, ...] = (ALWAYS_BUSY,)
    silent_numbers: tuple[str, ...] = (NEVER_ANSWERS,)

    def __post_init__(self) -> None:
        if not self.lines:
            raise SettingsError("an exchange needs at least one line")
        if not 1.0 <= self.speed <= 100.0:
            raise SettingsError(f"speed {self.speed}: must be from 1 to 100")


T = TypeVar("T")


def _build(kind: type[T], table: Mapping[str, Any], where: str) -> T:
    """Make a settings object from a TOML table; an unknown key is an error that names its place."""
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            raise SettingsError(f"{where}: unknown key {key!r}; known are {', '.join(sorted(known))}")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise SettingsError(f"{where}: {error}") from error


def _read_paper(value: Any, where: str) -> Paper:
    try:
        return Paper(value)
    except ValueError as error:
        raise SettingsError(f"{where}: paper must be one of {', '.join(each.value for each in Paper)}") from error


def _line(table: Mapping[str, Any], where: str) -> LineSettings:
    values = dict(table)
    if "impairments" in values:
        values["impairments"] = _build(Impairments, values["impairments"], f"{where}, impairments")
    if "terminal" in values:
        terminal = dict(values["terminal"])
        for name in terminal.keys() & {"folder", "offers"}:
            terminal[name] = Path(terminal[name])
        if "paper" in terminal:
            terminal["paper"] = _read_paper(terminal["paper"], f"{where}, terminal")
        values["terminal"] = _build(TerminalSettings, terminal, f"{where}, terminal")
    if "person" in values:
        values["person"] = _build(PersonSettings, values["person"], f"{where}, person")
    return _build(LineSettings, values, where)


def load(path: Path, folder: Path) -> ExchangeSettings:
    """Load settings from a TOML file: the fields of ExchangeSettings, with lines as [[lines]] tables.

    Raises SettingsError with the file's name when the file can't be read or used.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    table["folder"] = folder
    if "lines" in table:
        table["lines"] = [_line(line, f"{path}, line {number}") for number, line in enumerate(table["lines"], start=1)]
    return _build(ExchangeSettings, table, str(path))
