# SPDX-License-Identifier: GPL-3.0-or-later
"""The exchange as a process: `facteur-exchange --folder DIR` (or `python -m faxcore.exchange`).

Prints `ready` and the devices on one line once they can be opened, then runs until SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from faxcore.exchange.library import LibraryMissing
from faxcore.exchange.settings import (
    ExchangeSettings,
    LineSettings,
    SettingsError,
    TerminalSettings,
    default_lines,
    load,
)
from faxcore.exchange.simulation import Exchange
from faxcore.i18n import gettext as _


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    result = argparse.ArgumentParser(prog="facteur-exchange", description=_("A simulated telephone exchange."))
    result.add_argument("--folder", type=Path, required=True, help=_("the folder for the devices line-1 ..."))
    result.add_argument("--lines", type=int, help=_("number of lines (4)"))
    result.add_argument(
        "--numbers",
        action="append",
        metavar="N[,N...]",
        help=_("the numbers of the next line, separated by commas; once for each line"),
    )
    result.add_argument(
        "--speed", type=float, help=_("times faster than real time, while it waits for no computer (1)")
    )
    result.add_argument("--seed", type=int, help=_("seed of the noise and the drop-outs (0)"))
    result.add_argument("--delay", type=int, metavar="MS", help=_("propagation delay each way (40)"))
    result.add_argument(
        "--terminal",
        type=int,
        action="append",
        default=[],
        metavar="LINE",
        help=_("connect an answering fax terminal to this line, in place of a modem"),
    )
    result.add_argument(
        "--send",
        action="append",
        default=[],
        metavar="LINE:NUMBER:FILE",
        help=_("have the terminal at LINE send a TIFF, and go on running"),
    )
    result.add_argument("--config", type=Path, help=_("a TOML file with the settings of the exchange and its lines"))
    result.add_argument("--verbose", action="store_true", help=_("log commands and result codes too"))
    return result


def settings_from(options: argparse.Namespace) -> ExchangeSettings:
    """Read the settings that the command line asks for. Raises SettingsError."""
    settings = load(options.config, options.folder) if options.config else ExchangeSettings(folder=options.folder)
    lines = list(settings.lines)
    if options.numbers:
        lines = [
            LineSettings(numbers=tuple(numbers.split(",")), name=f"Line {index}")
            for index, numbers in enumerate(options.numbers, start=1)
        ]
    if options.lines is not None:
        lines = [*lines[: options.lines], *default_lines(options.lines)[len(lines) :]]
    for number in options.terminal:
        if not 1 <= number <= len(lines):
            raise SettingsError(_("--terminal {number}: there is no such line").format(number=number))
        lines[number - 1] = dataclasses.replace(lines[number - 1], terminal=TerminalSettings())
    return dataclasses.replace(
        settings,
        lines=tuple(lines),
        speed=settings.speed if options.speed is None else options.speed,
        seed=settings.seed if options.seed is None else options.seed,
        delay_ms=settings.delay_ms if options.delay is None else options.delay,
    )


def start_sending(exchange: Exchange, text: str) -> None:
    """Carry out one --send. Raises SettingsError if it can't be understood."""
    line, _colon, rest = text.partition(":")
    number, _colon, file = rest.partition(":")
    if not line.isdigit() or int(line) not in exchange.terminals or not Path(file).is_file():
        raise SettingsError(_("--send {text}: must be LINE:NUMBER:FILE, LINE with a terminal").format(text=text))
    exchange.send(int(line), Path(file), number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run an exchange; 0 when told to end, 2 for settings that can't be used, 1 for anything else."""
    options = make_parser().parse_args(arguments)
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.DEBUG if options.verbose else logging.INFO,
        format="%(asctime)s exchange: %(message)s",
    )
    stopped: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        with Exchange(settings_from(options)) as exchange:
            for text in options.send:
                start_sending(exchange, text)
            print("ready", *(exchange.device(line) for line in exchange.modems), flush=True)
            while not stopped and not exchange.wait(0.2):
                pass
    except SettingsError as error:
        print(f"facteur-exchange: {error}", file=sys.stderr)
        return 2
    except (LibraryMissing, OSError, RuntimeError) as error:
        print(f"facteur-exchange: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
