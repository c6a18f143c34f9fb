# SPDX-License-Identifier: GPL-3.0-or-later
"""A name that is in the address book stands wherever its number does: lists, popups and mails of whoever has it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.config import PersonConfig
from faxcore.contract.address_book import Book, Contact
from faxcore.contract.listed import FaxQuery
from faxcore.contract.received_fax import Reception
from faxcore.service import FaxService
from faxcore.t30.frames import REVERSED
from tests.service.test_mail import ANNE, RING, mailing
from tests.support.rude_smtp import RudeServer
from tests.support.service_parts import ME, OTHER, Listener, document, running, script, submit
from tests.support.waiting import until

STATION = b"+33 6 11 22 33 44".translate(REVERSED)[::-1].hex()
"""As it comes: the last sign first."""
LAB = Contact(company="Lab Dupont", number="+33 6 11 22 33 44")


async def received(service: FaxService, listener: Listener, folder: Path) -> Reception:
    """Let a fax come in; as it is told of."""
    (folder / "ring-0").touch()
    (arrived,) = await listener.until_arrived(1)
    return arrived


@pytest.mark.parametrize(
    "ring",
    [{}, {"caller": "", "caller_name": "", "withheld": True, "station": STATION}],
    ids=["number", "station id"],
)
def test_a_received_fax_has_the_name_of_its_caller(ring: dict[str, Any], tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            (shared,) = await service.api.save_contacts(OTHER, [replace(LAB, book=Book.SHARED)])
            arrived = await received(service, listener, tmp_path)
            assert arrived.contact == "Lab Dupont"
            (mine,) = await service.api.save_contacts(ME, [replace(LAB, company="", last_name="Dupont")])
            await service.api.save_contacts(OTHER, [replace(LAB, company="Not mine")])
            for name, known_by in (("Dupont", mine), ("Lab Dupont", shared)):
                await assert_name(service, name)
                await service.api.remove_contact(ME, known_by.id)
            await assert_name(service, "")

    script(tmp_path, ring={"line-1": {**RING["line-1"], "when": str(tmp_path / "ring-0"), **ring}})
    asyncio.run(main())


async def assert_name(service: FaxService, name: str) -> None:
    page = await service.api.list_faxes(ME, FaxQuery())
    listed = await service.api.list_receptions(ME)
    assert [each.contact for each in page.receptions] == [each.contact for each in listed] == [name]


def test_a_fax_to_a_number_alone_has_its_name_and_another_keeps_the_one_it_was_given(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            await service.api.save_contacts(ME, [replace(LAB, number="0199000002")])
            path = document(tmp_path)
            bare = await submit(service, path, last_name="", number="0033 199000002")
            named = await submit(service, path, last_name="Durand")
            for job, name in ((bare, "Lab Dupont"), (named, "Durand")):
                assert (await listener.until_job(job, "done")).recipient == name
                assert (await service.api.show_job(ME, job)).job.recipient == name
            listed = {job.id: job.recipient for job in await service.api.list_jobs(ME)}
            page = {job.id: job.recipient for job in (await service.api.list_faxes(ME, FaxQuery())).jobs}
            assert listed == page == {bare: "Lab Dupont", named: "Durand"}

    script(tmp_path, {"0199000002": ["ok", "ok"]})
    asyncio.run(main())


def test_a_mail_names_the_caller_as_its_reader_does(tmp_path: Path) -> None:
    async def main(server: RudeServer) -> None:
        config = mailing(tmp_path, server, PersonConfig(ME, mail=ANNE, language="en"))
        async with running(tmp_path, config) as (service, listener):
            await service.api.save_contacts(ME, [LAB])
            await received(service, listener, tmp_path)
            await until("the mail", lambda: bool(server.taken))

    script(tmp_path, ring={"line-1": {**RING["line-1"], "when": str(tmp_path / "ring-0")}})
    with RudeServer() as server:
        asyncio.run(main(server))
    assert server.taken[0]["Subject"] == "Fax from Lab Dupont, pages: 2"
