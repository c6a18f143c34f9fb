# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P5: whatever fails once on the disk, what was said stands, nothing is done twice, and all goes on.

Some operations of each flow here; every one of them, by hand: packaging/check --disk.
"""

import os
from pathlib import Path

import pytest

from tests.support.nth_operation import FLOWS, run_flows

EVERY = "FACTEUR_EVERY_OPERATION"
"""The environment variable that has every operation tried."""


@pytest.mark.parametrize("error", ["EIO", "ENOSPC", "EDQUOT"])
@pytest.mark.parametrize("flow", FLOWS)
def test_an_operation_that_fails_breaks_no_promise(tmp_path: Path, flow: str, error: str) -> None:
    every = EVERY in os.environ
    first = 1 if every else {"EIO": 3, "ENOSPC": 37, "EDQUOT": 71}[error]
    step = 101 if flow in ("send", "receive") else 401
    said = run_flows(tmp_path, flow, error, first, 1 if every else step)
    assert len(said) > 2
    assert said[-1].startswith("clean ")
