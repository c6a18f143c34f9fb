# SPDX-License-Identifier: GPL-3.0-or-later
"""The holds on a database that comes from a backup: it must not call by itself, nor tell what may have been told since.

A fax that waited when the backup was made may have gone out afterwards, and nobody here knows. So it is held, with the
reason, until a person releases it; news that were to go out by mail, on paper or by the office's command are given up,
which their person may take back. News for a person's own programs are told: twice is harmless.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, and_, select, update

from faxcore.contract.listed import FOLDERS
from faxcore.model.job import Event, State, move
from faxcore.model.sentence import Sentence, to_text
from faxcore.store import schema
from faxcore.store.database import Database
from faxcore.store.deliveries import Channel
from faxcore.store.jobs import JobRow, Jobs

HELD: Final = Sentence(
    "This fax comes from a backup, of {time}, and was waiting then: it may have gone out since. It is held until it is"
    " released."
)
GIVEN_UP: Final = Sentence("This comes from a backup, of {time}, and was waiting then: it may have been told since.")

_WAITED: Final = (State.PENDING, State.READY, State.SLEEPING)
PIECE: Final = 200


class RestoredFaxes:
    """Holds what a backup brings, and lets it go."""

    def __init__(self, database: Database, jobs: Jobs) -> None:
        self._db = database
        self._jobs = jobs

    def hold(self, moment: str) -> int:
        """Hold every fax that waits, and give up the news that were to leave the house; the number of faxes. `moment`
        is the time of the backup, for people.
        """
        for state in _WAITED:
            assert move(state, Event.HELD) is State.HELD and FOLDERS[state] is FOLDERS[State.HELD]
        job, delivery = schema.job, schema.delivery
        values = {"time": moment}
        with self._db.transaction():
            waits = delivery.c.done.is_(None) & (delivery.c.channel != Channel.PROGRAM.value)
            given_up = {"error": to_text(Sentence(GIVEN_UP.text, values)), "done": self._db.now()}
            self._db.run(update(delivery).where(waits).values(**given_up))
            held = {"state": State.HELD.value, "reason": to_text(Sentence(HELD.text, values)), "held": False}
            return self._db.run(update(job).where(job.c.state.in_([each.value for each in _WAITED])).values(**held))

    def count_held(self) -> int:
        """Count the faxes that are held because they come from a backup."""
        return self._db.count(schema.job, _is_held())

    def list_held(self) -> list[JobRow]:
        """List some of them, the oldest first."""
        oldest = select(schema.job.c.id).where(_is_held()).order_by(schema.job.c.id).limit(PIECE)
        return self._jobs.several([row.id for row in self._db.rows(oldest)])


def _is_held() -> ColumnElement[bool]:
    """True for a job that is held with our reason, which one that a person holds has not."""
    beginning = to_text(HELD)[:-1]  # as it is stored, its values come behind the message
    return and_(schema.of_states([State.HELD]), schema.job.c.reason.startswith(beginning, autoescape=True))
