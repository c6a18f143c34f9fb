# SPDX-License-Identifier: GPL-3.0-or-later
"""The exchange as a process."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from faxcore.exchange.__main__ import main, make_parser, settings_from
from faxcore.exchange.settings import SettingsError
from tests.support.computer import Computer
from tests.support.pages import read_tiff, text_page, write_tiff


def test_it_is_ready_and_ends_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "faxcore.exchange", "--folder", str(tmp_path), "--lines", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"ready {tmp_path}/line-1 {tmp_path}/line-2\n"
        with Computer(tmp_path / "line-2") as computer:
            computer.command("ATE0")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert not list(tmp_path.iterdir())


def test_terminals_call_each_other_from_the_command_line(tmp_path: Path) -> None:
    pages = [text_page(rows=200)]
    document = write_tiff(tmp_path / "document.tif", pages)
    command = [sys.executable, "-m", "faxcore.exchange", "--folder", str(tmp_path), "--speed", "20"]
    command += ["--terminal", "1", "--terminal", "2", "--send", f"1:0199000002:{document}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        log = ""
        while log.count("terminal: ") < 2:
            line = process.stderr.readline()
            assert line, log
            log += line
        process.terminate()
        assert process.wait(10) == 0
    assert log.count("terminal: OK, 1 pages") == 2, log
    assert read_tiff(tmp_path / "line-2" / "received-001.tif") == pages


def test_numbers_on_the_command_line(tmp_path: Path) -> None:
    words = ["--folder", str(tmp_path), "--numbers", "1,2", "--numbers", "3", "--terminal", "2"]
    settings = settings_from(make_parser().parse_args(words))
    assert [line.numbers for line in settings.lines] == [("1", "2"), ("3",)]
    assert settings.lines[1].terminal is not None
    with pytest.raises(SettingsError, match="--terminal 9"):
        settings_from(make_parser().parse_args([*words, "--terminal", "9"]))


def test_settings_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--folder", str(tmp_path), "--speed", "0"]) == 2
    assert "speed" in capsys.readouterr().err
    assert main(["--folder", str(tmp_path), "--send", "1:2:absent"]) == 2
    assert "--send 1:2:absent" in capsys.readouterr().err
