# SPDX-License-Identifier: GPL-3.0-or-later
"""Broadcasts: one document for many recipients, taken in whole or not at all, seen and stopped in one place."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.api import own_broadcasts
from faxcore.api.api_error import ApiError
from faxcore.config import QueueConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.order import Order
from faxcore.contract.sent_fax import Broadcast, Job
from faxcore.dialling.numbers import Destination
from faxcore.model.header import SHIPPED
from faxcore.model.job import State
from faxcore.model.page import Resolution
from faxcore.model.priority import Priority
from faxcore.model.recipient import Recipient
from faxcore.service import FaxService
from faxcore.store import schema
from faxcore.store.documents import DocumentRow
from faxcore.store.entries import Entries
from faxcore.store.ids_and_times import new_id
from faxcore.store.store import Store
from faxcore.store.store_error import StoreError
from faxcore.store.submissions import Addressee, NewSubmission, Submissions
from faxcore.store.views import NO_CALL
from tests.support.loop_probe import longest_callback
from tests.support.service_parts import ME, OTHER, Gate, NoWait, configured, document, log, running, script, submit
from tests.support.waiting import until

NUMBERS = tuple(f"01990000{place:02}" for place in range(20, 50))
LIST = "number;last_name;company\n" + "".join(f"{number};Name {number};Mairie\n" for number in NUMBERS)
PATIENT = QueueConfig(dials=3, wait=NoWait(), max_faxes_per_hour=0)


async def send_to_many(
    service: FaxService, folder: Path, text: str = LIST, person: str = ME, **order: Any
) -> Broadcast:
    """Hand a document in for this list."""
    path, names = document(folder), folder / "list.csv"
    names.write_text(text)
    with path.open("rb") as pages, path.open("rb") as original, names.open("rb") as recipients:
        wanted = Order(title="Circular", **order)
        descriptors = [each.fileno() for each in (pages, original, recipients)]
        return await service.api.submit_to_many(ME, *descriptors, wanted)


async def refused(work: Any) -> ApiError:
    with pytest.raises(ApiError) as error:
        await work
    return error.value


def counts(found: Broadcast) -> dict[str, int]:
    return {each.state.value: each.faxes for each in found.states}


async def faxes_of(service: FaxService, broadcast: str, **query: Any) -> Sequence[Job]:
    return (await service.api.list_faxes(ME, FaxQuery(broadcast=broadcast, **query))).jobs


def test_every_recipient_gets_it_once_and_it_is_seen_in_one_place(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        config = configured(tmp_path, lines=3)
        async with running(tmp_path, config) as (service, listener):
            # Printed by mistake with the same line twice, and once in another spelling.
            twice = LIST + f"{NUMBERS[0]};Again;\n+33 1 99 00 00 20;Again;\n"
            begun = await send_to_many(service, tmp_path, twice, subject="Roof")
            assert (begun.recipients, begun.title, begun.subject) == (len(NUMBERS), "Circular", "Roof")
            (job, *_rest) = await faxes_of(service, begun.id)
            assert (job.broadcast, job.priority) == (begun.id, Priority.BULK)
            for each in await faxes_of(service, begun.id):
                await listener.until_job(each.id, "done")
            ended = await service.api.show_broadcast(ME, begun.id)
            assert counts(ended) == {"done": len(NUMBERS)}
            assert await service.api.list_broadcasts(ME) == [ended]
            assert await service.api.list_broadcasts(OTHER) == []
            pages = [await faxes_of(service, begun.id, most=20)]
            pages.append(await faxes_of(service, begun.id, most=20, after=pages[0][-1].id))
            assert [len(page) for page in pages] == [20, 10]
            assert {each.number for page in pages for each in page} == {each.number for each in await all_sent(service)}

    script(tmp_path, {number: ["ok"] for number in NUMBERS})
    asyncio.run(main())
    assert sorted(line for line in log(tmp_path) if line.startswith("complete")) == [f"complete {n}" for n in NUMBERS]


async def all_sent(service: FaxService) -> Sequence[Job]:
    return (await service.api.list_faxes(ME, FaxQuery(Folder.SENT))).jobs


def test_a_broadcast_is_stopped_held_and_released_as_one(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            begun = await send_to_many(service, tmp_path)
            first = (await faxes_of(service, begun.id))[-1]
            await listener.until_dialling(first.id)
            await service.api.hold_broadcast(ME, begun.id)
            await listener.until_job(first.id, "held", "done")
            held = counts(await service.api.show_broadcast(ME, begun.id))
            assert held["held"] >= len(NUMBERS) - 1
            # Somebody else's: it looks as if there were none.
            for work in (service.api.cancel_broadcast, service.api.hold_broadcast, service.api.show_broadcast):
                assert (await refused(work(OTHER, begun.id))).code is ErrorCode.UNKNOWN
            listener.heard.clear()
            await service.api.release_broadcast(ME, begun.id)
            await listener.until(lambda _p, _n, news: isinstance(news, Job) and str(news.progress) == "dialling")
            await service.api.cancel_broadcast(ME, begun.id)
            for job in await faxes_of(service, begun.id):
                await listener.until_job(job.id, "cancelled", "done", "uncertain")
            ended = counts(await service.api.show_broadcast(ME, begun.id))
            assert ended["cancelled"] >= len(NUMBERS) - 2
            await service.api.cancel_broadcast(ME, begun.id), "there is nothing left to cancel"

    script(tmp_path, {number: ["hang"] for number in NUMBERS})
    asyncio.run(main())
    assert len([line for line in log(tmp_path) if line.startswith("dial")]) <= 3


def test_a_letter_goes_before_the_rest_of_a_circular(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            begun = await send_to_many(service, tmp_path)
            first = (await faxes_of(service, begun.id))[-1]
            await listener.until_dialling(first.id)
            letter = await submit(service, document(tmp_path), "0199000007")
            gate.let_through()
            await listener.until_job(letter, "done")
            assert counts(await service.api.show_broadcast(ME, begun.id))["ready"] >= len(NUMBERS) - 2
            await service.api.cancel_broadcast(ME, begun.id)
            gate.let_through()

    gate = Gate(tmp_path)
    script(tmp_path, {**{number: ["ok-slow"] for number in NUMBERS}, "0199000007": ["ok"]})
    asyncio.run(main())
    gate.close()


def test_only_those_who_are_named_send_urgent_faxes(tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path)
        async with running(tmp_path, config) as (service, listener):
            first = await submit(service, document(tmp_path))
            await listener.until_dialling(first)
            error = await refused(submit(service, document(tmp_path), "0199000008", priority=Priority.URGENT))
            assert (error.code, "urgent" in str(error.sentence)) == (ErrorCode.DENIED, True)
            assert (await refused(send_to_many(service, tmp_path, priority=Priority.URGENT))).code is ErrorCode.DENIED
            service.take_on(replace(config, queue=replace(config.queue, urgent=(ME,))))
            normal = await submit(service, document(tmp_path), "0199000007")
            urgent = await submit(service, document(tmp_path), "0199000008", priority=Priority.URGENT)
            gate.let_through()
            await listener.until_job(normal, "done")
            assert (await service.api.show_job(ME, urgent)).job.state is State.DONE
        dialled = [line.split()[1] for line in log(tmp_path) if line.startswith("dial")]
        assert dialled == ["0199000002", "0199000008", "0199000007"]

    gate = Gate(tmp_path)
    script(tmp_path, {"0199000002": ["ok-slow"], "0199000007": ["ok"], "0199000008": ["ok"]})
    asyncio.run(main())
    gate.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("number\n0199000020\n15\n\nx\n", ["Line 3", "Line 5"]),
        ("name\nMartin\n", ["number"]),
        ("", ["number"]),
        ("number\n", ["no recipients"]),
        ("number;fax\n0199000020;0199000021\n", ["twice"]),
        ("number;name\n0199000020;Martin;Roof\n", ["Line 2", "3 fields"]),
        ("number;name\n;Martin\n", ["Line 2", "no number"]),
        ("number\n" + "15\n" * 30, ["Line 11", "Further lines with a fault: 20"]),
        ("number\n0199\0\n", ["not a text"]),
    ],
)
def test_a_list_with_a_fault_is_refused_whole_and_says_where(tmp_path: Path, text: str, said: list[str]) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            error = await refused(send_to_many(service, tmp_path, text))
            assert error.code is ErrorCode.BAD_ORDER
            assert [words for words in said if words not in str(error.sentence)] == []
            assert (await refused(send_to_many(service, tmp_path, number="0199000002"))).code is ErrorCode.BAD_ORDER
            assert await service.api.list_jobs(ME) == []
            assert list(service.store.documents.folder.iterdir()) == []

    script(tmp_path)
    asyncio.run(main())


def test_more_than_a_person_may_send_in_an_hour_is_refused_before_it_is_copied(tmp_path: Path) -> None:
    async def main() -> None:
        config = replace(configured(tmp_path), queue=replace(PATIENT, max_faxes_per_hour=len(NUMBERS)))
        async with running(tmp_path, config) as (service, _listener):
            first = await send_to_many(service, tmp_path)
            assert first.recipients == len(NUMBERS), "exactly as many as one may"
            assert (await refused(send_to_many(service, tmp_path))).code is ErrorCode.TOO_MANY
            one_more = LIST + "0199000099;;\n"
            error = await refused(send_to_many(service, tmp_path, one_more))
            assert (error.code, "divide" in str(error.sentence)) == (ErrorCode.TOO_MANY, True)
            assert len(await service.api.list_broadcasts(ME)) == 1

    script(tmp_path, absent={"line-1": "There is none."})
    asyncio.run(main())


def test_handing_it_over_again_with_the_same_key_is_the_same(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            first, second = [await send_to_many(service, tmp_path, key="once") for _ in range(2)]
            assert first.id == second.id
            assert counts(second) == {"ready": len(NUMBERS)}

    script(tmp_path, absent={"line-1": "There is none."})
    asyncio.run(main())


def test_what_a_service_had_not_accepted_when_it_died_is_nobodys(tmp_path: Path, database: str) -> None:
    config = configured(tmp_path)
    store = Store(config.state, url=config.store.url)
    to = [Addressee(Recipient(n), Destination(n, n, n, "country")) for n in NUMBERS]
    row = DocumentRow(new_id(), "hash", 1, Resolution.FINE, 1000, False)
    store.documents.pages_file(row.id).write_bytes(b"pages")
    new = NewSubmission(ME, row.id, "Circular", "", SHIPPED[0], 1, tuple(to), key="order:once")
    with store.transaction():
        store.documents.add(row)
        id = store.submissions.begin(new)
        store.submissions.add_part(id, new, to[:10])
    assert store.broadcasts.get(ME, id) is None
    assert store.jobs.all(ME) == []
    assert store.listing.page(ME, FaxQuery(), lambda _job: NO_CALL).jobs == ()
    store.close()

    async def main() -> None:
        async with running(tmp_path, config) as (service, _listener):
            for table in ("job", "submission", "document", "entry"):
                assert service.store.database.count(getattr(schema, table)) == 0, table
            assert list(service.store.documents.folder.iterdir()) == []
            # Its sender, who was never answered, hands it over again.
            assert (await send_to_many(service, tmp_path, key="once")).recipients == len(NUMBERS)

    script(tmp_path, absent={"line-1": "There is none."})
    asyncio.run(main())


def test_a_database_that_fails_in_the_middle_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[int] = []
    real = Submissions.add_part

    def add_part(self: Submissions, id: str, new: NewSubmission, addressees: Sequence[Addressee]) -> None:
        parts.append(len(addressees))
        if len(parts) == 3:
            raise StoreError("the disk is full")
        real(self, id, new, addressees)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            with pytest.raises(StoreError):
                await send_to_many(service, tmp_path)
            assert await service.api.list_jobs(ME) == []
            assert service.store.submissions.list_entering() == []
            assert list(service.store.documents.folder.iterdir()) == []
            assert (await send_to_many(service, tmp_path)).recipients == len(NUMBERS)

    monkeypatch.setattr(Submissions, "add_part", add_part)
    monkeypatch.setattr(own_broadcasts, "PART", 10)
    script(tmp_path, absent={"line-1": "There is none."})
    asyncio.run(main())


def test_nobody_waits_while_two_thousand_recipients_are_taken_in_and_stopped(tmp_path: Path, database: str) -> None:
    text = "number\n" + "".join(f"01990{place:05}\n" for place in range(2000))

    async def main() -> None:
        async with running(tmp_path, replace(configured(tmp_path), queue=PATIENT)) as (service, _listener):
            with longest_callback() as longest:
                begun = await send_to_many(service, tmp_path, text)
                assert begun.recipients == 2000
                await service.api.cancel_broadcast(ME, begun.id)
            assert counts(await service.api.show_broadcast(ME, begun.id)) == {"cancelled": 2000}
            # Many times what a part takes, and a small part of what all of it would take in one piece.
            assert longest.seconds < 0.3, longest.what

    script(tmp_path, absent={"line-1": "There is none."})
    asyncio.run(main())


def test_a_broadcast_is_accepted_in_small_parts_so_that_the_database_answers_in_time(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL gives up a statement that takes three seconds, as one for ten thousand faxes may; then it is away."""
    parts: list[int] = []
    real = Entries.show

    def show(self: Entries, person: str, subjects: Sequence[str], folder: Folder) -> None:
        parts.append(len(subjects))
        real(self, person, subjects, folder)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            await send_to_many(service, tmp_path)
            assert parts == [10, 10, 10]

    monkeypatch.setattr(Entries, "show", show)
    monkeypatch.setattr(own_broadcasts, "PART", 10)
    script(tmp_path, absent={"line-1": "There is none."})
    asyncio.run(main())


