# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a configuration: facteur.d adds to the main one, and every error names the file that it is in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from faxcore.cli.main import main
from faxcore.config import ConfigError, configuration, load
from faxcore.config.configuration import find_and_load


class Files:
    """A main file and its fragments."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.main = folder / "facteur.toml"
        self.more = folder / "facteur.d"
        self.more.mkdir()

    def write(self, main: str, **more: str) -> None:
        self.main.write_text(main)
        for name, text in more.items():
            (self.more / f"{name}.toml").write_text(text)

    def error(self) -> str:
        with pytest.raises(ConfigError) as error:
            load(self.main)
        return str(error.value).replace(f"{self.folder}/", "")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


LINE = '[[line]]\nname = "{0}"\ndevice = "/dev/tty{0}"\n'


def test_tables_are_one_and_lists_follow_each_other(files: Files) -> None:
    files.write(
        "[queue]\ntries = 2\n" + LINE.format("A"),
        B_20='[queue]\nremember_days = 3\n[queue.wait]\nbusy = 7\n[station]\nname = "us"\n' + LINE.format("C"),
        B_10=LINE.format("B") + LINE.format("D"),
    )
    config = load(files.main)
    assert (config.queue.tries, config.queue.remember_days, config.station_name) == (2, 3, "us")
    assert [line.name for line in config.lines] == ["A", "B", "D", "C"]
    assert config.files == (files.main, files.more / "B_10.toml", files.more / "B_20.toml")


def test_files_are_read_in_the_order_of_the_octets_of_their_names(files: Files) -> None:
    names = ["\u00e9", "a", "B", "10", "9", "\uff21", "\U0001f4e0"]
    files.write("", **{name: LINE.format(f"line-{index}") for index, name in enumerate(names)})
    read = [path.name for path in load(files.main).files[1:]]
    assert read == sorted((f"{name}.toml" for name in names), key=os.fsencode)
    assert read[:3] == ["10.toml", "9.toml", "B.toml"]


def test_backups_and_hidden_files_are_left_alone(files: Files) -> None:
    files.write("", good="[queue]\ntries = 2")
    for name in ("good.toml~", "#good.toml#", ".#good.toml", ".good.toml", ".good.toml.swp", "good.toml.bak", "README"):
        (files.more / name).write_text("not TOML")
    assert load(files.main).files == (files.main, files.more / "good.toml")


@pytest.mark.parametrize(
    ("main", "more", "said"),
    [
        (
            "\n[queue]\ntries = 1",
            "[queue]\n\ntries = 1",
            "facteur.d/x.toml:3: queue, tries: is already set at facteur.toml:3",
        ),
        (
            "[exchange]\nowners = []",
            "exchange.owners = []",
            "facteur.d/x.toml:1: exchange, owners: is already set at facteur.toml:2",
        ),
        (
            LINE.format("A"),
            "\n[line]\nname = 'B'",
            "facteur.d/x.toml:2: line: is already set at facteur.toml:1",
        ),
        (
            LINE.format("A"),
            LINE.format("B") + LINE.format("A"),
            "facteur.d/x.toml:5: line 2, name: 'A' is there twice, first at facteur.toml:2",
        ),
        (
            LINE.format("A"),
            LINE.format("B") + 'numbers = [\n  { number = "1" },\n  { number = "x" },\n]',
            "facteur.d/x.toml:6: line 1, numbers 2, number: 'x' is not a telephone number",
        ),
        (
            LINE.format("A"),
            '[[line]]\nname = "B"\n[[header]]\nid = "h"',
            "facteur.d/x.toml:1: line 1: 'device' is missing; it must be a text in quotes",
        ),
        ("", "[queu]", "facteur.d/x.toml:1: queu: unknown key; did you mean 'queue'?"),
        ("[queue]", "[queue]\ntris = 3", "facteur.d/x.toml:2: queue, tris: unknown key; did you mean 'tries'?"),
        ("", "[queue]\ntries == 3", "facteur.d/x.toml:2: not TOML: Invalid value (column 8)"),
        ("[queue]\ntries = 'x'", "", "facteur.toml:2: queue, tries: must be a whole number from 1 to 100, not 'x'"),
    ],
)
def test_an_error_names_the_file_that_it_is_in(files: Files, main: str, more: str, said: str) -> None:
    files.write(main, x=more)
    assert files.error() == said


def test_what_cannot_be_read_is_not_left_out(files: Files) -> None:
    files.write("")
    (files.more / "gone.toml").symlink_to("nothing")
    assert files.error() == "facteur.d/gone.toml: cannot be read: No such file or directory"
    (files.more / "gone.toml").unlink()
    (files.more / "folder.toml").mkdir()
    assert files.error() == "facteur.d/folder.toml: cannot be read: Is a directory"
    (files.more / "folder.toml").rmdir()
    files.more.rmdir()
    files.more.write_text("")
    assert files.error() == "facteur.d: cannot be read: Not a directory"


def test_octets_that_are_not_text_have_their_line(files: Files) -> None:
    files.main.write_bytes(b"\xef\xbb\xbf# a byte order mark\n[queue]\ntries = 3\n")
    assert load(files.main).queue.tries == 3
    files.main.write_bytes(b"\n\n# \xe9")
    assert files.error() == "facteur.toml:3: is not UTF-8 text"
    files.main.write_bytes(b"[queue]\rtries = 3")
    assert files.error().startswith("facteur.toml:1: not TOML: ")


@pytest.mark.parametrize("text", ["a = " + "[" * 5000 + "]" * 5000, "a = " + "9" * 5000], ids=["deep", "long"])
def test_what_only_an_attacker_writes_is_an_error_as_well(files: Files, text: str) -> None:
    files.main.write_text(text)
    assert files.error().startswith("facteur.toml: not TOML: ")


def test_the_command_checks_all_files_and_says_which(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    files.write("", x=LINE.format("A"))
    assert main(["config", "check", str(files.main)]) == 0
    said = capsys.readouterr().out
    assert f"{files.main}, {files.more}/x.toml" in said
    assert "A: /dev/ttyA" in said
    files.write("", x="[queue]\ntris = 1")
    assert main(["config", "check", str(files.main)]) == 1
    assert f"{files.more}/x.toml:2: " in capsys.readouterr().err


def test_the_service_does_not_leave_out_files_whose_main_one_is_gone(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configuration, "CONFIG", files.main)
    assert find_and_load(None).files == ()
    files.write("", x=LINE.format("A"))
    assert len(find_and_load(None).lines) == 1
    files.main.unlink()
    with pytest.raises(ConfigError, match=r"facteur\.toml: cannot be read"):
        find_and_load(None)
