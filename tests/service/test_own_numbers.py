# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax goes out as from its sender's own number: to the other end, on its pages and in the preview."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faxcore.config import Config, GroupConfig, NumberConfig, PersonConfig, SendingRule
from faxcore.contract.offered import NewOffer
from faxcore.contract.order import JobChange, Order
from faxcore.contract.printed import Claim
from faxcore.document.compose import PageOrder
from faxcore.document.sizes import PageSize
from faxcore.model.header import SHIPPED
from faxcore.service import FaxService
from tests.service.test_receipts import receipt
from tests.support.service_parts import (
    ME,
    OTHER,
    CountingComposer,
    Gate,
    configured,
    document,
    log,
    running,
    script,
    submit,
)
from tests.support.waiting import async_test

TO = "0199000002"
SURGERY, LEGAL = "+33 1 99 00 00 11", "+33 1 99 00 00 12"


def office(folder: Path, lines: int = 1) -> Config:
    """A configuration in which the surgery is mine, and the legal department that of a group with somebody else."""
    config = configured(folder, lines)
    numbers = (
        NumberConfig("0199000012", ("legal",), station_id=LEGAL, header="cover", language="fr"),
        NumberConfig("0199000011", (ME,), station_id=SURGERY, header_line="Surgery"),
    )
    first = replace(config.lines[0], numbers=numbers)
    groups = (GroupConfig("legal", (OTHER,)),)
    return replace(config, lines=(first, *config.lines[1:]), groups=groups, persons=(PersonConfig(OTHER),))


def calls(folder: Path) -> list[str]:
    """The calls out that were made, each with its station id behind it."""
    return [line for line in log(folder) if line.split()[0] in ("dial", "next", "fetch", "as")]


