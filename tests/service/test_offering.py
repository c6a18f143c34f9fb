# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that callers fetch: offered at the numbers of whoever offers them, as often and as long as they want."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from faxcore.api.api_error import ApiError
from faxcore.config import Config, NumberConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.offered import Fetching, NewOffer, Offer
from faxcore.dialling.numbers import number_key
from faxcore.model.call import CallReport, Outcome
from faxcore.model.line_direction import LineDirection
from faxcore.service import FaxService
from tests.service.test_crashes import kill_at
from tests.support.leftovers import until_clean
from tests.support.service_parts import ME, OTHER, Gate, configured, document, log, running, script
from tests.support.waiting import until

NUMBER = "0199000001"


async def offer(service: FaxService, folder: Path, person: str = ME, **values: Any) -> Offer:
    path = document(folder)
    with path.open("rb") as pages, path.open("rb") as original:
        wanted = NewOffer(title="Price list", **values)
        return await service.api.offer_document(person, pages.fileno(), original.fileno(), wanted)


def rings(folder: Path, *polls: dict[str, Any]) -> None:
    """Let callers call, each when its file is there."""
    usual = {"pages": 0, "end": "ok", "called": NUMBER}
    told = [{**usual, "when": str(folder / f"ring-{number}"), **each} for number, each in enumerate(polls)]
    script(folder, ring={"line-1": told})


async def call(folder: Path, number: int) -> None:
    """Let a caller call, and wait until that is over."""
    (folder / f"ring-{number}").touch()
    await until("the caller", lambda: sum(line.startswith("offers") for line in log(folder)) == number + 1)


async def refused(work: Any) -> ErrorCode:
    with pytest.raises(ApiError) as error:
        await work
    return error.value.code


def test_what_is_offered_is_fetched_and_its_owner_told(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path, configured(tmp_path)) as (service, listener):
            made = await offer(service, tmp_path, selective="12", password="7391", number=NUMBER)
            assert "7391" not in f"{made} {service.store.offers.all(ME)}"
            await call(tmp_path, 0)
            told: Fetching = await listener.until(lambda person, name, _n: (person, name) == (ME, "DocumentFetched"))
            assert (told.offer, told.title, told.pages, told.confirmed) == (made.id, "Price list", 2, 2)
            assert (told.caller, told.remote_id, told.outcome) == ("0611223344", "+3316", Outcome.OK)
            shown = await service.api.show_offer(ME, made.id)
            assert (shown.fetched, shown.open, shown.fetchings) == (1, True, (told,))
            await call(tmp_path, 1)
            await listener.until(lambda _p, _n, news: isinstance(news, Fetching) and news.confirmed == 1)
            shown = await service.api.show_offer(ME, made.id)
            assert shown.fetched == 1, "in part is not as a whole"
            assert [(each.confirmed, each.outcome) for each in shown.fetchings] == [
                (1, Outcome.LINE_LOST),
                (2, Outcome.OK),
            ]
            await call(tmp_path, 2)
            await until("the call to be over", lambda: not service.lines[0].call)
            assert len((await service.api.show_offer(ME, made.id)).fetchings) == 2, "who asked for another got none"
            assert await refused(service.api.show_offer(OTHER, made.id)) is ErrorCode.UNKNOWN
            assert await refused(service.api.withdraw_offer(OTHER, made.id)) is ErrorCode.UNKNOWN
            assert await service.api.list_offers(OTHER) == []

    rings(tmp_path, {"polls": "12"}, {"polls": "12", "end": "partial"}, {"polls": "13"})
    asyncio.run(main())
    assert [line for line in log(tmp_path) if line.startswith("offers")] == ["offers 12/7391"] * 3


