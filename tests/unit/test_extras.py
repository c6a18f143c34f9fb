# SPDX-License-Identifier: GPL-3.0-or-later
"""The extras of pyproject.toml: each room imports only what the machines that it is installed on have.

The sources are parsed, not imported, so that imports inside functions are seen as well.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OURS = ("faxcore", "faxdialog", "notifier")

MODULES = {
    "pycups": "cups",
    "pyserial": "serial",
    "pillow": "PIL",
    "factur-x": "facturx",
    "fpdf2": "fpdf",
    "fonttools": "fontTools",
    "pyqt6": "PyQt6",
}
"""Modules that have another name than their package."""

EXTRAS = {"faxcore/exchange": "exchange", "faxcore/qt": "desktop", "faxdialog": "desktop", "notifier": "desktop"}
"""The extra that a room may use beside the base; every other room of faxcore is the server's."""

EXCEPTIONS: dict[tuple[str, str], str] = {
    ("faxcore.store.postgresql", "psycopg"): "imported only where the configuration names a server",
}
"""A module and the package that it imports although its extra does not have it, with the reason."""

PROGRAMS = {
    "faxdialog.__main__": "desktop",
    "notifier.__main__": "desktop",
    "faxcore.exchange.__main__": "exchange",
    "faxcore.daemon": "server",
    "faxcore.cli.main": "server",
    "faxcore.cups.backend": "server",
    "faxcore.line.worker": "server",
}
"""Each program, and the extra that it must do with."""


def modules(requirements: list[str]) -> set[str]:
    """The modules that these requirements bring."""
    names = [re.split(r"[\[<>=!~; ]", requirement)[0] for requirement in requirements]
    return {MODULES.get(name.lower(), name.lower().replace("-", "_")) for name in names}


BASE = modules(PROJECT["dependencies"])
HAS = {extra: BASE | modules(names) for extra, names in PROJECT["optional-dependencies"].items()}


@cache
def imports() -> dict[str, frozenset[str]]:
    """The imports of each of our modules, in full names: packages that it lies in are imported with it."""
    found = {}
    for room in OURS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            outer = {name.rsplit(".", depth)[0] for depth in range(1, name.count(".") + 1)}
            found[name] = frozenset(_imported(ast.parse(path.read_text())) | outer)
    return found


def _imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def foreign(names: frozenset[str]) -> set[str]:
    """Packages among these that are neither ours nor Python's."""
    return {name.partition(".")[0] for name in names} - set(OURS) - sys.stdlib_module_names


def extra_of(module: str) -> str:
    path = module.replace(".", "/")
    return next((extra for room, extra in EXTRAS.items() if f"{path}/".startswith(f"{room}/")), "server")


def test_each_room_imports_what_its_extra_has() -> None:
    wrong = defaultdict(set)
    for module, names in imports().items():
        for package in foreign(names) - HAS[extra_of(module)]:
            if (module, package) not in EXCEPTIONS:
                wrong[module].add(package)
    assert not wrong


def test_the_exceptions_are_still_needed() -> None:
    assert not [(module, package) for module, package in EXCEPTIONS if package not in foreign(imports()[module])]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_reaches_only_what_its_extra_has(program: str) -> None:
    """With all that it imports, at its start or later."""
    reached, ahead = set(), [program]
    while ahead:
        module = ahead.pop()
        if module not in reached and module in imports():
            reached.add(module)
            ahead += imports()[module]
    missing = {
        (module, package) for module in reached for package in foreign(imports()[module]) - HAS[PROGRAMS[program]]
    }
    assert not missing - EXCEPTIONS.keys()


def test_each_requirement_is_in_one_place_and_is_used() -> None:
    product = {name: HAS[name] - BASE for name in ("server", "postgresql", "desktop", "exchange")}
    everything = [*BASE, *(module for modules in product.values() for module in modules)]
    assert len(everything) == len(set(everything))
    used = set().union(*map(foreign, imports().values()))
    assert not set(everything) - used


def test_every_kind_of_checkout_has_every_extra_of_the_product() -> None:
    setup = (ROOT / "packaging/setup").read_text()
    assert "extras=server,postgresql,desktop,exchange\n" in setup
    assert set(PROJECT["optional-dependencies"]) == {
        *("server", "postgresql", "desktop", "exchange"),
        *("test", "fuzz"),
    }
