# SPDX-License-Identifier: GPL-3.0-or-later
"""Two engines joined: calls on a good line, and calls on a line that loses, garbles, delays, doubles and cuts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.model.call import Outcome
from faxcore.model.page import Coding, Resolution, Width
from faxcore.t30 import line as t30
from faxcore.t30.capabilities import PageInfo, Terminal, codings
from faxcore.t30.modulation import OFFERS
from faxcore.t30.receive_state import ReceiveState
from tests.support.hypothesis_profiles import examples
from tests.support.joined import Fault, Joined

FINE = PageInfo(Width.A4, Resolution.FINE, 1000)
STANDARD = PageInfo(Width.A4, Resolution.STANDARD, 500)
WIDE = PageInfo(Width.A3, Resolution.FINE, 1000)
PLAIN = Terminal("plain", error_correction=False)


def all_documents(receiving: ReceiveState) -> list[ReceiveState]:
    """The states of all the documents that a call has brought."""
    return [*receiving.earlier, receiving]


@pytest.mark.parametrize("pages", [1, 3, 10])
@pytest.mark.parametrize("receiver", [Terminal("r"), PLAIN], ids=["ecm", "plain"])
def test_every_page_of_a_good_call_is_confirmed_and_kept(pages: int, receiver: Terminal) -> None:
    call = Joined([FINE] * pages, receiver=receiver)
    sending, receiving = call.run()
    assert (sending.outcome, sending.confirmed, sending.sent) == (Outcome.OK, pages, pages)
    assert (receiving.outcome, receiving.confirmed, receiving.complete) == (Outcome.OK, pages, True)
    assert {page: data for page, (data, _) in call.called.kept.items()}.keys() == set(range(1, pages + 1))
    for page, (data, confirmed) in call.called.kept.items():
        assert confirmed
        assert data.startswith(call.coded(page))


COMMAND = 5
"""The signal of a call with one page that is its post-message command: DIS, DCS, TCF, CFR and the page come before."""


@pytest.mark.parametrize("receiver", [Terminal("r"), PLAIN], ids=["ecm", "plain"])
def test_a_garbled_command_behind_a_page_is_asked_for_again_at_once(receiver: Terminal) -> None:
    ends = []
    for fault in (Fault.GARBLE, Fault.LOSE):
        call = Joined([FINE], {COMMAND: fault}, receiver=receiver)
        sending, receiving = call.run()
        assert (sending.outcome, receiving.outcome, receiving.confirmed) == (Outcome.OK, Outcome.OK, 1)
        assert call.called.sent.count("CRP") == (fault is Fault.GARBLE)
        ends.append(call.caller.now)
    assert ends[1] - ends[0] > 1.5


def test_a_command_that_stays_garbled_is_asked_for_again_twice_and_then_the_call_is_over() -> None:
    call = Joined([FINE], dict.fromkeys(range(COMMAND, COMMAND + 6), Fault.GARBLE))
    sending, receiving = call.run()
    assert sending.outcome is Outcome.UNCONFIRMED
    assert receiving.confirmed == 0
    assert call.caller.sent.count("PPS-EOP") == 3
    assert call.called.sent.count("CRP") == 2


@pytest.mark.parametrize("receiver", [Terminal("r"), PLAIN], ids=["ecm", "plain"])
def test_a_sender_who_may_still_be_in_its_page_is_not_talked_over(receiver: Terminal) -> None:
    """The end of the page was not heard: what was garbled may be the page."""
    call = Joined([FINE], {COMMAND - 1: Fault.GARBLE, COMMAND: Fault.GARBLE}, receiver=receiver)
    sending, _ = call.run()
    assert sending.outcome is Outcome.OK
    assert "CRP" not in call.called.sent


@pytest.mark.parametrize("signal", range(COMMAND - 1))
def test_in_phase_b_nothing_garbled_is_asked_for_again(signal: int) -> None:
    """A training check follows the DCS: CRP would be sent over it, and nobody would hear it."""
    call = Joined([FINE], {signal: Fault.GARBLE})
    sending, _ = call.run()
    assert sending.outcome is Outcome.OK
    assert "CRP" not in call.called.sent


@pytest.mark.parametrize("trouble", ["slow", "full"])
def test_a_sender_waits_for_a_disk_that_is_not_ready(trouble: str) -> None:
    times = 4
    call = Joined([FINE] * 2, disk=[trouble] * times + ["good"] + [trouble] * times)
    sending, receiving = call.run()
    assert (sending.outcome, sending.confirmed, receiving.confirmed) == (Outcome.OK, 2, 2)
    assert call.called.sent.count("RNR") == call.caller.sent.count("RR") == 2 * times
    plain = Joined([FINE] * 2, receiver=PLAIN, disk=[trouble, trouble, "good", trouble, trouble])
    sending, receiving = plain.run()
    assert (sending.outcome, sending.confirmed, receiving.confirmed) == (Outcome.OK, 2, 2)
    assert (plain.caller.sent.count("MPS"), plain.caller.sent.count("EOP")) == (3, 3)


@pytest.mark.parametrize("trouble", ["slow", "full"])
@pytest.mark.parametrize("receiver", [Terminal("r"), PLAIN], ids=["ecm", "plain"])
def test_a_page_that_never_gets_to_the_disk_is_never_confirmed(receiver: Terminal, trouble: str) -> None:
    call = Joined([FINE] * 2, receiver=receiver, disk=["good"] + [trouble] * 100)
    sending, receiving = call.run()
    assert (receiving.outcome, receiving.confirmed, sending.confirmed) == (Outcome.OK_PARTIAL, 1, 1)
    assert "could not be saved" in str(receiving.reason)
    assert sending.outcome in (Outcome.UNCONFIRMED, Outcome.REMOTE_DCN)


def test_error_correction_brings_mmr_and_without_it_mr_is_used() -> None:
    corrected, _ = Joined([FINE]).run()
    plain, _ = Joined([FINE], receiver=PLAIN).run()
    assert corrected.agreement is not None
    assert plain.agreement is not None
    assert (corrected.agreement.error_correction, corrected.agreement.format.coding) == (True, Coding.MMR)
    assert (plain.agreement.error_correction, plain.agreement.format.coding) == (False, Coding.MR)


def test_jbig_is_used_where_both_ends_have_it_on() -> None:
    jbig = Terminal("j", codings=codings(jbig=True))
    for sender, receiver, coding in (
        (jbig, jbig, Coding.JBIG),
        (jbig, Terminal("r"), Coding.MMR),
        (Terminal("s"), jbig, Coding.MMR),
        (jbig, PLAIN, Coding.MR),
    ):
        sending, receiving = Joined([FINE] * 2, sender=sender, receiver=receiver).run()
        assert (sending.outcome, receiving.confirmed) == (Outcome.OK, 2)
        for agreement in (sending.agreement, receiving.agreement):
            assert agreement is not None
            assert agreement.format.coding is coding


def test_a_change_of_geometry_goes_through_eom_and_phase_b() -> None:
    call = Joined([FINE, STANDARD, STANDARD])
    sending, receiving = call.run()
    assert (sending.confirmed, [each.confirmed for each in all_documents(receiving)]) == (3, [1, 2])
    assert [name for name in call.caller.sent if name.startswith("PPS")] == ["PPS-EOM", "PPS-MPS", "PPS-EOP"]


def test_a_page_of_several_blocks_uses_pps_null_between_them() -> None:
    call = Joined([FINE], octets=150_000)
    sending, _ = call.run()
    assert sending.outcome is Outcome.OK
    assert [name for name in call.caller.sent if "PPS" in name] == ["PPS-NULL", "PPS-NULL", "PPS-EOP"]
    assert call.called.kept[1][0].startswith(call.coded(1))
    assert call.called.blocks_at == [0, 65_536, 131_072]


def test_the_page_counter_of_error_correction_goes_round_at_256() -> None:
    sending, receiving = Joined([FINE] * 258, octets=300).run()
    assert (sending.outcome, sending.confirmed, receiving.confirmed) == (Outcome.OK, 258, 258)


def test_a_training_check_that_fails_costs_one_rung() -> None:
    call = Joined([FINE], {2: Fault.GARBLE})
    sending, _ = call.run()
    assert sending.outcome is Outcome.OK
    assert "TCF V.17 12000" in call.caller.sent
    assert sending.agreement is not None
    assert sending.agreement.modulation.rate == 12000


def test_frames_that_were_lost_are_sent_again_and_only_those() -> None:
    call = Joined([FINE], {4: Fault.HALF}, octets=20_000)
    sending, _ = call.run()
    assert sending.outcome is Outcome.OK
    bursts = [name for name in call.caller.sent if name.startswith("burst")]
    assert bursts == ["burst of 79 V.17 14400 short", "burst of 39 V.17 14400 short"]


def test_the_fourth_refusal_of_a_block_lowers_the_rate_with_ctc() -> None:
    call = Joined([FINE], dict.fromkeys((4, 7, 10, 13), Fault.GARBLE))
    sending, _ = call.run()
    assert sending.outcome is Outcome.OK
    assert "CTC" in call.caller.sent
    assert call.caller.sent[-3].startswith("burst of 79 V.17 12000")
    assert "short" not in call.caller.sent[-3]


@pytest.mark.parametrize("frame_size", [256, 64])
@pytest.mark.parametrize("given_up", [1, 2, 4], ids=["first", "middle", "last"])
@pytest.mark.parametrize("geometry", [[FINE] * 4, [FINE, FINE, WIDE, WIDE]], ids=["mps", "eom"])
def test_a_page_that_cannot_be_sent_is_given_up_and_the_others_arrive(
    given_up: int, geometry: list[PageInfo], frame_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = Joined(geometry, octets=2_000, receiver=Terminal("r", frame_size=frame_size))

    def spoils(request: t30.Request) -> Fault | None:
        burst = isinstance(request, t30.SendBurst) and call.coded(given_up)[:8] in b"".join(request.frames.values())
        return Fault.GARBLE if burst else None

    monkeypatch.setattr(call, "spoils", spoils)
    sending, receiving = call.run()
    assert (sending.outcome, sending.confirmed, sending.done) == (Outcome.OK_PARTIAL, given_up - 1, 4)
    assert (receiving.outcome, receiving.confirmed, receiving.incomplete) == (Outcome.OK_PARTIAL, 3, 1)
    whole = {page for page, (_, confirmed) in call.called.kept.items() if confirmed}
    assert whole == {1, 2, 3, 4} - {given_up}
    for page in whole:
        assert call.called.kept[page][0].startswith(call.coded(page))


def test_a_page_that_was_refused_is_sent_again_at_a_lower_rate() -> None:
    call = Joined([FINE, FINE], {4: Fault.HALF}, receiver=PLAIN)
    sending, receiving = call.run()
    assert (sending.outcome, sending.confirmed, receiving.confirmed) == (Outcome.OK, 2, 2)
    assert [name for name in call.caller.sent if name.startswith("page")] == [
        "page V.17 14400",
        "page V.17 12000",
        "page V.17 12000",
    ]


def test_a_page_refused_three_times_ends_the_call_as_rejected() -> None:
    faults = dict.fromkeys((4, 10, 16), Fault.HALF)
    call = Joined([FINE], faults, receiver=PLAIN)
    sending, receiving = call.run()
    assert (sending.outcome, sending.confirmed) == (Outcome.REJECTED, 0)
    assert receiving.confirmed == 0
    assert call.called.kept[1][1] is False


@pytest.mark.parametrize("receiver", [Terminal("r"), PLAIN], ids=["ecm", "plain"])
def test_a_lost_last_confirmation_is_asked_for_again(receiver: Terminal) -> None:
    lost_answer = 6
    call = Joined([FINE], {lost_answer: Fault.LOSE}, receiver=receiver)
    sending, receiving = call.run()
    assert (sending.outcome, receiving.confirmed) == (Outcome.OK, 1)


@pytest.mark.parametrize("receiver", [Terminal("r"), PLAIN], ids=["ecm", "plain"])
def test_a_last_confirmation_that_never_comes_is_neither_success_nor_failure(receiver: Terminal) -> None:
    call = Joined([FINE], {6: Fault.LOSE, 8: Fault.LOSE, 10: Fault.LOSE}, receiver=receiver)
    sending, receiving = call.run()
    assert (sending.outcome, sending.confirmed, sending.sent) == (Outcome.UNCONFIRMED, 0, 1)
    assert receiving.complete


def test_a_call_that_breaks_off_keeps_what_was_confirmed() -> None:
    call = Joined([FINE] * 3, {7: Fault.CUT})
    sending, receiving = call.run()
    assert sending.outcome is Outcome.LINE_LOST
    assert (receiving.outcome, receiving.confirmed) == (Outcome.OK_PARTIAL, sending.confirmed)


def test_nobody_but_a_fax_machine_is_waited_for_no_longer_than_t1() -> None:
    call = Joined([FINE], dict.fromkeys(range(400), Fault.LOSE))
    sending, receiving = call.run()
    assert (sending.outcome, receiving.outcome) == (Outcome.NO_FAX, Outcome.NO_FAX)


class Noisy(Joined):
    """A line on which an image carrier that is faster than so many bits a second does not come through."""

    def __init__(self, clear_up_to: int, *call: Any, **settings: Any) -> None:
        super().__init__(*call, **settings)
        self.clear_up_to = clear_up_to

    def spoils(self, request: t30.Request) -> Fault | None:
        # The training check is too short for it to show.
        image = isinstance(request, t30.SendPage | t30.SendBurst) and request.modulation.rate > self.clear_up_to
        return Fault.GARBLE if image else None


def ladder_seconds(octets: int) -> float:
    """Seconds that a page takes whose every block is sent four times at each rung of the ladder, with its frames."""
    return sum(4 * octets * 8 * 1.2 / rung.rate for rung in OFFERS["1101"])


FAULTS = st.dictionaries(st.integers(0, 60), st.sampled_from(list(Fault)), max_size=12)


@examples(400)
@given(
    faults=FAULTS,
    pages=st.lists(st.sampled_from([FINE, STANDARD]), min_size=1, max_size=4),
    ecm=st.booleans(),
    frame_size=st.sampled_from([256, 64]),
    # The fastest image carrier that comes through whole; 0: none does.
    clear_up_to=st.sampled_from([14400, 14400, 9600, 2400, 0]),
    # Pages that take longer than a repeated command may: a shorter one that is lost whole cannot be told from it.
    octets=st.sampled_from([5_000, 20_000, 70_000]),
    disk=st.lists(st.sampled_from(["good", "slow", "full"]), max_size=8),
)
def test_whatever_the_line_does_the_call_ends_and_nothing_is_confirmed_that_is_not_there(
    faults: dict[int, Fault],
    pages: list[PageInfo],
    ecm: bool,
    frame_size: int,
    clear_up_to: int,
    octets: int,
    disk: list[str],
) -> None:
    receiver = Terminal("r", error_correction=ecm, frame_size=frame_size)
    call = Noisy(clear_up_to, pages, faults, receiver=receiver, octets=octets, disk=disk)
    sending, receiving = call.run()
    log = "\n".join(call.log)
    assert call.caller.now < 3600 + len(pages) * ladder_seconds(octets), log
    # A page may have come twice, where an answer of ours was lost; none may be missing.
    arrived = iter([data for data, confirmed in call.called.all_kept if confirmed])
    for page in range(1, sending.confirmed + 1):
        assert any(data.startswith(call.coded(page)) for data in arrived), log
    for data, confirmed in call.called.all_kept:
        whole = any(data.startswith(call.coded(page)) for page in range(1, len(pages) + 1))
        assert not confirmed or whole, log
    if sending.outcome is Outcome.OK:
        assert sending.confirmed == len(pages), log
        assert receiving.complete, log
