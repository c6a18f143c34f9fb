# SPDX-License-Identifier: GPL-3.0-or-later
"""A number that is new here is typed a second time before a draft goes there, where the administrator wants it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from faxcore.config import Config, DialogConfig
from faxcore.contract.address_book import Book, Contact
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery
from faxcore.contract.order import Order
from faxcore.model.recipient import Recipient
from faxcore.service import FaxService
from tests.service.test_broadcasts import refused
from tests.service.test_kept_orders import draft_of
from tests.support.service_parts import ME, OTHER, configured, document, running, script, submit


def guarded(folder: Path) -> Config:
    return replace(configured(folder), dialog=DialogConfig(type_new_numbers_twice=True))


async def code_of(service: FaxService, draft: str, order: Order) -> ErrorCode:
    return (await refused(service.api.submit_draft(ME, draft, order))).code


def test_a_new_number_needs_its_second_spelling(tmp_path: Path, database: str) -> None:
    """In any spelling; the refusal says which number, and the draft stays."""

    async def main() -> None:
        async with running(tmp_path, guarded(tmp_path)) as (service, listener):
            draft = await draft_of(service, tmp_path)
            order = Order(number="0199000002")
            error = await refused(service.api.submit_draft(ME, draft, order))
            assert error.code is ErrorCode.NEW_NUMBER and "01 99 00 00 02" in str(error)
            for other in ("0199000003", "abc", "", "0199000002x"):
                found = await code_of(service, draft, replace(order, typed_again=(other,)))
                assert found is ErrorCode.OTHER_NUMBER, other
            assert [each.id for each in await service.api.list_drafts(ME)] == [draft]
            job = await service.api.submit_draft(ME, draft, replace(order, typed_again=("+33 1 99 00 00 02",)))
            assert await service.api.submit_draft(ME, draft, order) == job, "repeating it is harmless"
            await listener.until_job(job, "done")
            # It has arrived: from now on the number is known, in whatever spelling, to everybody here.
            draft = await draft_of(service, tmp_path)
            await service.api.submit_draft(ME, draft, Order(number="0033199000002"))

    script(tmp_path, {"0199000002": ["ok", "ok"]})
    asyncio.run(main())


def test_a_fax_that_did_not_arrive_makes_no_number_known(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path, guarded(tmp_path)) as (service, listener):
            failed = await submit(service, document(tmp_path), "0199000004")
            await listener.until_job(failed, "failed")
            draft = await draft_of(service, tmp_path)
            assert await code_of(service, draft, Order(number="0199000004")) is ErrorCode.NEW_NUMBER

    script(tmp_path, {"0199000004": ["no-fax"] * 9})
    asyncio.run(main())


@pytest.mark.parametrize(("book", "owner", "known"), [("shared", ME, True), ("own", ME, True), ("own", OTHER, False)])
def test_the_address_books_that_one_sees_make_numbers_known(
    tmp_path: Path, database: str, book: str, owner: str, known: bool
) -> None:
    async def main() -> None:
        async with running(tmp_path, guarded(tmp_path)) as (service, _listener):
            contact = Contact(book=Book(book), last_name="Petit", number="01 99 00 00 05")
            await service.api.save_contacts(owner, [contact])
            draft = await draft_of(service, tmp_path)
            order = Order(number="0199000005")
            if known:
                await service.api.submit_draft(ME, draft, order)
            else:
                assert await code_of(service, draft, order) is ErrorCode.NEW_NUMBER

    asyncio.run(main())


def test_each_new_number_of_many_is_typed_again(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path, guarded(tmp_path)) as (service, _listener):
            draft = await draft_of(service, tmp_path)
            await service.api.save_contacts(ME, [Contact(last_name="Petit", number="0199000002")])
            to = [Recipient(f"019900000{digit}") for digit in (2, 3, 4)]

            async def refusal(*again: str) -> tuple[ErrorCode, str]:
                error = await refused(service.api.submit_draft_to_many(ME, draft, to, Order(typed_again=again)))
                return error.code, str(error)

            code, sentence = await refusal()
            assert code is ErrorCode.NEW_NUMBER and "01 99 00 00 03" in sentence
            code, sentence = await refusal("0199000003")
            assert code is ErrorCode.NEW_NUMBER and "01 99 00 00 04" in sentence
            code, sentence = await refusal("0199000003", "0199000005")
            assert code is ErrorCode.OTHER_NUMBER and "0199000005" in sentence
            assert (await service.api.list_faxes(ME, FaxQuery())).jobs == ()
            both = Order(typed_again=("0199000003", "01.99.00.00.04"))
            begun = await service.api.submit_draft_to_many(ME, draft, to, both)
            assert begun.recipients == 3

    asyncio.run(main())


def test_it_is_off_by_default_and_a_second_spelling_counts_all_the_same(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            draft = await draft_of(service, tmp_path)
            wrong = Order(number="0199000002", typed_again=("0199000003",))
            assert await code_of(service, draft, wrong) is ErrorCode.OTHER_NUMBER
            path = document(tmp_path)
            with path.open("rb") as pages:
                error = await refused(
                    service.api.submit_document(ME, pages.fileno(), pages.fileno(), replace(wrong, title="x"))
                )
            assert error.code is ErrorCode.OTHER_NUMBER
            await service.api.submit_draft(ME, draft, Order(number="0199000002"))

    asyncio.run(main())


def test_a_program_that_submits_documents_is_not_asked(tmp_path: Path) -> None:
    """It is the dialog's guard: scripts and printed jobs with a number go as before."""

    async def main() -> None:
        async with running(tmp_path, guarded(tmp_path)) as (service, _listener):
            await submit(service, document(tmp_path), "0199000002")
            await submit(service, document(tmp_path), "0199000002", typed_again=("0199000002",))

    asyncio.run(main())
