# SPDX-License-Identifier: GPL-3.0-or-later
"""People who call a fax line: whoever is answered is no fax, the call ends in time, nothing is received, and the modem
takes the next call.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from faxcore.exchange import Exchange, ExchangeSettings, LineSettings, PersonSettings
from faxcore.model.call import CallReport, Outcome
from faxcore.t30.capabilities import Terminal
from faxcore.t30.limits import T1, T4
from tests.support.calls import PATIENCE, Answerer, send_from, write_pages
from tests.support.calls import Listener as Owner
from tests.support.pages import text_page

PICK_UP = 5.0
"""Seconds of CED and what goes with it, before T1 is looked at."""
LAST_DIS = 5.0
"""Seconds that the DIS begun last and DCN take; T4 comes between, in seconds of the computer."""


def answered(
    tmp_path: Path, person: PersonSettings, speed: float = 20.0, then_send: bool = False
) -> tuple[CallReport, float, list[str]]:
    """A person calls the fax line: its report, the seconds that the call took, and its transcript."""
    numbers = ("0199000001", "0199000002", "0199000003")
    caller, fax, other = (LineSettings((number,)) for number in numbers)
    lines = (LineSettings(caller.numbers, person=person), fax, other)
    with Exchange(ExchangeSettings(tmp_path / "exchange", lines, speed=speed, seed=7)) as exchange:
        answerer = Answerer(exchange, 2, tmp_path / "received", Terminal(numbers[1]))
        seconds = exchange.call(1, numbers[1]).result(PATIENCE)
        report = answerer.result()
        assert answerer.pages() == []
        assert answerer.listener.kept == []
        if then_send:
            write_pages(tmp_path / "document.tif", [text_page(rows=300)])
            after = Answerer(exchange, 2, tmp_path / "after", Terminal(numbers[1]))
            sent = send_from(exchange, 3, tmp_path / "document.tif", numbers[1], Terminal(numbers[2]), Owner(), [])
            assert (sent.outcome, after.result().received) == (Outcome.OK, 1)
    return report, seconds, answerer.transcript


@pytest.mark.parametrize(
    ("speech", "speed"),
    [(None, 20.0), (-30.0, 20.0), (-15.0, 20.0), (-15.0, 2.0)],
    ids=["silent", "soft", "loud", "slow"],
)
def test_a_person_is_no_fax(tmp_path: Path, speech: float | None, speed: float) -> None:
    report, seconds, transcript = answered(tmp_path, PersonSettings(speech), speed, then_send=True)
    assert (report.outcome, report.received, report.files) == (Outcome.NO_FAX, 0, ()), transcript
    assert seconds < PICK_UP + T1 + LAST_DIS + T4 * speed, transcript
    assert list((tmp_path / "received").iterdir()) == []


@pytest.mark.parametrize("after", [0.3, 1.0, 3.0, 4.5, 6.5, 12.0])
@pytest.mark.parametrize("speech", [None, -15.0], ids=["silent", "loud"])
def test_a_person_who_hangs_up_is_no_fax(tmp_path: Path, speech: float | None, after: float) -> None:
    report, seconds, transcript = answered(tmp_path, PersonSettings(speech, after))
    assert report.outcome in (Outcome.NO_FAX, Outcome.LINE_LOST), transcript
    assert report.reason
    assert (report.received, report.files) == (0, ())
    assert seconds == pytest.approx(after, abs=0.1)


def test_one_who_hangs_up_at_once_is_said_to_have_done_so(tmp_path: Path) -> None:
    report, _, transcript = answered(tmp_path, PersonSettings(None, 0.8))
    assert report.outcome is Outcome.NO_FAX, transcript
    assert "hung up" in str(report.reason)
