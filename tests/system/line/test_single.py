# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl line send` and `faxctl line receive`, as a person or a script runs them."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.cli.exit_codes import BUSY, CANCELLED, NO_ANSWER, NO_LINE, REFUSED
from faxcore.document.tiff import read_pages, write_pages
from faxcore.exchange.settings import ExchangeSettings, Impairments, default_lines
from faxcore.exchange.simulation import Exchange
from faxcore.model.page import Resolution
from tests.support.pages import text_page

PATIENCE = 120.0
FAXCTL = [sys.executable, "-m", "faxcore.cli.main", "line"]


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    settings = ExchangeSettings(lines=default_lines(2), folder=tmp_path / "exchange", speed=15.0)
    with Exchange(settings) as running:
        yield running


_STARTED: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def ended_with_the_test() -> Iterator[None]:
    """End whatever a test that fails leaves running, so that no other fails for it."""
    yield
    for process in _STARTED:
        if process.poll() is None:
            process.kill()
        process.communicate()
    _STARTED.clear()


def start(*arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen([*FAXCTL, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _STARTED.append(process)
    return process


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


def test_short_frames_and_a_lower_rate_are_used_where_they_are_asked_for(exchange: Exchange, tmp_path: Path) -> None:
    page = text_page(Resolution.FINE, rows=250)
    write_pages(tmp_path / "fax.tif", [page])
    receiving = receiver(exchange, tmp_path / "in", "--frame-size", "64", "--transcript", str(tmp_path / "call"))
    arguments = ("--device", str(exchange.device(1)), "--to", "0199000002", "--max-rate", "7200")
    code, sent, _ = ended(start("send", *arguments, str(tmp_path / "fax.tif")))
    assert (code, sent["result"], sent["modulation"], sent["rate"]) == (0, "ok", "V.29", 7200)
    code, received, _ = ended(receiving)
    assert (code, list(read_pages(Path(received["files"][0])))) == (0, [page])
    transcript = (tmp_path / "call").read_text()
    assert "DIS 64-octet frames preferred" in transcript
    assert "# frame size: 64" in transcript


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
    assert (code, sent["result"], sent["pages_sent"]) == (BUSY, "busy", 0)
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
    assert (code, sent["result"]) == (NO_LINE, "modem")
    assert absent in sent["reason"]
    device = str(exchange.device(1))
    code, sent, _ = ended(start("send", "--device", device, "--to", "Anne", str(tmp_path / "fax.tif")))
    assert code == 1
    assert "Anne" in sent["reason"]


def test_waiting_for_a_call_ends_in_time_and_by_ctrl_c(exchange: Exchange, tmp_path: Path) -> None:
    code, received, _ = ended(receiver(exchange, tmp_path / "in", "--timeout", "0.5"))
    assert (code, received["result"], received["pages_received"]) == (NO_ANSWER, "no-answer", 0)
    waiting = receiver(exchange, tmp_path / "in")
    waiting.send_signal(signal.SIGINT)
    code, received, _ = ended(waiting)
    assert (code, received["result"]) == (CANCELLED, "local-abort")


def test_files_of_two_resolutions_go_out_in_one_call_as_two_documents(exchange: Exchange, tmp_path: Path) -> None:
    pages = [text_page(Resolution.FINE, 1, rows=200), text_page(Resolution.STANDARD, 2, rows=100)]
    for number, page in enumerate(pages):
        write_pages(tmp_path / f"{number}.tif", [page])
    receiving = receiver(exchange, tmp_path / "in", "--transcript", str(tmp_path / "call"))
    arguments = ("--device", str(exchange.device(1)), "--to", "0199000002", "--sub-address", "12#")
    code, sent, _ = ended(start("send", *arguments, *(str(tmp_path / f"{number}.tif") for number in range(2))))
    assert (code, sent["pages"], sent["pages_confirmed"]) == (0, 2, 2)
    code, received, _ = ended(receiving)
    assert (code, received["sub_address"], received["sender_id"]) == (0, "12#", "")
    assert (received["pages_received"], received["pages_confirmed"]) == (2, 2)
    assert [page for file in received["files"][::2] for page in read_pages(Path(file))] == pages
    assert "PPS-EOM" in (tmp_path / "call").read_text()


def test_files_go_out_apart_in_one_call_without_what_was_left_out(exchange: Exchange, tmp_path: Path) -> None:
    pages = [text_page(Resolution.FINE, seed, rows=200) for seed in range(3)]
    for number, page in enumerate(pages):
        write_pages(tmp_path / f"{number}.tif", [page])
    more = (
        "--no-v17",
        "--name",
        "order",
        "--modem-log",
        str(tmp_path / "modem"),
        "--transcript",
        str(tmp_path / "call"),
    )
    receiving = receiver(exchange, tmp_path / "in", *more)
    arguments = ("--device", str(exchange.device(1)), "--to", "0199000002", "--apart", "--no-mmr")
    code, sent, _ = ended(start("send", *arguments, *(str(tmp_path / f"{number}.tif") for number in range(3))))
    assert (code, sent["pages"], sent["pages_sent"], sent["pages_confirmed"]) == (0, 3, 3, 3)
    assert (sent["modulation"], sent["coding"]) == ("V.29", "MR")
    code, received, _ = ended(receiving)
    assert (code, received["pages_received"]) == (0, 3)
    names = [f"order{number}.tif" for number in ("", " (2)", " (3)")]
    assert [Path(file).name for file in received["files"][::2]] == names
    assert [page for file in received["files"][::2] for page in read_pages(Path(file))] == pages
    assert (tmp_path / "call").read_text().count("PPS-EOM") == 2
    said = (tmp_path / "modem").read_text()
    assert "> AT+FCLASS=1" in said
    assert "< CONNECT" in said


@pytest.mark.parametrize(("asked", "fetched"), [("12", "0"), ("13", "1"), ("", "2")])
def test_of_several_documents_the_caller_fetches_the_one_that_it_names(
    exchange: Exchange, tmp_path: Path, asked: str, fetched: str
) -> None:
    pages = [text_page(Resolution.FINE, seed, rows=200) for seed in range(3)]
    files = [str(tmp_path / f"{number}.tif") for number in range(3)]
    for file, page in zip(files, pages, strict=True):
        write_pages(Path(file), [page])
    offers = ("--offer", f"12={files[0]}", "--offer", f"13={files[1]}", "--offer", files[2])
    receiving = receiver(exchange, tmp_path / "in", *offers)
    arguments = ["--device", str(exchange.device(1)), "--to", "0199000002", "--folder", str(tmp_path / "out")]
    code, polled, _ = ended(start("poll", *arguments, *(["--sub-address", asked] if asked else [])))
    assert (code, polled["result"], polled["pages_received"]) == (0, "ok", 1)
    assert list(read_pages(Path(polled["files"][0]))) == [pages[int(fetched)]]
    code, called, _ = ended(receiving)
    assert (code, called["pages_fetched"], called["file_fetched"]) == (0, 1, files[int(fetched)])


def test_two_documents_under_one_number_are_refused(tmp_path: Path) -> None:
    offers = ("--offer", "12=a.tif", "--offer", "b.tif", "--sub-address", "12")
    process = start("receive", "--device", "none", "--folder", str(tmp_path / "in"), *offers)
    code, said, _ = ended(process)
    assert (code, said["result"]) == (1, "local-abort")
    assert "number of its own" in said["reason"]


@pytest.mark.parametrize(("said", "result"), [("12*34", "ok"), ("666", "password"), ("", "password")])
def test_a_document_is_offered_and_fetched_with_the_right_password(
    exchange: Exchange, tmp_path: Path, said: str, result: str
) -> None:
    page = text_page(Resolution.FINE, rows=250)
    write_pages(tmp_path / "offer.tif", [page])
    offer = ("--offer", str(tmp_path / "offer.tif"), "--password", "12*34", "--transcript", str(tmp_path / "called"))
    receiving = receiver(exchange, tmp_path / "in", *offer)
    arguments = ["--device", str(exchange.device(1)), "--to", "0199000002", "--folder", str(tmp_path / "fetched")]
    password = ["--password", said] if said else []
    polling = start("poll", *arguments, "--transcript", str(tmp_path / "calling"), *password)
    code, fetched, _ = ended(polling)
    assert (code, fetched["result"], fetched["pages_received"]) == (
        REFUSED if result != "ok" else 0,
        result,
        result == "ok",
    )
    code, called, _ = ended(receiving)
    assert (code, called["result"], called["pages_offered"]) == (REFUSED if result != "ok" else 0, result, 1)
    assert (called["pages_fetched"], called["pages_received"], called["files"]) == (result == "ok", 0, [])
    assert [list(read_pages(Path(file))) for file in fetched["files"][:1]] == [[page]] * (result == "ok")
    assert not list((tmp_path / "in").iterdir())
    for transcript in ("calling", "called"):
        text = (tmp_path / transcript).read_text()
        assert "12*34" not in text
        assert ("ff c0 83 ****" in text) == bool(said)
        assert ("# FNV PWD" in text) == (result == "password")


def test_a_line_that_offers_nothing_has_no_document_to_fetch(exchange: Exchange, tmp_path: Path) -> None:
    receiving = receiver(exchange, tmp_path / "in")
    arguments = ("--device", str(exchange.device(1)), "--to", "0199000002", "--folder", str(tmp_path / "fetched"))
    code, fetched, _ = ended(start("poll", *arguments))
    assert (code, fetched["result"], fetched["pages_received"]) == (REFUSED, "no-document", 0)
    assert ended(receiving)[0] == 1


@pytest.mark.parametrize(
    ("option", "bad", "words"),
    [
        ("--password", "12a", "twenty digits"),
        ("--sub-address", "12a", "twenty digits"),
        ("--internet-address", "fax @example.org", "no spaces"),
    ],
)
def test_a_selection_that_cannot_be_sent_is_refused_and_one_that_is_not_taken_sends_nothing(
    exchange: Exchange, tmp_path: Path, option: str, bad: str, words: str
) -> None:
    write_pages(tmp_path / "fax.tif", [text_page(rows=50)])
    process = start("send", "--device", "none", "--to", "1", option, bad, str(tmp_path / "fax.tif"))
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert words in said
    # What waits on line 2 takes a SUB, but has no password, and is no gateway.
    if option != "--sub-address":
        receiving = receiver(exchange, tmp_path / "in")
        arguments = ("--device", str(exchange.device(1)), "--to", "0199000002", option, "12", str(tmp_path / "fax.tif"))
        code, sent, _ = ended(start("send", *arguments))
        assert (code, sent["result"], sent["pages_sent"]) == (REFUSED, "incompatible", 0), sent["reason"]
        assert option.strip("-").replace("-", " ") in sent["reason"]
        assert ended(receiving)[0] == 1


def test_a_document_is_fetched_over_a_line_that_needs_corrections(tmp_path: Path) -> None:
    page = text_page(Resolution.FINE, rows=1000)
    write_pages(tmp_path / "offer.tif", [page])
    ours, theirs = default_lines(2)
    noisy = replace(ours, impairments=Impairments(noise_dbm0=-48, attenuation_db=16))
    settings = ExchangeSettings(lines=(noisy, theirs), folder=tmp_path / "exchange", speed=10.0, seed=2)
    with Exchange(settings) as exchange:
        receiving = receiver(exchange, tmp_path / "in", "--offer", str(tmp_path / "offer.tif"))
        arguments = ("--device", str(exchange.device(1)), "--to", "0199000002", "--folder", str(tmp_path / "fetched"))
        code, fetched, _ = ended(start("poll", *arguments, "--transcript", str(tmp_path / "calling")))
        _, called, _ = ended(receiving)
    assert (code, fetched["result"], called["pages_fetched"]) == (0, "ok", 1)
    assert list(read_pages(Path(fetched["files"][0]))) == [page]
    text = (tmp_path / "calling").read_text()
    assert "# PPR" in text
    assert fetched["rate"] < 14400
