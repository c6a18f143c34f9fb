# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that callers fetch: offered at the numbers of whoever offers them, as often and as long as they want."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.api.api_error import ApiError
from faxcore.config import Config, NumberConfig
from faxcore.contract.bus import ErrorCode, Fetching, NewOffer, Offer
from faxcore.model.call import Outcome
from faxcore.service import FaxService
from tests.service.test_crashes import kill_at
from tests.support.leftovers import until_clean
from tests.support.service_parts import ME, OTHER, configured, document, log, running, script
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
