# SPDX-License-Identifier: GPL-3.0-or-later
"""A renderer that is broken out of gains nothing (promise P18): a program in its place tries everything, behind every
wall that this system can build, in a fresh process and in a forked one. Where one cannot be built here, its tests are
skipped, but one of them must be there.
"""

import ctypes
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.config.document_wall import WALLS
from faxcore.document import check, private_folders, sandbox, walled_process, walls
from faxcore.document.document_error import Reason, RenderFailed
from faxcore.document.private_folders import remove_strays
from faxcore.document.program import Program
from faxcore.document.readiness import becomes_readable
from faxcore.document.renderer import RENDERER
from faxcore.document.tiff import write_pages
from faxcore.document.walled_process import StartedProcess, WalledProcess
from faxcore.document.walls import CHOICE, SHELF, NoWall, Wall
from tests.support import CHECKOUT
from tests.support.documents import failure, pattern, pdf, rendered
from tests.support.waiting import wait_until

MEGABYTE = 1 << 20
BROKEN_OUT = Program(
    ("-c", (CHECKOUT / "tests/support/broken_out.py").read_text()), file_size=4 * MEGABYTE, memory=512 * MEGABYTE
)
SECRET = b"of the parent"


def can_be_built(wall: Wall) -> bool:
    """Try a wall, as the service does."""
    CHOICE.ask(wall.value)
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output:
        try:
            check.check_pages(source, output)
        except RenderFailed as error:
            return error.reason is Reason.EMPTY
    raise AssertionError("an empty document is not refused")


@pytest.fixture(scope="module")
def buildable() -> Iterator[set[Wall]]:
    """The walls that this system can build."""
    found = {wall for wall in (Wall.BUBBLEWRAP, Wall.LANDLOCK) if can_be_built(wall)}
    CHOICE.ask(walls.AUTO)
    yield found


@pytest.fixture(params=[Wall.BUBBLEWRAP, Wall.LANDLOCK], ids=lambda wall: wall.value)
def wall(request: pytest.FixtureRequest, buildable: set[Wall]) -> Iterator[Wall]:
    """Each of them."""
    if request.param not in buildable:
        pytest.skip(f"{request.param.value} cannot be built here")
    CHOICE.ask(request.param.value)
    yield request.param
    CHOICE.ask(walls.AUTO)


@pytest.fixture(params=["fresh", "forked"])
def way(request: pytest.FixtureRequest, wall: Wall) -> Iterator[str]:
    """Each way to come by a process behind it."""
    forked = (BROKEN_OUT, RENDERER) if request.param == "forked" else ()
    with forking(wall, *forked):
        yield request.param


@contextmanager
def forking(wall: Wall, *programs: Program) -> Iterator[None]:
    """Have the processes of these programs forked behind this wall, as a service has them."""
    CHOICE.works(wall, "what is to be tested")
    sandbox._AHEAD.want(programs)
    try:
        yield
    finally:
        sandbox._AHEAD.release(programs)
        sandbox._AHEAD._servers._impossible.clear()


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the processes' own folders are made."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


class House:
    """A house that is worth breaking into: secrets, sockets, a parent's memory."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.state.mkdir()
        (self.state / "facteur.db").write_bytes(b"SQLite format 3")
        self.memory = ctypes.create_string_buffer(SECRET)
        self.inet = socket.create_server(("127.0.0.1", 0))
        self.unix = socket.socket(socket.AF_UNIX)
        self.unix.bind(str(folder / "socket"))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind(f"\0{folder}")
        for server in (self.unix, self.abstract):
            server.listen()

    def order(self) -> dict[str, Any]:
        """What there is to try."""
        folder = self.state.parent
        return {
            "parent": os.getpid(),
            "address": ctypes.addressof(self.memory),
            "secrets": [
                *(str(self.state), str(self.state / "facteur.db"), str(CHECKOUT / "pyproject.toml")),
                *("/etc/passwd", "/etc/facteur", "/root", "/home", "/var/spool", "/var/lib/dpkg/status", "/run"),
                *("/proc/self/environ", "/proc/self/maps", f"/proc/{os.getpid()}/environ", "/proc/1/cmdline"),
                *("/dev/tty", "/dev/ptmx", "/dev/tty1", "/dev/mem", "/dev/sda", "/sys/class/net", "/tmp"),
            ],
            "places": [
                *(str(self.state / "planted"), str(folder / "planted"), "/tmp/facteur-planted", "/dev/shm/planted"),
                *("/usr/planted", "/planted", "planted", "/etc/planted", "/document/planted", "/var/tmp/planted"),
                str(CHECKOUT / "faxcore/planted.py"),
            ],
            "files": [str(self.state / "facteur.db"), "/etc/passwd", str(CHECKOUT / "faxcore/__init__.py")],
            "tcp": self.inet.getsockname(),
            "unix": str(folder / "socket"),
            "abstract": str(folder),
            "marker": str(folder / "outlived"),
        }

    def close(self) -> None:
        """Close its doors."""
        for server in (self.inet, self.unix, self.abstract):
            server.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with closing(House(tmp_path)) as house:
        yield house


def outcomes(order: dict[str, Any], program: Program = BROKEN_OUT) -> dict[str, str]:
    """Let the program try; what came of each attempt."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output:
        source.write(b"the document")
        with pytest.raises(RenderFailed) as failed:
            sandbox.run(program, order, source, output)
    assert failed.value.reason is Reason.DAMAGED, failed.value.detail
    found: dict[str, str] = json.loads(failed.value.detail)
    return found


