# SPDX-License-Identifier: GPL-3.0-or-later
"""Our T.85 codec against jbigkit's commands, which read and write all of T.82."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.t85.helpers import CODECS, PAGES, Codec, decode, encode, encode_with_moves


@pytest.fixture(params=CODECS, ids=lambda codec: codec.name)
def codec(request: pytest.FixtureRequest) -> Codec:
    """Each of the twins that is there."""
    assert isinstance(request.param, Codec)
    return request.param


@pytest.mark.skipif(shutil.which("jbgtopbm") is None, reason="jbigkit's commands are not installed")
@pytest.mark.parametrize("two", [False, True])
def test_several_moves_in_a_stripe(codec: Codec, two: bool, tmp_path: Path) -> None:
    """libjbig's T.85 decoder takes one; its decoder of all of T.82 takes several."""
    page = PAGES["screen"](100, 20)
    stream = encode_with_moves(page, 100, {3: 9, 5: 0, 11: 5, 12: 127}, two_line_template=two)
    (tmp_path / "page.jbg").write_bytes(stream)
    subprocess.run(["jbgtopbm", tmp_path / "page.jbg", tmp_path / "page.pbm"], check=True, timeout=30)
    assert (tmp_path / "page.pbm").read_bytes()[-len(page) :] == page
    assert decode(stream, 100, codec=codec).bitmap() == page


@pytest.mark.skipif(shutil.which("pbmtojbg85") is None, reason="jbigkit's commands are not installed")
@pytest.mark.parametrize("command", [["pbmtojbg85"], ["pbmtojbg", "-q", "-o", "0", "-p", "8"]])
def test_jbigkits_commands(codec: Codec, command: list[str], tmp_path: Path) -> None:
    page = PAGES["screen"](1728, 200)
    (tmp_path / "page.pbm").write_bytes(b"P4\n1728 200\n" + page)
    subprocess.run([*command, tmp_path / "page.pbm", tmp_path / "page.jbg"], check=True, timeout=30)
    decoder = decode((tmp_path / "page.jbg").read_bytes(), 1728, codec=codec)
    assert decoder.broken is None
    assert decoder.bitmap() == page
    (tmp_path / "ours.jbg").write_bytes(encode(page, 1728, codec=codec, known=False))
    subprocess.run(["jbgtopbm85", tmp_path / "ours.jbg", tmp_path / "back.pbm"], check=True, timeout=30)
    assert (tmp_path / "back.pbm").read_bytes()[-len(page) :] == page
