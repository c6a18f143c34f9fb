# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages that packaging's programs ask apt for: those that are missing, under whatever name Debian has them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support import CHECKOUT

DEBIAN_13 = """\
installed python3,python3-profiler
installed libspandsp2t64,libspandsp2 (= 0.0.6+dfsg-2.2)
installed ghostscript, postscript-viewer, gs-common
config-files bubblewrap,
"""
LIST = """\
# what the product needs
run python3
run libspandsp2
run bubblewrap
run ghostscript
check efax
fuzz clang
"""


def list_missing(folder: Path, *kinds: str) -> list[str]:
    """Ask the function of the shell, with a dpkg-query that tells of a Debian 13."""
    (folder / "packaging").mkdir()
    (folder / "packaging/apt-packages").write_text(LIST)
    query = folder / "dpkg-query"
    query.write_text(f"#!/bin/sh\ncat <<'END'\n{DEBIAN_13}END\n")
    query.chmod(0o755)
    script = f'PATH={folder}:$PATH; . {CHECKOUT}/packaging/lib/debian-packages.sh; list_missing "$@"'
    command = ["bash", "-euo", "pipefail", "-c", script, "bash", *kinds]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.split()


def test_a_package_that_another_provides_is_not_missing(tmp_path: Path) -> None:
    assert list_missing(tmp_path, "run") == ["bubblewrap"]


def test_the_packages_of_every_kind_that_is_named_are_looked_for(tmp_path: Path) -> None:
    assert list_missing(tmp_path, "run", "check") == ["bubblewrap", "efax"]
