# SPDX-License-Identifier: GPL-3.0-or-later
"""Sub-addresses and passwords that go with a fax: told to the machine that answers, and to nobody else."""

import asyncio
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.codec import encode
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.messages import PlaceCall
from faxcore.contract.order import JobChange, Order
from faxcore.contract.sent_fax import Job, JobDetails
from faxcore.service import FaxService
from tests.service.test_broadcasts import send_to_many
from tests.service.test_changed_faxes import change, patient, until_first_page
from tests.service.test_changed_faxes import refused as refused_change
from tests.support.service_parts import ME, configured, document, log, running, script, submit

TO, ELSEWHERE = "0199000002", "0199000007"
SECRET = "7391*4"


def said(folder: Path) -> list[str]:
    return [line for line in log(folder) if line.startswith(("dial ", "for ", "password "))]


async def refused(work: Any) -> ApiError:
    with pytest.raises(ApiError) as error:
        await work
    return error.value


async def resend(service: FaxService, job: str, **order: Any) -> str:
    return await service.api.send_again(ME, job, Order(**order))


def test_both_are_told_to_the_line_and_the_password_to_nobody_else(tmp_path: Path, database: str) -> None:
    async def main() -> JobDetails:
        async with running(tmp_path, configured(tmp_path)) as (service, listener):
            job = await submit(service, document(tmp_path), sub_address="4 2*", password=SECRET)
            done = await listener.until_job(job, "done")
            assert (done.number, done.has_password) == ("01 99 00 00 02 #4 2*", True)
            assert (await service.api.list_faxes(ME, FaxQuery(Folder.SENT, words=SECRET[:4]))).jobs == ()
            row = service.store.jobs.get(job)
            assert row is not None and row.password == SECRET
            assert SECRET not in f"{row} {listener.heard}"
            return await service.api.show_job(ME, job)

    script(tmp_path, {TO: ["ok"]})
    shown = asyncio.run(main())
    assert SECRET not in json.dumps(encode(shown))
    assert said(tmp_path) == [f"dial {TO} 1", f"for {TO} 4 2*", f"password {TO} {SECRET}"]
    for kind in (Order, JobChange, PlaceCall):
        field = next(field for field in dataclasses.fields(kind) if field.name == "password")
        assert not field.repr, "a log has it not either"


def test_what_no_fax_machine_can_be_told_is_refused(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            path = document(tmp_path)
            for order in ({"sub_address": "4a"}, {"sub_address": "1" * 21}, {"password": "x7391"}):
                error = await refused(submit(service, path, **order))
                assert error.code is ErrorCode.BAD_ORDER
                assert "7391" not in str(error.sentence)
            error = await refused(submit(service, path, f"{TO}#42", sub_address="43"))
            assert (error.code, "43" in str(error.sentence)) == (ErrorCode.BAD_NUMBER, True)
            assert await service.api.list_jobs(ME) == []

    script(tmp_path)
    asyncio.run(main())


def test_a_fax_that_goes_again_goes_with_both_to_the_same_number_only(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            first = await submit(service, document(tmp_path), f"{TO}#42", sub_address="42", password=SECRET)
            await listener.until_job(first, "done")
            again = await resend(service, first)
            await listener.until_job(again, "done")
            better = await resend(service, again, password="8888", sub_address="5")
            await listener.until_job(better, "done")
            await listener.until_job(await resend(service, first, number=ELSEWHERE), "done")

    script(tmp_path, {TO: ["ok"], ELSEWHERE: ["ok"]})
    asyncio.run(main())
    to = [f"dial {TO} 1", f"for {TO} 42", f"password {TO} {SECRET}"]
    assert said(tmp_path) == [
        *to * 2,
        f"dial {TO} 1",
        f"for {TO} 5",
        f"password {TO} 8888",
        f"dial {ELSEWHERE} 1",
    ]


def test_a_password_is_never_told_to_another_number_by_a_change(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path)) as (service, listener):
            job = await submit(service, document(tmp_path), password=SECRET)
            await listener.until_job(job, "sleeping")
            error = await refused_change(service, job, number=ELSEWHERE)
            assert error.code is ErrorCode.BAD_ORDER
            assert (await change(service, job, number="+33 1 99 00 00 02")).has_password, "it is the same number"
            assert not (await change(service, job, number=ELSEWHERE, password="")).has_password
            await listener.until_job(job, "done")

    script(tmp_path, {TO: ["busy"], ELSEWHERE: ["ok"]})
    asyncio.run(main())
    assert said(tmp_path) == [f"dial {TO} 1", f"password {TO} {SECRET}", f"dial {ELSEWHERE} 1"]


def test_a_password_that_is_changed_in_a_call_is_said_in_the_next(tmp_path: Path) -> None:
    async def main() -> Job:
        async with running(tmp_path, patient(tmp_path)) as (service, listener):
            job = await submit(service, document(tmp_path))
            await until_first_page(listener, job)
            during = await change(service, job, password=SECRET)
            assert (during.state.value, during.has_password) == ("active", False), "it is sent without one"
            await change(service, job, number=ELSEWHERE, password="8888")
            return await listener.until_job(job, "done")

    script(tmp_path, {TO: ["hang-after-1"], ELSEWHERE: ["ok"]})
    assert asyncio.run(main()).has_password
    assert said(tmp_path) == [f"dial {TO} 1", f"dial {ELSEWHERE} 1", f"password {ELSEWHERE} 8888"]


def test_each_recipient_of_a_list_has_their_own(tmp_path: Path) -> None:
    text = f"number;sub_address;Mot de passe\n{TO};42;{SECRET}\n{ELSEWHERE};;\n"

    async def main() -> None:
        async with running(tmp_path, configured(tmp_path, lines=1)) as (service, listener):
            begun = await send_to_many(service, tmp_path, text)
            faxes = (await service.api.list_faxes(ME, FaxQuery(broadcast=begun.id))).jobs
            for each in faxes:
                await listener.until_job(each.id, "done")
            assert {each.number: each.has_password for each in faxes} == {
                "01 99 00 00 02 #42": True,
                "01 99 00 00 07": False,
            }
            error = await refused(send_to_many(service, tmp_path, f"number;password\n{TO};x7391\n{TO};;\n"))
            assert ("Line 2" in str(error.sentence), "7391" in str(error.sentence)) == (True, False)
            for order in ({"password": SECRET}, {"sub_address": "42"}):
                assert (await refused(send_to_many(service, tmp_path, text, **order))).code is ErrorCode.BAD_ORDER

    script(tmp_path, {TO: ["ok"], ELSEWHERE: ["ok"]})
    asyncio.run(main())
    assert sorted(said(tmp_path)) == sorted(
        [f"dial {TO} 1", f"for {TO} 42", f"password {TO} {SECRET}", f"dial {ELSEWHERE} 1"]
    )
