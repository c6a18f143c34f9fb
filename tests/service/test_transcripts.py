# SPDX-License-Identifier: GPL-3.0-or-later
"""The transcripts of a fax's calls, sent and received, for its owner, as long as they are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.service import FaxService
from tests.service.test_desk import printed
from tests.support.service_parts import ME, OTHER, document, running, script, submit
from tests.support.waiting import async_test

TO = "0199000002"


async def read(service: FaxService, folder: Path, fax: str, person: str = ME) -> str:
    """Read the transcripts of a fax."""
    with (folder / "transcript.txt").open("w+b") as out:
        await service.api.read_transcript(person, fax, out.fileno())
    assert not list(service.store.documents.folder.glob("*.preview"))
    return (folder / "transcript.txt").read_text()


async def refused(service: FaxService, folder: Path, fax: str, person: str = ME) -> ErrorCode:
    with pytest.raises(ApiError) as error:
        await read(service, folder, fax, person)
    assert (folder / "transcript.txt").read_bytes() == b""
    return error.value.code


@async_test
async def test_every_call_of_a_fax_is_there_oldest_first_as_long_as_it_is_kept(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["busy", "ok"]})
    async with running(tmp_path) as (service, listener):
        job = await submit(service, document(tmp_path))
        await listener.until_job(job, "done")
        calls = service.store.calls.of_job(job)
        written = [(service.store.call_folder(call.id) / "transcript").read_text() for call in calls]
        assert len(written) == 2 and all(written)
        assert await read(service, tmp_path, job) == "\n".join(written)
        assert await refused(service, tmp_path, job, OTHER) is ErrorCode.UNKNOWN
        (service.store.call_folder(calls[0].id) / "transcript").unlink()
        assert await read(service, tmp_path, job) == written[1]
        assert service.store.retention.remove_transcripts(0) == 2
        assert await refused(service, tmp_path, job) is ErrorCode.STATE


@async_test
async def test_a_received_fax_has_that_of_its_call_in_the_bin_too(tmp_path: Path) -> None:
    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}})
    async with running(tmp_path) as (service, listener):
        (fax,) = await listener.until_arrived(1)
        assert (await read(service, tmp_path, fax.id)).startswith("fake call in")
        assert await refused(service, tmp_path, fax.id, OTHER) is ErrorCode.UNKNOWN
        await service.api.bin_fax(ME, fax.id)
        assert (await read(service, tmp_path, fax.id)).startswith("fake call in")


@async_test
async def test_what_has_had_no_call_has_none(tmp_path: Path) -> None:
    script(tmp_path)
    async with running(tmp_path) as (service, _listener):
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        job = await submit(service, document(tmp_path), send_at=tomorrow)
        _kind, draft = await printed(service, document(tmp_path))
        assert await refused(service, tmp_path, job) is ErrorCode.STATE
        assert await refused(service, tmp_path, draft) is ErrorCode.STATE
        assert await refused(service, tmp_path, "../x") is ErrorCode.UNKNOWN
