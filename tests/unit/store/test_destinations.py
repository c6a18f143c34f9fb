# SPDX-License-Identifier: GPL-3.0-or-later
"""What calls teach of a destination: the rung to begin at, faults, and that all of it is forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from faxcore.model.call import CallReport, Outcome
from faxcore.queue.experience import SLOW, learn, update_history
from faxcore.store.call_history import NOTHING, REACHED_DAYS, CallHistory, Experience
from faxcore.store.database import Database
from faxcore.store.opening import sqlite_url
from faxcore.t30.modulation import ALL, V17_14400, V29_9600, Modulation, list_rungs_from

V29 = str(V29_9600)


def ended(
    outcome: Outcome,
    phase: str = "",
    rung: Modulation = V17_14400,
    fallbacks: int = 0,
    corrected: bool = True,
    confirmed: int = 0,
) -> CallReport:
    return CallReport(
        outcome,
        phase=phase,
        modulation=rung.name,
        rate=rung.rate,
        fallbacks=fallbacks,
        error_correction=corrected,
        confirmed=confirmed,
    )


def after(*reports: CallReport, before: Experience = NOTHING) -> Experience:
    for report in reports:
        before = update_history(before, report, first_page=1)
    return before


SILENT_TRAINING = ended(Outcome.TIMEOUT, "B")
LOST_PAGE = ended(Outcome.TIMEOUT, "D")


def test_a_call_that_fell_back_makes_the_next_begin_where_it_got_through() -> None:
    assert after(ended(Outcome.OK)) == NOTHING
    assert after(ended(Outcome.OK, rung=V29_9600, fallbacks=3)).begin_at == V29
    assert after(ended(Outcome.OK, rung=V29_9600, fallbacks=3), ended(Outcome.OK, rung=V29_9600)).begin_at == V29


def test_a_fallback_that_did_not_help_teaches_nothing() -> None:
    assert after(ended(Outcome.CANNOT_TRAIN, rung=ALL[-1], fallbacks=6)) == NOTHING
    assert after(ended(Outcome.OK_PARTIAL, rung=ALL[-1], fallbacks=6, confirmed=1)) == NOTHING


def test_slow_rungs_are_climbed_by_calls_that_get_through() -> None:
    assert [str(rung) for rung in reversed(ALL) if rung.name != "V.17"] == list(SLOW)
    known, begun = after(ended(Outcome.OK, rung=ALL[-1], fallbacks=6)), []
    for _ in range(5):
        begun.append(known.begin_at)
        known = after(ended(Outcome.OK, rung=list_rungs_from(known.begin_at)[0]), before=known)
    assert begun == [*SLOW, V29], "and no higher: it may be V.17 that does not work"


def test_two_silent_trainings_at_v17_leave_it_out() -> None:
    assert after(SILENT_TRAINING).begin_at == ""
    assert after(SILENT_TRAINING, ended(Outcome.BUSY), SILENT_TRAINING).begin_at == V29
    assert after(SILENT_TRAINING, ended(Outcome.OK), SILENT_TRAINING).begin_at == "", "not on end"
    assert after(*[ended(Outcome.REMOTE_DCN, "B")] * 2).begin_at == V29
    assert list_rungs_from(V29)[0] is V29_9600
    assert not any(rung.name == "V.17" for rung in list_rungs_from(V29))


def test_v17_is_used_again_where_it_was_not_the_cause() -> None:
    without = after(SILENT_TRAINING, SILENT_TRAINING)
    assert after(ended(Outcome.OK, rung=V29_9600), before=without).begin_at == V29
    assert after(ended(Outcome.TIMEOUT, "B", V29_9600), before=without) == NOTHING


def test_two_lost_pages_in_error_correction_leave_it_out() -> None:
    assert after(LOST_PAGE).error_correction
    without = after(LOST_PAGE, LOST_PAGE)
    assert not without.error_correction
    assert not after(ended(Outcome.OK, corrected=False), before=without).error_correction
    assert after(ended(Outcome.TIMEOUT, "D", corrected=False), before=without) == NOTHING, "it was not the cause"


def test_a_call_that_brought_a_page_or_never_came_to_training_accuses_nothing() -> None:
    assert after(*[ended(Outcome.TIMEOUT, "D", confirmed=1)] * 3) == NOTHING
    assert after(*[CallReport(Outcome.TIMEOUT, phase="B")] * 3) == NOTHING
    assert after(*[ended(Outcome.LINE_LOST)] * 3) == NOTHING
    assert update_history(NOTHING, ended(Outcome.TIMEOUT, "D", confirmed=2), first_page=3) != NOTHING


def test_all_is_forgotten_after_the_days(tmp_path: Path) -> None:
    time = datetime(2026, 11, 23, tzinfo=UTC)
    database = Database(sqlite_url(tmp_path / "db"), lambda: time)
    destinations = CallHistory(database)
    fell_back = ended(Outcome.OK, rung=V29_9600, fallbacks=3)
    learn(destinations, "+33199000002", fell_back, 1, days=7)
    learn(destinations, "+33199000003", fell_back, 1, days=0)
    assert destinations.experience("+33199000003") == NOTHING, "nothing is to be remembered"
    time += timedelta(days=6)
    learn(destinations, "+33199000002", ended(Outcome.OK, rung=V29_9600), 1, days=7)
    assert destinations.experience("+33199000002").begin_at == V29
    time += timedelta(days=1)
    assert destinations.experience("+33199000002") == NOTHING, "a call that it served does not prolong it"
    destinations.forget_old()
    assert destinations.was_reached("+33199000002"), "a fax machine's number it stays"
    assert not destinations.was_reached("+33199000003")
    time += timedelta(days=REACHED_DAYS)
    assert not destinations.was_reached("+33199000002")
    destinations.forget_old()
    assert database.value(text("SELECT count(*) FROM destination")) == 0
    database.close()


def test_a_call_that_reaches_no_fax_machine_makes_no_number_one(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "db"))
    destinations = CallHistory(database)
    for outcome in (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.NO_FAX, Outcome.MODEM):
        learn(destinations, "1", CallReport(outcome), 1, days=7)
    assert not destinations.was_reached("1")
    destinations.note_reached("1")
    destinations.forget("1")
    assert not destinations.was_reached("1")
    database.close()


def test_what_is_locked_is_changed_by_no_call_and_by_no_time(tmp_path: Path) -> None:
    time = datetime(2026, 3, 1, tzinfo=UTC)
    database = Database(sqlite_url(tmp_path / "db"), lambda: time)
    destinations = CallHistory(database)
    for number in ("1", "2"):
        learn(destinations, number, ended(Outcome.OK, rung=V29_9600, fallbacks=3), 1, days=7)
    destinations.lock("1")
    before = destinations.get("1")
    assert before is not None
    assert (before.known.begin_at, before.until, before.locked) == (V29, "", True)
    for days in (7, 0):
        for report in (SILENT_TRAINING, LOST_PAGE, ended(Outcome.OK), CallReport(Outcome.OK, paper="a4")):
            learn(destinations, "1", report, 1, days)
    time += timedelta(days=2 * REACHED_DAYS)
    destinations.forget_old()
    assert destinations.get("1") == before and destinations.get("2") is None
    assert destinations.experience("1").begin_at == V29
    assert destinations.was_reached("1"), "nothing is noted of it meanwhile, and nothing is too old"
    destinations.unlock("1", days=7)
    assert destinations.experience("1").begin_at == V29
    assert not destinations.was_reached("1")
    learn(destinations, "1", CallReport(Outcome.OK, paper="a4"), 1, days=7)
    assert destinations.experience("1").paper == "a4"
    time += timedelta(days=7)
    assert destinations.experience("1") == NOTHING
    database.close()


def test_what_is_out_of_date_is_not_locked_in(tmp_path: Path) -> None:
    time = datetime(2026, 3, 1, tzinfo=UTC)
    database = Database(sqlite_url(tmp_path / "db"), lambda: time)
    destinations = CallHistory(database)
    learn(destinations, "1", ended(Outcome.OK, rung=V29_9600, fallbacks=3), 1, days=7)
    time += timedelta(days=8)
    shown = destinations.get("1")
    assert shown is not None and (shown.known, shown.until) == (NOTHING, "")
    destinations.lock("1")
    assert destinations.experience("1") == NOTHING
    destinations.lock("2")
    learn(destinations, "2", ended(Outcome.OK, rung=V29_9600, fallbacks=3), 1, days=7)
    assert destinations.experience("2") == NOTHING, "nothing is learnt"
    assert [row.number for row in destinations.page("", 1)] == ["1"]
    assert [row.number for row in destinations.page("1", 9)] == ["2"]
    database.close()


def test_what_is_known_is_read_back(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "db"))
    destinations = CallHistory(database)
    for report in (SILENT_TRAINING, SILENT_TRAINING, LOST_PAGE):
        learn(destinations, "1", report, 1, days=1)
    assert destinations.experience("1") == Experience(V29, True, 2, 1)
    learn(destinations, "1", ended(Outcome.TIMEOUT, "B", V29_9600), 1, days=1)
    learn(destinations, "1", ended(Outcome.OK), 1, days=1)
    assert destinations.experience("1") == NOTHING
    assert destinations.was_reached("1")
    database.close()


@pytest.mark.parametrize("outcome", [Outcome.REMOTE_DCN, Outcome.TIMEOUT, Outcome.LINE_LOST])
def test_an_other_end_that_does_not_go_on_gets_one_fax_a_call(outcome: Outcome) -> None:
    before = Experience(begin_at=V29, training_failures=1)
    assert after(CallReport(outcome, phase="B", not_begun=True), before=before) == replace(before, together=False)


def test_an_other_end_that_does_not_answer_eom_gets_one_fax_a_call() -> None:
    for outcome in (Outcome.UNCONFIRMED, Outcome.REMOTE_DCN, Outcome.PROTOCOL):
        assert not after(CallReport(outcome, more=True)).together
        assert after(CallReport(outcome)).together
    assert after(replace(ended(Outcome.OK), more=True)).together
    assert not after(ended(Outcome.OK), before=Experience(together=False)).together, "one fax does not teach it"
