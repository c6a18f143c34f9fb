# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P6: a full disk is said, nothing is lost, and work goes on by itself when there is space again.

The disk is a file system of a few megabytes where root may mount one, filled to the last octet.
"""

import asyncio
import getpass
import os
import random
from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.printed import Claim
from faxcore.document.tiff import write_pages
from faxcore.fax_folders import filing_loop
from faxcore.model.page import Page, Resolution, Width
from tests.support.service_parts import ME, Gate, configured, document, log, running, script, submit
from tests.support.small_disk import filled
from tests.support.waiting import until


def test_nothing_is_accepted_and_later_everything_is(small_disk: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, configured(tmp_path, state=small_disk / "state")) as (service, listener):
            for spare in (0, 4096, 12288, 40960):
                with filled(small_disk, spare):
                    with pytest.raises(ApiError) as refused:
                        await submit(service, big)
                    assert refused.value.code is ErrorCode.NO_SPACE
                    with pytest.raises(ApiError) as refused, big.open("rb") as pages, open(os.devnull, "rb") as none:
                        claim = Claim(user=getpass.getuser(), title="x")
                        await service.intake.submit("lp", pages.fileno(), none.fileno(), claim)
                    assert refused.value.code is ErrorCode.NO_SPACE
                assert list(service.store.documents.folder.iterdir()) == []
                assert await service.api.list_drafts(ME) == []
            assert await service.api.list_jobs(ME) == []
            await listener.until_job(await submit(service, big), "done")

    big = noise(tmp_path)
    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())


def test_a_call_whose_end_finds_the_disk_full_is_written_when_there_is_space(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last confirmation has been heard; nobody may forget it, and nobody dials again."""
    monkeypatch.setattr("faxcore.store.retry.PAUSE", 0.02)

    async def main() -> None:
        async with running(tmp_path, configured(tmp_path, state=small_disk / "state")) as (service, listener):
            job = await submit(service, document(tmp_path))
            await until("the last page to be there", lambda: "complete 0199000002" in log(tmp_path))
            with filled(small_disk):
                gate.let_through()
                await until("the service to say that the disk is full", lambda: troubled)
            await listener.until_job(job, "done")
            assert log(tmp_path).count("complete 0199000002") == 1

    troubled: list[str] = []
    monkeypatch.setattr("faxcore.store.retry.log.error", lambda *words: troubled.append(str(words)))
    gate = Gate(tmp_path)
    script(tmp_path, {"0199000002": ["ok-late"]})
    asyncio.run(main())
    gate.close()


def test_a_call_that_finds_the_disk_full_ends_before_the_last_answer_and_is_made_again(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be written down as asked for is not asked for; what was confirmed by then is not sent again."""

    async def main() -> None:
        async with running(tmp_path, configured(tmp_path, state=small_disk / "state")) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            with filled(small_disk):
                gate.let_through()
                await until("the end of the call to find the disk full", lambda: troubled)
            await until("the second call", lambda: "dial 0199000002 2" in log(tmp_path))
            gate.let_through()
            await listener.until_job(job, "done")
            assert log(tmp_path).count("complete 0199000002") == 1

    troubled: list[str] = []
    monkeypatch.setattr("faxcore.store.retry.PAUSE", 0.02)
    monkeypatch.setattr("faxcore.store.retry.log.error", lambda *words: troubled.append(str(words)))
    gate = Gate(tmp_path)
    script(tmp_path, {"0199000002": ["ok-slow"]})
    asyncio.run(main())
    gate.close()


def test_no_call_is_answered_on_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path, state=small_disk / "state")
        async with running(tmp_path, config, reserve=1 << 20):
            with filled(small_disk):
                (tmp_path / "ring").write_text("now")
                await until("the call to be declined", lambda: "declined line-1" in log(tmp_path))

    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "when": str(tmp_path / "ring")}})
    asyncio.run(main())


def test_a_full_folder_delays_the_files_and_loses_nothing(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner has the fax at once, and can read it; its files come into the folder when there is space again."""
    monkeypatch.setattr(filing_loop, "FILE_AGAIN_SECONDS", 0.02)

    async def main() -> None:
        config = configured(tmp_path, received=small_disk / "received")
        with filled(small_disk):
            async with running(tmp_path, config) as (service, listener):
                arrived = await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
                assert (arrived.tiff, arrived.pdf) == ("", "")
                assert "its disk is full" in str(arrived.waiting)
                assert "its disk is full" in str(service.filing.trouble)
                assert list((small_disk / "received").glob("*.tif")) == []
                (small_disk / "filler").unlink()
                change = await listener.until(lambda _uid, name, _values: name == "ReceptionChanged")
                assert Path(change.reception.tiff).stat().st_size > 0
                assert sorted(path.suffix for path in (small_disk / "received").iterdir()) == [".pdf", ".tif"]
                assert [name for _uid, name, _values in listener.heard].count("ReceptionArrived") == 1
                (small_disk / "filler").touch()

    script(tmp_path, ring={"line-1": {"pages": 2, "end": "ok"}})
    asyncio.run(main())


def noise(folder: Path) -> Path:
    """A document that T.6 cannot make smaller: about 150 kB."""
    path = folder / "noise.tif"
    write_pages(path, [Page(Width.A4, Resolution.FINE, random.Random(7).randbytes(216 * 300))])
    return path