class Pages(CountingComposer):
    """Makes plain pages, and keeps what was to be on them."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[PageOrder] = []

    async def __call__(self, pages: Path, out: Path, order: PageOrder) -> list[PageSize]:
        self.orders.append(order)
        return await super().__call__(pages, out, order)


@pytest.mark.parametrize(("person", "shown"), [(ME, SURGERY), (OTHER, LEGAL), ("a-third", "+33199000001")])
@async_test
async def test_a_fax_has_the_station_id_of_its_senders_number(tmp_path: Path, person: str, shown: str) -> None:
    script(tmp_path, {TO: ["ok"]}, tells_station_id=True)
    pages = Pages()
    async with running(tmp_path, office(tmp_path), composer=pages) as (service, listener):
        job = await submit(service, document(tmp_path), person=person)
        await listener.until_job(job, "done")
    assert calls(tmp_path) == [f"dial {TO} 1", f"as {shown}"]
    assert [(order.station_id, order.header_line) for order in pages.orders] == [
        (shown, "Surgery" if person == ME else "")
    ]


@async_test
async def test_a_document_is_fetched_as_from_the_number_of_whoever_ordered_it(tmp_path: Path) -> None:
    script(tmp_path, fetch={TO: ["ok"]}, tells_station_id=True)
    async with running(tmp_path, office(tmp_path)) as (service, listener):
        job = await service.api.fetch_document(OTHER, Order(number=TO))
        await listener.until_job(job, "done")
    assert calls(tmp_path) == [f"fetch {TO}", f"as {LEGAL}"]


async def preview(service: FaxService, folder: Path) -> tuple[str, bool]:
    with document(folder).open("rb") as pages:
        claim = Claim(user=ME, title="Letter")
        draft = (await service.intake.submit("lp", pages.fileno(), pages.fileno(), claim)).id
    with (folder / "preview.tif").open("wb") as out:
        shown = await service.api.compose_draft(ME, draft, Order(number=TO), out.fileno())
    return shown.station_id, shown.certain


@pytest.mark.parametrize("lines", [1, 3])
@async_test
async def test_a_preview_has_it_and_says_where_it_may_be_another(tmp_path: Path, lines: int) -> None:
    """The third line has the number of somebody else only; the second is the one that is called."""
    script(tmp_path)
    pages = Pages()
    async with running(tmp_path, office(tmp_path, lines), composer=pages) as (service, _listener):
        assert await preview(service, tmp_path) == (SURGERY, lines == 1)
    assert [(order.station_id, order.header_line) for order in pages.orders] == [(SURGERY, "Surgery")]


@async_test
async def test_a_preview_is_not_certain_of_words_that_only_one_line_has(tmp_path: Path) -> None:
    config = office(tmp_path, 3)
    same = NumberConfig("0199000013", (ME,), station_id=SURGERY)
    script(tmp_path)
    for number, certain in ((same, False), (replace(same, header_line="Surgery"), True)):
        lines = (*config.lines[:2], replace(config.lines[2], numbers=(number,)))
        async with running(tmp_path, replace(config, lines=lines)) as (service, _listener):
            assert await preview(service, tmp_path) == (SURGERY, certain)


@async_test
async def test_a_receipt_shows_the_page_with_it(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    pages = Pages()
    async with running(tmp_path, office(tmp_path), composer=pages) as (service, listener):
        job = await submit(service, document(tmp_path))
        await listener.until_job(job, "done")
        with (tmp_path / "receipt.pdf").open("wb") as out:
            await service.api.write_receipt(ME, job, out.fileno())
    assert [(order.station_id, order.header_line) for order in pages.orders] == [(SURGERY, "Surgery")] * 2


async def send_one_behind_another(folder: Path, config: Config, people: Sequence[str], ready: int) -> None:
    """Hand in a fax of each while the first goes out; so many are ready to go when it is let through."""
    script(folder, {TO: ["ok-slow", "ok"]}, together=True, tells_station_id=True)
    gate, pages = Gate(folder), Pages()
    async with running(folder, config, composer=pages) as (service, listener):
        first = await submit(service, document(folder), person=people[0])
        await listener.until_dialling(first)
        others = [await submit(service, document(folder), person=person) for person in people[1:]]
        await pages.until(ready)
        gate.let_through()
        for job in (first, *others):
            await listener.until_job(job, "done")
    gate.close()


def test_only_what_has_the_station_id_of_the_call_goes_along_in_it(tmp_path: Path) -> None:
    """An other end files what comes in one call under one station id."""
    asyncio.run(send_one_behind_another(tmp_path, office(tmp_path), [ME, OTHER, ME], ready=2))
    assert calls(tmp_path) == [
        *(f"dial {TO} 1", f"as {SURGERY}"),
        *(f"next {TO} 1", f"as {SURGERY}"),
        *(f"dial {TO} 1", f"as {LEGAL}"),
    ]


def test_two_whose_numbers_show_the_same_go_out_in_one_call(tmp_path: Path) -> None:
    config = office(tmp_path)
    numbers = tuple(replace(number, station_id="+33 1 99 00 00 10") for number in config.lines[0].numbers)
    config = replace(config, lines=(replace(config.lines[0], numbers=numbers),))
    asyncio.run(send_one_behind_another(tmp_path, config, [ME, OTHER], ready=2))
    assert [line.split()[0] for line in calls(tmp_path)] == ["dial", "as", "next", "as"]


@async_test
async def test_what_is_ready_to_follow_does_not_when_its_number_shows_another_since(tmp_path: Path) -> None:
    config = office(tmp_path)
    script(tmp_path, {TO: ["ok-slow", "ok"]}, together=True, tells_station_id=True)
    gate, pages = Gate(tmp_path), Pages()
    async with running(tmp_path, config, composer=pages) as (service, listener):
        first = await submit(service, document(tmp_path))
        await listener.until_dialling(first)
        second = await submit(service, document(tmp_path))
        await pages.until(2)
        legal, surgery = config.lines[0].numbers
        numbers = (legal, replace(surgery, station_id="new"))
        service.take_on(replace(config, lines=(replace(config.lines[0], numbers=numbers),)))
        gate.let_through()
        for job in (first, second):
            await listener.until_job(job, "done")
    gate.close()
    assert calls(tmp_path) == [f"dial {TO} 1", f"as {SURGERY}", f"dial {TO} 1", "as new"]


@async_test
async def test_a_fax_without_a_header_has_that_of_its_senders_number(tmp_path: Path) -> None:
    """The pages of a cover are counted at once, and an order that names a header keeps it."""
    script(tmp_path, {TO: ["ok"]})
    async with running(tmp_path, office(tmp_path)) as (service, listener):
        found = {}
        for person, named in ((ME, ""), (OTHER, ""), (OTHER, "plain"), (ME, "cover")):
            job = await submit(service, document(tmp_path), person=person, header=named)
            found[person, named] = await listener.until_job(job, "done")
    assert [each.header for each in found.values()] == ["plain", "cover", "plain", "cover"]


@async_test
async def test_the_header_of_the_callers_own_number_stands_first_among_all(tmp_path: Path) -> None:
    script(tmp_path)
    async with running(tmp_path, office(tmp_path)) as (service, _listener):
        for person, first in ((ME, "plain"), (OTHER, "cover"), ("a-third", "plain")):
            ids = [each.id for each in await service.api.headers(person)]
            assert (ids[0], sorted(ids)) == (first, ["cover", "plain"])


@async_test
async def test_the_header_is_of_the_number_on_a_line_that_may_carry_it(tmp_path: Path) -> None:
    """On the second line it is the plain one that I have; a rule sends what goes there to that line."""
    config = office(tmp_path, 3)
    config = replace(config, rules=(SendingRule("There", ("+33199000077",), lines=("line-3",)),))
    mine = NumberConfig("0199000011", (ME,), header="cover")
    lines = [
        replace(line, numbers=(replace(mine, header=id),))
        for line, id in zip(config.lines, ("plain", "", "cover"), strict=True)
    ]
    script(tmp_path, {"0199000077": ["ok"], "0199000078": ["ok"]})
    async with running(tmp_path, replace(config, lines=tuple(lines))) as (service, _listener):
        jobs = [
            await submit(service, document(tmp_path), number) for number in ("0199000077", "0199000078", "0199000077")
        ]
        headers = [(await service.api.show_job(ME, job)).job.header for job in jobs]
        assert headers == ["cover", "plain", "cover"]


@async_test
async def test_a_change_to_no_header_is_one_to_that_of_the_number(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]})
    async with running(tmp_path, office(tmp_path)) as (service, _listener):
        later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        job = await submit(service, document(tmp_path), person=OTHER, header="plain", send_at=later)
        assert (await service.api.show_job(OTHER, job)).job.pages == 2
        await service.api.change_job(OTHER, job, JobChange(header=""))
        changed = (await service.api.show_job(OTHER, job)).job
        assert (changed.header, changed.pages) == ("cover", 3)


@async_test
async def test_a_cover_page_is_in_the_language_of_its_senders_number_or_of_its_header(tmp_path: Path) -> None:
    """It stays so: in another language it may have another length, and pages of it may have arrived."""
    config = office(tmp_path)
    english = replace(SHIPPED[1], id="english", language="en")
    config = replace(config, headers=(*SHIPPED, english))
    script(tmp_path, {TO: ["partial", "ok"]})
    pages = Pages()
    async with running(tmp_path, config, composer=pages) as (service, listener):
        for person, header in ((ME, "cover"), (OTHER, "cover"), (OTHER, ""), (OTHER, "english")):
            await listener.until_job(await submit(service, document(tmp_path), person=person, header=header), "done")
        languages = [order.header.language for order in pages.orders]
        assert languages == ["", "", "fr", "fr", "en"]
        legal, surgery = config.lines[0].numbers
        later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        job = await submit(service, document(tmp_path), person=OTHER, send_at=later)
        line = replace(config.lines[0], numbers=(replace(legal, language="en"), surgery))
        service.take_on(replace(config, lines=(line,)))
        await service.api.change_job(OTHER, job, JobChange(send_at=""))
        await listener.until_job(job, "done")
        assert pages.orders[-1].header.language == "fr"


@async_test
async def test_a_fax_says_the_full_name_of_its_sender_where_one_is_configured(tmp_path: Path) -> None:
    config = office(tmp_path)
    config = replace(config, persons=(PersonConfig(OTHER, "Dr Anne Roux"),))
    script(tmp_path, {TO: ["ok"]})
    pages = Pages()
    async with running(tmp_path, config, composer=pages) as (service, listener):
        for person in (ME, OTHER):
            await listener.until_job(await submit(service, document(tmp_path), person=person), "done")
    assert [order.header.person for order in pages.orders] == ["", "Dr Anne Roux"]


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (PersonConfig(OTHER), ("Accusé de remise", "Numéro 01 99 00 00 02")),
        (PersonConfig(OTHER, "Dr Roux", language="en"), ("Delivery receipt", "From Dr Roux", "Number 01 99 00 00 02")),
        (PersonConfig(OTHER, "Dr Roux", language="fr"), ("Accusé de remise", "Expéditeur Dr Roux")),
    ],
)
@async_test
async def test_a_receipt_is_in_the_language_of_its_reader_or_of_their_number(
    tmp_path: Path, own: PersonConfig, words: tuple[str, ...]
) -> None:
    """The legal department's number is French; of whoever has no full name, no name is said."""
    script(tmp_path, {TO: ["ok"]})
    async with running(tmp_path, replace(office(tmp_path), persons=(own,))) as (service, listener):
        job = await submit(service, document(tmp_path), person=OTHER)
        await listener.until_job(job, "done")
        text = (await receipt(service, tmp_path, job, OTHER)).text
    assert all(part in text for part in words), text
    assert ("Dr Roux" in text) == bool(own.full_name) and OTHER not in text


@async_test
async def test_what_is_offered_says_the_number_at_which_it_is(tmp_path: Path) -> None:
    """A group's number is that of everybody in the group, for offering, too."""
    script(tmp_path)
    pages = Pages()
    path = document(tmp_path)
    async with running(tmp_path, office(tmp_path), composer=pages) as (service, _listener):
        for person, number in ((ME, ""), (ME, "0199000011"), (OTHER, ""), (OTHER, "0199000012")):
            with path.open("rb") as read, path.open("rb") as original:
                offer = NewOffer(number=number)
                made = await service.api.offer_document(person, read.fileno(), original.fileno(), offer)
            assert made.number == number
    assert [(order.station_id, order.header_line) for order in pages.orders] == [
        *((SURGERY, "Surgery"), (SURGERY, "Surgery")),
        *((LEGAL, ""), (LEGAL, "")),
    ]
