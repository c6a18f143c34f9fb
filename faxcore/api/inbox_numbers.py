# SPDX-License-Identifier: GPL-3.0-or-later
"""The inbox by the numbers for which its faxes came, each with its name."""

from __future__ import annotations

from typing import Final

from faxcore.config import Config
from faxcore.contract.listed import NumberCount
from faxcore.dialling.numbers import number_key, show_number
from faxcore.routing.received_numbers import list_names, list_received
from faxcore.store.entries import CalledCount
from faxcore.store.store import Store

NO_FAXES: Final = CalledCount("", 0, 0)


def list_numbers(store: Store, config: Config, person: str) -> list[NumberCount]:
    """List the numbers whose faxes a person gets, and those whose faxes are in their inbox still."""
    dialling = config.dialling
    counts = {count.called: count for count in store.entries.count_numbers(person)}
    found = []
    for key, number in list_received(person, config).items():
        count = counts.pop(key, NO_FAXES)
        found.append(NumberCount(show_number(number.number, dialling), number.name, count.faxes, count.unread))
    # What is left is a person's no more, or was given to them. Its last fax says how the number was written.
    names = list_names(config)
    for key, count in sorted(counts.items()):
        row = store.receptions.get(store.entries.find_newest(person, key))
        written = row.called if row is not None and number_key(row.called, dialling) == key else key
        name = names.get(key) or (row.called_name if row is not None else "")
        found.append(NumberCount(show_number(written, dialling), name, count.faxes, count.unread))
    return found
