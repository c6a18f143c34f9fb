# SPDX-License-Identifier: GPL-3.0-or-later
"""The terms on which a terminal receives pages: what training has settled, until a DCS or CTC settles something else.

A value that nobody changes: what CTC or a carrier that has trained makes of it is another one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from faxcore.t30.bits import Bits
from faxcore.t30.capabilities import Agreement
from faxcore.t30.limits import BLOCK_BITS, T2
from faxcore.t30.line import NoCarrier, Reply
from faxcore.t30.modulation import Modulation, list_permitted


@dataclass(frozen=True)
class ReceiveTerms:
    """The sender's DCS, the DIS or DTC of ours that it answers, and if the carrier has trained since."""

    agreement: Agreement
    offer: Bits
    """Our DIS or DTC, to which the DCS keeps, and a CTC has to keep."""
    trained: bool = True
    """True if the image carrier has trained since the last DCS or CTC: V.17 then uses short training."""

    @property
    def short_training(self) -> bool:
        """True if the next image carrier uses short training."""
        return self.trained and self.agreement.modulation.short_training

    def permits(self, modulation: Modulation) -> bool:
        """Return whether we have offered to receive at this modulation."""
        return modulation in list_permitted(self.offer.group(11, 14))

    def with_modulation(self, modulation: Modulation) -> ReceiveTerms:
        """Return these terms at another rung of the ladder, at which the carrier has to train first."""
        return replace(self, agreement=self.agreement.with_modulation(modulation), trained=False)

    def with_training(self) -> ReceiveTerms:
        """Return these terms now that the image carrier has trained."""
        return replace(self, trained=True)

    def find_command_wait(self, heard: Reply) -> float:
        """Return the seconds to wait for a command behind an image carrier that could not be followed to its end.

        The sender of a carrier that does not train, or that the modem has lost in a drop-out, continues with it, and T2
        would end the call in the middle of it: only the command after it tells when it is over. Where the line is
        silent when T2 is over, there is no such sender, and no reason to hold the line for longer.
        """
        if isinstance(heard, NoCarrier) and heard.silent:
            return T2
        return T2 + BLOCK_BITS / self.agreement.modulation.rate