def test_it_is_offered_so_often_and_no_longer(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            once = await offer(service, tmp_path, selective="1", times=1)
            both = await offer(service, tmp_path, selective="2")
            await call(tmp_path, 0)
            await listener.until(lambda _p, name, _news: name == "DocumentFetched")
            assert not (await service.api.show_offer(ME, once.id)).open
            await call(tmp_path, 1)
            await service.api.withdraw_offer(ME, both.id)
            await call(tmp_path, 2)
            assert [each.open for each in await service.api.list_offers(ME)] == [False, False]

    rings(tmp_path, {"polls": "1"}, {"polls": "1"}, {"polls": "2"})
    asyncio.run(main())
    assert [line for line in log(tmp_path) if line.startswith("offers")] == ["offers 1/ 2/", "offers 2/", "offers"]


def of_two_lines(folder: Path, *polls: dict[str, Any]) -> Config:
    """Two lines of one person, at each of which a caller calls, and asks for the document, when its files are there."""
    usual = {"pages": 0, "called": NUMBER, "polls": "1"}
    told = {
        f"line-{number}": [
            {**usual, "when": str(folder / f"ring-{number}"), "asks": str(folder / f"ask-{number}"), **each}
        ]
        for number, each in enumerate(polls, 1)
    }
    script(folder, ring=told)
    config = configured(folder, lines=2)
    return replace(config, lines=tuple(replace(line, numbers=(NumberConfig(NUMBER, (ME,)),)) for line in config.lines))


@pytest.mark.parametrize(("end", "second"), [("ok", "not given 1"), ("partial", "taken 1 2")])
def test_of_two_callers_at_a_time_one_gets_what_is_offered_once(
    tmp_path: Path, database: str, end: str, second: str
) -> None:
    """The other gets it if the first call fails: both were told of it before either asked for it."""
    config = of_two_lines(tmp_path, {"end": f"{end}-slow"}, {"end": "ok"})

    async def main() -> None:
        async with running(tmp_path, config) as (service, listener):
            made = await offer(service, tmp_path, selective="1", times=1)
            for number in (1, 2):
                (tmp_path / f"ring-{number}").touch()
            await until("both to be told of it", lambda: log(tmp_path).count("offers 1/") == 2)
            (tmp_path / "ask-1").touch()
            await until("the first to ask for it", lambda: "given 1" in log(tmp_path))
            if end == "partial":
                gate.let_through()
                await listener.until(lambda _p, name, _news: name == "DocumentFetched")
            (tmp_path / "ask-2").touch()
            await until("the second to be answered", lambda: second in log(tmp_path))
            gate.let_through()
            await until("both calls to be over", lambda: not any(line.call for line in service.lines))
            shown = await service.api.show_offer(ME, made.id)
            assert (shown.fetched, shown.open) == (1, False)
            wholly = [each for each in shown.fetchings if each.outcome is Outcome.OK]
            assert len(wholly) == 1 and len(shown.fetchings) == (1 if end == "ok" else 2)

    gate = Gate(tmp_path)
    asyncio.run(main())
    gate.close()


def test_what_a_dead_service_had_given_is_free_again(tmp_path: Path) -> None:
    """Its call ended without a report: nobody has fetched it."""

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            made = await offer(service, tmp_path, selective="1", times=1)
            store = service.store
            call, _reception = store.receptions.begin("line-1", NUMBER, "0611223344", "", "", "")
            assert store.offers.take(made.id, call)
            assert store.offers.find_open([ME], "") == [], "the next caller is not told of it"
            other, _reception = store.receptions.begin("line-2", NUMBER, "0611223345", "", "", "")
            assert not store.offers.take(made.id, other)
            assert not store.offers.take("nothing", other)
        async with running(tmp_path) as (service, _listener):
            await until("the line", lambda: service.lines[0].free)
            (found,) = service.store.offers.find_open([ME], "")
            assert (found.id, found.fetched, found.taken) == (made.id, 0, 0)

    script(tmp_path)
    asyncio.run(main())


def told(service: FaxService, number: str = NUMBER) -> list[str]:
    """The names of what callers of a number are told of."""
    found = service.store.offers.find_open([ME], number_key(number, service.config.value.dialling) if number else "")
    return [each.selective for each in found]


def test_it_is_offered_until_its_time(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        now = datetime.now(UTC)
        times = [now]
        async with running(tmp_path, clock=lambda: times[-1]) as (service, _listener):
            until_then = (now + timedelta(hours=1)).isoformat()
            made = await offer(service, tmp_path, selective="1", until=until_then)
            await offer(service, tmp_path, selective="2")
            assert await refused(offer(service, tmp_path, until=(now - timedelta(hours=1)).isoformat()))
            call, _reception = service.store.receptions.begin("line-1", NUMBER, "0611223344", "", "", "")
            times.append(now + timedelta(minutes=59))
            assert told(service) == ["2", "1"]
            times.append(now + timedelta(minutes=61))
            assert told(service) == ["2"]
            assert not service.store.offers.take(made.id, call), "its caller asks for it too late"
            assert [each.open for each in await service.api.list_offers(ME)] == [True, False]

    script(tmp_path)
    asyncio.run(main())


def test_it_is_offered_at_one_number_or_at_all(tmp_path: Path, database: str) -> None:
    config = configured(tmp_path)
    numbers = (NumberConfig(NUMBER, (ME,)), NumberConfig("0199000011", (ME,)), NumberConfig("0199000012", answer=False))
    config = replace(config, lines=(replace(config.lines[0], numbers=numbers, owners=(ME,)),))

    async def main() -> None:
        async with running(tmp_path, config) as (service, _listener):
            assert (await offer(service, tmp_path, selective="1", number="+33 1 99 00 00 11")).number == "0199000011"
            await offer(service, tmp_path, selective="2")
            assert (told(service), told(service, "0199000011"), told(service, "")) == (["2"], ["2", "1"], ["2"])
            telephone = offer(service, tmp_path, number="0199000012")
            assert await refused(telephone) is ErrorCode.DENIED, "no fax is received there"
            service.take_on(replace(config, lines=(replace(config.lines[0], direction=LineDirection.OUT),)))
            assert await refused(offer(service, tmp_path, number=NUMBER)) is ErrorCode.DENIED

    script(tmp_path)
    asyncio.run(main())


def test_what_counts_is_a_call_that_fetched_it_whole(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            made = await offer(service, tmp_path, times=1)
            for outcome, fetched, counts in ((Outcome.OK, 1, 0), (Outcome.LINE_LOST, 2, 0), (Outcome.OK, 2, 1)):
                call, reception = service.store.receptions.begin("line-1", NUMBER, "0611223344", "", "", "")
                report = CallReport(outcome, pages=2, sent=fetched, fetched=fetched, offer=made.id)
                service.store.receptions.drop(reception, report)
                shown = await service.api.show_offer(ME, made.id)
                assert (shown.fetched, shown.open) == (counts, not counts), (outcome, fetched)
                assert shown.fetchings[0].id == call

    script(tmp_path)
    asyncio.run(main())


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"times": -1}, ErrorCode.BAD_ORDER),
        ({"times": 100_001}, ErrorCode.BAD_ORDER),
        ({"password": "abc"}, ErrorCode.BAD_ORDER),
        ({"selective": "x"}, ErrorCode.BAD_ORDER),
        ({"until": "soon"}, ErrorCode.BAD_ORDER),
    ],
)
def test_what_cannot_be_offered_is_refused_and_leaves_nothing(
    tmp_path: Path, wrong: dict[str, Any], code: ErrorCode
) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            assert await refused(offer(service, tmp_path, **wrong)) is code
            assert list(service.store.documents.folder.iterdir()) == []

    script(tmp_path)
    asyncio.run(main())


