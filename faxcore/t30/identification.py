# SPDX-License-Identifier: GPL-3.0-or-later
"""Phase B, identification: hearing the other terminal's DIS (a caller, and one that is polled and has sent EOM)."""

from __future__ import annotations

from faxcore.model.call import Outcome
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import Offer
from faxcore.t30.frames import FCF, Frame, unpack_station_id
from faxcore.t30.line import Heard, Listen, Note, Script, do, expect


def hear_offer(
    deadline: float, remote_id: str = "", polled: bool = False, after_eom: bool = False
) -> Script[tuple[str, Offer]]:
    """Wait for the id and the DIS of the other terminal, or for its DTC if it polls us (`polled`). Anything else is
    ignored until `deadline`: garbage, unknown frames, and a DTC without `polled`. A DIS counts at any place in its
    carrier, because it can mean nothing else.
    """
    wanted = (FCF.DIS, FCF.DTC) if polled else (FCF.DIS,)
    now = yield from do(Note(state="answered"))
    while now < deadline:
        heard = yield from expect(Listen(deadline - now), Heard)
        now = heard.now
        for frame in heard.frames:
            match frame:
                case Frame(FCF.CSI | FCF.CIG, fif):
                    remote_id = unpack_station_id(fif)
                case Frame(FCF.DCN):
                    raise CallFailed(Outcome.REMOTE_DCN, "The other fax machine ended the call immediately.")
                case Frame(fcf) if fcf in wanted and (offer := Offer.read(frame)) is not None:
                    yield from do(Note(state="negotiating", remote_id=remote_id))
                    return remote_id, offer
    if after_eom:
        raise CallFailed(Outcome.TIMEOUT, "The other fax machine sent nothing more.")
    raise CallFailed(Outcome.NO_FAX, "The call was answered, but not by a fax machine.")
