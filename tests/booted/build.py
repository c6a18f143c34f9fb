# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the packages for another release of Debian than this machine's, in a folder with that one.

python -m tests.booted.build RELEASE FOLDER
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.booted.images import CACHE, make_bare
from tests.support import CHECKOUT


def build(release: str, folder: Path) -> None:
    """Build them. CalledProcessError if that fails."""
    builder = CACHE / f"builder-{release}"
    if not builder.exists():
        fresh = builder.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", make_bare(release), fresh], check=True)
        fresh.rename(builder)
    shutil.copy("/etc/resolv.conf", builder / "etc/resolv.conf")
    folder.mkdir(parents=True, exist_ok=True)
    command = ["systemd-nspawn", "--quiet", "--directory", str(builder), "--register=no", "--keep-unit", "--as-pid2"]
    command += [f"--bind-ro={CHECKOUT}:/checkout", f"--bind={folder}:/built"]
    for path in (Path("/etc/pip.conf"), Path("/etc/xdg/pip"), Path("/etc/ssl/certs")):
        command += [f"--bind-ro={path}"] if path.exists() else []
    inside = " && ".join(
        (
            "apt-get update -q",
            "apt-get install -y -q --no-install-recommends git",
            "git config --global --add safe.directory /checkout",
            "/checkout/packaging/deb /built",
        )
    )
    subprocess.run([*command, "bash", "-c", inside], check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    build(sys.argv[1], Path(sys.argv[2]).resolve())
