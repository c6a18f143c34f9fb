# SPDX-License-Identifier: GPL-3.0-or-later
"""The spool of a HylaFAX, written down: as Debian's 6.0.7 leaves it, with what a test puts there."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, TiffImagePlugin

from faxcore.model.page import Page

FOLDERS = ("recvq", "doneq", "sendq", "docq", "log")

RECEIVED = (
    '{at}\tRECV\t{commid}\tttyS0\t{file}\t""\tfax\t"0199000002"\t"{station}"\t2220073\t{pages}\t0:00:42\t0:00:40\t'
    '"{reason}"\t"0198000001"\t"A caller"\t"{called}"\t""\t"00 46 1F 22"\n'
)
CALLED = '{at}\tCALL\t{commid}\tttyS0\t\t""\tfax\t"0199000002"\t""\t0\t0\t0:00:45\t0:00:45\t""\t""\t""\t""\t""\t""\n'
SENT = (
    '{at}\tSEND\t{commid}\tttyS0\t{job}\t""\t{owner}@localhost\t"{number}"\t"+33 1 99"\t2220073\t{pages}\t0:00:36\t'
    '0:00:30\t"{reason}"\t""\t""\t""\t"{owner}"\t"00 46 1F 22"\n'
)
JOB = """tts:{tts}
killtime:1795839593
state:{state}
npages:{confirmed}
totpages:{pages}
totdials:{dials}
tottries:1
external:{number}
number:{number}
mailaddr:{owner}@localhost
sender:Somebody
jobid:{job}
jobtag:{tag}
receiver:{receiver}
company:Town hall
regarding:{subject}
owner:{owner}
jobtype:facsimile
subaddr:
commid:{commid}
status:{status}
statuscode:0
{documents}
"""


POINTS = (
    ("imported pages on disk, no row", 2),
    ("imported fax written, not committed", 1),
    ("imported fax committed", 1),
    ("part of the log written, not committed", 1),
    ("part of the log committed", 1),
    ("imported document on disk, no row", 1),
    ("imported job written, not committed", 2),
    ("imported job committed", 1),
)
"""The checkpoints of an import, and at which passing it is killed."""
CHILD = """
import sys
from faxcore.checkpoint import checkpoint
from faxcore.cli.main import main
checkpoint.arm(sys.argv[1], int(sys.argv[2]))
sys.exit(main(sys.argv[3:]))
"""


def kill_import(point: str, nth: int, command: Sequence[str]) -> None:
    """Run `faxctl` in a process that is killed at a checkpoint."""
    killed = subprocess.run(
        [sys.executable, "-c", CHILD, point, str(nth), *command], capture_output=True, text=True, timeout=120
    )
    assert killed.returncode == -signal.SIGKILL, killed


class WrittenSpool:
    """A spool that is being written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in FOLDERS:
            (folder / name).mkdir(parents=True)

    def add_received(self, number: int, pages: Sequence[Page], *, station: str = "0198000001", **values: object) -> str:
        """Write a received fax with the tags that HylaFAX writes; its path in the spool."""
        name = f"recvq/fax{number:09}.tif"
        write_received(self.folder / name, pages, station=station, **values)
        return name

    def log(self, line: str, **values: object) -> None:
        """Append a record to the log."""
        with (self.folder / "log/xferfaxlog").open("a", encoding="utf-8") as file:
            file.write(self.format(line, **values))

    def format(self, line: str, **values: object) -> str:
        """Make a record."""
        usual = {"at": "11/20/24 09:30", "commid": "000000001", "station": "0198000001", "reason": "", "called": ""}
        return line.format(**(usual | {"number": "0199000009", "owner": "anne", "pages": 1} | values))

    def add_job(self, job: int, document: str = "", **values: object) -> Path:
        """Write a job that is over; the path of its file."""
        filled: Mapping[str, object] = {
            "tts": 1732095000,  # 2024-11-20 09:30 UTC
            "state": 7,
            "confirmed": 1,
            "pages": 1,
            "dials": 1,
            "number": "0199000009",
            "owner": "anne",
            "tag": "",
            "receiver": "Martin",
            "subject": "Plans",
            "commid": "000000001",
            "status": "",
            "documents": f"!postscript:0::{document}" if document else "",
        }
        path = self.folder / f"doneq/q{job}"
        path.write_text(JOB.format(**(filled | {"job": job} | values)), encoding="utf-8")
        return path


def write_received(
    path: Path,
    pages: Sequence[Page],
    *,
    station: str = "",
    at: str = "2024:11:20 09:30:38",
    sub_address: str = "",
    bad_rows: int = 0,
) -> None:
    """Write pages as HylaFAX does, with the facts of the call in tags."""
    images, infos = [], []
    for page in pages:
        images.append(Image.frombytes("1", (page.width.value, page.length), page.rows, "raw", "1;I"))
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[282], tags[283] = map(float, page.resolution.dpi)
        tags[296], tags[305], tags[306] = 2, "HylaFAX (tm) Version 6.0.7", at
        tags[266] = 1
        tags.tagtype[266] = 3
        tags[34910] = 20
        tags.tagtype[34910] = 4
        if station:
            tags[270] = station
        if sub_address:
            tags[34909] = sub_address
            tags.tagtype[34909] = 2
        if bad_rows:
            tags[326] = bad_rows
        infos.append(tags)
    with TiffImagePlugin.AppendingTiffWriter(str(path), new=True) as file:
        for image, tags in zip(images, infos, strict=True):
            image.save(file, format="TIFF", compression="group4", tiffinfo=tags)
            file.newFrame()


def read_tree(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder, to see that none was changed."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and not re.search("fifo", path.name)
    }
