# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl headers` with a real service on a real bus: one's own headers made, changed, seen and removed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from faxcore.cli.main import main
from faxcore.document.tiff import page_sizes
from faxcore.model.header import SHIPPED
from tests.support.service_fixture import serving


@pytest.fixture(scope="module")
def bus() -> Iterator[str]:
    with serving({}) as (address, _folder):
        yield address


def own(capsys: pytest.CaptureFixture[str], bus: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["--bus", bus, "headers", "list", "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_a_header_is_added_changed_drawn_and_removed(
    bus: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Dear colleague,\nplease find\n"))
    content = ["--heading", "Dr Petit", "--sender", "2, rue Hugo", "--sender", "Orsay", "--cover", "--message", "-"]
    assert main(["--bus", bus, "headers", "add", "--name", "Surgery", *content]) == 0
    id = capsys.readouterr().out.strip()
    (made,) = own(capsys, bus)
    assert (made["id"], made["name"], made["heading"], made["sender"]) == (
        id,
        "Surgery",
        "Dr Petit",
        ["2, rue Hugo", "Orsay"],
    )
    assert (made["cover"], made["message"]) == (True, "Dear colleague,\nplease find")
    assert main(["--bus", bus, "headers", "change", "Surgery", "--language", "fr", "--no-cover"]) == 0
    (changed,) = own(capsys, bus)
    assert changed == made | {"language": "fr", "cover": False}
    Image.new("1", (300, 100)).save(tmp_path / "logo.png")
    for picture, length in ((str(tmp_path / "logo.png"), 64), ("", 0)):
        assert main(["--bus", bus, "headers", "change", "Surgery", "--picture", picture]) == 0
        assert len(own(capsys, bus)[0]["picture"]) == length
    assert main(["--bus", bus, "headers", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(SHIPPED) + 1 and lines[-1].split("  ")[-1] == "your own"
    assert (
        main(["--bus", bus, "headers", "preview", id, "--output", str(tmp_path / "seen.tif"), "--subject", "Roof"]) == 0
    )
    assert page_sizes(tmp_path / "seen.tif")
    assert main(["--bus", bus, "headers", "remove", id]) == 0
    assert own(capsys, bus) == []


def test_what_is_not_there_is_said(bus: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for command in (["change", "Shop"], ["remove", "Shop"], ["preview", "Shop", "--output", str(tmp_path / "none")]):
        assert main(["--bus", bus, "headers", *command]) == 1
        assert capsys.readouterr().err == "faxctl: You have no header “Shop”: “faxctl headers list” shows yours.\n"
    assert main(["--bus", bus, "headers", "add", "--name", "A", "--logo", "none"]) == 1
    assert "with a logo" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
