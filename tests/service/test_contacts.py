# SPDX-License-Identifier: GPL-3.0-or-later
"""Address books: each person's own and the shared one, found by beginnings of words, and whom a person may mean."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.api import own_contacts
from faxcore.config import GroupConfig
from faxcore.contract.address_book import Book, Contact, ContactKind, ContactQuery
from faxcore.contract.bus import ErrorCode
from faxcore.model.recipient import Recipient
from faxcore.service import FaxService
from tests.service.test_broadcasts import refused
from tests.support.loop_probe import longest_callback
from tests.support.service_parts import ME, OTHER, configured, document, running, script, submit

CLAIRE = Contact(
    last_name="Lefèvre", first_name="Claire", role="cheffe de service", department="Urgences", number="01 99 00 00 02"
)
LAB = Contact(kind=ContactKind.COMPANY, company="Œuvre & Lab Dupont", number="+33199000003", book=Book.SHARED)
MARC = Contact(last_name="Martin", first_name="Marc", company="Mairie", number="0033 1 99 00 00 04")


async def save(service: FaxService, *contacts: Contact, person: str = ME) -> list[Contact]:
    return await service.api.save_contacts(person, list(contacts))


async def names(service: FaxService, words: str = "", person: str = ME, **query: Any) -> list[str]:
    page = await service.api.find_contacts(person, ContactQuery(words, **query))
    return [each.last_name or each.company or each.name for each in page.contacts]


def test_contacts_are_found_as_people_type_them(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            (claire, _lab, _marc) = await save(service, CLAIRE, LAB, MARC)
            assert (claire.e164, claire.shown) == ("+33199000002", "01 99 00 00 02")
            assert await names(service) == ["Lefèvre", "Martin", "Œuvre & Lab Dupont"]
            for words in ("lef", "LEFE", "claire lef", "cheffe", "01.99.00.00.02", "+33 1 99 00 00 02", "0199000002"):
                assert await names(service, words) == ["Lefèvre"], words
            assert await names(service, "oeuvre") == await names(service, "dup") == ["Œuvre & Lab Dupont"]
            assert await names(service, "199") == ["Lefèvre", "Martin", "Œuvre & Lab Dupont"]
            assert await names(service, "efe") == await names(service, "lef martin") == await names(service, "&") == []
            assert await names(service, book=Book.OWN) == ["Lefèvre", "Martin"]
            assert await names(service, book=Book.SHARED) == ["Œuvre & Lab Dupont"]

    asyncio.run(main())


def test_pages_follow_one_another(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            many = [Contact(last_name=f"Name {place % 3}", number=f"01990000{place:02}") for place in range(20, 31)]
            await save(service, *many)
            found, after = [], ""
            while True:
                page = await service.api.find_contacts(ME, ContactQuery("na", most=4, after=after))
                found += page.contacts
                after = page.after
                if not after:
                    break
            assert [each.last_name for each in found] == sorted(each.last_name for each in many)
            assert len({each.id for each in found}) == len(many)

    asyncio.run(main())


def test_a_contact_is_changed_and_found_by_its_new_words_only(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            (claire,) = await save(service, CLAIRE)
            married = Contact(claire.id, last_name="Petit", first_name="Claire", number="0199000005")
            (changed,) = await save(service, married)
            assert (changed.id, changed.role, changed.e164) == (claire.id, "", "+33199000005")
            assert (await names(service, "lef"), await names(service, "pet")) == ([], ["Petit"])
            await service.api.remove_contact(ME, claire.id)
            assert await names(service) == []
            assert (await refused(service.api.remove_contact(ME, claire.id))).code is ErrorCode.UNKNOWN
            assert (await refused(save(service, married))).code is ErrorCode.UNKNOWN

    asyncio.run(main())


def test_who_is_read_twice_is_one_contact(tmp_path: Path) -> None:
    """An address book that is imported again makes no doubles, and takes away nothing that was added by hand."""

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            (claire,) = await save(service, CLAIRE)
            again = Contact(last_name="LEFEVRE", first_name="claire", company="CH d'Orsay", number="+33 1 99000002")
            (same,) = await save(service, again)
            assert (same.id, same.role, same.company) == (claire.id, "cheffe de service", "CH d'Orsay")
            # In another book, or with another number, it is another one.
            elsewhere = [replace(again, book=Book.SHARED), replace(again, number="0199000009")]
            assert claire.id not in {each.id for each in await save(service, *elsewhere)}

    asyncio.run(main())


def test_own_contacts_are_ones_own_and_shared_ones_everybodys(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            (claire, lab) = await save(service, CLAIRE, LAB)
            assert await names(service, person=OTHER) == ["Œuvre & Lab Dupont"]
            for work in (
                save(service, Contact(claire.id, number="0199000002", last_name="Taken"), person=OTHER),
                service.api.remove_contact(OTHER, claire.id),
                service.api.find_contacts(OTHER, ContactQuery(group=claire.id)),
            ):
                assert (await refused(work)).code is ErrorCode.UNKNOWN
            await save(service, Contact(lab.id, Book.SHARED, company="Lab Durand", number="0199000003"), person=OTHER)
            assert await names(service) == ["Lab Durand", "Lefèvre"]

    asyncio.run(main())


@pytest.mark.parametrize("editors", [None, (ME,), ("desk",)])
def test_whoever_is_named_changes_the_shared_book(editors: Any, tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path, groups=(GroupConfig("desk", (ME,)),), contact_editors=editors)
        async with running(tmp_path, config) as (service, _listener):
            (lab,) = await save(service, LAB)
            await service.api.remove_contact(ME, lab.id)
            assert await names(service, book=Book.SHARED) == []

    asyncio.run(main())


@pytest.mark.parametrize("editors", [(), ("desk",)])
def test_nobody_else_changes_the_shared_book(editors: Any, tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            (lab,) = await save(service, LAB)
        config = configured(tmp_path, groups=(GroupConfig("desk", (OTHER,)),), contact_editors=editors)
        async with running(tmp_path, config) as (service, _listener):
            for work in (
                save(service, LAB),
                save(service, Contact(lab.id, Book.OWN, company="Mine", number="0199000003")),
                service.api.remove_contact(ME, lab.id),
            ):
                error = await refused(work)
                assert (error.code, "shared address book" in str(error)) == (ErrorCode.DENIED, True)
            assert await names(service, book=Book.SHARED) == ["Œuvre & Lab Dupont"]
            await save(service, CLAIRE)

    asyncio.run(main())


def test_groups_have_members_of_the_books_that_their_readers_see(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            claire, lab, marc = await save(service, CLAIRE, LAB, MARC)
            group = Contact(kind=ContactKind.GROUP, name="Council", members=(marc.id, lab.id, marc.id, claire.id))
            (council,) = await save(service, group)
            assert council.members == (marc.id, lab.id, claire.id)
            assert await names(service, group=council.id) == ["Martin", "Œuvre & Lab Dupont", "Lefèvre"]
            assert await names(service, "coun") == ["Council"]
            await service.api.remove_contact(ME, lab.id)
            assert await names(service, group=council.id) == ["Martin", "Lefèvre"]
            for wrong in (
                Contact(kind=ContactKind.GROUP, name="  ", members=(claire.id,)),
                Contact(kind=ContactKind.GROUP, name="Open", book=Book.SHARED, members=(claire.id,)),
                Contact(kind=ContactKind.GROUP, name="Of groups", members=(council.id,)),
                Contact(kind=ContactKind.GROUP, name="Of nobody's", members=("none",)),
            ):
                assert (await refused(save(service, wrong))).code is ErrorCode.BAD_ORDER

    asyncio.run(main())


def test_what_cannot_be_kept_is_refused_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            error = await refused(save(service, CLAIRE, Contact(last_name="Durand", number="n/a")))
            assert (error.code, str(error)) == (ErrorCode.BAD_NUMBER, "Durand: a contact needs a fax number.")
            assert await names(service) == []
            (hostile,) = await save(
                service, Contact(last_name="A\x1b[2J\u202eB", note="x" * 5_000, number="0199000002")
            )
            assert hostile.last_name.isprintable() and len(hostile.note) <= own_contacts.LONGEST_NOTE
            monkeypatch.setattr(own_contacts, "MOST_IN_A_BOOK", 2)
            assert (
                await refused(save(service, MARC, Contact(last_name="C", number="0199000007")))
            ).code is ErrorCode.STATE
            assert await names(service) == [hostile.last_name]
            assert (await refused(save(service, *[MARC] * 51))).code is ErrorCode.BAD_ORDER

    asyncio.run(main())


def test_whoever_had_a_fax_comes_first_and_a_number_that_failed_never(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            await save(service, CLAIRE, LAB, Contact(last_name="Lemaire", number="0199000006"))
            path = document(tmp_path)
            for number, name in (("0199000003", ""), ("0199000007", "Lemoine"), ("0199000008", "Leroy")):
                job = await submit(service, path, number=number, last_name=name)
                await listener.until_job(job, "done", "failed")
            found = await service.api.suggest_recipients(ME, "le")
            told = [(each.recipient.last_name, each.shown, bool(each.contact), bool(each.last_sent)) for each in found]
            assert told == [
                ("Lemoine", "01 99 00 00 07", False, True),
                ("Lefèvre", "01 99 00 00 02", True, False),
                ("Lemaire", "01 99 00 00 06", True, False),
            ]
            # By nothing: those of the last faxes, with the names that their numbers have in the book.
            recent = await service.api.suggest_recipients(ME, "")
            assert [each.recipient.display_name() for each in recent] == ["Lemoine", "Œuvre & Lab Dupont"]
            assert await service.api.suggest_recipients(OTHER, "lemo") == []
            assert [each.recipient.company for each in await service.api.suggest_recipients(OTHER, "dup")] == [
                LAB.company
            ]
            (lab,) = await service.api.suggest_recipients(ME, "dup")
            assert lab.last_sent and lab.contact
            assert await service.api.suggest_recipients(ME, "!?") == []

    script(tmp_path, {"0199000003": ["ok"], "0199000007": ["ok"], "0199000008": ["refused"]})
    asyncio.run(main())


def test_a_suggested_group_tells_how_many_it_has(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            claire, marc = await save(service, CLAIRE, MARC)
            await save(service, Contact(kind=ContactKind.GROUP, name="Council", members=(marc.id, claire.id)))
            (found,) = await service.api.suggest_recipients(ME, "council")
            assert (found.group, found.members, found.recipient) == ("Council", 2, Recipient(""))

    asyncio.run(main())


def test_nobody_waits_while_contacts_are_saved_and_found(tmp_path: Path, database: str) -> None:
    texts: dict[str, Any] = {"first_name": "Anne Marie", "company": "Mairie de Lutèce"}
    many = [Contact(last_name=f"Name {place}", number=f"01990{place:05}", **texts) for place in range(2_000)]

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            with longest_callback() as longest:
                for first in range(0, len(many), own_contacts.MOST_AT_ONCE):
                    await save(service, *many[first : first + own_contacts.MOST_AT_ONCE])
                    await asyncio.sleep(0)
                assert len(await names(service, "mai ann 199001")) == own_contacts.MOST_LISTED
                await asyncio.sleep(0)
                await service.api.suggest_recipients(ME, "name")
            # Many times what a part takes; all of it in one piece would take forty times as long.
            assert longest.seconds < 0.3, longest.what

    asyncio.run(main())
