# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl line send`, `receive` and `poll`: one call on one modem, without the service.

Progress goes to standard error, one JSON object to standard output, and the exit status says how the call ended
(`exit_codes`): 0 only for a complete fax.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from faxcore.cli.document_files import CannotBeDrawn
from faxcore.cli.exit_codes import CANCELLED, find_call_status
from faxcore.cli.line_documents import file_pages, pages_of
from faxcore.cli.line_options import add_commands, terminal
from faxcore.cli.line_speaker import LineSpeaker, say
from faxcore.cli.modem_session import attended_modem
from faxcore.cli.ring_wait import wait_for_ring
from faxcore.contract.messages import OfferedFile
from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.line import play_call
from faxcore.line.player import run_blocking
from faxcore.model.call import CallReport, Outcome
from faxcore.model.page import Resolution
from faxcore.model.sentence import Sentence, literal
from faxcore.modem.class1 import Class1
from faxcore.modem.class1_carrier import Class1Carrier
from faxcore.modem.modem_failed import ModemFailed
from faxcore.t30.capabilities import Terminal
from faxcore.t30.carrier import Interrupted
from faxcore.t30.transcript import format_line

Played = tuple[CallReport, list[Path]]
"""The report of a call, and the files that came of it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of `faxctl line` and their options."""
    add_commands(parser)
    parser.set_defaults(run_here=run)


