# SPDX-License-Identifier: GPL-3.0-or-later
"""What calls have taught of a number: shown to the administrator, forgotten, and locked."""

from pathlib import Path
from typing import Any

import pytest

from faxcore.api import destinations
from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.service import FaxService
from tests.support.service_parts import Listener, administrator, document, log, running, script, submit
from tests.support.waiting import async_test

TO, ELSEWHERE = "0199000002", "0199000007"
LEARNT = f"careful {TO} 14400 True V.27ter 4800"


async def send(service: FaxService, listener: Listener, folder: Path, number: str = TO) -> None:
    job = await submit(service, document(folder), number)
    await listener.until_job(job, "done")


async def refused(work: Any) -> ErrorCode:
    with pytest.raises(ApiError) as error:
        await work
    return error.value.code


@async_test
async def test_what_is_forgotten_is_not_used_any_more(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["slow", "slow", "ok", "ok"]})
    async with running(tmp_path) as (service, listener):
        admin = administrator(service)
        await send(service, listener, tmp_path)
        shown = await admin.show_destination("root", "+33 1 99 00 00 02")
        assert (shown.number, shown.begin_at, shown.locked) == ("+33199000002", "V.27ter 4800", False)
        assert shown.until > shown.reached > ""
        assert (await admin.list_destinations("root", "")).destinations == (shown,)
        await send(service, listener, tmp_path)
        assert log(tmp_path).count(LEARNT) == 1
        await admin.forget_destination("root", TO)
        await send(service, listener, tmp_path)
        assert log(tmp_path).count(LEARNT) == 1
        assert (await admin.show_destination("root", TO)).begin_at == "", "it begins anew"


@async_test
async def test_what_is_locked_is_used_and_changed_by_no_call(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["slow", "ok"]})
    async with running(tmp_path) as (service, listener):
        admin = administrator(service)
        await send(service, listener, tmp_path)
        await admin.lock_destination("root", TO)
        locked = await admin.show_destination("root", TO)
        assert (locked.locked, locked.until, locked.begin_at) == (True, "", "V.27ter 4800")
        assert await refused(admin.forget_destination("root", TO)) is ErrorCode.STATE
        for times in (1, 2):
            await send(service, listener, tmp_path)  # which would make the next begin one rung higher
            assert log(tmp_path).count(LEARNT) == times
            assert await admin.show_destination("root", TO) == locked
        await admin.unlock_destination("root", TO)
        assert await refused(admin.unlock_destination("root", TO)) is ErrorCode.STATE
        await send(service, listener, tmp_path)
        taught = await admin.show_destination("root", TO)
        assert (taught.locked, taught.begin_at, taught.until > "") == (False, "V.29 7200", True)


@async_test
async def test_a_number_of_which_nothing_is_known_can_be_kept_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(destinations, "MOST", 1)
    script(tmp_path, {TO: ["slow"], ELSEWHERE: ["ok"]})
    async with running(tmp_path) as (service, listener):
        admin = administrator(service)
        for method in (admin.show_destination, admin.forget_destination, admin.unlock_destination):
            assert await refused(method("root", TO)) is ErrorCode.UNKNOWN
        assert await refused(admin.lock_destination("root", "112")) is ErrorCode.BAD_NUMBER
        await admin.lock_destination("root", TO)
        for number in (TO, ELSEWHERE, TO):
            await send(service, listener, tmp_path, number)
        assert LEARNT not in log(tmp_path)
        first = await admin.list_destinations("root", "")
        second = await admin.list_destinations("root", first.after)
        third = await admin.list_destinations("root", second.after)
        pages = [[each.number for each in page.destinations] for page in (first, second, third)]
        assert pages == [["+33199000002"], ["+33199000007"], []] and third.after == ""
