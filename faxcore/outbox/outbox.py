# SPDX-License-Identifier: GPL-3.0-or-later
"""The deliveries of one channel, told one after another by a carrier. What cannot be told now is tried again, with
waits that grow; what cannot be told at all, or not in days, is given up, and the administrator is warned.

A delivery is a row before anybody hears of it, and is done after it was told: killed between the two, it is told again.
While the end of one cannot be noted (a full disk, a database that is away), no other is begun, and none is told twice.
No fax waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from faxcore.model.sentence import NOTHING, Sentence, without_texts
from faxcore.store.deliveries import Channel, DeliveryRow
from faxcore.store.retry import retry_until_written
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)

WAITS: Final = (60.0, 300.0, 900.0, 3600.0)
"""Seconds until a delivery is tried again; the last for all that follow."""
DOWN_WAITS: Final = (15.0, 60.0, 300.0, 900.0)
"""Seconds until a channel that does not work is tried again."""
LOOK_SECONDS: Final = 20.0
"""From one look at what is due to the next."""
STOP_SECONDS: Final = 10.0
BATCH: Final = 50
WARNED_SECONDS: Final = 86_400.0
"""Seconds for which a delivery that was given up is a warning."""
LASTING_SECONDS: Final = 300.0
"""Seconds for which a channel may not work before that is a warning."""


class Carrying(Enum):
    """The ends of an attempt."""

    TOLD = "told"
    LATER = "later"
    NEVER = "never"
    NEEDLESS = "needless"
    """Nobody has to hear of it any more."""
    DOWN = "down"
    """Not because of this delivery: the channel does not work."""


@dataclass(frozen=True)
class Attempt:
    """The end of an attempt, and why."""

    end: Carrying
    reason: Sentence = NOTHING


class DeliveryCarrier(Protocol):
    """Tells what a channel is for."""

    @property
    def is_open(self) -> bool:
        """True if the channel is configured."""

    @property
    def give_up_seconds(self) -> float:
        """Seconds after which a delivery is given up."""

    async def carry(self, delivery: DeliveryRow) -> Attempt:
        """Tell one thing."""

    async def rest(self) -> None:
        """Nothing is due now."""

    def explain_down(self, reason: Sentence, waiting: int) -> Sentence:
        """Say to the administrator why nothing is told, and how much waits for it."""

    def explain_given_up(self, count: int) -> Sentence:
        """Say to the administrator that so much was given up."""


class Outbox:
    """The loop of one channel."""

    def __init__(
        self,
        store: Store,
        channel: Channel,
        carrier: DeliveryCarrier,
        monotonic: Callable[[], float] = time.monotonic,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._store = store
        self._channel = channel
        self._carrier = carrier
        self._monotonic = monotonic
        self._look_seconds = look_seconds
        self._wake = asyncio.Event()
        self._busy = self._stopping = False
        self._stopped = asyncio.Event()
        self.down = NOTHING
        """The reason why the channel does not work now."""
        self._down_since = self._down_until = 0.0
        self._down_times = 0
        self._waiting = self._given_up = 0
        """As they were when the store was asked last: a warning is given while it is away, too."""

    def wake(self) -> None:
        """Look at once at what is due."""
        self._wake.set()

    @property
    def busy(self) -> bool:
        """True while something is being delivered, or is going to be looked for at once."""
        return self._busy or self._wake.is_set()

    def retry(self) -> None:
        """Try a channel that did not work once more, now."""
        self._down_until = 0.0
        self.wake()

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            while not self._stopping:
                self._wake.clear()
                self._busy = True
                await self.deliver_due()
                self._busy = False
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._look_seconds):
                        await self._wake.wait()
        finally:
            self._stopped.set()

    async def stop(self) -> None:
        """Bring the delivery that is under way to its end, if it has one in time; begin none."""
        self._stopping = True
        self.wake()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await self._stopped.wait()

    async def deliver_due(self) -> None:
        """Deliver what is due now, as far as the channel works."""
        try:
            while self._is_ready():
                due = self._store.deliveries.due(self._channel, BATCH, WAITS[-1])
                if not due:
                    break
                for delivery in due:
                    if not self._is_ready():
                        break
                    await self._deliver(delivery)
            self._waiting = self._store.deliveries.count_waiting(self._channel)
            self._given_up = self._store.deliveries.count_given_up(self._channel, WARNED_SECONDS)
        except StoreUnavailable as error:
            log.error("what has to be told by %s cannot be read or noted: %s", self._channel.value, error)
        await self._carrier.rest()

    def warnings(self) -> Iterator[Sentence]:
        """Say what the administrator should see to."""
        if self.down and self._monotonic() - self._down_since >= LASTING_SECONDS and self._carrier.is_open:
            yield self._carrier.explain_down(self.down, self._waiting)
        if self._given_up:
            yield self._carrier.explain_given_up(self._given_up)

    def _is_ready(self) -> bool:
        return not self._stopping and self._carrier.is_open and self._monotonic() >= self._down_until

    async def _deliver(self, delivery: DeliveryRow) -> None:
        attempt = await self._carry(delivery)
        if attempt.end is Carrying.DOWN:
            self._note_down(attempt.reason)
        else:
            self._note_up()
        if write := self._end(delivery, attempt):
            await retry_until_written(f"the end of {_name(delivery)}", write)

    def _end(self, delivery: DeliveryRow, attempt: Attempt) -> Callable[[], None] | None:
        """Give what notes the end of an attempt, if there is something to note."""
        deliveries, reason = self._store.deliveries, attempt.reason
        match attempt.end:
            case Carrying.TOLD | Carrying.NEEDLESS:
                return lambda: deliveries.done([delivery.id])
            case Carrying.LATER if not self._is_old(delivery):
                wait = WAITS[min(delivery.attempts, len(WAITS) - 1)]
                # A mail server likes to name the address.
                log.warning("%s is tried again in %.0f s: %s", _name(delivery), wait, without_texts(reason))
                return lambda: deliveries.failed(delivery.id, reason, wait)
            case Carrying.DOWN if not self._is_old(delivery):
                return None
            case _:
                log.error("%s is given up: %s", _name(delivery), without_texts(reason))
                return lambda: deliveries.give_up(delivery.id, reason)

    async def _carry(self, delivery: DeliveryRow) -> Attempt:
        try:
            return await self._carrier.carry(delivery)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours with one delivery must not end the service's work
            log.exception("%s cannot be told", _name(delivery))
            return Attempt(Carrying.LATER, Sentence("A fault of the fax service: {reason}", {"reason": repr(error)}))

    def _is_old(self, delivery: DeliveryRow) -> bool:
        return delivery.created <= self._store.database.later(-self._carrier.give_up_seconds)

    def _note_down(self, reason: Sentence) -> None:
        now = self._monotonic()
        if not self.down:
            self._down_since = now
        if self.down != reason:
            log.error("nothing can be told by %s: %s", self._channel.value, without_texts(reason))
        self.down = reason
        self._down_until = now + DOWN_WAITS[min(self._down_times, len(DOWN_WAITS) - 1)]
        self._down_times += 1

    def _note_up(self) -> None:
        if self.down:
            log.info("things can be told by %s again", self._channel.value)
        self.down, self._down_times, self._down_until = NOTHING, 0, 0.0


def _name(delivery: DeliveryRow) -> str:
    return f"{delivery.channel.value} {delivery.id} ({delivery.kind} {delivery.subject})"
