# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a disk belongs, by whoever says it, and whether it is there: by mountinfo as the kernel writes it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from faxcore.fax_folders.mount_points import DiskAway, MountPoints

ROOT = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw"


class House:
    """The files that are read, and a tree of folders in the place of a computer's."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        self.fstab, self.mountinfo, self.units = folder / "fstab", folder / "mountinfo", folder / "units"
        self.state = folder / "state"
        for each in (self.tree, self.units, self.state):
            each.mkdir()
        self.points = MountPoints(self.state, self.fstab, self.mountinfo, (self.units,))
        self.mounted()

    def mounted(self, *lines: str) -> None:
        self.mountinfo.write_text("".join(f"{line}\n" for line in (ROOT, *lines)).replace("TREE", str(self.tree)))

    def say(self, text: str | bytes) -> None:
        octets = text.encode() if isinstance(text, str) else text
        self.fstab.write_bytes(octets.replace(b"TREE", os.fsencode(self.tree)))

    def away(self, folder: str) -> tuple[str, Path] | None:
        """The mount point below the tree without its disk, and the file that names it."""
        try:
            self.points.check(self.tree / folder)
        except DiskAway as away:
            return str(away.place).removeprefix(f"{self.tree}/"), away.named_in
        return None


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_folder_at_or_below_a_mount_point_needs_its_disk(house: House) -> None:
    house.say("/dev/sdb1 TREE/fax ext4 defaults 0 2\n")
    for folder in ("fax", "fax/anne", "fax/anne/2026"):
        assert house.away(folder) == ("fax", house.fstab)
    for folder in ("", "faxes", "other/fax", "fa"):
        assert house.away(folder) is None
    house.mounted("31 22 8:17 / TREE/fax rw shared:5 - ext4 /dev/sdb1 rw")
    assert house.away("fax/anne") is None


def test_nobody_who_names_a_mount_point_is_nobody(house: House) -> None:
    assert house.away("fax") is None
    house.fstab.mkdir()
    assert house.away("fax") is None, "who cannot be read names nothing"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("LABEL=fax\tTREE/fax\tauto\tnoauto,user\t0\t0", "fax"),
        ("  nas:/export   TREE/fax nfs4 _netdev", "fax"),
        ("/dev/sdb1 TREE/fax/ ext4", "fax"),
        ("/dev/sdb1 TREE//./fax// ext4", "fax"),
        ("//nas/fax TREE/our\\040fax cifs credentials=/x 0 0", "our fax"),
        ("/dev/sdb1 TREE/a\\134b ext4 defaults", "a\\b"),
        ("/dev/sdb1 TREE/f\u0061x\u2028y ext4 defaults", "fax\u2028y"),
        ("/dev/sdb1 TREE/été ext4 defaults", "été"),
        ("/dev/sdb1 TREE/fax ext4 defaults 0 2 # the archive", "fax"),
    ],
)
def test_a_line_of_fstab(house: House, line: str, named: str) -> None:
    house.say(f"# a comment\n\n{line}\n")
    assert house.away(named) == (named, house.fstab)


@pytest.mark.parametrize(
    "line",
    [
        "#/dev/sdb1 TREE/fax ext4 defaults",
        "   # /dev/sdb1 TREE/fax ext4 defaults",
        "/dev/sdb1 TREE/fax",
        "TREE/fax",
        "/dev/sdb1 none swap sw",
        "TREE/fax none swap sw",
        "/dev/sdb1 fax ext4",
        "/dev/sdb1 TREE/fax\vext4 x y",
        "/dev/sdb1 TREE/fax\rx ext4 y",
        "/dev/sdb1 / ext4 defaults",
        "/dev/sdb1 TREE/fa\\\\170 ext4 defaults",
        "\0\0\0 \0 \0",
        "/dev/sdb1 TREE/fax\\ ext4",
        "/dev/sdb1 TREE/fax\\999 ext4 x",
    ],
)
def test_what_is_no_line_for_this_folder(house: House, line: str) -> None:
    house.say(line)
    assert house.away("fax") is None


def test_octets_that_are_no_text(house: House) -> None:
    name = os.fsdecode(b"f\xff\xfex")
    house.say(b"/dev/sdb1 TREE/f\xff\xfex ext4 x\n\xff\xfe\x00 \xff\n" + bytes(range(256)))
    assert house.away(name) == (name, house.fstab)


@pytest.mark.parametrize(
    ("folder", "unit"),
    [
        ("/srv/my-fax", r"srv-my\x2dfax"),
        ("/srv/été", r"srv-\xc3\xa9t\xc3\xa9"),
        ("/.hidden/.x", r"\x2ehidden-.x"),
        ("/srv/a b", r"srv-a\x20b"),
        ("/srv/a\\x", r"srv-a\x5cx"),
        ("/srv/a:b_c.d", "srv-a:b_c.d"),
        ("/media/anne/USB STICK", r"media-anne-USB\x20STICK"),
    ],
)
def test_a_unit_of_systemd(house: House, folder: str, unit: str) -> None:
    """The names are those that systemd-escape --path gives."""
    path = house.units / f"{unit}.mount"
    path.touch()
    with pytest.raises(DiskAway) as away:
        house.points.check(Path(folder, "received"))
    assert (str(away.value.place), away.value.named_in) == (folder, path)
    path.unlink()
    path.symlink_to("/dev/null")  # masked
    house.points.check(Path(folder, "received"))


def test_fstab_is_named_before_the_unit_that_systemd_makes_of_it(house: House) -> None:
    """The administrator is told in which file the disk can be taken out; that one is made anew at each start."""
    house.say("/dev/sdb1 /srv/fax ext4 defaults 0 2\n")
    (house.units / "srv-fax.mount").touch()
    with pytest.raises(DiskAway) as away:
        house.points.check(Path("/srv/fax"))
    assert away.value.named_in == house.fstab


def test_links_are_followed_both_ways(house: House) -> None:
    """By the name that fstab and the configuration share, and by where the disk really is."""
    (house.tree / "data").mkdir()
    (house.tree / "srv").symlink_to(house.tree / "data")
    house.say("/dev/sdb1 TREE/srv/fax ext4 defaults 0 2\n")
    assert house.away("srv/fax/anne") == ("srv/fax", house.fstab)
    house.mounted("31 22 8:17 / TREE/data/fax rw shared:5 - ext4 /dev/sdb1 rw")
    assert house.away("srv/fax/anne") is None
    house.mounted()
    house.say("/dev/sdb1 TREE/data/fax ext4 defaults 0 2\n")
    assert house.away("srv/fax/anne") == ("data/fax", house.fstab)
    house.mounted("31 22 8:17 / TREE/data/fax rw shared:5 - ext4 /dev/sdb1 rw")
    assert house.away("srv/fax/anne") is None


def test_a_folder_that_a_sandbox_mounts_on_itself_is_no_disk(house: House) -> None:
    """As systemd does it for ReadWritePaths=: the same folder of the disk below."""
    house.say("/dev/sdb1 TREE/fax ext4 defaults 0 2\n")
    house.mounted("31 22 8:1 TREE/fax TREE/fax rw shared:1 - ext4 /dev/sda1 rw")
    assert house.away("fax") == ("fax", house.fstab)
    house.mounted("31 22 8:1 /@fax TREE/fax rw shared:1 - btrfs /dev/sda1 rw")
    assert house.away("fax") is None, "a subvolume, or a folder from elsewhere"


def test_a_disk_is_noted_and_missed(house: House) -> None:
    folder = house.tree / "usb" / "received"
    house.points.note(folder)
    assert not house.points.notes.exists(), "it lies on the disk of everything"
    house.mounted("31 22 8:17 / TREE/usb rw shared:5 - ext4 /dev/sdb1 rw")
    house.points.note(folder)
    house.points.note(folder)
    assert house.points.notes.read_text() == f"{house.tree}/usb\n"
    assert house.away("usb/received") is None
    house.mounted()
    assert house.away("usb/received") == ("usb", house.points.notes)
    house.points.notes.write_text("")
    assert house.away("usb/received") is None, "the administrator has taken it out"


def test_a_folder_of_the_same_disk_is_not_noted(house: House) -> None:
    house.mounted("31 22 8:1 /elsewhere TREE/fax rw - ext4 /dev/sda1 rw")
    house.points.note(house.tree / "fax")
    assert not house.points.notes.exists()


@pytest.mark.parametrize("name", ["a b", "a\nb", "a\u2028b", "a\\012b", "a\x85\x0cb", "a#b", os.fsdecode(b"\xff")])
def test_any_name_is_noted_as_it_is(house: House, name: str) -> None:
    kernel = "".join(f"\\{ord(char):03o}" if char in " \t\n\\" else char for char in name)
    line = f"31 22 8:17 / {house.tree}/{kernel} rw - ext4 /dev/sdb1 rw\n"
    house.mountinfo.write_bytes(f"{ROOT}\n".encode() + os.fsencode(line))
    house.points.note(house.tree / name)
    house.mounted()
    assert house.away(name) == (name, house.points.notes)
    assert house.points.notes.read_bytes().count(b"\n") == 1


def test_two_folders_are_noted_at_once(house: House) -> None:
    names = [f"disk-{number}" for number in range(8)]
    house.mounted(*(f"{31 + n} 22 8:{17 + n} / TREE/{name} rw - ext4 /dev/x rw" for n, name in enumerate(names)))
    begin = threading.Barrier(len(names))
    failed: list[BaseException] = []

    def note(name: str) -> None:
        begin.wait(60)
        try:
            house.points.note(house.tree / name)
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=note, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert house.points.notes.read_text().splitlines() == [f"{house.tree}/{name}" for name in names]


def test_a_disk_that_is_mounted_when_it_is_used_is_known(house: House) -> None:
    house.mounted("31 22 0:45 / TREE/nas rw - autofs systemd-1 rw")
    assert house.points.is_mounted_on_demand(house.tree / "nas" / "fax")
    assert house.away("nas/fax") is None, "it comes when the folder is opened, or that fails"
    house.mounted(
        "31 22 0:45 / TREE/nas rw - autofs systemd-1 rw", "32 31 0:46 / TREE/nas rw shared:7 - nfs4 nas:/x rw"
    )
    assert house.points.is_mounted_on_demand(house.tree / "nas" / "fax")
    assert not house.points.is_mounted_on_demand(house.tree / "nasty")


def test_the_mountinfo_of_this_computer_is_read() -> None:
    points = MountPoints(Path("/nowhere"), Path("/nowhere/fstab"), units=())
    points.check(Path("/proc/self"))
    assert not points.is_mounted_on_demand(Path("/proc/self"))
