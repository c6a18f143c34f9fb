# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person at the terminal meets: a password handed over unseen, signals, files and folders that are unusable."""

from __future__ import annotations

import getpass
import io
import signal
import sys
from pathlib import Path

import pytest

from faxcore.cli import line_commands
from faxcore.cli.exit_codes import CANCELLED
from faxcore.cli.main import main
from faxcore.document.tiff import write_pages
from faxcore.model.page import Resolution
from tests.support.pages import text_page
from tests.unit.foreign.machine import Diary, answering, bits, frame, identity
from tests.unit.foreign.play import play

WITH_PASSWORD = frame("DIS", bits(10, 11, 12, 14, 20, 21, 22, 23, 24, 27, 31, 32, 40, 48, 50, octets=7))
SEND = ["line", "send", "--device", "/dev/null", "--to", "1"]


@pytest.fixture
def document(tmp_path: Path) -> str:
    write_pages(tmp_path / "one.tif", [text_page(Resolution.STANDARD, rows=100)])
    return str(tmp_path / "one.tif")


class Typed(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_password_is_read_from_standard_input(document: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("12*34\nnot this\n"))
    diary = Diary()
    played = play(
        answering(diary, dis=[WITH_PASSWORD]), diary, tmp_path, "send", ["--to", "1", "--password", "-", document]
    )
    assert played.outcome == "ok"
    assert b"\xff\xc0\xc5" + identity("12*34") in diary.frames
    assert "12*34" not in played.transcript + played.said


def test_a_password_is_asked_for_at_a_terminal(document: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Typed())
    monkeypatch.setattr(getpass, "getpass", lambda prompt: "99" if prompt.startswith("Password") else "")
    diary = Diary()
    played = play(
        answering(diary, dis=[WITH_PASSWORD]), diary, tmp_path, "send", ["--to", "1", "--password", "-", document]
    )
    assert b"\xff\xc0\xc5" + identity("99") in diary.frames
    assert played.outcome == "ok"


@pytest.mark.parametrize("typed", ["", "\n", "secret\n", "1" * 21 + "\n"])
def test_a_password_that_no_fax_can_carry_is_refused_and_not_shown(
    typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    with pytest.raises(SystemExit, match="2"):
        main([*SEND, "--password", "-", "a.tif"])
    said = capsys.readouterr().err
    assert "twenty digits" in said
    assert not typed.strip() or typed.strip() not in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_call_in_order(number: signal.Signals, document: str, tmp_path: Path) -> None:
    diary = Diary()
    before = signal.getsignal(number)
    far = answering(diary)
    played = play(far, diary, tmp_path, "send", ["--to", "1", document], interrupted=13.0, by=number)
    assert (played.code, played.outcome) == (1, "local-abort")
    assert diary.heard[-1] == "DCN"
    assert signal.getsignal(number) is before


def test_without_standard_input_there_is_no_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SystemExit, match="2"):
        main([*SEND, "--password", "-", "a.tif"])
    assert "twenty digits" in capsys.readouterr().err


def test_an_interrupt_while_the_document_is_drawn_is_no_accident(
    document: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(line_commands, "pages_of", interrupted)
    assert main([*SEND, document]) == CANCELLED
    shown = capsys.readouterr()
    assert '"local-abort"' in shown.out
    assert shown.err == "The call was cancelled.\n"


def test_an_interrupt_at_the_password_has_the_status_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Typed())
    monkeypatch.setattr(getpass, "getpass", interrupted)
    assert main([*SEND, "--password", "-", "a.tif"]) == 130


def test_the_file_that_cannot_be_sent_is_named(
    document: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.doc").write_bytes(b"\xd0\xcf\x11\xe0Dear all\0")
    assert main([*SEND, document, str(tmp_path / "letter.doc")]) == 1
    assert capsys.readouterr().err.startswith(f"{tmp_path}/letter.doc: The document is not a PDF")
    assert main([*SEND, document, str(tmp_path / "missing.pdf")]) == 1
    assert capsys.readouterr().err == f"{tmp_path}/missing.pdf cannot be used (No such file or directory).\n"
    assert main([*SEND, str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"{tmp_path} cannot be used (Is a directory).\n"


def test_a_folder_or_transcript_that_cannot_be_used_is_named(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["line", "receive", "--device", "/dev/null", "--folder", document]) == 1
    assert capsys.readouterr().err == f"{document} cannot be used (File exists).\n"
    assert main([*SEND, "--transcript", "/no/such/folder", document]) == 1
    assert capsys.readouterr().err == "/no/such/folder cannot be used (No such file or directory).\n"
