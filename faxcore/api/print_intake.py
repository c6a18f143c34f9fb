# SPDX-License-Identifier: GPL-3.0-or-later
"""Implements the way in for print jobs (the contract's Intake), independent of D-Bus.

Its caller is the printing system, not the person who printed: whose a print job is, its claim says.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from faxcore import people
from faxcore.announce.announcing import Announcing
from faxcore.api.foreign_files import ForeignFiles
from faxcore.api.intake import accept
from faxcore.api.limits import Limits
from faxcore.api.orders import CheckedClaim, check_claim, check_reason, find_undrawn_of
from faxcore.api.own_headers import with_own
from faxcore.api.submitting import Submitting
from faxcore.config.current import CurrentConfig
from faxcore.contract.printed import Accepted, Claim, Handover
from faxcore.model.sentence import Sentence
from faxcore.store.store import Store


class PrintIntake:
    """Takes print jobs in, and tells people of those that are refused."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        announcing: Announcing,
        files: ForeignFiles,
        limits: Limits,
        submitting: Submitting,
    ) -> None:
        self._store = store
        self._config = config
        self._announcing = announcing
        self._files = files
        self._limits = limits
        self._submitting = submitting

    async def submit(self, person: str, pages: int, original: int, claim: Claim) -> Handover:
        """Take a print job in. The owner is the user that the printing system names."""
        owner = people.find(claim.user) or ""
        checked = check_claim(claim, with_own(self._config.value, self._store, owner, claim.header))
        if checked.direct:
            checked.order.destination(self._config.value, checked.owner)
        room = partial(self._limits.find_room, checked.owner)
        document = await accept(self._store, self._files, person, pages, original, room)
        undrawn = await asyncio.to_thread(find_undrawn_of, checked.order) if checked.direct else ""
        handover = self._submitting.add_claimed(checked, document)
        if undrawn and handover.kind is Accepted.JOB:
            # A draft shows it in its preview.
            self._notice(checked, _undrawn(undrawn), refused=False)
        return handover

    async def acknowledge(self, _person: str, handover: str) -> None:
        """Note that the printing system has heard the answer to `submit`."""
        self._store.print_jobs.set_heard(handover)

    async def refuse_print(self, _person: str, claim: Claim, reason: Sentence) -> None:
        """Tell the person who printed why their print job is not faxed."""
        check_reason(reason)
        # A header that is not known may be what it is refused for.
        self._notice(check_claim(replace(claim, header=""), self._config.value), reason, refused=True)

    def _notice(self, claim: CheckedClaim, sentence: Sentence, refused: bool) -> None:
        self._store.print_notices.put(claim.owner, claim.key, claim.order.title, sentence, refused)
        self._announcing.flush(claim.owner)


def _undrawn(letters: str) -> Sentence:
    return Sentence(
        "The fax service has no font for {letters}: a question mark stands for them on the page. The"
        " administrator can install fonts (fonts-noto-core, fonts-noto-cjk).",
        {"letters": letters},
    )
