# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `faxcore` where it refuses to begin."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from faxcore.daemon import main


def test_a_server_without_numpy_is_told_to_configure_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)  # as if it were not installed
    config = tmp_path / "facteur.toml"
    config.write_text(f'[folders]\nstate = "{tmp_path}/state"\n')
    assert main(["--config", str(config)]) == 78
    message = capsys.readouterr().err
    assert message.startswith("faxcore: no [[line]] is configured") and 'the extra "exchange"' in message
    assert not (tmp_path / "state").exists()
