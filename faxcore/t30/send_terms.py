# SPDX-License-Identifier: GPL-3.0-or-later
"""The terms on which a terminal sends pages: what phase B has settled, until FTT, RTN, CTC or a new DIS changes it.

A value that nobody changes: each of these makes another one of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from faxcore.model.call import Outcome
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import Agreement, Offer, PageInfo, Terminal, agree
from faxcore.t30.frames import FCF, Frame, pack_station_id
from faxcore.t30.modulation import Modulation, keep_below
from faxcore.t30.selective import select_with_document


@dataclass(frozen=True)
class SendTerms:
    """The other end's last DIS, the agreement that keeps to it, and the rungs that are left to step down to."""

    offer: Offer
    """The last DIS of the other end, or its DTC, if it polls us."""
    agreement: Agreement
    """The content of the DCS: its modulation is the first of the rungs."""
    rungs: tuple[Modulation, ...]
    """The rungs of the ladder that have not failed, the present one first."""
    identifying: tuple[Frame, ...]
    """The frames that go before the DCS: SUB, SID and IRA, TSI."""

    @property
    def is_lowest(self) -> bool:
        """True on the last rung."""
        return len(self.rungs) < 2

    def below(self) -> SendTerms:
        """Return these terms a rung lower. CallFailed below the last."""
        if self.is_lowest:
            raise CallFailed(Outcome.CANNOT_TRAIN, "The line is too bad: no speed works on it.")
        return self._on(self.rungs[1:])

    def under(self, failed: SendTerms) -> SendTerms:
        """Return these terms without the rungs on which others have failed already."""
        return self._on(keep_below(failed.rungs[0], self.rungs))

    def _on(self, rungs: tuple[Modulation, ...]) -> SendTerms:
        return replace(self, agreement=self.agreement.with_modulation(rungs[0]), rungs=rungs)

    def make_command(self) -> tuple[Frame, ...]:
        """Make the DCS and the frames that go before it."""
        return (*self.identifying, Frame(FCF.DCS, self.agreement.dcs().octets))


def make_terms(terminal: Terminal, offer: Offer, page: PageInfo) -> SendTerms:
    """Agree on how to send this page. CallFailed if the other terminal cannot take it."""
    agreement, rungs = agree(terminal, offer, page), offer.modulations(terminal)
    tsi = (Frame(FCF.TSI, pack_station_id(terminal.station_id)),) if terminal.station_id else ()
    selecting = select_with_document(terminal.selection, offer.bits)
    return SendTerms(offer, agreement, rungs, (*selecting, *tsi))
