# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl line send` and `faxctl line receive`, as a person or a script runs them."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from faxcore.document.tiff import read_pages, write_pages
from faxcore.exchange.exchange import Exchange
from faxcore.exchange.settings import ExchangeSettings, default_lines
from faxcore.page import Resolution
from tests.pages import text_page

PATIENCE = 120.0
FAXCTL = [sys.executable, "-m", "faxcore.ctl", "line"]


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    settings = ExchangeSettings(lines=default_lines(2), folder=tmp_path / "exchange", speed=15.0)
    with Exchange(settings) as running:
        yield running


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([*FAXCTL, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(process: subprocess.Popen[str], text: str) -> None:
    """Until the command has said this on standard error."""
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            return
    raise AssertionError(f"the command ended without saying {text!r}")


def ended(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any], str]:
    """Exit code, the JSON object, and what was said on standard error."""
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, json.loads(out), err


def receiver(exchange: Exchange, folder: Path, *more: str) -> subprocess.Popen[str]:
    device = str(exchange.device(2))
    process = start("receive", "--device", device, "--folder", str(folder), "--station-id", "+33 2", *more)
    wait_for(process, "Waiting")
    return process


def test_a_fax_tiff_goes_out_pixel_for_pixel(exchange: Exchange, tmp_path: Path) -> None:
    pages = [text_page(Resolution.FINE, seed, rows=250) for seed in range(2)]
    write_pages(tmp_path / "fax.tif", pages)
    receiving = receiver(exchange, tmp_path / "in", "--transcript", str(tmp_path / "call"))
    device = str(exchange.device(1))
    sending = start(
        "send", "--device", device, "--to", "0199000002", "--station-id", "+33 1", str(tmp_path / "fax.tif")
    )
    code, sent, said = ended(sending)
    assert (code, sent["result"], sent["pages"], sent["pages_sent"], sent["pages_confirmed"]) == (0, "ok", 2, 2, 2)
    assert (sent["remote_id"], sent["coding"], sent["error_correction"]) == ("+33 2", "MMR", True)
    assert sent["seconds"] > 0
    assert "Page 2 is confirmed" in said
    code, received, _ = ended(receiving)
    assert (code, received["result"], received["pages_received"], received["remote_id"]) == (0, "ok", 2, "+33 1")
    tiff, pdf = map(Path, received["files"])
    assert list(read_pages(tiff)) == pages
    assert pdf.read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in (tmp_path / "in").iterdir()) == sorted((tiff.name, pdf.name))
    assert "PPS-EOP" in (tmp_path / "call").read_text()


def test_jbig_is_used_where_both_ends_ask_for_it(exchange: Exchange, tmp_path: Path) -> None:
    page = text_page(Resolution.FINE, rows=250)
    write_pages(tmp_path / "fax.tif", [page])
    receiving = receiver(exchange, tmp_path / "in", "--jbig", "--transcript", str(tmp_path / "call"))
    arguments = ("--device", str(exchange.device(1)), "--to", "0199000002", "--jbig", str(tmp_path / "fax.tif"))
    code, sent, _ = ended(start("send", *arguments))
    assert (code, sent["result"], sent["coding"]) == (0, "ok", "JBIG")
    code, received, _ = ended(receiving)
    assert (code, received["coding"], list(read_pages(Path(received["files"][0])))) == (0, "JBIG", [page])
    assert "JBIG fine A4 ECM" in (tmp_path / "call").read_text()


def test_jbig_without_error_correction_cannot_be_asked_for() -> None:
    process = start("send", "--device", "none", "--to", "1", "--jbig", "--no-ecm", "none.tif")
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "--no-ecm" in said


@pytest.mark.skipif(shutil.which("ps2pdf") is None, reason="needs ghostscript's ps2pdf")
def test_a_pdf_is_rendered_and_goes_out_without_error_correction(exchange: Exchange, tmp_path: Path) -> None:
    (tmp_path / "a.ps").write_text("%!PS\n/Helvetica findfont 40 scalefont setfont 90 600 moveto (Fax) show showpage\n")
    subprocess.run(["ps2pdf", "a.ps", "a.pdf"], cwd=tmp_path, check=True)
    receiving = receiver(exchange, tmp_path / "in")
    device = str(exchange.device(1))
    arguments = ("--device", device, "--to", "01 99 00 00 02", "--no-ecm", "--resolution", "standard")
    code, sent, _ = ended(start("send", *arguments, str(tmp_path / "a.pdf")))
    assert (code, sent["result"], sent["error_correction"], sent["resolution"]) == (0, "ok", False, "standard")
    _, received, _ = ended(receiving)
    (page,) = read_pages(Path(received["files"][0]))
    assert page.resolution is Resolution.STANDARD
    assert any(page.rows)


def test_a_busy_number_is_no_success(exchange: Exchange, tmp_path: Path) -> None:
    write_pages(tmp_path / "fax.tif", [text_page(rows=50)])
    device = str(exchange.device(1))
    code, sent, said = ended(start("send", "--device", device, "--to", "0199000098", str(tmp_path / "fax.tif")))
    assert (code, sent["result"], sent["pages_sent"]) == (1, "busy", 0)
    assert "busy" in said


@pytest.mark.parametrize(
    ("file", "contents", "words"),
    [
        ("missing.pdf", None, "No such file"),
        ("broken.pdf", b"%PDF-1.4\nnothing", ""),
        ("empty.pdf", b"", "empty"),
    ],
)
def test_a_document_that_cannot_be_read_is_said_so(
    exchange: Exchange, tmp_path: Path, file: str, contents: bytes | None, words: str
) -> None:
    if contents is not None:
        (tmp_path / file).write_bytes(contents)
    device = str(exchange.device(1))
    code, sent, said = ended(start("send", "--device", device, "--to", "0199000002", str(tmp_path / file)))
    assert code == 1
    assert sent["result"] != "ok"
    assert words in sent["reason"]
    assert sent["reason"] in said
    assert "Traceback" not in said


def test_an_absent_modem_and_an_impossible_number_are_said_so(exchange: Exchange, tmp_path: Path) -> None:
    write_pages(tmp_path / "fax.tif", [text_page(rows=50)])
    absent = str(tmp_path / "no-modem")
    code, sent, _ = ended(start("send", "--device", absent, "--to", "0199000002", str(tmp_path / "fax.tif")))
    assert (code, sent["result"]) == (1, "modem")
    assert absent in sent["reason"]
    device = str(exchange.device(1))
    code, sent, _ = ended(start("send", "--device", device, "--to", "Anne", str(tmp_path / "fax.tif")))
    assert code == 1
    assert "Anne" in sent["reason"]


def test_waiting_for_a_call_ends_in_time_and_by_ctrl_c(exchange: Exchange, tmp_path: Path) -> None:
    code, received, _ = ended(receiver(exchange, tmp_path / "in", "--timeout", "0.5"))
    assert (code, received["result"], received["pages_received"]) == (1, "no-answer", 0)
    waiting = receiver(exchange, tmp_path / "in")
    waiting.send_signal(signal.SIGINT)
    code, received, _ = ended(waiting)
    assert (code, received["result"]) == (1, "local-abort")
