# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that an office has run for each received fax ([receiving] command): fixed arguments, no shell, the facts
as JSON on its standard input. It runs again if it fails, or if the service ends before it has noted its end.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
from typing import Final

from faxcore.config.current import CurrentConfig
from faxcore.contract.codec import encode
from faxcore.lines.process import start
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.outbox.outbox import Attempt, Carrying
from faxcore.store.deliveries import DeliveryRow
from faxcore.store.receptions import KNOWN, ReceptionRow
from faxcore.store.store import Store
from faxcore.store.views import view_reception

RUN_SECONDS: Final = 60.0
GIVE_UP_SECONDS: Final = 86_400.0
_ENVIRONMENT: Final = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
_MOST_SAID: Final = 2000


class CommandCarrier:
    """Runs the command."""

    give_up_seconds = GIVE_UP_SECONDS

    def __init__(self, store: Store, config: CurrentConfig, run_seconds: float = RUN_SECONDS) -> None:
        self._store = store
        self._config = config
        self._run_seconds = run_seconds

    @property
    def is_open(self) -> bool:
        """True if there is a command."""
        return bool(self._config.value.arrival_command)

    async def rest(self) -> None:
        """Nothing to end."""

    async def carry(self, delivery: DeliveryRow) -> Attempt:
        """Run the command for one fax."""
        reception = self._store.receptions.get(delivery.subject)
        if reception is None or reception.state not in KNOWN:
            return Attempt(Carrying.NEEDLESS)
        command = self._config.value.arrival_command
        with tempfile.TemporaryFile() as facts, tempfile.TemporaryFile() as said:
            facts.write(self._write_facts(reception))
            facts.seek(0)
            try:
                process = await start(
                    command,
                    outlives_us=False,
                    stdin=facts,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=said,
                    env=_ENVIRONMENT,
                    cwd="/",
                    start_new_session=True,
                )
            except OSError as error:
                reason = error.strerror or str(error)
                return _fail(Sentence("{command} cannot be started: {reason}"), command[0], reason)
            try:
                code = await asyncio.wait_for(process.wait(), self._run_seconds)
            except TimeoutError:
                return _fail(Sentence("{command} did not end in time and was killed."), command[0], "")
            finally:
                await _end(process)
            said.seek(0)
            words = clean_text(said.read(_MOST_SAID).decode("utf-8", "replace"))
        if code:
            return _fail(Sentence("{command} ended with code {code}: {reason}"), command[0], words, code)
        return Attempt(Carrying.TOLD)

    def explain_down(self, reason: Sentence, _waiting: int) -> Sentence:
        """Say that nothing is told."""
        return reason

    def explain_given_up(self, count: int) -> Sentence:
        """Say that something was given up."""
        return Sentence(
            "The command for received faxes failed for good today: {count}. `faxctl deliveries list` says why.",
            {"count": count},
        )

    def _write_facts(self, reception: ReceptionRow) -> bytes:
        facts = encode(view_reception(reception))
        facts["owners"] = self._store.receptions.owners(reception.id)
        facts["rule"] = reception.rule
        facts["reason"], facts["waiting"] = str(reception.reason), str(reception.waiting)
        return json.dumps(facts, ensure_ascii=False).encode()


async def _end(process: asyncio.subprocess.Process) -> None:
    """End it, and whatever it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    await process.wait()


def _fail(message: Sentence, command: str, reason: str, code: int = 0) -> Attempt:
    return Attempt(Carrying.LATER, Sentence(message.text, {"command": command, "reason": reason, "code": code}))
