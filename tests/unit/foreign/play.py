# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays `faxctl line` in this process against a machine of `machine.py`, on virtual time."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from faxcore.cli import line_commands
from faxcore.cli import main as faxctl
from faxcore.modem.class1_carrier import Class1Carrier
from tests.support.virtual_terminal import VirtualTerminal
from tests.unit.foreign.machine import Diary
from tests.unit.foreign.modem import Modem
from tests.unit.foreign.world import Carrier, FarEnd, World

PARSER = functools.cache(faxctl.make_parser)
"""The parser is the same for hundreds of commands."""


@dataclass(frozen=True)
class Played:
    """How the command ended."""

    code: int
    result: dict[str, Any]
    said: str
    """On standard error."""
    seconds: float
    """Of the line, from the start of the command to its end."""
    transcript: str
    modem: Modem
    diary: Diary
    carriers: list[tuple[str, Carrier]]
    """Every carrier on the line, "ours" or "theirs"."""

    @property
    def outcome(self) -> str:
        """The result code."""
        return str(self.result["result"])


@contextlib.contextmanager
def virtual(world: World, terminal: VirtualTerminal) -> Iterator[None]:
    """The world's time instead of ours."""
    with contextlib.ExitStack() as patched:
        patched.enter_context(terminal.virtual())
        patched.enter_context(mock.patch.object(faxctl, "make_parser", PARSER))
        carrier = functools.partial(Class1Carrier, clock=lambda: world.now)
        patched.enter_context(mock.patch.object(line_commands, "Class1Carrier", carrier))
        yield


def play(
    far: FarEnd,
    diary: Diary,
    folder: Path,
    command: str,
    arguments: Sequence[str],
    interrupted: float | None = None,
    times: int = 1,
    by: signal.Signals = signal.SIGINT,
) -> Played:
    """`faxctl line COMMAND` with these arguments beside the device, against this far end; Ctrl-C, or the signal `by`,
    after so many seconds, and so many times, a tenth of a second apart.
    """
    world = World(far)
    terminal = VirtualTerminal(world)
    modem = Modem(world, terminal, rings=command == "receive")
    transcript = folder / "transcript"
    out, err = io.StringIO(), io.StringIO()
    begun = world.now
    for count in range(times if interrupted is not None else 0):
        world.at((interrupted or 0.0) + count / 10, lambda: signal.raise_signal(by))
    line = ["line", command, "--device", terminal.device, "--transcript", str(transcript), *arguments]
    try:
        with virtual(world, terminal), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = faxctl.main(line)
    finally:
        terminal.close()
    text = transcript.read_text(encoding="utf-8") if transcript.exists() else ""
    return Played(
        code, json.loads(out.getvalue()), err.getvalue(), world.now - begun, text, modem, diary, world.carriers
    )
