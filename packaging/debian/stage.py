# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts what the Debian packages hold into place, while debhelper builds them.

/usr/lib/facteur is a virtual environment for Debian's own Python: Facteur with its compiled codecs, and the Python
packages of the lock file, each checked against the hashes there. What Debian has and keeps safe itself is linked
instead (`from-debian`). No package manager is in it, and nothing is loaded or compiled on the user's machine.
"""

from __future__ import annotations

import argparse
import compileall
import os
import py_compile
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from manual import write_manual

PREFIX = Path("/usr/lib/facteur")
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
SITE = PREFIX / "lib" / VERSION / "site-packages"
SYSTEM_MODULES = Path("/usr/lib/python3/dist-packages")
SYSTEM_PROGRAMS = ("faxcore",)
"""Programs that only root and the init system start."""
DESKTOP = ("faxdialog", "notifier", "faxcore/qt", "qasync")
"""The parts that belong to the windows alone, below the folder of packages."""
NOT_NEEDED = (
    *("phonenumbers/geodata", "phonenumbers/carrierdata", "phonenumbers/tzdata", "matplotlib/mpl-data/sample_data"),
    "*.c",
    "*.pyx",
    "*.pxd",
    "*.pyi",
    "*.po",
    "tests",
    "testing",
    "RECORD",
    "INSTALLER",
    "REQUESTED",
    "direct_url.json",
)
"""The parts that nobody needs who only runs it: sources, tests, records of the installation, data that is not used."""


@dataclass(frozen=True)
class Linked:
    """A Python package that is Debian's."""

    name: str
    module: str
    package: str
    part: str


def read_linked(path: Path) -> list[Linked]:
    """Read the list of what is taken from Debian. TypeError for a line that is none of it."""
    lines = (line.partition("#")[0].split() for line in path.read_text("utf-8").splitlines())
    return [Linked(*words) for words in lines if words]


