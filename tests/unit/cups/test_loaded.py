# SPDX-License-Identifier: GPL-3.0-or-later
"""The backend opens no document, and loads nothing of what does: it is started for each print job."""

from __future__ import annotations

import subprocess
import sys

import pytest

DRAWING = ("faxcore.t4", "faxcore.document.tiff", "faxcore.document.draw_pdf", "PIL.Image", "pypdfium2", "pikepdf")


@pytest.mark.parametrize("program", ["faxcore.cups.backend", "faxcore.document.renderer"])
def test_whoever_has_a_document_drawn_loads_nothing_that_draws(program: str) -> None:
    command = f"import sys, {program}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", command], check=True, capture_output=True, text=True, timeout=60
    ).stdout.split()
    assert program in loaded
    assert not set(DRAWING) & set(loaded)
