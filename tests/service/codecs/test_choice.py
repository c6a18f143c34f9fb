# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the twins serves, and that anybody can see it."""

import os
import subprocess
import sys

import pytest

from faxcore import t4
from tests.unit.t4.codecs import CODECS

SAY = "from faxcore import t4; print(t4.IMPLEMENTATION, t4.Decoder.__module__, t4.Encoder.__module__, t4.PLAIN_BECAUSE)"
NOT_BUILT = "import sys; sys.modules['faxcore.t4.compiled.decode'] = None; " + SAY


def said(program: str, **environment: str) -> str:
    surroundings = {**os.environ, "FACTEUR_CODEC": "", **environment}
    return subprocess.run(
        [sys.executable, "-c", program], env=surroundings, capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_the_compiled_one_serves_if_it_was_built() -> None:
    assert len(CODECS) == 2, "it was not built"
    assert said(SAY).split() == ["compiled", "faxcore.t4.compiled.decode", "faxcore.t4.compiled.encode"]


def test_the_plain_one_serves_if_it_is_asked_for() -> None:
    assert said(SAY, FACTEUR_CODEC="plain").startswith("plain faxcore.t4.decode faxcore.t4.encode FACTEUR_CODEC")


def test_the_plain_one_serves_if_there_is_no_other() -> None:
    assert said(NOT_BUILT).startswith("plain faxcore.t4.decode faxcore.t4.encode import of faxcore.t4.compiled.decode")


@pytest.mark.skipif("FACTEUR_CODEC" in os.environ, reason="the plain one was asked for")
def test_this_process_has_the_compiled_one() -> None:
    assert t4.IMPLEMENTATION == "compiled"


@pytest.mark.skipif(len(CODECS) == 1, reason="the compiled codec was not built")
def test_the_plain_twin_of_t85_can_be_asked_for() -> None:
    program = "import faxcore.t85 as t85; print(t85.IMPLEMENTATION, t85.Decoder.__module__)"
    for asked, expected in [("plain", "plain faxcore.t85.decode"), ("", "compiled faxcore.t85.compiled.decode")]:
        environment = {**os.environ, "FACTEUR_CODEC": asked}
        said = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        assert said.stdout.strip() == expected
