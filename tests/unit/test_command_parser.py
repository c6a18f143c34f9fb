# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of `faxctl`: each makes its options when it is given, and only what it needs is loaded."""

from __future__ import annotations

import argparse
import subprocess
import sys

import pytest

from faxcore.cli.main import main, make_parser


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = (action for action in make_parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_makes_its_options(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"faxctl {name}" in capsys.readouterr().out


def test_a_command_loads_nothing_of_the_others() -> None:
    """What another command needs (the database, documents, the printing system) would take most of the time."""
    program = (
        "import sys; from faxcore.cli.main import main; main(['--bus', 'unix:path=/nowhere', 'status']);"
        "print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    assert "faxcore.cli.status_command" in loaded.stdout.split()
    assert not {"sqlalchemy", "alembic", "cups", "phonenumbers", "faxcore.store"} & set(loaded.stdout.split())
