# SPDX-License-Identifier: GPL-3.0-or-later
"""libspandsp's own T.30 fax terminal at a line: a foreign peer that needs no computer, for tests."""

from __future__ import annotations

import logging
import queue
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore.exchange import library
from faxcore.exchange.library import Samples
from faxcore.exchange.settings import TerminalSettings
from faxcore.exchange.switch import CallerId, Switch, SwitchLine, SwitchOutcome
from faxcore.model.paper import Paper

log = logging.getLogger(__name__)

LONGEST_CALL: Final = 1800.0
"""Seconds of line time after which a terminal hangs up: on a noisy line the library may send for ever."""

_V27TER, _V29, _V17 = 1, 2, 4
_CODINGS: Final = {"MH": 0x02, "MR": 0x04, "MMR": 0x08}
_ALL_RESOLUTIONS: Final = 0x1 | 0x2 | 0x4 | 0x10000 | 0x20000 | 0x40000
_ALL_WIDTHS: Final = 0x1 | 0x2 | 0x4
_LENGTHS: Final = {
    Paper.A4: 0x20000,
    Paper.B4: 0x20000 | 0x40000,
    Paper.UNLIMITED: 0x10000 | 0x20000 | 0x40000 | 0x80000 | 0x100000,
}
"""With unlimited length go Letter and Legal, which have bits of their own in a DIS."""
_TIFF_MMR: Final = 3


@dataclass(frozen=True)
class TerminalResult:
    """The result of a terminal's call."""

    ok: bool
    reason: str
    """The library's word for it ("OK"), or the network's ("busy")."""
    pages: int
    """Pages that this terminal sent and saw confirmed, or received and confirmed."""
    remote_id: str
    file: Path | None
    """The TIFF received, or sent."""


