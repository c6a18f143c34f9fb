# SPDX-License-Identifier: GPL-3.0-or-later
"""Parsers of commands that make their options when the command is given: of some twenty, one is."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any


class CommandParser(argparse.ArgumentParser):
    """A parser whose options, and commands of its own, `add_options` adds as soon as there is something to parse."""

    def __init__(self, *, add_options: Callable[[CommandParser], None] | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        self._add_options = add_options

    def parse_known_args(  # type: ignore[override]  # argparse has four signatures, for namespaces of any class
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse what is given, as argparse does."""
        self.complete()
        return super().parse_known_args(args, namespace)

    def complete(self) -> None:
        """Make the options now, unless they are there."""
        add_options, self._add_options = self._add_options, None
        if add_options is not None:
            add_options(self)
