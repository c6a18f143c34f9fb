# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the packages for another release of Debian than this machine's, in a folder with that one.

python -m tests.booted.build RELEASE FOLDER
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.booted.images import CACHE, enter, make_bare
from tests.support import CHECKOUT


def build(release: str, folder: Path) -> None:
    """Build them. CalledProcessError if that fails."""
    builder = CACHE / f"builder-{release}"
    if not builder.exists():
        fresh = builder.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", make_bare(release), fresh], check=True)
        fresh.rename(builder)
    folder.mkdir(parents=True, exist_ok=True)
    bound = [Path("/etc/pip.conf"), Path("/etc/xdg/pip"), Path("/etc/ssl/certs"), find_repository()]
    options = [f"--bind-ro={path}" for path in bound if path.exists()]
    options += [f"--bind-ro={CHECKOUT}:/checkout", f"--bind={folder}:/built"]
    inside = " && ".join(
        (
            "apt-get update -q",
            "apt-get install -y -q --no-install-recommends git",
            "git config --global --add safe.directory /checkout",
            "/checkout/packaging/deb /built",
        )
    )
    subprocess.run([*enter(builder, *options), "bash", "-c", inside], check=True, stdin=subprocess.DEVNULL)


def find_repository() -> Path:
    """Find where git keeps what this checkout is of: a further worktree has it elsewhere."""
    asked = ("git", "rev-parse", "--path-format=absolute", "--git-common-dir")
    done = subprocess.run(asked, cwd=CHECKOUT, capture_output=True, text=True)
    return Path(done.stdout.strip() or CHECKOUT)


if __name__ == "__main__":
    build(sys.argv[1], Path(sys.argv[2]).resolve())
