# SPDX-License-Identifier: GPL-3.0-or-later
"""Every input of the corpus, through the codecs as they are installed here: the fuzzer's checks, without the fuzzer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import t4, t85
from tests.support import CHECKOUT

CORPUS = CHECKOUT / "tests/fuzz/corpus"


def _inputs(target: str) -> list[Path]:
    return sorted((CORPUS / target).iterdir())


@pytest.mark.parametrize("file", _inputs("t4"), ids=lambda file: file.name)
def test_t4(file: Path) -> None:
    t4.check(file.read_bytes())


@pytest.mark.parametrize("file", _inputs("t85"), ids=lambda file: file.name)
def test_t85(file: Path) -> None:
    t85.check(file.read_bytes())
