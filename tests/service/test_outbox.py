# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop that tells deliveries: a fault with one of them is said, and holds up neither the others nor the service."""

import asyncio
from pathlib import Path

import pytest

from faxcore.model.sentence import Sentence
from faxcore.outbox.outbox import DOWN_WAITS, Attempt, Carrying, Outbox
from faxcore.store.deliveries import Channel, DeliveryRow
from faxcore.store.store import Store


class Porter:
    """Carries what it is told to, in the way it is told to."""

    is_open = True
    give_up_seconds = 86_400.0

    def __init__(self) -> None:
        self.carried: list[str] = []
        self.ends: dict[str, Attempt | Exception] = {}

    async def carry(self, delivery: DeliveryRow) -> Attempt:
        self.carried.append(delivery.subject)
        end = self.ends.get(delivery.subject, Attempt(Carrying.TOLD))
        if isinstance(end, Exception):
            raise end
        return end

    async def rest(self) -> None:
        """Nothing to end."""

    def explain_down(self, reason: Sentence, _waiting: int) -> Sentence:
        return reason

    def explain_given_up(self, count: int) -> Sentence:
        return Sentence("{count}", {"count": count})


def deliver(folder: Path, porter: Porter, *subjects: str) -> list[DeliveryRow]:
    """Deliver news of these subjects once; what is left of them."""
    store = Store(folder)
    for subject in subjects:
        store.deliveries.add_for_address("reception", subject, Channel.MAIL, "anne@example.org")
    outbox = Outbox(store, Channel.MAIL, porter)
    asyncio.run(outbox.deliver_due())
    left = store.deliveries.list_open("", 10)
    store.close()
    return left


def test_a_fault_with_one_is_said_and_holds_up_no_other(tmp_path: Path) -> None:
    porter = Porter()
    porter.ends["second"] = KeyError("state")
    (left,) = deliver(tmp_path, porter, "first", "second", "third")
    assert porter.carried == ["first", "second", "third"]
    assert (left.subject, left.attempts, left.done) == ("second", 1, None)
    assert "KeyError('state')" in str(left.error)


def test_a_way_that_does_not_work_is_not_tried_for_each(tmp_path: Path) -> None:
    porter = Porter()
    porter.ends["first"] = Attempt(Carrying.DOWN, Sentence("No server."))
    left = deliver(tmp_path, porter, "first", "second")
    assert porter.carried == ["first"] and [each.attempts for each in left] == [0, 0]
    assert DOWN_WAITS[0] > 0


@pytest.mark.parametrize("end", [Carrying.LATER, Carrying.NEVER, Carrying.DOWN])
def test_the_log_does_not_repeat_what_a_server_has_said(
    end: Carrying, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It likes to name the address; the administrator reads it with the delivery."""
    porter = Porter()
    said = Sentence("The mail server says: {answer}", {"answer": "550 <anne@example.org> unknown"})
    porter.ends["first"] = Attempt(end, said)
    (left,) = deliver(tmp_path, porter, "first")
    assert "The mail server says" in caplog.text and "anne" not in caplog.text
    assert end is Carrying.DOWN or left.error == said
