# SPDX-License-Identifier: GPL-3.0-or-later
"""Received faxes given to somebody by hand: what is nobody's by those who sort it or by the administrator, one's own by
whoever has it.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from faxcore.api.api_error import ApiError
from faxcore.config import Config, GroupConfig, NumberConfig, PersonConfig, SubAddressConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery
from faxcore.contract.received_fax import Assignment, Reception, ReceptionFile
from faxcore.service import FaxService
from tests.support.service_parts import ME, OTHER, Listener, configured, running, script
from tests.support.waiting import until

CAROL = "carol"


def office(folder: Path, owners: tuple[str, ...] = (), sorters: tuple[str, ...] = (OTHER,)) -> Config:
    """One line with one number."""
    config = configured(folder)
    line = replace(config.lines[0], numbers=(NumberConfig("0199000001", owners),), owners=())
    people = tuple(map(PersonConfig, (OTHER, CAROL)))
    group = GroupConfig("doctors", (ME, CAROL))
    return replace(config, lines=(line,), persons=people, groups=(group,), sorters=sorters)


Then = Callable[[FaxService, Listener, str], Awaitable[None]]


def receive(folder: Path, config: Config, then: Then, deaf: bool = False, **ring: object) -> None:
    """Let a fax come in, and do something with it; `deaf`: meanwhile nobody listens."""

    async def main() -> None:
        async with running(folder, config) as (service, listener):
            listener.deaf = deaf
            (folder / "now").touch()
            filed = "SELECT id FROM reception WHERE state = 'filed'"
            await until("the fax", lambda: bool(service.store.database.rows(text(filed))))
            await until("quiet", lambda: not service.filing.busy)
            await then(service, listener, service.store.database.value(text(filed)))

    when = str(folder / "now")
    script(folder, ring={"line-1": {"pages": 1, "end": "ok", "called": "0199000001", "when": when, **ring}})
    asyncio.run(main())


async def lists(service: FaxService, person: str) -> list[str]:
    """The received faxes of somebody, by both ways to see them; and what they find of it."""
    listed = [each.id for each in await service.api.list_receptions(person)]
    assert [each.id for each in (await service.api.list_faxes(person, FaxQuery())).receptions] == listed
    found = (await service.api.list_faxes(person, FaxQuery(words="0611223344"))).receptions
    assert [each.id for each in found] == listed
    return listed


async def refused(call: Awaitable[object]) -> tuple[ErrorCode, str]:
    """The refusal of a call."""
    with pytest.raises(ApiError) as error:
        await call
    return error.value.code, str(error.value.sentence)


def news(listener: Listener, person: str) -> list[str]:
    """The faxes that this person was told of."""
    return [values.id for who, _name, values in listener.heard if who == person and isinstance(values, Reception)]


def test_what_is_nobodys_is_shown_to_those_who_sort_it(tmp_path: Path) -> None:
    async def then(service: FaxService, listener: Listener, fax: str) -> None:
        assert (await lists(service, OTHER), await lists(service, ME)) == ([fax], [])
        (shown,) = await service.api.list_receptions(OTHER)
        assert shown.unassigned
        assert news(listener, OTHER) == [fax]
        assert [each.id for each in service.assigning.list_nobodys("").receptions] == [fax]
        await service.api.assign_reception(OTHER, Assignment(fax, ("doctors",)))
        assert await lists(service, OTHER) == []
        for person in (ME, CAROL):
            assert await lists(service, person) == [fax]
            assert news(listener, person) == [fax]
        (shown,) = await service.api.list_receptions(ME)
        assert not shown.unassigned
        assert service.assigning.list_nobodys("").receptions == ()
        trace = service.store.receptions.trace(fax)
        assert str(trace[-1]) == f"assigned: {OTHER} gave it to {', '.join(sorted((ME, CAROL)))}"
        assert str(trace[-2]).startswith("nobody: ")
        with tempfile.TemporaryFile() as out:
            assert (await refused(service.api.read_reception(OTHER, fax, ReceptionFile.PDF, out.fileno())))[0] is (
                ErrorCode.UNKNOWN
            )
            await service.api.read_reception(CAROL, fax, ReceptionFile.PDF, out.fileno())

    receive(tmp_path, office(tmp_path), then)


def test_without_anybody_who_sorts_it_is_the_administrators(tmp_path: Path) -> None:
    async def then(service: FaxService, listener: Listener, fax: str) -> None:
        assert (await lists(service, OTHER), await lists(service, ME)) == ([], [])
        (listed,) = service.assigning.list_nobodys("").receptions
        assert (listed.id, listed.unassigned, listed.pages) == (fax, True, 1)
        found = service.assigning.find(fax)
        service.assigning.assign("root", found, Assignment(fax, (ME,)), frozenset())
        assert await lists(service, ME) == [fax]
        assert news(listener, ME) == [fax]

    receive(tmp_path, office(tmp_path, sorters=()), then)


def test_what_may_be_confidential_is_for_the_administrator_alone(tmp_path: Path) -> None:
    """It broke off before it was known for whom it is: those who sort do not see it."""

    async def then(service: FaxService, _listener: Listener, fax: str) -> None:
        assert await lists(service, OTHER) == []
        assert [each.id for each in service.assigning.list_nobodys("").receptions] == [fax]

    config = office(tmp_path)
    line = replace(config.lines[0], sub_addresses=(SubAddressConfig("42", (ME,)), SubAddressConfig("43", (CAROL,))))
    receive(tmp_path, replace(config, lines=(line,)), then, pages=2, sub="42+43")


def test_a_fax_that_came_to_somebody_by_mistake_is_passed_on(tmp_path: Path) -> None:
    async def then(service: FaxService, listener: Listener, fax: str) -> None:
        for names, code, said in (
            ((), ErrorCode.BAD_ORDER, "Say who gets the fax."),
            ((CAROL, "nobody-at-all"), ErrorCode.BAD_ORDER, "There is nobody called nobody-at-all."),
        ):
            assert await refused(service.api.assign_reception(ME, Assignment(fax, names))) == (code, said)
        unknown = await refused(service.api.assign_reception(OTHER, Assignment(fax, (OTHER,))))
        assert unknown == (ErrorCode.UNKNOWN, "There is no received fax with this name.")
        await service.api.mark_fax(CAROL, fax, True)
        await service.api.assign_reception(ME, Assignment(fax, (OTHER,)))
        assert (await lists(service, ME), await lists(service, OTHER), await lists(service, CAROL)) == (
            [],
            [fax],
            [fax],
        )
        assert news(listener, OTHER) == [fax]
        assert news(listener, CAROL) == [fax], "who had it already is told nothing anew"
        (kept,) = await service.api.list_receptions(CAROL)
        # Giving it to oneself, or to somebody who has it, changes nothing for them.
        await service.api.assign_reception(OTHER, Assignment(fax, (OTHER, CAROL)))
        assert (await lists(service, OTHER), await lists(service, CAROL)) == ([fax], [fax])
        assert await service.api.list_receptions(CAROL) == [kept]

    receive(tmp_path, office(tmp_path, owners=(ME, CAROL)), then)


def test_who_has_lost_a_fax_is_not_told_of_it_later(tmp_path: Path) -> None:
    async def then(service: FaxService, listener: Listener, fax: str) -> None:
        assert news(listener, OTHER) == []
        await service.api.assign_reception(OTHER, Assignment(fax, (ME,)))
        listener.deaf = False
        await service.api.register(OTHER)
        await service.api.register(ME)
        await until("the news", lambda: news(listener, ME) == [fax])
        assert news(listener, OTHER) == []

    receive(tmp_path, office(tmp_path), then, deaf=True)


def test_a_fax_whose_owners_are_gone_is_sorted(tmp_path: Path) -> None:
    async def then(service: FaxService, _listener: Listener, fax: str) -> None:
        assert await lists(service, OTHER) == [fax]
        trace = service.store.receptions.trace(fax)
        assert str(trace[-1]) == "nobody: there is no gone any more"

    receive(tmp_path, office(tmp_path, owners=("gone",)), then)


def test_the_owners_of_a_fax_see_who_has_read_it(tmp_path: Path) -> None:
    async def then(service: FaxService, listener: Listener, fax: str) -> None:
        def changes(person: str) -> list[Reception]:
            return [news.reception for who, name, news in listener.heard if (who, name) == (person, "ReceptionChanged")]

        (before,) = await service.api.list_receptions(ME)
        assert (before.read, before.read_by) == (False, ())
        told = len(changes(ME))
        await service.api.mark_fax(ME, fax, True)
        (mine,) = await service.api.list_receptions(ME)
        (mark,) = mine.read_by
        assert (mine.read, mark.person, mark.name, mark.at > "") == (True, ME, ME, True)
        (theirs,) = (await service.api.list_faxes(CAROL, FaxQuery())).receptions
        assert (theirs.read, theirs.read_by) == (False, (mark,))
        assert (changes(CAROL)[-1].read, changes(CAROL)[-1].read_by) == (False, (mark,))
        assert len(changes(ME)) == told, "who has read it knows"
        heard = len(listener.heard)
        await service.api.mark_fax(ME, fax, True)
        assert len(listener.heard) == heard, "nothing has changed"
        await service.api.mark_fax(CAROL, fax, True)
        # Within a millisecond nobody is the first.
        assert sorted(each.name for each in changes(ME)[-1].read_by) == sorted([ME, "Carol Roux"])
        await service.api.mark_fax(ME, fax, False)
        assert [each.person for each in changes(CAROL)[-1].read_by] == [CAROL]

    config = office(tmp_path, owners=(ME, CAROL))
    receive(tmp_path, replace(config, persons=(PersonConfig(CAROL, full_name="Carol Roux"),)), then)
