# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl archive verify`: the files of filed faxes are what was filed, or it says of which fax they are not."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest
from sqlalchemy import text

from faxcore.api import verifying
from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.filed import CopyQuery, CopyState, FiledCopy
from faxcore.contract.received_fax import Reception, ReceptionFile
from faxcore.service import FaxService
from tests.support.archived import archived, stamp, until_filed
from tests.support.bus_fixture import private_bus
from tests.support.fake_service import FakeDesk, serve
from tests.support.hanging_disk import hanging
from tests.support.service_parts import ME, OTHER, Listener, administrator, document, running, script, submit
from tests.support.waiting import async_test

TO = "0199000002"
RING = {"line-1": {"pages": 2, "end": "ok", "called": "0199000001"}}


async def one_of_each(service: FaxService, listener: Listener, folder: Path) -> tuple[str, str]:
    """A fax that was sent and one that was received, both filed."""
    job = await submit(service, document(folder))
    await until_filed(service, job)
    reception: Reception = await listener.until(lambda _p, name, value: name == "ReceptionArrived" and value.pdf)
    return job, reception.id


async def verify(service: FaxService, person: str = ME, **query: object) -> dict[str, FiledCopy]:
    page = await service.api.verify_copies(person, CopyQuery(**query))  # type: ignore[arg-type]
    return {copy.id: copy for copy in page.copies}


def change_an_octet(path: Path) -> None:
    octets = bytearray(path.read_bytes())
    octets[len(octets) // 2] ^= 1
    path.write_bytes(octets)


def put_a_link(path: Path) -> None:
    path.rename(path.with_name("the same"))
    path.symlink_to("the same")


def put_a_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def put_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("do", "state"),
    [
        (change_an_octet, CopyState.CHANGED),
        (lambda path: path.write_bytes(path.read_bytes() + b"\n"), CopyState.CHANGED),
        (put_a_link, CopyState.CHANGED),
        (put_a_fifo, CopyState.CHANGED),
        (put_a_folder, CopyState.CHANGED),
        (os.unlink, CopyState.MISSING),
    ],
    ids=["an octet", "one more octet", "a link", "a FIFO", "a folder", "missing"],
)
@async_test
async def test_a_file_that_is_not_what_was_filed_is_found(
    tmp_path: Path, do: Callable[[Path], object], state: CopyState
) -> None:
    script(tmp_path, {TO: ["ok"]}, ring=RING)
    async with running(tmp_path, archived(tmp_path), composer=stamp) as (service, listener):
        job, reception = await one_of_each(service, listener, tmp_path)
        before = await verify(service)
        assert {id: (copy.state, copy.sent) for id, copy in before.items()} == {
            job: (CopyState.UNCHANGED, True),
            reception: (CopyState.UNCHANGED, False),
        }
        do(Path(before[job].pdf))
        do(Path(before[reception].tiff))
        after = await verify(service)
        assert {copy.state for copy in after.values()} == {state}
        assert (after[job].files, after[reception].files) == ((before[job].pdf,), (before[reception].tiff,))
        # What the service itself has of a received fax is its own.
        with (tmp_path / "out").open("w+b") as out:
            await service.api.read_reception(ME, reception, ReceptionFile.TIFF, out.fileno())


@async_test
async def test_each_person_asks_about_their_own_and_the_administrator_about_all(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["ok"]}, ring=RING)
    async with running(tmp_path, archived(tmp_path), composer=stamp) as (service, listener):
        job, reception = await one_of_each(service, listener, tmp_path)
        theirs = await submit(service, document(tmp_path), person=OTHER)
        await until_filed(service, theirs)
        assert set(await verify(service)) == {job, reception}
        assert set(await verify(service, OTHER)) == {theirs}
        assert set(await verify(service, ids=(job,))) == {job}
        for ids in ((theirs,), (job, theirs), ("no-such-fax",), (job, "")):
            with pytest.raises(ApiError) as refused:
                await verify(service, ids=ids)
            assert refused.value.code is ErrorCode.UNKNOWN
        admin = administrator(service)
        page = await admin.verify_all_copies("root", CopyQuery())
        assert {copy.id for copy in page.copies} == {job, reception, theirs} and not page.after


