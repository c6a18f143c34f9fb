# SPDX-License-Identifier: GPL-3.0-or-later
"""The exit statuses that scripts rely on: they never change, and the manual has them all."""

from __future__ import annotations

import re

import pytest

from faxcore.cli import exit_codes
from faxcore.cli.exit_codes import find_call_status, find_fax_status
from faxcore.contract.sent_fax import Call, Job, JobDetails
from faxcore.model.call import Outcome
from faxcore.model.job import State
from tests.support import CHECKOUT

STATUSES = {
    Outcome.OK: 0,
    Outcome.BUSY: 10,
    Outcome.NO_ANSWER: 11,
    Outcome.NO_FAX: 12,
    Outcome.OK_PARTIAL: 13,
    Outcome.UNCONFIRMED: 14,
    Outcome.REJECTED: 15,
    Outcome.PASSWORD: 15,
    Outcome.INCOMPATIBLE: 15,
    Outcome.RX_INCAPABLE: 15,
    Outcome.NO_DOCUMENT: 15,
    Outcome.MODEM: 16,
    Outcome.NO_DIALTONE: 16,
}


def fax(state: State, *outcomes: Outcome | None, confirmed: int = 0) -> JobDetails:
    texts = dict.fromkeys(("title", "number", "recipient", "subject", "header", "created", "changed"), "")
    job = Job("1", state, pages=3, confirmed=confirmed, **texts)
    return JobDetails(job, tuple(Call("2026-11-29T07:00:00Z", "line-1", outcome) for outcome in outcomes))


@pytest.mark.parametrize("outcome", Outcome)
def test_the_end_of_a_call_has_its_status(outcome: Outcome) -> None:
    assert find_call_status(outcome) == STATUSES.get(outcome, 1)


def test_a_fax_that_failed_has_the_status_of_its_last_call() -> None:
    assert find_fax_status(fax(State.FAILED, Outcome.NO_ANSWER, Outcome.BUSY, None)) == 10
    assert find_fax_status(fax(State.FAILED, Outcome.BUSY, Outcome.PROTOCOL)) == 1
    assert find_fax_status(fax(State.FAILED)) == 1
    assert find_fax_status(fax(State.FAILED, Outcome.OK)) == 1, "its call may have gone well"
    assert find_fax_status(fax(State.FAILED, Outcome.OK_PARTIAL, Outcome.BUSY, confirmed=1)) == 13


def test_a_fax_that_ended_otherwise_says_so() -> None:
    assert find_fax_status(fax(State.DONE, Outcome.BUSY, Outcome.OK, confirmed=3)) == 0
    assert find_fax_status(fax(State.UNCERTAIN, Outcome.UNCONFIRMED, confirmed=2)) == 14
    assert find_fax_status(fax(State.CANCELLED, Outcome.BUSY)) == 17


@pytest.mark.parametrize("language", ["user", "fr"])
def test_the_manual_has_every_status(language: str) -> None:
    text = (CHECKOUT / "docs" / language / "commands.md").read_text(encoding="utf-8")
    told = {int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    known = {value for name, value in vars(exit_codes).items() if not name.startswith("_") and isinstance(value, int)}
    assert told == known | {2}
