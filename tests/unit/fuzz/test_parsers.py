# SPDX-License-Identifier: GPL-3.0-or-later
"""Each parser on its corpus, and on changes of it by chance: always the same ones, a few seconds in all."""

from __future__ import annotations

import random
from importlib import import_module
from pathlib import Path

import pytest

from tests.fuzz.change import changed
from tests.fuzz.targets import PARSERS
from tests.support import CHECKOUT

CHANGES = 300
"""Inputs by chance for each parser, unless it says another number."""


def _inputs(target: str) -> list[Path]:
    return sorted((CHECKOUT / "tests/fuzz/corpus" / target).iterdir())


@pytest.mark.parametrize("target", PARSERS)
def test_the_corpus(target: str) -> None:
    check = import_module(f"tests.fuzz.{target}").check
    files = _inputs(target)
    assert files
    for file in files:
        try:
            check(file.read_bytes())
        except Exception as error:
            raise AssertionError(f"{file.name}: {error!r}") from error


@pytest.mark.parametrize("target", PARSERS)
def test_changes_by_chance(target: str) -> None:
    parser = import_module(f"tests.fuzz.{target}")
    inputs = [file.read_bytes() for file in _inputs(target)]
    for seed in range(getattr(parser, "CHANGES", CHANGES)):
        data = changed(inputs, parser.WORDS, random.Random(seed))
        try:
            parser.check(data)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}: {data[:400].hex()}") from error


@pytest.mark.parametrize("target", PARSERS)
def test_the_corpus_has_what_is_made(target: str) -> None:
    names = {file.name for file in _inputs(target)}
    assert names >= {name for name, _data in import_module(f"tests.fuzz.{target}").seeds()}
