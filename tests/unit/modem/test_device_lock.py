# SPDX-License-Identifier: GPL-3.0-or-later
"""Lock files of serial devices: those of other programs are honoured, ours are made, stale ones taken over."""

from __future__ import annotations

import os
import struct
import subprocess
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.modem import device_lock
from faxcore.modem.device_lock import DeviceLock, Holder, find_name, read_holder
from faxcore.modem.modem_failed import ModemFailed
from faxcore.modem.port import Port
from tests.support.waiting import wait_until


@pytest.fixture
def other() -> Iterator[int]:
    """The process of another program."""
    process = subprocess.Popen(["sleep", "600"])
    # It has the name of this one for a moment.
    wait_until("its name", lambda: find_name(process.pid) == "sleep")
    yield process.pid
    process.kill()
    process.wait()


@pytest.fixture
def gone() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    monkeypatch.setattr(device_lock, "FOLDER", tmp_path)
    master, slave = os.openpty()
    tty.setraw(slave)
    yield os.ttyname(slave)
    os.close(master)
    os.close(slave)


def find_lock(device: str, folder: Path) -> Path:
    return folder / f"LCK..{device.removeprefix('/dev/').replace('/', '_')}"


def test_a_port_has_a_lock_as_long_as_it_is_open(device: str, tmp_path: Path) -> None:
    port = Port(device)
    lock = find_lock(device, tmp_path)
    assert lock.read_text() == f"{os.getpid():10d} facteur\n"
    assert [each.name for each in tmp_path.iterdir()] == [lock.name]
    assert lock.stat().st_mode & 0o777 == 0o644
    port.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["minicom anne", ""])
def test_a_device_that_another_program_has_locked_is_refused_with_its_name(
    device: str, tmp_path: Path, other: int, name: str
) -> None:
    lock = find_lock(device, tmp_path)
    lock.write_text(f"{other:10d} {name}\n")
    with pytest.raises(ModemFailed, match=f"in use by another program: {name[:7] or 'sleep'}, process {other}"):
        Port(device)
    assert lock.exists()


def test_a_lock_of_four_octets_counts(device: str, tmp_path: Path, other: int) -> None:
    find_lock(device, tmp_path).write_bytes(struct.pack("i", other))
    assert DeviceLock(device).take() == Holder(other, "sleep")


def test_a_lock_under_the_name_that_another_program_was_given_counts(device: str, tmp_path: Path, other: int) -> None:
    link = tmp_path / "usb-Modem_1"
    link.symlink_to(device)
    (tmp_path / "LCK..usb-Modem_1").write_text(f"{other}\n")
    assert DeviceLock(str(link)).take() == Holder(other, "sleep")


@pytest.mark.parametrize("contents", ["{gone:10d}\n", "", "no number\n", "99999999999999999999\n", "-1\n", "0\n"])
def test_a_stale_lock_is_taken_over(device: str, tmp_path: Path, gone: int, contents: str) -> None:
    lock = find_lock(device, tmp_path)
    lock.write_text(contents.format(gone=gone))
    port = Port(device)
    assert read_holder(lock) == Holder(os.getpid(), "facteur")
    port.close()
    assert not lock.exists()


def test_a_lock_that_another_program_has_made_since_stays(device: str, tmp_path: Path, other: int) -> None:
    port = Port(device)
    lock = find_lock(device, tmp_path)
    lock.write_text(f"{other:10d}\n")
    port.close()
    assert read_holder(lock) == Holder(other, "sleep")


def test_without_a_folder_for_locks_a_device_is_used_all_the_same(
    device: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(device_lock, "FOLDER", tmp_path / "nothing")
    Port(device).close()


def test_a_port_that_cannot_be_opened_leaves_no_lock(device: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ModemFailed, match="not a serial port"):
        Port(str(file))
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_program_that_has_only_asked_the_kernel_is_named(device: str, tmp_path: Path) -> None:
    holding = (
        f"import fcntl, os; fcntl.flock(os.open({device!r}, os.O_RDWR | os.O_NOCTTY), 2); print(flush=True); input()"
    )
    process = subprocess.Popen(["/usr/bin/python3", "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        with pytest.raises(ModemFailed, match=f"another program: python3, process {process.pid}"):
            Port(device)
        assert not list(tmp_path.iterdir())
    finally:
        process.communicate(b"\n")
