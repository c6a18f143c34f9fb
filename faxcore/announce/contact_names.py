# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that a person's address book has for numbers, added to whatever shows one to that person.

Whoever has sent a received fax is known by the number that the exchange has told. Where it told none, the station id
stands for it, if it is a number: the sender's machine may say there what it likes, so the number is shown beside the
name in any case.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

from faxcore.config import Config
from faxcore.config.current import CurrentConfig
from faxcore.contract.listed import FaxPage
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.dialling.numbers import number_key, show_number, show_station
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)


class ContactNames:
    """Names of numbers, as each person knows them."""

    def __init__(self, store: Store, config: CurrentConfig) -> None:
        self._store = store
        self._config = config

    def find(self, person: str, numbers: Iterable[str]) -> dict[str, str]:
        """Find the names that a person's address books have for these numbers, in any spelling, by the spelling."""
        dialling = self._config.value.dialling
        keys = {number: number_key(number, dialling) for number in numbers if number}
        try:
            names = self._store.contacts.find_names(person, keys.values())
        except StoreUnavailable as error:
            log.warning("a number is shown without its name: %s", error)
            return {}
        return {number: names[key] for number, key in keys.items() if key in names}

    def add_to_receptions(self, person: str, receptions: Sequence[Reception]) -> list[Reception]:
        """Give received faxes with the names of their callers, and with their numbers as they are written here."""
        numbers = {each.id: each.caller or each.remote_id for each in receptions}
        names = self.find(person, numbers.values())
        return [_name_reception(each, names.get(numbers[each.id], ""), self._config.value) for each in receptions]

    def add_to_jobs(self, person: str, jobs: Sequence[Job]) -> list[Job]:
        """Give jobs with the names that their numbers have, which are shown where only the number was said."""
        names = self.find(person, [job.number for job in jobs])
        return [_name_job(job, names.get(job.number, "")) for job in jobs]

    def add_to_page(self, person: str, page: FaxPage) -> FaxPage:
        """Give a page of a list with all of these names."""
        jobs, receptions = self.add_to_jobs(person, page.jobs), self.add_to_receptions(person, page.receptions)
        return replace(page, jobs=tuple(jobs), receptions=tuple(receptions))


def _name_reception(reception: Reception, name: str, config: Config) -> Reception:
    return replace(
        reception,
        contact=name,
        caller_shown=show_number(reception.caller, config.dialling),
        called_shown=show_number(reception.called, config.dialling),
        station_shown=show_station(reception.remote_id, config.dialling),
    )


def _name_job(job: Job, name: str) -> Job:
    recipient = name if name and job.recipient == job.number else job.recipient
    return replace(job, contact=name, recipient=recipient)