def test_this_system_can_build_a_wall(buildable: set[Wall]) -> None:
    assert buildable


def test_a_broken_out_renderer_gains_nothing(way: str, house: House, tmp_path: Path, folders: Path) -> None:
    before = sorted(path for path in tmp_path.rglob("*") if not path.is_relative_to(folders))
    found = outcomes(house.order())
    assert len(found) > 60
    done = {name: outcome for name, outcome in found.items() if outcome.startswith("done")}
    assert done == {}
    assert (house.state / "facteur.db").read_bytes() == b"SQLite format 3"
    assert sorted(path for path in tmp_path.rglob("*") if not path.is_relative_to(folders)) == before
    assert not [path for path in house.order()["places"] if Path(path).exists()]
    assert not [path for path in folders.rglob("*") if path.is_file()]
    # As much as the few files it has may hold.
    written = re.fullmatch(r"OSError: stopped after (\d+) octets", found["fill disk"])
    assert written and int(written[1]) <= 3 * BROKEN_OUT.file_size
    assert found["fill memory"] == "MemoryError: "
    # The next one is served as ever.
    assert len(rendered(tmp_path, pdf())) == 1


@pytest.mark.parametrize("bare", [False, True])
def test_a_forked_one_gains_nothing_of_the_others(wall: Wall, house: House, folders: Path, bare: bool) -> None:
    """Not of the server that it was forked from, nor of another document's process; `bare`: without namespaces."""
    if bare and wall is Wall.BUBBLEWRAP:
        pytest.skip("behind bubblewrap a process is not forked without namespaces")
    program = without_namespaces(BROKEN_OUT) if bare else BROKEN_OUT
    with forking(wall, program), closing(sandbox._AHEAD.start(program, wall)) as other:
        assert other.server
        (source,) = folders.rglob("source")
        source.write_bytes(b"another's document")
        seen = [str(SHELF), f"{SHELF}/1", f"{SHELF}/1/source", "../1/source", str(source), str(source.parent)]
        for process in (1, 2, other.server.pid):
            order = {"parent": process, "secrets": seen, "files": [seen[2], seen[4]], "places": [f"{SHELF}/new"]}
            found = outcomes(house.order() | order, program)
            assert {name for name, outcome in found.items() if outcome.startswith("done")} == set()
        assert source.read_bytes() == b"another's document"
        assert not other.has_ended()


@pytest.mark.parametrize("forked", [False, True])
def test_nor_does_it_where_no_namespaces_are_allowed(buildable: set[Wall], house: House, forked: bool) -> None:
    """As in a chroot, or under a service's hardening: the wall is Landlock and seccomp."""
    if Wall.LANDLOCK not in buildable:
        pytest.skip("landlock cannot be built here")
    CHOICE.ask(Wall.LANDLOCK.value)
    program = without_namespaces(BROKEN_OUT)
    try:
        with forking(Wall.LANDLOCK, *[program] * forked):
            found = outcomes(house.order(), program)
    finally:
        CHOICE.ask(walls.AUTO)
    assert {name for name, outcome in found.items() if outcome.startswith("done")} == set()
    assert found["see processes"].startswith("PermissionError")


def without_namespaces(program: Program) -> Program:
    """The same program on a system that does not allow it namespaces of its own."""
    _option, source = program.start
    refuse = "from faxcore.document import namespaces\nnamespaces.leave = lambda **_how: False\n"
    return replace(program, start=("-c", refuse + source))


def test_without_a_wall_it_would_gain_much(house: House) -> None:
    """The attempts are real: what is harmless among them succeeds where the configuration asks for no wall."""
    CHOICE.ask("none")
    try:
        planted = house.state / "planted"
        harmless = [
            *("read /etc/passwd", f"write {planted}", "connect inet", "connect unix", "connect abstract", "netlink"),
            *("udp", "socket pair", "see processes", "signal the parent", "use a thread", "memory file"),
        ]
        found = outcomes(house.order() | {"places": [str(planted)], "only": harmless})
    finally:
        CHOICE.ask(walls.AUTO)
    assert {name for name, outcome in found.items() if outcome.startswith("done")} == set(harmless), found
    assert planted.read_bytes() == b"taken over"


# ---------------------------------------------------------------- whoever started it goes away

ENDLESS = """
import sys, tempfile
from pathlib import Path
from faxcore.document import renderer, sandbox, walls
walls.CHOICE.ask(sys.argv[1])
if sys.argv[3] == "forked":
    walls.CHOICE.works(walls.Wall(sys.argv[1]), "what is to be tested")
    sandbox._AHEAD.want([renderer.RENDERER])
tempfile.tempdir = sys.argv[2]
with Path(sys.argv[2], "endless").open("w+b") as document:
    document.write(b"%!PS { } loop")
    renderer.render(document)
"""


