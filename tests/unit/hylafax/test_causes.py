# SPDX-License-Identifier: GPL-3.0-or-later
"""HylaFAX's words for the end of a call, as one of our outcomes."""

from dataclasses import replace

import pytest

from faxcore.hylafax.causes import judge
from faxcore.hylafax.log_records import Record
from faxcore.model.call import Outcome
from tests.unit.hylafax.test_log_records import LINE_RECEIVED, LINE_SENT, parse

FAILED = replace(parse(LINE_SENT), pages=0)


@pytest.mark.parametrize(
    ("reason", "pages", "outcome"),
    [
        ("", 2, Outcome.OK),
        ("", 0, Outcome.PROTOCOL),
        ("Busy signal detected", 0, Outcome.BUSY),
        ("Busy signal detected; too many attempts to dial {E333}", 0, Outcome.BUSY),
        ("{E003} whatever it says", 0, Outcome.NO_ANSWER),
        ("No answer from remote", 0, Outcome.NO_ANSWER),
        ("No carrier detected; too many attempts to dial", 0, Outcome.NO_FAX),
        ("No local dialtone", 0, Outcome.NO_DIALTONE),
        ("Job aborted by user", 1, Outcome.LOCAL_ABORT),
        ("Failure to train remote modem at 2400 bps or minimum speed", 0, Outcome.CANNOT_TRAIN),
        ("Something nobody has heard of", 0, Outcome.PROTOCOL),
        ("Something nobody has heard of", 1, Outcome.OK_PARTIAL),
    ],
)
def test_a_call_that_was_made(reason: str, pages: int, outcome: Outcome) -> None:
    found, why = judge(replace(FAILED, reason=reason, pages=pages))
    assert found is outcome
    assert bool(why) == (outcome is not Outcome.OK)
    assert not reason or reason in str(why)


def test_a_call_that_came_in() -> None:
    received = replace(parse(LINE_RECEIVED), reason="")
    assert judge(received)[0] is Outcome.OK
    assert judge(replace(received, reason="T.30 T2 timeout, expected page not received"))[0] is Outcome.OK_PARTIAL
    outcome, why = judge(replace(received, kind=Record.CALL, pages=0))
    assert (outcome, str(why)) == (Outcome.NO_FAX, "HylaFAX has noted a call that brought no fax.")
