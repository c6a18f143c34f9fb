# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a document is for, which one is polled, and the password that guards it: SUB, IRA, SID, SEP, PWD and PSA (T.30,
5.3.6.1.2 and 5.3.6.1.3).

They are optional frames before DCS or DTC. Each is sent only to a terminal whose DIS says that it takes it, and a bit
of the DCS or DTC says that it is there. A password is PWD where a document is polled and SID where one is sent: since
1999 the Recommendation calls the latter "sender identification", and its bit 50 still "password".

A field that is wrong is answered with FNV, which names it, where both ends say that they know FNV (bit 33), and with
DCN otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from faxcore.model.call import Outcome
from faxcore.model.sentence import mark
from faxcore.t30 import bits
from faxcore.t30.bits import Bits
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.frames import FCF, Frame, pack_selection, selection_text, unpack_station_id
from faxcore.t30.internet_address import pack_address, unpack_address

SECRET: Final = frozenset({FCF.PWD, FCF.SID})
"""Frames whose contents nobody may read in a transcript."""


@dataclass(frozen=True)
class Selection:
    """What goes with a DCS or DTC, or what a terminal that was called wants to hear. Digits, space, +, * and #."""

    sub_address: str = ""
    """SUB: for whom a document that is sent is."""
    password: str = ""
    """SID with a document that is sent, PWD with one that is polled."""
    document: str = ""
    """SEP: which document is polled."""
    polled_sub_address: str = ""
    """PSA: whose document is polled."""
    internet_address: str = ""
    """IRA: where a gateway is to send the document on. Printable ASCII without spaces, 77 characters at most."""


@dataclass(frozen=True)
class _Field:
    fcf: FCF
    bit: int
    text: str
    missing: str


def with_document(selection: Selection, dis: Bits) -> tuple[Frame, ...]:
    """SUB, SID and IRA, as far as they are wanted. CallFailed, before anything is sent, where this DIS does not take
    them.
    """
    chosen = _frames(
        dis,
        _Field(
            FCF.SUB,
            bits.SUB,
            selection.sub_address,
            mark("The other fax machine takes no sub-address, so nothing was sent."),
        ),
        _Field(
            FCF.SID,
            bits.PASSWORD,
            selection.password,
            mark("The other fax machine takes no password, so nothing was sent."),
        ),
    )
    if not selection.internet_address:
        return chosen
    if not dis[bits.IRA]:
        raise CallFailed(Outcome.INCOMPATIBLE, "The other fax machine takes no internet address, so nothing was sent.")
    return (*chosen, Frame(FCF.IRA, pack_address(selection.internet_address)))


def with_polling(selection: Selection, dis: Bits) -> tuple[Frame, ...]:
    """PWD, SEP and PSA, as far as they are wanted. CallFailed, before anything is asked, where this DIS does not take
    them.
    """
    return _frames(
        dis,
        _Field(
            FCF.PWD,
            bits.PASSWORD,
            selection.password,
            mark("The other fax machine takes no password, so nothing was fetched."),
        ),
        _Field(
            FCF.SEP,
            bits.SEP,
            selection.document,
            mark("The other fax machine does not let one choose among documents, so nothing was fetched."),
        ),
        _Field(
            FCF.PSA,
            bits.PSA,
            selection.polled_sub_address,
            mark("The other fax machine takes no sub-address, so nothing was fetched."),
        ),
    )


def _frames(dis: Bits, *fields: _Field) -> tuple[Frame, ...]:
    wanted = [field for field in fields if selection_text(field.text)]
    for field in wanted:
        if not dis[field.bit]:
            raise CallFailed(Outcome.INCOMPATIBLE, field.missing)
    return tuple(Frame(field.fcf, pack_selection(field.text)) for field in wanted)


_BITS: Final = {
    FCF.SUB: bits.SUB,
    FCF.SID: bits.PASSWORD,
    FCF.PWD: bits.PASSWORD,
    FCF.SEP: bits.SEP,
    FCF.PSA: bits.PSA,
    FCF.IRA: bits.IRA,
}


