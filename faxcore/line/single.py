# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl line send` and `faxctl line receive`: one call on one modem, without the service.

Progress goes to standard error, one JSON object to standard output, and the exit code is 0 only for a complete fax.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from faxcore.call import CallReport, Outcome
from faxcore.document.errors import DocumentError
from faxcore.document.pdf import tiff_to_pdf
from faxcore.document.renderer import RenderFailed, render
from faxcore.document.tiff import is_fax_tiff, read_pages, write_pages
from faxcore.i18n import gettext as _
from faxcore.line import call
from faxcore.line.pages import PageReader
from faxcore.modem.class1 import Class1
from faxcore.modem.failure import Interrupted, ModemFailed
from faxcore.modem.port import Port
from faxcore.modem.ring import CALLER_ID_SECONDS, Ring
from faxcore.page import Resolution
from faxcore.t30.capabilities import Terminal, codings
from faxcore.t30.line import Note


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `faxctl line`."""
    commands = parser.add_subparsers(dest="line_command", required=True)
    sending = commands.add_parser("send", help=_("send one document in one call"))
    sending.add_argument("--to", required=True, metavar="NUMBER")
    sending.add_argument(
        "--resolution", choices=[resolution.value for resolution in Resolution], default=Resolution.FINE.value
    )
    sending.add_argument("file", metavar="FILE", type=Path, help=_("a PDF or a TIFF"))
    receiving = commands.add_parser("receive", help=_("wait for one call and receive it"))
    receiving.add_argument("--folder", required=True, metavar="DIR", type=Path)
    receiving.add_argument(
        "--timeout", type=float, metavar="S", help=_("give up when nobody calls for so many seconds")
    )
    for command in (sending, receiving):
        command.add_argument("--device", required=True, metavar="TTY")
        command.add_argument("--station-id", default="", metavar="ID")
        correction = command.add_mutually_exclusive_group()
        correction.add_argument("--no-ecm", action="store_true", help=_("without error correction"))
        correction.add_argument("--jbig", action="store_true", help=_("with JBIG, where the other end has it"))
        command.add_argument("--transcript", metavar="FILE", type=Path)


def run(options: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    play = _send if options.line_command == "send" else _receive
    try:
        with _transcript(options.transcript) as log:
            report, files = play(options, log)
    except (ModemFailed, RenderFailed, DocumentError, OSError) as error:
        report, files = (
            CallReport(Outcome.MODEM if isinstance(error, ModemFailed) else Outcome.LOCAL_ABORT, str(error)),
            [],
        )
    except Interrupted:
        report, files = CallReport(Outcome.LOCAL_ABORT, _("The call was cancelled.")), []
    print(json.dumps(_result(options.line_command, report, files), ensure_ascii=False), flush=True)
    if report.reason:
        _say(report.reason)
    return 0 if report.outcome is Outcome.OK else 1


def _result(command: str, report: CallReport, files: list[Path]) -> dict[str, object]:
    common: dict[str, object] = {
        "result": report.outcome.value,
        "reason": report.reason,
        "rate": report.rate,
        "modulation": report.modulation,
        "coding": report.coding,
        "resolution": report.resolution,
        "error_correction": report.error_correction,
        "remote_id": report.remote_id,
        "seconds": round(report.seconds, 2),
    }
    if command == "send":
        return common | {
            "pages": report.pages,
            "pages_sent": report.sent,
            "pages_confirmed": report.confirmed,
        }
    return common | {
        "pages_received": report.received,
        "pages_confirmed": report.confirmed,
        "bad_rows": report.bad_rows,
        "files": [str(file) for file in files],
    }


# ------------------------------------------------------------ the two commands


def _send(options: argparse.Namespace, log: Callable[[str], None]) -> tuple[CallReport, list[Path]]:
    number = "".join(character for character in options.to if character in "0123456789*#,")
    if not number:
        return CallReport(Outcome.LOCAL_ABORT, _("“{number}” is no telephone number.").format(number=options.to)), []
    with _document(options) as document, _modem(options.device) as modem:
        _say(_("Dialling {number}").format(number=number))
        report = call.send(modem, document, number, _terminal(options), _Speaker(), log)
    return report, []


def _receive(options: argparse.Namespace, log: Callable[[str], None]) -> tuple[CallReport, list[Path]]:
    options.folder.mkdir(parents=True, exist_ok=True)
    with _modem(options.device) as modem:
        _say(_("Waiting for a call"))
        if not _wait_for_ring(modem, options.timeout):
            return CallReport(Outcome.NO_ANSWER, _("Nobody called.")), []
        # In the folder itself, so that the pages are on the disk that they are promised to be on.
        work = Path(tempfile.mkdtemp(prefix=".call-", dir=options.folder))
        report = call.receive(modem, work, _terminal(options), _Speaker(), log)
    return report, _file(work, options.folder, report)


def _file(work: Path, folder: Path, report: CallReport) -> list[Path]:
    """One TIFF and one PDF of the pages received, under a name that nothing has yet."""
    if not report.files:
        work.rmdir()
        return []
    stem = datetime.now().strftime("%Y-%m-%d %H-%M-%S")
    names = (stem, *(f"{stem} ({count})" for count in range(2, 1000)))
    tiff = next(folder / f"{name}.tif" for name in names if not (folder / f"{name}.tif").exists())
    write_pages(tiff, [page for name in report.files for page in read_pages(work / name)])
    pdf = tiff.with_suffix(".pdf")
    tiff_to_pdf(tiff, pdf, title=tiff.stem)
    for name in report.files:
        (work / name).unlink()
    work.rmdir()
    return [tiff, pdf]


def _terminal(options: argparse.Namespace) -> Terminal:
    return Terminal(options.station_id, not options.no_ecm, codings(options.jbig))


@contextlib.contextmanager
def _document(options: argparse.Namespace) -> Iterator[Path]:
    """FILE as pages: a TIFF in fax geometry as it is, pixel for pixel; anything else through the renderer."""
    if is_fax_tiff(options.file):
        yield options.file
        return
    with options.file.open("rb") as source:
        rendered = render(source, resolution=Resolution(options.resolution))
    with rendered, tempfile.NamedTemporaryFile(suffix=".tif") as pages:
        pages.write(rendered.file.read())
        pages.flush()
        yield Path(pages.name)


@contextlib.contextmanager
def _modem(device: str) -> Iterator[Class1]:
    """The modem, ready; an interrupt from the keyboard breaks off what it does, so that the call ends in order."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    def attend() -> bool:
        os.read(reading, 1)
        return True

    earlier = signal.signal(signal.SIGINT, lambda *_: os.write(writing, b"!"))
    try:
        port = Port(device, reading, attend)
        try:
            modem = Class1(port)
            modem.initialise()
            yield modem
        finally:
            port.close()
    finally:
        signal.signal(signal.SIGINT, earlier)
        os.close(reading)
        os.close(writing)


