# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of what one person may hand in, so that everybody else has room: faxes an hour, octets that wait, and never
the space that calls need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from faxcore.api.api_error import ApiError, no_space
from faxcore.config.current import CurrentConfig
from faxcore.contract.bus import ErrorCode
from faxcore.model.priority import Priority
from faxcore.model.sentence import Sentence
from faxcore.store.store import Store
from faxcore.store.synced_files import RESERVE

HOUR: Final = 3600.0
MEGABYTE: Final = 1_000_000


@dataclass(frozen=True)
class Room:
    """Octets that a document may have, and the refusal of one that has more."""

    octets: int
    refusal: ApiError


class Limits:
    """The limits of the configuration, and what there is of each person."""

    def __init__(self, store: Store, config: CurrentConfig, reserve: int = RESERVE) -> None:
        self._store = store
        self._config = config
        self._reserve = reserve

    def refuse_urgent(self, owner: str, priority: Priority | None) -> None:
        """Raise ApiError if this person wants to go before all others and the configuration does not name them."""
        if priority is Priority.URGENT and owner not in self._config.value.queue.urgent:
            sentence = Sentence("Only people whom the administrator has named may send urgent faxes ([queue], urgent).")
            raise ApiError(ErrorCode.DENIED, sentence)

    def refuse_too_many(self, owner: str, more: int = 1) -> None:
        """Raise ApiError if with so many more this person would have handed in more faxes than the configuration allows
        within an hour.
        """
        most = self._config.value.queue.max_faxes_per_hour
        if most and more > most:
            raise ApiError(
                ErrorCode.TOO_MANY,
                Sentence(
                    "The list has {count} recipients, and one person may send {most} faxes within an hour"
                    " (max_faxes_per_hour): divide it, or ask the administrator.",
                    {"count": more, "most": most},
                ),
            )
        if most and self._store.submissions.count_recent(owner, HOUR) + more > most:
            raise ApiError(
                ErrorCode.TOO_MANY,
                Sentence(
                    "You have sent {count} faxes within an hour, as many as one person may (max_faxes_per_hour):"
                    " please send this one later, or ask the administrator.",
                    {"count": most},
                ),
            )

    def find_room(self, owner: str) -> Room:
        """Find how large a document of this person may be now."""
        disk = Room(self._store.free_octets() - self._reserve, no_space())
        most = self._config.value.queue.max_waiting_megabytes
        if not most:
            return disk
        theirs = most * MEGABYTE - self._store.documents.count_waiting_octets(owner)
        return disk if disk.octets <= theirs else Room(theirs, _too_large(most))


def _too_large(most: int) -> ApiError:
    sentence = Sentence(
        "Your waiting documents would take more than {count} megabytes, as many as one person may"
        " (max_waiting_megabytes): please wait until some are sent, discard some, or ask the administrator.",
        {"count": most},
    )
    return ApiError(ErrorCode.TOO_MANY, sentence)