def presence(frames: Sequence[Frame]) -> frozenset[int]:
    """The bits of a DCS or DTC that say that these frames go with it."""
    return frozenset(_BITS[frame.fcf] for frame in frames)


def heard(command: Sequence[Frame]) -> Selection:
    """What the frames before a DCS or DTC say, whatever the bits of that say: those of 1993 were not set."""
    said = {frame.fcf: unpack_station_id(frame.fif) for frame in command if frame.fcf in _BITS}
    addresses = [unpack_address(frame.fif) for frame in command if frame.fcf is FCF.IRA]
    return Selection(
        said.get(FCF.SUB, ""),
        said.get(FCF.SID, said.get(FCF.PWD, "")),
        said.get(FCF.SEP, ""),
        said.get(FCF.PSA, ""),
        addresses[-1] if addresses else "",
    )


WRONG_PASSWORD: Final = 0x80
WRONG_DOCUMENT: Final = 0x40
WRONG_SUB_ADDRESS: Final = 0x20
WRONG_SENDER: Final = 0x10
_PASSWORDS: Final = WRONG_PASSWORD | WRONG_SENDER
FNV_FIELDS: Final = {
    WRONG_PASSWORD: "PWD",
    WRONG_DOCUMENT: "SEP",
    WRONG_SUB_ADDRESS: "SUB",
    WRONG_SENDER: "SID",
    0x08: "secure fax",
    0x04: "TSI",
    0x02: "PSA",
}
"""The first octet of the FIF of FNV: which field is not valid (T.30, 5.3.6.2.13)."""
MORE_FIELDS: Final = 0x01
"""The last bit of it: a second octet follows."""
FNV_MORE_FIELDS: Final = {0x80: "BFT", 0x40: "IRA", 0x20: "ISP"}
"""That second octet."""


def wrong_fields(wanted: Selection, command: Sequence[Frame]) -> int:
    """The first octet of FNV for what goes with this DCS or DTC; 0 where all is as it is wanted."""
    said, polling = heard(command), command[-1].fcf is FCF.DTC
    wrong = 0
    if selection_text(wanted.password) not in ("", said.password):
        wrong |= WRONG_PASSWORD if polling else WRONG_SENDER
    if polling and selection_text(wanted.document) not in ("", said.document):
        wrong |= WRONG_DOCUMENT
    return wrong


def refused(fields: int) -> CallFailed:
    """How a call ends in which we have refused these fields."""
    if fields & _PASSWORDS:
        return CallFailed(Outcome.PASSWORD, "The other fax machine did not say the right password.")
    return CallFailed(Outcome.NO_DOCUMENT, "The caller asked for a document that is not offered here.")


def refusal(fnv: Frame) -> CallFailed:
    """How a call ends in which the other end has refused our fields."""
    fields = fnv.fif[0] if fnv.fif else 0
    if fields & _PASSWORDS:
        return CallFailed(Outcome.PASSWORD, "The other fax machine did not accept the password.")
    if fields & WRONG_DOCUMENT:
        return CallFailed(Outcome.NO_DOCUMENT, "The other fax machine does not have the document that was asked for.")
    return CallFailed(
        Outcome.REJECTED, "The other fax machine refused the call ({fields}).", fields=fields_in_words(fnv.fif) or "FNV"
    )


def hung_up_at(selection: Selection, failure: CallFailed) -> CallFailed:
    """What DCN in answer to our DCS or DTC means: behind a password, that this may have been wrong."""
    if failure.outcome is not Outcome.REMOTE_DCN or not selection_text(selection.password):
        return failure
    guess = CallFailed(
        Outcome.PASSWORD, "The other fax machine ended the call when it had heard the password: it may be wrong."
    )
    guess.hung_up = True
    return guess


def fields_in_words(fif: bytes) -> str:
    """The fields that an FNV names."""
    names = [name for bit, name in FNV_FIELDS.items() if fif[:1] and fif[0] & bit]
    if len(fif) > 1 and fif[0] & MORE_FIELDS:
        names += [name for bit, name in FNV_MORE_FIELDS.items() if fif[1] & bit]
    return ", ".join(names)