def test_nobody_offers_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            first = await offer(service, tmp_path)
            await offer(service, tmp_path)
            assert await refused(offer(service, tmp_path)) is ErrorCode.TOO_MANY
            await service.api.withdraw_offer(ME, first.id)
            assert await refused(service.api.withdraw_offer(ME, first.id)) is ErrorCode.STATE
            await offer(service, tmp_path)

    monkeypatch.setattr("faxcore.api.own_offers.MOST_OPEN", 2)
    script(tmp_path)
    asyncio.run(main())


def office(folder: Path) -> Config:
    """Two numbers, of two people."""
    config = configured(folder)
    numbers = (NumberConfig(NUMBER, (ME,)), NumberConfig("0199000011", (OTHER,)))
    return replace(config, lines=(replace(config.lines[0], numbers=numbers),))


def test_it_is_offered_at_the_numbers_of_who_offers_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faxcore.people.find", {ME: ME, OTHER: OTHER}.get)

    async def main() -> None:
        async with running(tmp_path, office(tmp_path)) as (service, _listener):
            for person, number in ((ME, "0199000011"), (OTHER, NUMBER), ("somebody", ""), (ME, "0199000099")):
                assert await refused(offer(service, tmp_path, person, number=number)) is ErrorCode.DENIED
            await offer(service, tmp_path, selective="1")
            await offer(service, tmp_path, OTHER, selective="2", number="+33 1 99 00 00 11")
            for number in range(3):
                await call(tmp_path, number)

    rings(tmp_path, {"polls": "1"}, {"polls": "2", "called": "0199000011"}, {"polls": "1", "called": ""})
    asyncio.run(main())
    assert [line for line in log(tmp_path) if line.startswith("offers")][:2] == ["offers 1/", "offers 2/"]


def test_a_fetching_that_a_dead_service_did_not_hear_of_counts_once(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            (made,) = await service.api.list_offers(ME)
            await until("the call to be counted", lambda: service.store.offers.all(ME)[0].fetched == 1)
            service.announcing.flush(ME)
            await listener.until(lambda _p, name, _news: name == "DocumentFetched")
            assert [each.confirmed for each in (await service.api.show_offer(ME, made.id)).fetchings] == [2]
            await until_clean(service)

    document(tmp_path)
    (tmp_path / "offers").touch()
    rings(tmp_path, {"polls": ""})
    kill_at("call in ended, not on disk", tmp_path)
    asyncio.run(main())


def test_what_is_offered_no_longer_goes_with_its_document(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            made = await offer(service, tmp_path)
            kept = await offer(service, tmp_path)
            assert service.store.documents.remove_strays() == 0
            assert service.store.retention.remove_offers(-1) == 0
            await service.api.withdraw_offer(ME, made.id)
            assert service.store.retention.remove_offers(-1) == 1
            assert [each.id for each in await service.api.list_offers(ME)] == [kept.id]
            assert len({path.name.split(".")[0] for path in service.store.documents.folder.iterdir()}) == 1

    script(tmp_path)
    asyncio.run(main())