class Away:
    """A database that goes away when a broadcast is accepted for the second time, until `back`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.back = False
        self.calls = 0
        real = Submissions.accept_part

        def accept_part(submissions: Submissions, id: str, most: int) -> bool:
            self.calls += 1
            if self.calls > 1 and not self.back:
                raise StoreError("the database is away")
            return real(submissions, id, most)

        monkeypatch.setattr(Submissions, "accept_part", accept_part)
        monkeypatch.setattr(own_broadcasts, "PART", 10)


@pytest.mark.parametrize("how", ["database", "restart"])
def test_a_broadcast_that_is_accepted_in_part_is_accepted(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    away = Away(monkeypatch)

    async def is_whole(service: FaxService, id: str) -> bool:
        return len(await faxes_of(service, id)) == len(NUMBERS)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            begun = await send_to_many(service, tmp_path, key="once")
            assert counts(begun) == {"ready": len(NUMBERS)}
            assert len(await faxes_of(service, begun.id)) == 10
            # Nor does anything drop it now.
            service.store.retention.drop_unaccepted(begun.id)
            away.back = True
            if how == "database":
                service._database_returned()
                await until("the rest", lambda: is_whole(service, begun.id))
        if how == "restart":
            async with running(tmp_path) as (service, _listener):
                await until("the rest", lambda: is_whole(service, begun.id))
                assert (await send_to_many(service, tmp_path, key="once")).id == begun.id

    script(tmp_path, absent={"line-1": "There is none."})
    asyncio.run(main())


def test_a_broadcast_that_is_stopped_while_it_is_accepted_is_stopped_to_its_last_fax(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Away(monkeypatch)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            begun = await send_to_many(service, tmp_path)
            away.back = True
            await service.api.cancel_broadcast(ME, begun.id)
            assert counts(await service.api.show_broadcast(ME, begun.id)) == {"cancelled": len(NUMBERS)}

    script(tmp_path, absent={"line-1": "There is none."})
    asyncio.run(main())