def run(options: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    cancelled = False
    try:
        with _open_log(options.transcript) as log:
            report, files = _COMMANDS[options.line_command](options, log)
    except ModemFailed as error:
        report, files = CallReport(Outcome.MODEM, error.sentence), []
    except (DocumentError, CannotBeDrawn) as error:
        report, files = CallReport(Outcome.LOCAL_ABORT, error.sentence), []
    except OSError as error:
        report, files = CallReport(Outcome.LOCAL_ABORT, _in_words(error)), []
    except (Interrupted, KeyboardInterrupt):
        report, files = CallReport(Outcome.LOCAL_ABORT, Sentence("The call was cancelled.")), []
        cancelled = True
    print(json.dumps(_result(options.line_command, report, files), ensure_ascii=False), flush=True)
    if report.reason:
        say(translate(report.reason))
    return CANCELLED if cancelled else find_call_status(report.outcome)


def _sum_up(reports: Sequence[CallReport]) -> CallReport:
    """Sum up the documents of a call: it went well if each of them did."""
    worst = next((report for report in reports if report.outcome is not Outcome.OK), reports[-1])
    outcome = Outcome.OK_PARTIAL if worst.outcome is not Outcome.OK and len(reports) > 1 else worst.outcome
    return replace(
        reports[-1],
        outcome=outcome,
        reason=worst.reason,
        pages=sum(report.pages for report in reports),
        sent=sum(report.sent for report in reports),
        confirmed=sum(report.confirmed for report in reports),
        received=sum(report.received for report in reports),
        bad_rows=sum(report.bad_rows for report in reports),
        seconds=sum(report.seconds for report in reports),
    )


def _in_words(error: OSError) -> Sentence:
    if error.filename is None:
        return literal(str(error))
    values = {"file": str(error.filename), "cause": str(error.strerror)}
    return Sentence("{file} cannot be used ({cause}).", values)


def _result(command: str, report: CallReport, files: list[Path]) -> dict[str, object]:
    common: dict[str, object] = {
        "result": report.outcome.value,
        "reason": translate(report.reason),
        "phase": report.phase,
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
    received = common | {
        "pages_received": report.received,
        "pages_confirmed": report.confirmed,
        "bad_rows": report.bad_rows,
        "sub_address": report.sub_address,
        "sender_id": report.sender_id,
        "files": [str(file) for file in files],
    }
    if command == "receive":
        received |= {"pages_offered": report.pages, "pages_fetched": report.fetched, "file_fetched": report.offer}
    return received


# ------------------------------------------------------------ the three commands


def _send(options: argparse.Namespace, log: Callable[[str], None]) -> Played:
    number = _number(options.to)
    if not number:
        return _no_number(options.to)
    with contextlib.ExitStack() as opened:
        parts = [[file] for file in options.files] if options.apart else [options.files]
        documents = [opened.enter_context(pages_of(files, Resolution(options.resolution))) for files in parts]
        carrier = Class1Carrier(opened.enter_context(_modem(options)))
        say(_("Dialling {number}").format(number=number))
        return _sum_up(_send_each(carrier, documents, number, terminal(options), log)), []


def _send_each(
    carrier: Class1Carrier, documents: Sequence[Path], number: str, settings: Terminal, log: Callable[[str], None]
) -> list[CallReport]:
    """Send the documents in one call, EOM behind each but the last; a report on each that was begun."""
    reports: list[CallReport] = []
    speaker, before = LineSpeaker(), None
    for document in documents:
        speaker.more_follows = document is not documents[-1]
        report, before = run_blocking(
            play_call.send_document(carrier, document, number, settings, speaker, log, before=before)
        )
        reports.append(report)
        if before is None:
            break
    return reports


def _receive(options: argparse.Namespace, log: Callable[[str], None]) -> Played:
    options.folder.mkdir(parents=True, exist_ok=True)
    names = [offer.document or options.sub_address or "" for offer in options.offer]
    if len(set(names)) < len(names):
        reason = Sentence("Each document that is offered needs a number of its own: --offer DIGITS=FILE.")
        return CallReport(Outcome.LOCAL_ABORT, reason), []
    with contextlib.ExitStack() as opened:
        files = [
            opened.enter_context(pages_of([offer.file], Resolution(options.resolution))) for offer in options.offer
        ]
        modem = opened.enter_context(_modem(options))
        say(_("Waiting for a call"))
        ring = wait_for_ring(modem, options.timeout)
        if ring is None:
            return CallReport(Outcome.NO_ANSWER, Sentence("Nobody called.")), []
        say(_("A call from {caller}").format(caller=ring.caller or _("an unknown number")))
        work = _work_folder(options.folder)
        offered = files[0] if len(files) == 1 else None
        documents = [
            OfferedFile(str(offer.file), str(file), name, options.password or "")
            for offer, file, name in zip(options.offer, files, names, strict=True)
        ]
        reports = run_blocking(
            play_call.receive(
                Class1Carrier(modem),
                work,
                terminal(options),
                LineSpeaker(),
                log,
                offered,
                () if offered else documents,
            )
        )
    return _sum_up(reports), file_pages(work, options.folder, reports, options.name)


def _poll(options: argparse.Namespace, log: Callable[[str], None]) -> Played:
    number = _number(options.to)
    if not number:
        return _no_number(options.to)
    options.folder.mkdir(parents=True, exist_ok=True)
    with _modem(options) as modem:
        say(_("Dialling {number}").format(number=number))
        work = _work_folder(options.folder)
        report = run_blocking(play_call.poll(Class1Carrier(modem), work, number, terminal(options), LineSpeaker(), log))
    return report, file_pages(work, options.folder, [report], options.name)


_COMMANDS = {"send": _send, "receive": _receive, "poll": _poll}


@contextlib.contextmanager
def _modem(options: argparse.Namespace) -> Iterator[Class1]:
    """The modem, ready; what is said to it and what it says goes into the file for that."""
    begun = time.monotonic()
    with (
        _open_log(options.modem_log) as log,
        attended_modem(options.device, lambda text: log(format_line(time.monotonic() - begun, text))) as modem,
    ):
        yield modem


def _work_folder(folder: Path) -> Path:
    """In the folder itself, so that the pages are on the disk that they are promised to be on."""
    return Path(tempfile.mkdtemp(prefix=".call-", dir=folder))


def _number(text: str) -> str:
    return "".join(character for character in text if character in "0123456789*#,")


def _no_number(text: str) -> Played:
    return CallReport(Outcome.LOCAL_ABORT, Sentence("“{number}” is not a telephone number.", {"number": text})), []


@contextlib.contextmanager
def _open_log(path: Path | None) -> Iterator[Callable[[str], None]]:
    if path is None:
        yield lambda _: None
        return
    with path.open("w", encoding="utf-8", buffering=1) as file:
        yield _printer(file)


def _printer(file: IO[str]) -> Callable[[str], None]:
    return lambda text: print(text, file=file)
