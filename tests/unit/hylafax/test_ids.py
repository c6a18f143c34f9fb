# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids that are made of a time and a key."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from faxcore.store.ids_and_times import derived_id, first_id, neighbour
from faxcore.store.imported import key_part

TIME = datetime(2024, 11, 20, 9, 30, tzinfo=UTC)


def test_made_again_it_is_the_same() -> None:
    assert derived_id(TIME, "a") == derived_id(TIME, "a") != derived_id(TIME, "b")
    later = derived_id(TIME + timedelta(hours=1), "a")
    assert later != derived_id(TIME, "a") and key_part(later) == key_part(derived_id(TIME, "a"))


def test_it_has_the_form_and_the_order_of_the_others() -> None:
    id = derived_id(TIME, "a")
    assert UUID(id).version == 7
    assert first_id(TIME) < id < neighbour(id) < first_id(TIME + timedelta(milliseconds=1))


def test_nothing_comes_between_it_and_its_neighbour() -> None:
    for key in map(str, range(100)):
        id = derived_id(TIME, key)
        assert UUID(neighbour(id)).int == UUID(id).int + 1
