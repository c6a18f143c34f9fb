# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms to the operators by mail: what the administrator should see to, and what is well again.

An alarm is about now. It is kept in memory and not in the store, because a full disk or a database that is away is what
it may tell of; after a restart what still is wrong is found again. What is over before anybody could be told is not
told. What comes and goes is told once an hour, and what has come back and stays when the hour is over.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from faxcore.config.current import CurrentConfig
from faxcore.contract.mail_messages import MailEnd
from faxcore.model.sentence import Sentence, without_texts
from faxcore.outbox.mail_carrier import MailCarrier
from faxcore.outbox.mail_texts import write_alarm
from faxcore.outbox.outbox import DOWN_WAITS
from faxcore.store.ids_and_times import new_id

log = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 3600.0
"""Seconds within which the same alarm is told once."""

Key = tuple[str, str]
"""The same for the same trouble, whatever its figures are now."""


@dataclass
class _Pending:
    """One mail's worth of alarms."""

    id: str = field(default_factory=new_id)
    begun: dict[Key, Sentence] = field(default_factory=dict)
    over: dict[Key, Sentence] = field(default_factory=dict)


class Alarms:
    """Mails to the operators."""

    def __init__(
        self, config: CurrentConfig, carrier: MailCarrier, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._config = config
        self._carrier = carrier
        self._monotonic = monotonic
        self._pending: dict[str, _Pending] = {}
        """For each address what it has not been told."""
        self._told: dict[Key, float] = {}
        """The time at which each alarm was told last."""
        self._open: set[Key] = set()
        """Alarms that were told, and whose end was not."""
        self._held: dict[Key, Sentence] = {}
        """Alarms that were told within the hour, and have come back since."""
        self._wake = asyncio.Event()

    def note(self, begun: Mapping[Key, Sentence], over: Mapping[Key, Sentence]) -> None:
        """Tell the operators of what has begun, and of what is over. To be called now and then, also with neither."""
        fresh = self._choose(begun, over)
        ended = {key: sentence for key, sentence in over.items() if key in self._open}
        self._open = (self._open | fresh.keys()) - ended.keys()
        if not fresh and not ended:
            return
        for address in self._config.value.mail.operators:
            pending = self._pending.setdefault(address, _Pending())
            for key, sentence in ended.items():
                if pending.begun.pop(key, None) is None:
                    pending.over[key] = sentence
                else:
                    # Nobody was told: should it come back, it is news.
                    self._told.pop(key, None)
            for key in fresh:
                pending.over.pop(key, None)
            pending.begun |= fresh
            if not pending.begun and not pending.over:
                del self._pending[address]
        self._wake.set()

    def _choose(self, begun: Mapping[Key, Sentence], over: Mapping[Key, Sentence]) -> dict[Key, Sentence]:
        """Choose what is told now, of what has begun and what was held back before."""
        now = self._monotonic()
        self._told = {key: when for key, when in self._told.items() if now - when < AGAIN_SECONDS}
        held = {key: sentence for key, sentence in self._held.items() if key not in over} | dict(begun)
        fresh = {key: sentence for key, sentence in held.items() if key not in self._told}
        self._held = {key: sentence for key, sentence in held.items() if key in self._told}
        self._told |= dict.fromkeys(fresh, now)
        return fresh

    async def run(self) -> None:
        """Tell until cancelled."""
        waits = 0
        while True:
            await self._wake.wait()
            self._wake.clear()
            if await self._tell_all():
                waits = 0
                continue
            wait = DOWN_WAITS[min(waits, len(DOWN_WAITS) - 1)]
            waits += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            self._wake.set()

    async def _tell_all(self) -> bool:
        """Tell every operator what they have not been told; False if one could not be, and may be later."""
        done = True
        if not self._carrier.is_open:
            self._pending.clear()
        for address, pending in list(self._pending.items()):
            del self._pending[address]
            text = write_alarm(socket.gethostname(), list(pending.begun.values()), list(pending.over.values()))
            result = await self._carrier.send_now(pending.id, address, text)
            if result.end in (MailEnd.LATER, MailEnd.NO_SERVER):
                log.error("an alarm cannot be mailed yet: %s", without_texts(result.reason))
                log.debug("an alarm cannot be mailed to %s yet: %s", address, result.reason)
                self._put_back(address, pending)
                done = False
            elif result.end is MailEnd.NEVER:
                log.error("no alarm can be mailed to an operator: %s", without_texts(result.reason))
                log.debug("no alarm can be mailed to %s: %s", address, result.reason)
        return done

    def _put_back(self, address: str, untold: _Pending) -> None:
        """Keep what could not be told, as far as what was noted meanwhile leaves it: nothing that began and is over."""
        now = self._pending.setdefault(address, _Pending())
        now.begun = {key: each for key, each in untold.begun.items() if key not in now.over} | now.begun
        now.over = {key: each for key, each in now.over.items() if key not in untold.begun} | {
            key: each for key, each in untold.over.items() if key not in now.begun
        }
        if not now.begun and not now.over:
            del self._pending[address]
