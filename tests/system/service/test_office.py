# SPDX-License-Identifier: GPL-3.0-or-later
"""A morning of an office on real calls (`tests.support.office_morning`). Each rule of its configuration, and each wish
of its people, shows in what happens: without it, its test fails.
"""

from collections.abc import Iterator

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest

from faxcore.exchange import ALWAYS_BUSY
from faxcore.model.call import Outcome
from faxcore.model.job import State
from tests.support.office_morning import CIRCULARS, FLAKY, TOWN, Morning, live_through

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("office")]


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    yield live_through(tmp_path_factory.mktemp("office"))


def test_nobody_is_called_before_the_lines_hours(morning: Morning) -> None:
    assert {call.hour for call in morning.calls} == {"08:00", "10:00"}
    late = [call for call in morning.calls if call.line == "line-4"]
    assert {call.hour for call in late} == {"10:00"}, "it dials from ten on, and before all others then"


def test_a_line_that_only_receives_is_never_dialled_on_and_one_that_only_sends_never_answers(morning: Morning) -> None:
    assert "line-1" not in {call.line for call in morning.calls}
    assert morning.received_on == ["line-1"]


def test_the_line_with_the_highest_priority_goes_first(morning: Morning) -> None:
    assert [call.line for call in morning.of("letter")] == ["line-6"]


def test_one_line_of_a_group_stays_free(morning: Morning) -> None:
    assert morning.busy_at_once == 1


def test_a_rule_chooses_the_lines(morning: Morning) -> None:
    court = [call for title in ("urgent", "plea", "copy") for call in morning.of(title)]
    assert [call.line for call in court] == ["line-5", "line-4", "line-4", "line-4"]


def test_a_rule_refuses(morning: Morning) -> None:
    assert "the rule “Not there” of this service forbids it" in morning.refusal
    assert morning.is_free_for_anne


def test_a_rule_has_faxes_wait_for_their_hours(morning: Morning) -> None:
    assert [(call.hour, call.outcome) for call in morning.of("shop")] == [("10:00", Outcome.OK)]


def test_what_is_urgent_goes_first_and_what_is_bulk_last(morning: Morning) -> None:
    """Handed in the other way round, for one number."""
    court = [call.title for call in morning.calls if call.title in ("urgent", "plea", "copy")]
    assert court == ["urgent", "urgent", "plea", "copy"]


def test_what_is_held_stays_and_what_is_for_later_goes_then(morning: Morning) -> None:
    assert (morning.of("held"), morning.states["held"]) == ([], State.HELD)
    assert [call.hour for call in morning.of("later")] == ["10:00"]


def test_a_modem_that_is_pulled_out_costs_a_call_and_another_line_goes_on_where_it_was(morning: Morning) -> None:
    first, second = morning.of("urgent")
    assert (first.outcome, first.confirmed) == (Outcome.MODEM, 1)
    assert (second.first_page, second.outcome, second.confirmed) == (2, Outcome.OK, 2)
    assert "is gone" in morning.without_modem or "modem-5" in morning.without_modem
    assert morning.pages["urgent"] == (2, 2)


def test_a_broadcast_comes_to_its_end_for_each_of_its_recipients(morning: Morning) -> None:
    """One machine takes it, one hangs up in the second page and is sent the rest, one is busy all the time."""
    assert [morning.states[circular] for circular in CIRCULARS] == [State.DONE, State.DONE, State.FAILED]
    assert [call.first_page for call in morning.of(f"circular {TOWN}")] == [1]
    assert [call.first_page for call in morning.of(f"circular {FLAKY}")] == [1, 2]
    assert [call.outcome for call in morning.of(f"circular {ALWAYS_BUSY}")] == [Outcome.BUSY] * 3


def test_a_number_at_which_nobody_answers_fails_after_one_call(morning: Morning) -> None:
    assert [call.outcome for call in morning.of("nobody")] == [Outcome.NO_ANSWER]
    assert morning.states["nobody"] is State.FAILED


def test_all_others_have_arrived(morning: Morning) -> None:
    others = set(morning.states) - {"held", "nobody", CIRCULARS[2]}
    assert {morning.states[title] for title in others} == {State.DONE}
