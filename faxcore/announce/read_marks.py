# SPDX-License-Identifier: GPL-3.0-or-later
"""Read marks of received faxes: the owners who have read each, and when, by the names that people know."""

from __future__ import annotations

from collections.abc import Iterable

from faxcore.config.current import CurrentConfig
from faxcore.contract.received_fax import ReadMark
from faxcore.store.store import Store


class ReadMarks:
    """The read marks of received faxes."""

    def __init__(self, store: Store, config: CurrentConfig) -> None:
        self._store = store
        self._config = config

    def find(self, receptions: Iterable[str]) -> dict[str, list[ReadMark]]:
        """Find the marks of each of these that has any, the first one first."""
        found: dict[str, list[ReadMark]] = {}
        for subject, person, at in self._store.entries.list_readers(list(receptions)):
            name = self._config.value.describe_person(person).full_name or person
            found.setdefault(subject, []).append(ReadMark(person, name, at))
        return found