def test_it_does_not_outlive_whoever_started_it(
    wall: Wall, way: str, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starter = subprocess.Popen([sys.executable, "-c", ENDLESS, wall.value, str(folders), way], cwd=CHECKOUT)
    with starter:
        # The document has been copied: the process is at work.
        wait_until("the work", lambda: [path for path in folders.rglob("source") if path.stat().st_size])
        (folder,) = folders.glob("facteur-document-*")
        family = descendants(starter.pid)
        assert family
        starter.kill()
    wait_until("the end of the process", lambda: not [pid for pid in family if is_running(pid)])
    # What it left is swept away by the next; but not what is in use, or has just been made.
    assert remove_strays() == 0
    monkeypatch.setattr(private_folders, "_YOUNG_SECONDS", -1.0)
    used = WalledProcess(check.CHECKER, wall)
    try:
        assert remove_strays() == 1
        assert not folder.exists()
        assert list(folders.glob("facteur-document-*"))
    finally:
        used.close()


def test_it_leaves_the_processor_to_calls(wall: Wall) -> None:
    process = WalledProcess(check.CHECKER, wall)
    try:
        wait_until("the process behind its wall", lambda: becomes_readable(process.control, 30))
        assert isinstance(process._process, StartedProcess)
        first = process._process.pid
        assert leaves_the_processor(max([first, *descendants(first)]))
    finally:
        process.close()


def leaves_the_processor(pid: int) -> bool:
    """Look whether a process lets others go first."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[16]), int(fields[38])) == (min(19, os.nice(0) + 5), os.SCHED_BATCH)


def descendants(pid: int) -> list[int]:
    """The processes below this one."""
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*children, *(below for child in children for below in descendants(child))]


def is_running(pid: int) -> bool:
    """Look whether it is there, and not only its number."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False


# ---------------------------------------------------------------- which wall


def test_the_configuration_knows_every_wall() -> None:
    assert set(WALLS) == {walls.AUTO, *(wall.value for wall in Wall)}


def test_where_bubblewrap_may_not_work_the_kernel_s_own_means_serve(
    buildable: set[Wall], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As in a chroot, under RestrictNamespaces= or in cupsd under AppArmor: bubblewrap is there, and fails."""
    if Wall.LANDLOCK not in buildable:
        pytest.skip("landlock cannot be built here")
    refused = tmp_path / "bwrap"
    refused.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    refused.chmod(0o755)
    monkeypatch.setattr(walls, "_BWRAP_PLACES", (str(refused),))
    CHOICE.ask(walls.AUTO)
    caplog.set_level("INFO")
    try:
        assert len(rendered(tmp_path, pdf())) == 1
        assert CHOICE.found is Wall.LANDLOCK
        assert "documents are opened behind a wall: " in caplog.text
        assert "bubblewrap" not in caplog.text
        # Asked for by name, nothing else takes its place.
        CHOICE.ask("bubblewrap")
        assert failure(tmp_path, pdf()) is Reason.NO_WALL
        assert "bubblewrap: bwrap: No permissions to create new namespace" in caplog.text
    finally:
        CHOICE.ask(walls.AUTO)


def test_where_no_wall_can_be_built_nothing_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(walled_process, "start_command", no_wall)
    CHOICE.ask(walls.AUTO)
    try:
        assert failure(tmp_path, pdf()) is Reason.NO_WALL
        assert "bubblewrap is not installed; landlock: OSError: no Landlock here" in caplog.text
        assert CHOICE.trouble == Reason.NO_WALL.sentence()
        # As soon as there is one, it serves.
        monkeypatch.undo()
        assert len(rendered(tmp_path, pdf())) == 1
        assert not CHOICE.trouble
    finally:
        CHOICE.ask(walls.AUTO)


def no_wall(wall: Wall, *_rest: object) -> list[str]:
    """The command of a system without bubblewrap, on a kernel without Landlock."""
    if wall is Wall.BUBBLEWRAP:
        raise NoWall("bubblewrap is not installed")
    return [sys.executable, "-c", "raise SystemExit('OSError: no Landlock here')"]


def test_a_document_is_never_handed_to_a_process_without_its_wall(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel that refuses the inner half: the process ends before it has anything."""
    CHOICE.ask("landlock")
    write_pages(tmp_path / "fax.tif", [pattern()])
    without = Program(
        (
            "-c",
            "from faxcore.document import landlock, check, inside\n"
            "landlock._CREATE_RULESET = 9999\ninside.serve(check._work)",
        )
    )
    try:
        with (tmp_path / "fax.tif").open("rb") as source, tempfile.TemporaryFile() as output:
            with pytest.raises(RenderFailed) as failed:
                sandbox.run(without, {}, source, output)
            assert failed.value.reason is Reason.NO_WALL
            assert "Landlock" in failed.value.detail
            assert output.read() == b""
    finally:
        CHOICE.ask(walls.AUTO)