@async_test
async def test_pages_give_each_fax_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path, {TO: ["ok"]}, ring=RING)
    async with running(tmp_path, archived(tmp_path), composer=stamp) as (service, listener):
        job, reception = await one_of_each(service, listener, tmp_path)
        for most, seconds in ((1, 8.0), (2, 8.0), (200, -1.0)):
            monkeypatch.setattr(verifying, "MOST", most)
            monkeypatch.setattr(verifying, "PAGE_SECONDS", seconds)
            for ids in ((), (reception, job)):
                seen, after = [], ""
                while True:
                    page = await service.api.verify_copies(ME, CopyQuery(ids, after))
                    seen += [copy.id for copy in page.copies]
                    after = page.after
                    if not after:
                        break
                assert seen == sorted([job, reception]), (most, seconds, ids)


@async_test
async def test_what_cannot_be_known_is_said(tmp_path: Path) -> None:
    """A folder that is away is not a file that is missing; of what an older release has filed no hash is known."""
    script(tmp_path, {TO: ["ok"]}, ring=RING)
    async with running(tmp_path, archived(tmp_path), composer=stamp) as (service, listener):
        job, reception = await one_of_each(service, listener, tmp_path)
        (tmp_path / "archive").rename(tmp_path / "elsewhere")
        service.store.database.run(text("UPDATE reception SET tiff_sha256 = '', pdf_sha256 = ''"))
        found = await verify(service)
        assert (found[job].state, str(found[job].reason)) == (CopyState.AWAY, "it is not there")
        assert found[reception].state is CopyState.UNKNOWN
        (tmp_path / "archive").write_text("a file in its place")
        assert (await verify(service))[job].state is CopyState.AWAY


@async_test
async def test_a_folder_that_does_not_answer_keeps_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its faxes are said to be away, after one wait for all of them; the others' are compared."""
    script(tmp_path, {TO: ["ok"]}, ring=RING)
    async with running(tmp_path, archived(tmp_path), composer=stamp) as (service, listener):
        job, reception = await one_of_each(service, listener, tmp_path)
        second = await submit(service, document(tmp_path))
        await until_filed(service, second)
        with hanging(tmp_path / "archive"):
            monkeypatch.setattr(verifying, "ANSWER_SECONDS", 0.3)
            found = await verify(service)
            assert {(found[id].state, str(found[id].reason)) for id in (job, second)} == {
                (CopyState.AWAY, "it does not answer")
            }
            assert found[reception].state is CopyState.UNCHANGED
            for _again in range(7):
                assert (await verify(service, ids=(job,)))[job].state is CopyState.AWAY
            with pytest.raises(ApiError) as refused:
                await verify(service, ids=(job,))
            assert refused.value.code is ErrorCode.TOO_MANY, "each of them is a thread that hangs"
            assert set(await verify(service, OTHER)) == set()


def faxctl(address: str, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "faxcore.cli.main", "--bus", address, "archive", "verify", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stderr == "", done.stderr
    return done.returncode, done.stdout


@async_test
async def test_the_command_says_so_and_ends_with_one_if_a_file_is_changed(tmp_path: Path) -> None:
    with private_bus(tmp_path / "bus") as address:
        desk = FakeDesk()
        bus = await serve(desk, address)
        desk.add_reception(tiff="/srv/fax/one.tif", pdf="/srv/fax/one.pdf")
        code, said = await asyncio.to_thread(faxctl, address)
        assert code == 0 and "unchanged" in said
        desk.copy_state = CopyState.CHANGED
        code, said = await asyncio.to_thread(faxctl, address, "--json")
        assert code == 1 and '"state": "changed"' in said
        desk.copy_state = CopyState.AWAY
        code, said = await asyncio.to_thread(faxctl, address, "--everybody")
        assert code == 0 and "folder away" in said
        await bus.close()
