# SPDX-License-Identifier: GPL-3.0-or-later
"""Received faxes given to somebody: by whom they have come to, by those who sort what is nobody's, by the
administrator.
"""

from __future__ import annotations

import logging
from typing import Final

from faxcore.announce.announcing import Announcing
from faxcore.api.api_error import ApiError
from faxcore.config.current import CurrentConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.received_fax import Assignment, ReceptionPage
from faxcore.dialling.numbers import number_key
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.routing.routes import NOBODY
from faxcore.store import deliveries
from faxcore.store.receptions import KNOWN, ReceptionRow
from faxcore.store.store import Store
from faxcore.store.views import view_reception

log = logging.getLogger(__name__)

MOST: Final = 200
"""Faxes on one page, and names in one assignment, at most."""


class Assigning:
    """Gives received faxes to others."""

    def __init__(self, store: Store, config: CurrentConfig, announcing: Announcing) -> None:
        self._store = store
        self._config = config
        self._announcing = announcing

    def list_nobodys(self, after: str) -> ReceptionPage:
        """List a page of what is nobody's."""
        rows = self._store.receptions.list_nobodys(after, MOST)
        return ReceptionPage(tuple(map(view_reception, rows)), rows[-1].id if len(rows) == MOST else "")

    def find(self, id: str) -> ReceptionRow:
        """Find a fax that its owners know. ApiError UNKNOWN if there is none."""
        found = self._store.receptions.get(id)
        if found is None or found.state not in KNOWN:
            raise ApiError(ErrorCode.UNKNOWN, Sentence("There is no received fax with this name."))
        return found

    def assign(self, by: str, reception: ReceptionRow, assignment: Assignment, leaving: frozenset[str]) -> None:
        """Give a fax to these people, and take it from those who leave it, and from all who sort if it was nobody's.
        ApiError if somebody is not known, or nobody named.
        """
        to = self._find_people(assignment.to)
        before = frozenset(self._store.receptions.owners(reception.id))
        if reception.rule == NOBODY:
            leaving = before
        leaving -= to
        why = Sentence("assigned: {person} gave it to {owners}", {"person": by, "owners": ", ".join(sorted(to))})
        dialling = self._config.value.dialling
        numbers = [number_key(number, dialling) for number in (reception.called, reception.caller)]
        with self._store.transaction():
            self._store.receptions.assign(reception, sorted(to - before), sorted(leaving), why, numbers)
            for person in leaving:
                self._store.deliveries.forget(deliveries.RECEPTION, reception.id, person)
            for person in to - before:
                self._store.deliveries.add(deliveries.RECEPTION, reception.id, person)
        # Who has given it to whom stands with the fax.
        log.info("reception %s was given to %d people", reception.id, len(to - before))
        for person in sorted(to - before):
            self._announcing.flush(person)
        self._announcing.list_changes.note(sorted(leaving & before))

    def _find_people(self, names: tuple[str, ...]) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for name in names[:MOST]:
            people = self._config.value.find_owners(name)
            if not people:
                shown = clean_text(name, 60)
                raise ApiError(ErrorCode.BAD_ORDER, Sentence("There is nobody called {name}.", {"name": shown}))
            found |= people
        if not found:
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("Say who gets the fax."))
        return found
