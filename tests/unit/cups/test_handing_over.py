# SPDX-License-Identifier: GPL-3.0-or-later
"""A printed document waits for the service as long as it takes; cupsd itself gives up after five tries."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.contract.bus import ErrorCode
from faxcore.contract.printed import Accepted, Claim, Handover
from faxcore.cups import handing_over
from faxcore.cups.handing_over import FAULTS, hand_over, tell_refusal
from faxcore.cups.options import PrintJob
from faxcore.cups.print_refusal import Exit, Refusal
from faxcore.model.sentence import Sentence

DONE = Handover(Accepted.DRAFT, "an-id")
AWAY = ServiceUnavailable(Sentence("The fax service does not answer."))


def refusal(code: ErrorCode) -> BusError:
    return BusError(code, Sentence("A sentence with foreign text."))


class Service:
    """Answers as it was told, in turn; notes what was acknowledged."""

    def __init__(self, *answers: Exception | Handover) -> None:
        self._answers = list(answers)
        self.refused: list[tuple[Claim, Sentence]] = []
        self.acknowledged: list[str] = []
        self.lost: Exception | None = None

    async def submit(self, _pages: Any, _original: Any, claim: Claim) -> Handover:
        assert claim.key == "urn:uuid:1"
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def refuse_print(self, claim: Claim, reason: Sentence) -> None:
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        self.refused.append((claim, reason))

    async def acknowledge(self, handover: str) -> None:
        if self.lost is not None:
            error, self.lost = self.lost, None
            raise error
        self.acknowledged.append(handover)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(handing_over, "PAUSES", (0.0,))
    yield


JOB = PrintJob.from_arguments(["fax", "7", "anne", "Letter", "1", "job-uuid=urn:uuid:1 fax-number=0199000002"])


def let_be_reached(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        yield service

    monkeypatch.setattr(handing_over.client, "connect_intake", connect)


def handed_over(service: Service, monkeypatch: pytest.MonkeyPatch) -> tuple[Handover, list[Sentence]]:
    let_be_reached(service, monkeypatch)
    said: list[Sentence] = []
    return asyncio.run(hand_over(io.BytesIO(), io.BytesIO(), JOB, said.append)), said


def told(service: Service, monkeypatch: pytest.MonkeyPatch) -> ErrorCode | None:
    let_be_reached(service, monkeypatch)
    return asyncio.run(tell_refusal(JOB, Sentence("Why.")))


def test_it_waits_for_the_service_for_as_long_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = [AWAY] * 50 + [refusal(ErrorCode.AWAY)] * 50 + [refusal(ErrorCode.NO_SPACE)] * 50
    service = Service(*waits, refusal(ErrorCode.DENIED), DONE)
    handover, said = handed_over(service, monkeypatch)
    assert handover == DONE
    assert service.acknowledged == ["an-id"]
    assert len(said) == 4, "each reason is said once"
    assert not any("foreign" in str(sentence) for sentence in said)


def test_an_answer_that_could_not_be_acknowledged_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(DONE, DONE)
    service.lost = AWAY
    assert handed_over(service, monkeypatch)[0] == DONE
    assert service.acknowledged == ["an-id"]


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        (ErrorCode.BAD_NUMBER, Exit.CANCEL),
        (ErrorCode.BAD_DOCUMENT, Exit.CANCEL),
        (ErrorCode.BAD_ORDER, Exit.CANCEL),
        (ErrorCode.UNKNOWN, Exit.CANCEL),
        (ErrorCode.TOO_MANY, Exit.HOLD),
        (ErrorCode.STATE, Exit.HOLD),
    ],
)
def test_where_waiting_does_not_help_it_ends_at_once(
    monkeypatch: pytest.MonkeyPatch, code: ErrorCode, exit_code: Exit
) -> None:
    with pytest.raises(Refusal) as refused:
        handed_over(Service(refusal(code)), monkeypatch)
    assert refused.value.exit_code is exit_code
    assert "foreign" not in str(refused.value.sentence), "cupsd's log is everybody's"
    assert "foreign" in str(refused.value.reason), "its person wants to know"


def test_a_document_at_which_the_service_fails_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = [refusal(ErrorCode.INTERNAL)] * FAULTS
    with pytest.raises(Refusal) as refused:
        handed_over(Service(*faults), monkeypatch)
    assert refused.value.exit_code is Exit.HOLD
    assert handed_over(Service(*faults[1:], AWAY, DONE), monkeypatch)[0] == DONE


def test_a_person_is_told_of_a_refusal_however_long_the_service_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = [refusal(ErrorCode.INTERNAL)] * (FAULTS - 1)
    service = Service(*[AWAY] * 50, *faults, AWAY, *faults, *[refusal(ErrorCode.NO_SPACE)] * 50, DONE)
    assert told(service, monkeypatch) is None
    assert service.refused == [(Claim(user="anne", title="Letter", key="urn:uuid:1"), Sentence("Why."))]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([refusal(ErrorCode.BAD_ORDER)], ErrorCode.BAD_ORDER),
        ([AWAY, refusal(ErrorCode.DENIED)], ErrorCode.DENIED),
        ([refusal(ErrorCode.INTERNAL)] * FAULTS, ErrorCode.INTERNAL),
    ],
)
def test_a_refusal_that_the_service_does_not_tell_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch, answers: list[Exception], code: ErrorCode
) -> None:
    assert told(Service(*answers), monkeypatch) is code
