# SPDX-License-Identifier: GPL-3.0-or-later
"""One house for all files of this folder: a cupsd takes seconds to start."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stage import Stage
from tests.system.cups.house import House


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="facteur-cups-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with Stage(folder) as stage:
            house = House(stage)
            house.start_service()
            yield house


@pytest.fixture
def before(house: House) -> set[str]:
    """The drafts that other tests have left."""
    return {draft.id for draft in house.ask("list_drafts")}


@pytest.fixture
def open_folder(house: House) -> Iterator[Path]:
    """A folder that cupsd's user can read."""
    with tempfile.TemporaryDirectory(dir=house.stage.folder) as name:
        Path(name).chmod(0o755)
        yield Path(name)
