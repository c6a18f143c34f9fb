# SPDX-License-Identifier: GPL-3.0-or-later
"""Several documents in one call: a reception of each, with its own pages and owners, whatever happens between them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from faxcore.config import Config, SubAddressConfig
from faxcore.contract.received_fax import Reception, ReceptionFile
from faxcore.document.tiff import read_pages
from faxcore.model.call import Outcome
from faxcore.service import FaxService
from faxcore.store.receptions import Receiving, ReceptionRow, Receptions
from faxcore.store.store_error import StoreUnavailable
from tests.service.test_crashes import kill_at
from tests.support.crash_child import APART
from tests.support.leftovers import until_clean
from tests.support.service_parts import ME, OTHER, configured, log, running, script
from tests.support.waiting import until

PIXELS = ([1, 2], [11], [21, 22])
"""The pages of three documents: their first octets."""


def documents(**second: object) -> dict[str, Any]:
    """A call that brings three documents, of two, one and two pages."""
    return {"called": "0199000001", "documents": [{"pages": 2}, {"pages": 1, **second}, {"pages": 2}]}


def pixels(file: str | Path) -> list[int]:
    """The first octet of each page."""
    return [page.rows[0] for page in read_pages(Path(file))]


def for_two(folder: Path) -> Config:
    """A line on which a sub-address belongs to somebody else."""
    config = configured(folder)
    return replace(config, lines=(replace(config.lines[0], sub_addresses=(SubAddressConfig("42", ("wages",)),)),))


async def until_filed(service: FaxService, count: int) -> list[ReceptionRow]:
    """The receptions, once so many are filed."""

    def filed() -> list[ReceptionRow]:
        found = service.store.receptions.in_state(Receiving.FILED)
        return found if len(found) == count else []

    return await until("the faxes to be filed", filed)


def test_each_document_is_a_reception_with_its_pages_and_its_owner(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faxcore.people.find", {ME: ME, "wages": OTHER}.get)
    script(tmp_path, ring={"line-1": {"end": "ok", **documents(sub="42")}})

    async def main() -> None:
        async with running(tmp_path, for_two(tmp_path)) as (service, listener):
            found = await until_filed(service, 3)
            assert [pixels(each.tiff) for each in found] == list(PIXELS)
            assert [each.sub_address for each in found] == ["", "42", ""]
            owners = [service.store.receptions.owners(each.id) for each in found]
            assert owners == [[ME], [OTHER], [ME]]
            assert [(each.called, each.caller, each.outcome, each.pages) for each in found] == [
                ("0199000001", "0611223344", Outcome.OK, count) for count in (2, 1, 2)
            ]
            await listener.until_arrived(3)
            told = {(person, value.id) for person, name, value in listener.heard if name == "ReceptionArrived"}
            assert told == {(owner, each.id) for owner, each in zip((ME, OTHER, ME), found, strict=True)}
            for each in (found[0], found[2]):
                with (tmp_path / "out").open("w+b") as out:
                    await service.api.read_reception(ME, each.id, ReceptionFile.TRANSCRIPT, out.fileno())
                    assert out.seek(0) == 0 and out.read() == b"fake call in\n"
            calls = _calls(service)
            assert [calls[each.call]["follows"] for each in found] == ["", found[0].call, found[1].call]
            assert [calls[each.call]["received"] for each in found] == [2, 1, 2]
            ends = [calls[each.call]["ended"] for each in found]
            assert ends == sorted(ends) and len(set(ends)) == 3, "each part has its own end"
            await until_clean(service)

    asyncio.run(main())


def _calls(service: FaxService) -> dict[str, dict[str, Any]]:
    rows = service.store.database.rows(text("SELECT id, follows, received, ended FROM call"))
    return {row.id: dict(row._mapping) for row in rows}


@pytest.mark.parametrize("point", list(APART))
def test_a_service_killed_between_makes_the_same_receptions(point: str, tmp_path: Path) -> None:
    script(tmp_path, ring={"line-1": {"end": "ok", **documents()}})
    (tmp_path / "arrivals").write_text("3")
    kill_at(point, tmp_path)

    async def restart() -> list[Reception]:
        async with running(tmp_path) as (service, _listener):
            await until("the end of the call", lambda: all(call["ended"] for call in _calls(service).values()))
            # Its worker has ended, too: the last page that it has kept may not have been confirmed any more.
            confirmed = [int(line.split()[2]) for line in log(tmp_path) if line.startswith("confirmed")]
            found = await until_filed(service, len(_calls(service)))
            assert len(found) >= len({mark // 10 for mark in confirmed})
            for place, (each, marks) in enumerate(zip(found, PIXELS, strict=False)):
                pages, promised = pixels(each.tiff), [mark for mark in confirmed if mark // 10 == place]
                assert pages == marks[: len(pages)] and pages[: len(promised)] == promised
            shown = await service.api.list_receptions(ME)
            await until_clean(service)
            return shown

    shown = sorted(asyncio.run(restart()), key=lambda each: each.id)
    assert len(list((tmp_path / "received").iterdir())) == 2 * len(shown)
    # What was over before the last page came is known to be whole.
    assert all(each.outcome is Outcome.OK for each in shown[:-1])


@pytest.mark.parametrize("end", ["ok-alone", "partial-alone"])
def test_a_worker_that_goes_on_alone_leaves_a_report_on_each_document(tmp_path: Path, database: str, end: str) -> None:
    station = {"station": bytes(f"{'77 10 33+':>20}", "ascii").hex()}
    script(tmp_path, ring={"line-1": {"end": end, **documents(sub="42", **station)}})
    kill_at("page's row written", tmp_path)

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            found = await until_filed(service, 3)
            assert [pixels(each.tiff) for each in found] == list(PIXELS)
            last = Outcome.OK if end == "ok-alone" else Outcome.OK_PARTIAL
            assert [each.outcome for each in found] == [Outcome.OK, Outcome.OK, last]
            assert len({each.remote_id for each in found}) == 2 and found[0].remote_id == found[2].remote_id
            assert not any(each.reason for each in found)
            await until_clean(service)

    asyncio.run(main())


def test_a_worker_that_dies_in_the_last_document_leaves_those_before_it_whole(tmp_path: Path, database: str) -> None:
    script(tmp_path, ring={"line-1": {"end": "row-less-die", **documents()}})

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            found = await until_filed(service, 3)
            assert [pixels(each.tiff) for each in found] == list(PIXELS)
            assert [each.outcome for each in found] == [Outcome.OK, Outcome.OK, Outcome.OK_PARTIAL]
            assert [bool(each.remote_id) for each in found] == [True, True, False]
            assert str(found[2].reason) == "The program for the line ended during the call."

    asyncio.run(main())


def test_a_database_that_is_away_in_the_call_costs_no_document(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row of the second document's page is written; those of the third's are, before and behind it."""
    keep, kept = Receptions.keep_page, list[str]()

    def keep_or_not(self: Receptions, reception: str, *page: Any) -> None:
        kept.append(reception)
        if len(kept) == 3:
            raise StoreUnavailable("away")
        keep(self, reception, *page)

    monkeypatch.setattr(Receptions, "keep_page", keep_or_not)
    script(tmp_path, ring={"line-1": {"end": "ok", **documents()}})

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            found = await until_filed(service, 3)
            assert [pixels(each.tiff) for each in found] == list(PIXELS)
            assert [each.outcome for each in found] == [Outcome.OK] * 3

    asyncio.run(main())


def test_a_document_without_a_page_is_a_part_of_the_call_and_no_reception(tmp_path: Path) -> None:
    call = {"called": "0199000001", "documents": [{"pages": 2}, {"pages": 0}]}
    script(tmp_path, ring={"line-1": {"end": "partial", **call}})

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            (found,) = await until_filed(service, 1)
            assert (pixels(found.tiff), found.outcome) == (PIXELS[0], Outcome.OK)
            assert sorted(call["received"] for call in _calls(service).values()) == [0, 2]
            await until_clean(service)

    asyncio.run(main())
