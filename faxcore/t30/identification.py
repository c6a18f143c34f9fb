# SPDX-License-Identifier: GPL-3.0-or-later
"""Phase B, identification: hearing the other terminal's DIS (a caller, and one that is polled and has sent EOM), and
telling it from the echo of our own frames.
"""

from __future__ import annotations

from faxcore.call import Outcome
from faxcore.t30.bits import Bits
from faxcore.t30.capabilities import Offer
from faxcore.t30.dialogue import T4, TRIES
from faxcore.t30.failure import CallFailed
from faxcore.t30.frames import FCF, Frame, unpack_station_id
from faxcore.t30.line import Heard, Note, Script, do, listen


def hear_offer(
    deadline: float, remote_id: str = "", polled: bool = False, after_eom: bool = False
) -> Script[tuple[str, Offer]]:
    """The id and the DIS of the other terminal, or its DTC where it polls us. Anything else is not for us, and ignored
    until `deadline`: garbage, unknown frames, and a DTC that we have not been asked for.
    """
    wanted = (FCF.DIS, FCF.DTC) if polled else (FCF.DIS,)
    now = yield from do(Note(state="answered"))
    while now < deadline:
        heard = yield from listen(deadline - now)
        now = heard.now
        for frame in heard.frames:
            match frame:
                case Frame(FCF.CSI | FCF.CIG, fif):
                    remote_id = unpack_station_id(fif)
                case Frame(FCF.DCN):
                    raise CallFailed(Outcome.REMOTE_DCN, "The other fax machine ended the call at once.")
                case Frame(fcf, fif) if fcf in wanted and (offer := Bits.received(fif)) is not None:
                    yield from do(Note(state="negotiating", remote_id=remote_id))
                    return remote_id, Offer(offer)
    if after_eom:
        raise CallFailed(Outcome.TIMEOUT, "The other fax machine said nothing more.")
    raise CallFailed(Outcome.NO_FAX, "Somebody answered, but no fax machine did.")


def hear_answer(own: FCF) -> Script[Heard]:
    """What is said within T4 of a DIS or DTC of ours (`own`). Its echo is no answer, and speaking again at once would
    only make the next echo: it is waited for anew.
    """
    for _ in range(TRIES):
        heard = yield from listen(T4)
        if not heard.frames or heard.frames[-1].fcf is not own:
            return heard
    return Heard(heard.now)
