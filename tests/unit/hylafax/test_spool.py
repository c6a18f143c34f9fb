# SPDX-License-Identifier: GPL-3.0-or-later
"""HylaFAX's spool: what is no file of it is not opened."""

import os
from pathlib import Path

import pytest

from faxcore.hylafax.spool import JOB, LONGEST_LINE, RECEIVED, NotThere, Spool


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("recvq", "doneq", "docq", "log"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_files_are_listed_in_their_order(folder: Path) -> None:
    for name in ("q10", "q9", "q1.old", "seqf", "q2"):
        (folder / "doneq" / name).touch()
    with Spool(folder) as spool:
        assert spool.find_files("doneq", JOB) == ["doneq/q2", "doneq/q9", "doneq/q10"]
        assert spool.find_files("sendq", JOB) == [], "it is not there"


def test_a_link_in_the_place_of_a_folder_is_not_followed(folder: Path) -> None:
    (folder / "sendq").symlink_to("/etc")
    with Spool(folder) as spool, pytest.raises(NotThere):
        spool.find_files("sendq", JOB)


@pytest.mark.parametrize("kind", ["link", "fifo", "folder", "gone", "large"])
def test_what_is_no_file_is_not_opened(folder: Path, kind: str) -> None:
    path = folder / "recvq/fax000000001.tif"
    if kind == "link":
        path.symlink_to("/etc/passwd")
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "large":
        path.touch()
        os.truncate(path, 1 << 40)
    with Spool(folder) as spool:
        assert spool.find_files("recvq", RECEIVED) == ([] if kind == "gone" else ["recvq/fax000000001.tif"])
        with pytest.raises(NotThere):
            spool.open("recvq/fax000000001.tif")


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../etc/passwd", "docq/../../etc/passwd", "docq/.hidden", "docq/a/b", "etc/passwd", "docq/"]
)
def test_a_document_elsewhere_is_not_opened(folder: Path, path: str) -> None:
    with Spool(folder) as spool, pytest.raises(NotThere, match="does not lie where"):
        spool.open_document(path)


def test_a_document_is_opened(folder: Path) -> None:
    (folder / "docq/doc12.ps;01").write_bytes(b"no")
    (folder / "docq/doc12.ps").write_bytes(b"yes")
    with Spool(folder) as spool, spool.open_document("docq/doc12.ps") as file:
        assert file.read() == b"yes"


def test_the_lines_of_a_log_have_an_end(folder: Path) -> None:
    long = b"x" * LONGEST_LINE
    (folder / "log/xferfaxlog").write_bytes(b"one\n" + 3 * long + b"\ntwo\n" + long)
    with Spool(folder) as spool:
        assert spool.list_logs() == ["log/xferfaxlog"]
        assert list(spool.read_log("log/xferfaxlog")) == [b"one\n", None, b"two\n", None]


def test_without_a_spool_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotThere, match="No such file"):
        Spool(tmp_path / "nowhere")
