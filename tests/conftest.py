# SPDX-License-Identifier: GPL-3.0-or-later
"""The rings: a test has the mark, and the time, of the folder that it is in."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.modem import device_lock
from tests.support import hypothesis_profiles

SECONDS = {"unit": 60, "service": 120, "system": 300, "booted": 900}
"""After which a test hangs, by ring, unless it says a time of its own."""
HERE = Path(__file__).parent

hypothesis_profiles.load()


def pytest_itemcollected(item: pytest.Item) -> None:
    ring = item.path.relative_to(HERE).parts[0]
    if ring not in SECONDS:
        raise pytest.UsageError(f"{item.nodeid} is in none of the rings {', '.join(SECONDS)}")
    item.add_marker(ring)
    if item.get_closest_marker("timeout") is None:
        item.add_marker(pytest.mark.timeout(SECONDS[ring]))


@pytest.fixture(scope="session", autouse=True)
def own_device_locks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the lock files of this process's devices apart: many a test leaves a port open, whose name the next
    pseudo-terminal has, in another process.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(device_lock, "FOLDER", tmp_path_factory.mktemp("lock"))
        yield


def pytest_collection_finish() -> None:
    """Freeze the garbage collector on what stays anyway: thousands of tests, and the modules they load."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """Behind failures, the order in which the tests ran: a test may depend on it, and pytest is too quiet to say it."""
    if exitstatus and config.pluginmanager.hasplugin("randomly"):
        terminalreporter.write_line(
            f"The same order of tests again: --randomly-seed={config.getoption('randomly_seed')}"
        )