def _wait_for_ring(modem: Class1, timeout: float | None) -> bool:
    deadline = None if timeout is None else time.monotonic() + timeout
    ring, rung = Ring(), 0.0
    while deadline is None or time.monotonic() < deadline:
        line = modem.said()
        if line is not None:
            rung = rung or time.monotonic()
            ring = ring.heard(line)
        if ring.known or (ring.rings and time.monotonic() - rung > CALLER_ID_SECONDS):
            _say(_("A call from {caller}").format(caller=ring.caller or _("an unknown number")))
            return True
    return False


class _Speaker:
    """The owner of a call on the command line: says where it is."""

    def note(self, note: Note) -> None:
        if note.confirmed:
            _say(_("Page {page} is confirmed").format(page=note.page))
        elif note.state == "page":
            _say(
                _("Page {page} at {rate} bit/s").format(page=note.page, rate=note.rate)
                if note.rate
                else _("Ready for page {page}").format(page=note.page)
            )
        elif note.state == "negotiating" and note.remote_id:
            _say(_("Connected with {remote}").format(remote=note.remote_id))

    def page_kept(self, number: int, file: str, reader: PageReader, confirmed: bool) -> None:
        _say(_("Page {page} is received, {rows} rows").format(page=number, rows=reader.decoder.rows))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def _transcript(path: Path | None) -> Iterator[Callable[[str], None]]:
    if path is None:
        yield lambda _: None
        return
    with path.open("w", encoding="utf-8", buffering=1) as file:
        yield _printer(file)


def _printer(file: IO[str]) -> Callable[[str], None]:
    return lambda text: print(text, file=file)
