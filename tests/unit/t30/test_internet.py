# SPDX-License-Identifier: GPL-3.0-or-later
"""Internet addresses in frames (T.30, 5.3.6.2.12), and what becomes of IRA in a call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.t30 import bits
from faxcore.t30.bits import Bits
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.frames import FCF, REVERSED, Frame
from faxcore.t30.internet_address import is_address, pack_address, unpack_address
from faxcore.t30.selective import Selection, describe_fields, presence_bits, read_selection, select_with_document
from faxcore.t30.transcript import describe_frame


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("fax=+33199000001@example.org", 1),
        ("anne@example.org", 1),
        ("https://example.org/fax?to=anne@example.org", 2),
        ("mailto:anne@example.org", 1),
        ("192.0.2.1", 3),
        ("2001:db8::1", 4),
        ("+33199000001", 5),
    ],
)
def test_an_address_says_of_what_kind_it_is(text: str, kind: int) -> None:
    fif = pack_address(text)
    assert fif.translate(REVERSED) == bytes((0, kind, len(text))) + text.encode()
    assert unpack_address(fif) == text


@given(st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=77))
def test_every_address_is_read_back(text: str) -> None:
    assert is_address(text)
    assert unpack_address(pack_address(text)) == text


@pytest.mark.parametrize("text", ["", "a b@c", "é@example.org", "a" * 78, "a@b\n"])
def test_what_no_frame_can_carry_is_refused(text: str) -> None:
    assert not is_address(text)
    with pytest.raises(ValueError, match="is not an internet address"):
        pack_address(text)


@given(st.binary(max_size=300))
def test_any_field_is_read_as_harmless_text(fif: bytes) -> None:
    text = unpack_address(fif)
    assert len(text) <= 77
    assert text.isprintable()
    for fcf in (FCF.IRA, FCF.CIA, FCF.CSA, FCF.TSA, FCF.ISP):
        assert describe_frame(Frame(fcf, fif)) == f'{fcf.name} "{text}"'


def test_ira_goes_only_to_a_terminal_that_takes_it() -> None:
    wanted = Selection(sub_address="1", internet_address="anne@example.org")
    frames = select_with_document(wanted, Bits.of(bits.SUB, bits.IRA))
    assert [frame.fcf for frame in frames] == [FCF.SUB, FCF.IRA]
    assert presence_bits(frames) == {bits.SUB, bits.IRA}
    assert read_selection([*frames, Frame(FCF.DCS)]) == wanted
    with pytest.raises(CallFailed, match="does not accept internet addresses"):
        select_with_document(wanted, Bits.of(bits.SUB))


def test_fnv_names_what_its_second_octet_says() -> None:
    assert describe_fields(b"\x21\x40") == "SUB, IRA"
    assert describe_fields(b"\x20\x40") == "SUB", "no second octet is announced"
    assert describe_fields(b"\x01") == ""
