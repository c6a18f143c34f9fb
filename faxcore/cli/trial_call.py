# SPDX-License-Identifier: GPL-3.0-or-later
"""A test call: one modem sends a page to a number, and where the modem that answers there is on this computer too, the
page is looked at when it has arrived.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from faxcore.cli.modem_session import attended_modem, ready_modem
from faxcore.cli.ring_wait import wait_for_ring
from faxcore.document.header_line import draw_header_line
from faxcore.document.tiff import read_pages, write_pages
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.line import play_call
from faxcore.line.pages import PageReader
from faxcore.line.player import run_blocking
from faxcore.model.call import CallReport, Outcome
from faxcore.model.page import A4_MM, Page, Resolution, Width
from faxcore.model.sentence import Sentence
from faxcore.modem.class1 import Class1
from faxcore.modem.class1_carrier import Class1Carrier
from faxcore.modem.modem_failed import ModemFailed
from faxcore.modem.port import Port
from faxcore.t30.capabilities import Terminal
from faxcore.t30.carrier import Interrupted
from faxcore.t30.line import Note

RING_SECONDS = 60.0
"""Seconds in which the call has to ring at the other modem."""
CALL_SECONDS = 300.0
"""Seconds that the answering end may take for the rest, once the calling end is through."""


@dataclass(frozen=True)
class Trial:
    """The result of a test call."""

    sent: CallReport
    received: CallReport | None
    """None where somebody else's fax machine answered."""
    arrived: bool | None
    """True if the page that arrived is the one that was sent; None where nobody here can know."""

    @property
    def good(self) -> bool:
        """Return whether the modem, and the other one if there is one, have done their work."""
        return self.sent.outcome is Outcome.OK and self.arrived is not False

    @property
    def bad_rows(self) -> int:
        """Rows of the received page that could not be read."""
        return self.received.bad_rows if self.received is not None else 0

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        received = None if self.received is None else _plain(self.received)
        return {"good": self.good, "arrived": self.arrived, "sent": _plain(self.sent), "received": received}


def _plain(report: CallReport) -> dict[str, object]:
    return asdict(report) | {"outcome": report.outcome.value, "reason": translate(report.reason)}


def try_out(device: str, number: str, other: str | None, say: Callable[[str], None]) -> Trial:
    """Call the number and send a page. ModemFailed if a modem cannot be used at all, Interrupted if a person has broken
    the call off.
    """
    digits = "".join(character for character in number if character in "0123456789*#,")
    if not digits:
        raise ModemFailed("“{number}” is not a telephone number.", number=number)
    with contextlib.ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="facteur-test-")))
        page = test_page(device)
        write_pages(folder / "page.tif", [page])
        modem = opened.enter_context(attended_modem(device))
        answering = None
        if other is not None:
            answering = _Answering(opened.enter_context(ready_modem(Port(other))), folder / "received", say)
        say(_("Calling {number} …").format(number=digits))
        sent = run_blocking(
            play_call.send(Class1Carrier(modem), folder / "page.tif", digits, Terminal(), _Told(say), _nothing)
        )
        if sent.outcome is Outcome.LOCAL_ABORT:
            raise Interrupted
        if answering is None:
            return Trial(sent, None, None)
        received = answering.ended()
        return Trial(sent, received, answering.pages() == [page])


def test_page(device: str) -> Page:
    """A page that says what it is, above a pattern that shows every lost row: lines that run slantwise over it."""
    resolution, width = Resolution.FINE, Width.A4
    rows = round(A4_MM * resolution.rows_per_mm)
    slanted = [
        (1 << (width.value - 1 - row % width.value)) | (1 << (row * 2 % width.value)) | (1 << (row * 5 % width.value))
        for row in range(rows)
    ]
    blank = Page(width, resolution, b"".join(row.to_bytes(width.value // 8, "big") for row in slanted))
    title = _("Facteur test page, {device}, {when}").format(
        device=device, when=datetime.now().astimezone().isoformat(" ", "seconds")
    )
    return draw_header_line(blank, title)


class _Answering:
    """The other modem answers the call, in a thread of its own."""

    def __init__(self, modem: Class1, folder: Path, say: Callable[[str], None]) -> None:
        folder.mkdir()
        self._modem, self._folder, self._say = modem, folder, say
        self._report = CallReport(Outcome.NO_ANSWER, Sentence("The call did not ring at the other modem."))
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            if wait_for_ring(self._modem, RING_SECONDS) is not None:
                self._say(_("It rings at the other modem."))
                *_others, self._report = run_blocking(
                    play_call.receive(Class1Carrier(self._modem), self._folder, Terminal(), _Told(_nothing), _nothing)
                )
        except BaseException as failure:  # noqa: BLE001 - raised again in ended(), in the caller's own thread
            self._failure = failure

    def ended(self) -> CallReport:
        """Wait for the answering end's report of the call."""
        self._thread.join(CALL_SECONDS)
        if self._failure is not None:
            raise self._failure
        if self._thread.is_alive():
            return CallReport(Outcome.TIMEOUT, Sentence("The answering modem did not end the call."))
        return self._report

    def pages(self) -> list[Page]:
        """Read the pages that arrived."""
        return [page for name in self._report.files for page in read_pages(self._folder / name)]


def _nothing(_: str) -> None:
    """For what nobody needs to read."""


class _Told:
    """The owner of a test call: says how far it is."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def note(self, note: Note) -> bool:
        """Progress."""
        if note.state == "training":
            self._say(_("Training at {rate} bit/s …").format(rate=note.rate))
        elif note.state == "page" and note.rate:
            self._say(_("Sending the page …"))
        return False

    def may_take(self, offer: str) -> bool:
        """Everything that is offered is for everybody."""
        return True

    def page_kept(self, number: int, file: str, reader: PageReader, confirmed: bool) -> None:
        """Looked at when the call is over."""