def main() -> int:
    """Stage both packages."""
    parser = argparse.ArgumentParser()
    for name in ("source", "locks", "from-debian", "substvars", "service", "desktop"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    linked = read_linked(options.from_debian)
    project = tomllib.loads((options.source / "pyproject.toml").read_text("utf-8"))["project"]
    service, desktop = options.service.resolve(), options.desktop.resolve()
    make_environment(below(service, PREFIX))
    install(options.source.resolve(), options.locks / f"{VERSION}.txt", below(service, PREFIX))
    split(below(service, SITE), below(desktop, SITE))
    link(linked, below(service, SITE), below(desktop, SITE))
    for root in (service, desktop):
        compile_modules(below(root, SITE))
    write_launchers(project["scripts"], service)
    write_launchers(project["gui-scripts"], desktop)
    # By it systemd learns where the configuration has the service write.
    generator = service / "usr/lib/systemd/system-generators/facteur-folders"
    write_launcher(generator, "faxcore.config.unit_paths", "main")
    place_files(options.source, service, desktop)
    write_substvars(options.substvars, linked)
    python = below(service, PREFIX) / "bin/python"
    write_manual(options.source.resolve(), options.locks / "tools.txt", python, below(desktop, SITE), service, desktop)
    return 0


def below(root: Path, path: Path) -> Path:
    """Give an absolute path within a package's folder."""
    return root / path.relative_to("/")


def make_environment(place: Path) -> None:
    """Make an empty virtual environment for /usr/bin/python3. By hand: `venv` would write the build's paths into it."""
    (place / "bin").mkdir(parents=True)
    (place / "bin" / VERSION).symlink_to(f"/usr/bin/{VERSION}")
    for name in ("python3", "python"):
        (place / "bin" / name).symlink_to(VERSION)
    release = ".".join(map(str, sys.version_info[:3]))
    (place / "pyvenv.cfg").write_text(f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {release}\n")


def install(source: Path, lock: Path, place: Path) -> None:
    """Install what the lock file names and Facteur itself, and remove what serves neither."""
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder) / "tools"
        subprocess.run([sys.executable, "-m", "venv", tools], check=True)
        pip = [tools / "bin/python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
        wheels = Path(folder) / "wheels"
        # Of each package the wheel, whose hash is known; of one that has none, its sources, which are Python alone.
        carried = ["--require-hashes", "--no-deps", "--wheel-dir", wheels, "-r", lock]
        subprocess.run([*pip, "wheel", *carried], check=True)
        subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", wheels, source], check=True)
        into = ["--no-index", "--no-deps", "--no-compile", "--ignore-installed"]
        target = place / "bin" / "python"
        subprocess.run([*pip, "--python", target, "install", *into, *sorted(wheels.glob("*.whl"))], check=True)
    for path in (place / "bin").iterdir():
        if not path.name.startswith("python"):
            path.unlink()
    shutil.rmtree(place / "share/man", ignore_errors=True)
    site = place / SITE.relative_to(PREFIX)
    for pattern in NOT_NEEDED:
        for path in sorted(site.glob(pattern) if "/" in pattern else site.rglob(pattern)):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    for path in site.rglob("*"):
        if path.is_file():
            path.chmod(0o644)
    ours = sorted((site / "faxcore").rglob("*.so"))
    # Wheels' own libraries were made to fit together after they were linked, and may not stand being stripped.
    subprocess.run(
        ["strip", "--strip-unneeded", "--remove-section=.comment", "--remove-section=.note", *ours], check=True
    )


def split(service: Path, desktop: Path) -> None:
    """Move what belongs to the windows to the other package."""
    for name in DESKTOP:
        for path in (service / name, *service.glob(f"{name}-*.dist-info")):
            target = desktop / path.relative_to(service)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)


def link(linked: list[Linked], service: Path, desktop: Path) -> None:
    """Link what is Debian's."""
    for each in linked:
        found = sorted(find_module(each.module))
        if not found:
            raise SystemExit(f"{each.package} is not installed, so its place in Debian is not known")
        site = desktop if each.part == "facteur-desktop" else service
        site.mkdir(parents=True, exist_ok=True)
        for path in found:
            (site / path.name).symlink_to(path)


def find_module(module: str) -> Iterator[Path]:
    """Find a module of Debian's: a folder, or a compiled file for this Python."""
    folder, compiled = SYSTEM_MODULES / module, SYSTEM_MODULES / f"{module}{sysconfig.get_config_var('EXT_SUFFIX')}"
    yield from (path for path in (folder, compiled) if path.exists())


def compile_modules(site: Path) -> None:
    """Compile every module, so that nobody's Python does; what is compiled never asks for the age of its source."""
    done = compileall.compile_dir(
        site,
        quiet=1,
        maxlevels=50,
        stripdir=str(site),
        prependdir=str(SITE),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not done:
        raise SystemExit("a module cannot be compiled")


def write_launchers(scripts: dict[str, str], root: Path) -> None:
    """Write the programs as they stand in /usr/bin and /usr/sbin."""
    for name, entry in scripts.items():
        module, _colon, function = entry.partition(":")
        folder = root / ("usr/sbin" if name in SYSTEM_PROGRAMS else "usr/bin")
        write_launcher(folder / name, module, function)


def write_launcher(program: Path, module: str, function: str) -> None:
    """Write a program that calls a function of ours; it writes nothing beside the modules, whoever runs it."""
    start = f"#!{PREFIX}/bin/python -IB"
    write(program, f"{start}\nimport sys\n\nfrom {module} import {function}\n\nsys.exit({function}())\n", 0o755)


def place_files(source: Path, service: Path, desktop: Path) -> None:
    """Put the files that are no modules into place."""
    packaging = source / "packaging"
    bus = (packaging / "dbus/org.facteur.Facteur.conf").read_text("utf-8").replace("@SERVICE_USER@", "facteur")
    write(service / "usr/share/dbus-1/system.d/org.facteur.Facteur.conf", bus)
    for name, folder in (
        ("debian/facteur.toml", "etc/facteur"),
        ("facteur.toml", "usr/share/doc/facteur/examples"),
        ("debian/10-setup.toml", "usr/share/facteur"),
        ("tariff-example.toml", "usr/share/doc/facteur/examples"),
        ("dbus/org.facteur.Facteur.service", "usr/share/dbus-1/system-services"),
    ):
        write(service / folder / Path(name).name, (packaging / name).read_text("utf-8"))
    cups = source / "cups-backend"
    for name, folder in (("fax", "backend"), ("fax-parcel", "filter")):
        # For everybody to run: what is root's alone, cupsd runs as root.
        write(service / "usr/lib/cups" / folder / name, (cups / name).read_text("utf-8"), 0o755)
    for name, folder in (
        ("org.facteur.Dialog.desktop", "usr/share/applications"),
        ("org.facteur.Facteur.desktop", "usr/share/applications"),
        ("org.facteur.Facteur.svg", "usr/share/icons/hicolor/scalable/apps"),
        ("org.facteur.Facteur.metainfo.xml", "usr/share/metainfo"),
    ):
        write(desktop / folder / name, (packaging / "desktop" / name).read_text("utf-8"))
    autostart = (packaging / "desktop/org.facteur.Notifier-autostart.desktop").read_text("utf-8")
    write(desktop / "etc/xdg/autostart/org.facteur.Notifier.desktop", autostart)
    units = desktop / "usr/lib/systemd/user"
    for name in ("facteur-hand-over.path", "facteur-hand-over.service"):
        write(units / name, (packaging / "desktop" / name).read_text("utf-8"))
    # For every user, as the package has it: whoever does not want it masks it.
    wanted = units / "default.target.wants" / "facteur-hand-over.path"
    wanted.parent.mkdir(parents=True, exist_ok=True)
    wanted.symlink_to("../facteur-hand-over.path")


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file of a package."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(mode)


def write_substvars(folder: Path, linked: list[Linked]) -> None:
    """Say what each package depends on because of Python: Debian's packages, and the version it is compiled for."""
    packages = defaultdict(list)
    for each in linked:
        packages[each.part].append(each.package)
    following = f"python3 (<< {sys.version_info.major}.{sys.version_info.minor + 1})"
    own = [f"{VERSION}", f"python3 (>= {sys.version_info.major}.{sys.version_info.minor})", following]
    for package, name, depends in (
        ("facteur", "facteur:Depends", [*own, *packages["facteur"]]),
        ("facteur-desktop", "desktop:Depends", packages["facteur-desktop"]),
    ):
        with (folder / f"{package}.substvars").open("a", encoding="utf-8") as file:
            file.write(f"{name}={', '.join(depends)}\n")


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
