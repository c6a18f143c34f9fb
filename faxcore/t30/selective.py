# SPDX-License-Identifier: GPL-3.0-or-later
"""Sub-addresses, the choice of a polled document, and passwords: SUB, IRA, SID, SEP, PWD and PSA (T.30, 5.3.6.1.2 and
5.3.6.1.3).

They are optional frames before DCS or DTC. Each is sent only to a terminal whose DIS says that it accepts it, and a bit
of the DCS or DTC says that it is there. A password is PWD if a document is polled and SID if one is sent: since
1999 the Recommendation calls the latter "sender identification", and its bit 50 still "password".

A field that is wrong is answered with FNV, which names it, if both ends say that they know FNV (bit 33), and with DCN
otherwise.
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
from faxcore.t30.frames import FCF, Frame, clean_selection, pack_selection, unpack_station_id
from faxcore.t30.internet_address import pack_address, unpack_address

SECRET: Final = frozenset({FCF.PWD, FCF.SID})
"""Frames whose contents nobody may read in a transcript."""


@dataclass(frozen=True)
class Selection:
    """The fields that go with a DCS or DTC, or that a called terminal demands. Digits, space, +, * and #."""

    sub_address: str = ""
    """SUB: the recipient of a document that is sent."""
    password: str = ""
    """SID with a document that is sent, PWD with one that is polled."""
    document: str = ""
    """SEP: the document that is polled."""
    polled_sub_address: str = ""
    """PSA: the owner of the document that is polled."""
    internet_address: str = ""
    """IRA: the address to which a gateway forwards the document. Printable ASCII without spaces, at most 77 characters.
    """


@dataclass(frozen=True)
class _Field:
    fcf: FCF
    bit: int
    text: str
    missing: str


def select_with_document(selection: Selection, dis: Bits) -> tuple[Frame, ...]:
    """Make the frames SUB, SID and IRA, as far as they are wanted. CallFailed, before anything is sent, if this DIS
    does not accept them.
    """
    chosen = _make_frames(
        dis,
        _Field(
            FCF.SUB,
            bits.SUB,
            selection.sub_address,
            mark("The other fax machine does not accept sub-addresses, so nothing was sent."),
        ),
        _Field(
            FCF.SID,
            bits.PASSWORD,
            selection.password,
            mark("The other fax machine does not accept passwords, so nothing was sent."),
        ),
    )
    if not selection.internet_address:
        return chosen
    if not dis[bits.IRA]:
        raise CallFailed(
            Outcome.INCOMPATIBLE, "The other fax machine does not accept internet addresses, so nothing was sent."
        )
    return (*chosen, Frame(FCF.IRA, pack_address(selection.internet_address)))


def select_with_polling(selection: Selection, dis: Bits) -> tuple[Frame, ...]:
    """Make the frames PWD, SEP and PSA, as far as they are wanted. CallFailed, before anything is asked, if this DIS
    does not accept them.
    """
    return _make_frames(
        dis,
        _Field(
            FCF.PWD,
            bits.PASSWORD,
            selection.password,
            mark("The other fax machine does not accept passwords, so nothing was fetched."),
        ),
        _Field(
            FCF.SEP,
            bits.SEP,
            selection.document,
            mark("The other fax machine does not offer a choice of documents, so nothing was fetched."),
        ),
        _Field(
            FCF.PSA,
            bits.PSA,
            selection.polled_sub_address,
            mark("The other fax machine does not accept sub-addresses, so nothing was fetched."),
        ),
    )


def _make_frames(dis: Bits, *fields: _Field) -> tuple[Frame, ...]:
    wanted = [field for field in fields if clean_selection(field.text)]
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


def presence_bits(frames: Sequence[Frame]) -> frozenset[int]:
    """Return the bits of a DCS or DTC that say that these frames go with it."""
    return frozenset(_BITS[frame.fcf] for frame in frames)


def read_selection(command: Sequence[Frame]) -> Selection:
    """Read the frames before a DCS or DTC, whatever its bits say: terminals of 1993 did not set them."""
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
"""The fields that the first octet of the FIF of FNV can call invalid (T.30, 5.3.6.2.13)."""
MORE_FIELDS: Final = 0x01
"""The last bit of it: a second octet follows."""
FNV_MORE_FIELDS: Final = {0x80: "BFT", 0x40: "IRA", 0x20: "ISP"}
"""The fields that the second octet can call invalid."""


def find_wrong_fields(wanted: Selection, command: Sequence[Frame]) -> int:
    """Check the frames that go with this DCS or DTC; returns the first octet of FNV, 0 if all are right."""
    said, polling = read_selection(command), command[-1].fcf is FCF.DTC
    wrong = 0
    if clean_selection(wanted.password) not in ("", said.password):
        wrong |= WRONG_PASSWORD if polling else WRONG_SENDER
    if polling and clean_selection(wanted.document) not in ("", said.document):
        wrong |= WRONG_DOCUMENT
    return wrong


def find_document(offered: Sequence[tuple[str, str]], command: Sequence[Frame]) -> tuple[int, int]:
    """Find which of these documents, each with its name (SEP) and its password (PWD), a DTC asks for, 1 = first;
    returns 0 if it gets none, and then the first octet of FNV.
    """
    said = read_selection(command)
    named = [(number, word) for number, (name, word) in enumerate(offered, 1) if clean_selection(name) == said.document]
    if not named:
        return 0, WRONG_DOCUMENT
    exact = next((number for number, word in named if word and clean_selection(word) == said.password), 0)
    found = exact or next((number for number, word in named if not clean_selection(word)), 0)
    return found, 0 if found else WRONG_PASSWORD


def make_our_refusal(fields: int) -> CallFailed:
    """Make the failure of a call in which we have refused these fields."""
    if fields & _PASSWORDS:
        return CallFailed(Outcome.PASSWORD, "The other fax machine did not give the right password.")
    return CallFailed(Outcome.NO_DOCUMENT, "The caller asked for a document that is not offered here.")


def make_their_refusal(fnv: Frame) -> CallFailed:
    """Make the failure of a call in which the other end has refused our fields."""
    fields = fnv.fif[0] if fnv.fif else 0
    if fields & _PASSWORDS:
        return CallFailed(Outcome.PASSWORD, "The other fax machine did not accept the password.")
    if fields & WRONG_DOCUMENT:
        return CallFailed(Outcome.NO_DOCUMENT, "The other fax machine does not have the document that was asked for.")
    return CallFailed(
        Outcome.REJECTED, "The other fax machine refused the call ({fields}).", fields=describe_fields(fnv.fif) or "FNV"
    )


def explain_hang_up(selection: Selection, failure: CallFailed) -> CallFailed:
    """Return the failure for DCN in answer to our DCS or DTC: after a password, the password may have been wrong."""
    if failure.outcome is not Outcome.REMOTE_DCN or not clean_selection(selection.password):
        return failure
    guess = CallFailed(
        Outcome.PASSWORD, "The other fax machine ended the call after the password: the password may be wrong."
    )
    guess.hung_up = True
    return guess


def describe_fields(fif: bytes) -> str:
    """Name the fields that an FNV refuses."""
    names = [name for bit, name in FNV_FIELDS.items() if fif[:1] and fif[0] & bit]
    if len(fif) > 1 and fif[0] & MORE_FIELDS:
        names += [name for bit, name in FNV_MORE_FIELDS.items() if fif[1] & bit]
    return ", ".join(names)