class FaxTerminal:
    """The station at a line that has a fax terminal."""

    def __init__(self, line: SwitchLine, switch: Switch, settings: TerminalSettings, folder: Path):
        self.line = line
        self.received: queue.Queue[TerminalResult] = queue.Queue()
        """Calls that were answered and have ended, oldest first."""
        self._switch = switch
        self._settings = settings
        self._folder = settings.folder or folder
        self._library = library.load()
        self._fax: int | None = None
        self._job: tuple[Path, Future[TerminalResult]] | None = None
        self._file: Path | None = None
        self._rings = 0
        self._pages = 0
        self._serial = 0
        self._talked = 0
        self._completion: int | None = None
        self._phase_d = library.PHASE_D(self._page_done)
        self._phase_e = library.PHASE_E(self._call_done)

    def close(self) -> None:
        """Free the terminal."""
        self._forget()

    def call(self, file: Path, number: str, future: Future[TerminalResult]) -> None:
        """Send a TIFF to a number; the future gets the result. Only one call at a time."""
        if self._job is not None or not self._switch.dial(self.line, number):
            future.set_result(TerminalResult(False, "the terminal is in a call", 0, "", file))
            return
        self._job = (file, future)

    def _page_done(self, _t30: int, _user: int, _result: int) -> int:
        self._pages += 1
        return 0

    def _call_done(self, _t30: int, _user: int, completion: int) -> None:
        self._completion = completion

    def _begin(self, calling: bool) -> None:
        self._forget()
        self._fax = self._library.fax_init(None, int(calling))
        if not self._fax:
            raise MemoryError("libspandsp gave no terminal")
        self._library.fax_set_transmit_on_idle(self._fax, 1)
        t30 = self._t30
        settings = self._settings
        self._library.t30_set_tx_ident(t30, settings.station_id[:20].encode("ascii", "replace"))
        self._library.t30_set_ecm_capability(t30, int(settings.ecm))
        self._library.t30_set_supported_modems(t30, _V27TER | _V29 | (_V17 if settings.v17 else 0))
        self._library.t30_set_supported_compressions(t30, sum(_CODINGS[name] for name in settings.codings))
        self._library.t30_set_supported_resolutions(t30, _ALL_RESOLUTIONS)
        self._library.t30_set_supported_image_sizes(t30, _ALL_WIDTHS | _LENGTHS[settings.paper])
        self._library.t30_set_rx_encoding(t30, _TIFF_MMR)
        self._library.t30_set_phase_d_handler(t30, self._phase_d, None)
        self._library.t30_set_phase_e_handler(t30, self._phase_e, None)
        self._pages = 0
        self._talked = 0
        self._completion = None

    @property
    def _t30(self) -> int:
        return int(self._library.fax_get_t30_state(self._fax))

    def _forget(self) -> None:
        if self._fax is not None:
            self._library.fax_free(self._fax)
            self._fax = None

    # Events of the line

    def ring(self) -> None:
        """Answer at the ring that the settings ask for."""
        self._rings += 1
        if self._settings.rings and self._rings >= self._settings.rings:
            self._rings = 0
            self._switch.answer(self.line)

    def show_caller(self, caller: CallerId) -> None:
        """Log the caller."""
        log.debug("%s: call from %s (%s) for %s", self.line, caller.number, caller.name, caller.called)

    def on_refused(self, outcome: SwitchOutcome) -> None:
        """Report that the call failed."""
        self._finish(TerminalResult(False, outcome.value, 0, "", None))

    def on_connected(self) -> None:
        """Begin to send: the call is through."""
        assert self._job is not None
        self._file = self._job[0]
        self._begin(calling=True)
        self._library.t30_set_tx_file(self._t30, str(self._file).encode(), -1, -1)

    def on_answered(self) -> None:
        """Begin to receive, or to be polled: the call is answered."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._serial += 1
        self._file = self._folder / f"received-{self._serial:03}.tif"
        self._begin(calling=False)
        self._library.t30_set_rx_file(self._t30, str(self._file).encode(), -1)
        if self._settings.offers is not None:
            self._library.t30_set_tx_file(self._t30, str(self._settings.offers).encode(), -1, -1)

    def on_released(self) -> None:
        """End the rest of the call: the other end has hung up."""
        self._rings = 0
        if self._fax is not None:
            self._library.t30_terminate(self._t30)
            self._end_of_call()
        elif self._job is not None:
            self._finish(TerminalResult(False, "no carrier", 0, "", None))

    def _end_of_call(self) -> None:
        completion = self._completion if self._completion is not None else -1
        if completion < 0:
            reason = "hung up before the end"
        else:
            reason = self._library.t30_completion_code_to_str(completion).decode("ascii", "replace")
        remote = (self._library.t30_get_rx_ident(self._t30) or b"").decode("ascii", "replace").strip()
        self._forget()
        file = self._file if self._file is not None and self._file.exists() else None
        self._finish(TerminalResult(completion == 0, reason, self._pages, remote, file))

    def _finish(self, result: TerminalResult) -> None:
        log.info("%s: terminal: %s, %d pages", self.line, result.reason, result.pages)
        if self._job is not None:
            future = self._job[1]
            self._job = None
            future.set_result(result)
        else:
            self.received.put(result)

    def send(self, count: int) -> Samples:
        """Return the terminal's sound; at its end it hangs up."""
        samples = library.make_silence(count)
        if self._fax is None:
            return samples
        self._library.fax_tx(self._fax, samples.ctypes.data, count)
        self._talked += count
        if not self._library.t30_call_active(self._t30) or self._talked > LONGEST_CALL * library.SAMPLE_RATE:
            self._switch.hook(self.line, False)
            self._end_of_call()
        return samples

    def hear(self, samples: Samples) -> None:
        """Give the terminal sound."""
        if self._fax is not None:
            self._library.fax_rx(self._fax, samples.ctypes.data, len(samples))

    def is_present(self) -> bool:
        """Return whether it answers calls."""
        return self._settings.rings > 0
