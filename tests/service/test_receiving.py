# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that come in: kept, routed, filed, told; and not answered where there is no room."""

import asyncio
import errno
import getpass
import os
from dataclasses import replace
from pathlib import Path

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest
from sqlalchemy import text

from faxcore.api.api_error import ApiError
from faxcore.config import ArchiveConfig, GroupConfig, LineConfig, NumberConfig, PersonConfig, SubAddressConfig
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.received_fax import Reception, ReceptionFile
from faxcore.document.tiff import read_pages
from faxcore.store.receptions import Receiving
from tests.support.service_parts import ME, OTHER, configured, log, running, script
from tests.support.waiting import until


def received(folder: Path, **ring: object) -> tuple[Reception, list[str]]:
    """Let a call come in on line 1; the reception as its owner hears of it."""

    async def main() -> Reception:
        async with running(folder) as (service, listener):
            values = await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            assert await service.api.list_receptions(ME) == [values]
            assert await service.api.list_receptions(OTHER) == []
            with pytest.raises(ApiError):
                await service.api.read_reception(OTHER, values.id, ReceptionFile.TIFF, 0)
            for kind, start in zip(ReceptionFile, (b"II*\0", b"%PDF", b"fake call in"), strict=True):
                with (folder / "out").open("w+b") as out:
                    await service.api.read_reception(ME, values.id, kind, out.fileno())
                    assert out.seek(0) == 0 and out.read().startswith(start)
            return values

    script(folder, ring={"line-1": ring})
    return asyncio.run(main()), log(folder)


def test_a_reception_lies_in_the_folder_pixel_for_pixel(tmp_path: Path) -> None:
    values, _seen = received(tmp_path, pages=3, end="ok", called="0199000001")
    tiff, pdf = Path(str(values.tiff)), Path(str(values.pdf))
    assert tiff.parent == pdf.parent == tmp_path / "received"
    assert tiff.name.endswith(" line-1 +33 1 99 00 00 77.tif")
    assert [page.rows[0] for page in read_pages(tiff)] == [1, 2, 3]
    assert [page.rows for page in read_pages(tiff)] == [bytes([number]) * 216 * 100 for number in (1, 2, 3)]
    assert pdf.read_bytes().startswith(b"%PDF")
    assert (values.pages, values.outcome.value, values.bad_rows) == (3, "ok", 6)
    assert sorted(path.name for path in tiff.parent.iterdir()) == sorted([tiff.name, pdf.name])
    assert tiff.stat().st_mode & 0o777 == 0o640
    assert tiff.parent.stat().st_mode & 0o777 == 0o750


def test_a_worker_that_dies_loses_no_confirmed_page(tmp_path: Path) -> None:
    values, seen = received_after_death(tmp_path, "row-less-die")
    assert seen == ["rang line-1", "confirmed line-1 1", "confirmed line-1 2"]
    assert (values.pages, values.outcome.value) == (2, "ok-partial")
    assert [page.rows[0] for page in read_pages(Path(str(values.tiff)))] == [1, 2]


def received_after_death(folder: Path, end: str) -> tuple[Reception, list[str]]:
    async def main() -> Reception:
        async with running(folder) as (_house, listener):
            return await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")

    script(folder, ring={"line-1": {"pages": 2, "end": end}})
    return asyncio.run(main()), log(folder)


def test_a_call_without_a_page_is_no_reception(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            ended = "SELECT count(*) FROM call WHERE ended IS NOT NULL"
            await until("the end of the call", lambda: service.store.database.value(text(ended)))
            assert service.store.database.value(text("SELECT count(*) FROM reception")) == 0

    script(tmp_path, ring={"line-1": {"pages": 0, "end": "partial"}})
    asyncio.run(main())


def test_no_call_is_answered_without_room(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, reserve=1 << 60) as (service, _listener):
            await until("the call to be declined", lambda: "declined line-1" in log(tmp_path))
            assert service.store.database.value(text("SELECT count(*) FROM call")) == 0

    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok"}})
    asyncio.run(main())


@pytest.mark.parametrize("ring", [{"called": "+33 1 99 00 00 12"}, {"ring": "B"}])
def test_a_call_for_a_telephone_on_the_line_is_left_to_ring(tmp_path: Path, ring: dict[str, str]) -> None:
    async def main() -> None:
        config = configured(tmp_path)
        numbers = (*config.lines[0].numbers, NumberConfig("0199000012", ring="B", answer=False))
        lines = (replace(config.lines[0], numbers=numbers),)
        async with running(tmp_path, replace(config, lines=lines)) as (service, _listener):
            await until("the call to be declined", lambda: "declined line-1" in log(tmp_path))
            assert await service.api.list_receptions(ME) == []

    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", **ring}})
    asyncio.run(main())


@pytest.mark.parametrize(
    ("said", "end", "owners"),
    [
        ("42", "ok", {OTHER}),
        ("43", "ok", {ME}),
        ("", "ok", {ME}),
        ("42", "die", {OTHER}),
        ("42+42", "ok", {OTHER}),
        ("42+43", "ok", set()),
    ],
)
def test_a_fax_is_shown_to_those_whose_sub_address_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, end: str, owners: set[str]
) -> None:
    known = {ME: ME, "wages": OTHER}
    monkeypatch.setattr("faxcore.people.find", known.get)

    async def main() -> set[str]:
        config = configured(tmp_path)
        lines = (replace(config.lines[0], sub_addresses=(SubAddressConfig("42", ("wages",)),)),)
        async with running(tmp_path, replace(config, lines=lines)) as (service, _listener):
            filed = await until("the fax to be filed", lambda: service.store.receptions.in_state(Receiving.FILED))
            assert filed[0].sub_address == ("several" if said == "42+43" else said.split("+")[0])
            return set(service.store.receptions.owners(filed[0].id))

    script(tmp_path, ring={"line-1": {"pages": 2, "end": end, "called": "0199000001", "sub": said}})
    assert asyncio.run(main()) == owners


@pytest.mark.parametrize("called", ["+33 1 99 00 00 11", ""])
def test_a_fax_says_the_name_of_the_number_called(tmp_path: Path, called: str) -> None:
    """Its caller has seen the station id of that number. Where the line does not tell, its only number is meant."""
    surgery = NumberConfig("0199000011", (ME,), name="Surgery", station_id="+33 1 99 00 00 11")
    config = configured(tmp_path, archive=ArchiveConfig("{number_name} {date}"))
    others = config.lines[0].numbers if called else ()
    config = replace(config, lines=(replace(config.lines[0], numbers=(*others, surgery)),))

    async def main() -> None:
        async with running(tmp_path, config) as (service, listener):
            values = await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            assert (values.called, values.called_name) == (called, "Surgery")
            assert Path(values.pdf).name.startswith("Surgery 20")
            (found,) = (await service.api.list_faxes(ME, FaxQuery(Folder.INBOX, words="surg"))).receptions
            assert found == values
            assert "shows +33 1 99 00 00 11" in log(tmp_path)

    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "called": called, "tells_station_id": True}})
    asyncio.run(main())


def test_a_fax_for_a_group_is_that_of_everybody_who_is_in_it_then(tmp_path: Path) -> None:
    """Whoever comes into the group later has none of its earlier faxes."""
    config = configured(tmp_path)
    lines = (replace(config.lines[0], numbers=(NumberConfig("0199000001", ("surgery", "roux")),)),)
    config = replace(config, lines=lines, persons=(PersonConfig("roux"), PersonConfig("petit")))

    async def main() -> None:
        groups = (GroupConfig("surgery", (ME, "gone")),)
        async with running(tmp_path, replace(config, groups=groups)) as (service, listener):
            values = await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            assert set(service.store.receptions.owners(values.id)) == {ME, "roux"}
        groups = (GroupConfig("surgery", (ME, "petit")),)
        async with running(tmp_path, replace(config, groups=groups)) as (service, _listener):
            seen = {person: len(await service.api.list_receptions(person)) for person in (ME, "roux", "petit")}
            assert seen == {ME: 1, "roux": 1, "petit": 0}

    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}})
    asyncio.run(main())


def test_a_number_with_a_folder_of_its_own_and_a_line_of_nobody(tmp_path: Path) -> None:
    legal = tmp_path / "legal"
    lines = (
        LineConfig("line-1", Path("/x/1"), "", (NumberConfig("0199000001", (getpass.getuser(),), legal),)),
        LineConfig("line-2", Path("/x/2"), "", (NumberConfig("0199000002"),)),
    )

    async def main() -> None:
        async with running(tmp_path, replace(configured(tmp_path), lines=lines)) as (service, listener):
            values = await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            assert Path(values.tiff).parent == legal
            await until("both faxes to be filed", lambda: len(service.store.receptions.in_state(Receiving.FILED)) == 2)
            (nobodys,) = [each for each in service.store.receptions.in_state(Receiving.FILED) if each.line == "line-2"]
            assert service.store.receptions.owners(nobodys.id) == []
            assert nobodys.rule == "nobody"
            assert service.store.receptions.trace(nobodys.id)[-1].text.startswith("nobody: no rule matched")
            assert len([1 for _uid, name, _values in listener.heard if name == "ReceptionArrived"]) == 1

    script(
        tmp_path,
        ring={"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}, "line-2": {"pages": 1, "end": "ok"}},
    )
    asyncio.run(main())


def test_a_fax_is_seen_and_read_before_its_folder_takes_it(tmp_path: Path) -> None:
    """Told of once, with the reason; after a restart its files come into the folder, and no popup is shown again."""

    async def main() -> None:
        (tmp_path / "received").write_text("a file where the folder should be")
        async with running(tmp_path) as (service, listener):
            arrived = await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            assert "there is a file in its place" in str(arrived.waiting)
            assert (arrived.tiff, arrived.pdf, arrived.pages) == ("", "", 1)
            assert await service.api.list_receptions(ME) == [arrived]
            assert str(tmp_path / "received") in str((await service.api.status(ME)).trouble)
            with (tmp_path / "out").open("w+b") as out:
                await service.api.read_reception(ME, arrived.id, ReceptionFile.PDF, out.fileno())
                assert out.seek(0) == 0 and out.read().startswith(b"%PDF")
            (tmp_path / "received").unlink()
        async with running(tmp_path) as (service, listener):
            change = await listener.until(lambda _uid, name, _values: name == "ReceptionChanged")
            assert (change.reception.id, str(change.reception.waiting)) == (arrived.id, "")
            assert Path(change.reception.pdf).parent == tmp_path / "received"
            assert await service.api.list_receptions(ME) == [change.reception]
            assert [name for _uid, name, _values in listener.heard] == ["ReceptionChanged"]

    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok"}})
    asyncio.run(main())


def test_why_a_fax_is_not_in_its_folder_yet_names_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The name of its file has the other station in it, and everybody may ask for the state of the service."""

    def fail(made: Path, final: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(made), None, str(final))

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            await until("the service to say that it cannot file", lambda: service.filing.trouble)
            said = str((await service.api.status(OTHER)).trouble)
            assert "Input/output error" in said and str(tmp_path / "received") in said
            assert not [text for text in (said, caplog.text) if "33 1 99" in text or ".tif" in text]

    monkeypatch.setattr("faxcore.fax_folders.names.os.link", fail)
    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok"}})
    with caplog.at_level("INFO"):
        asyncio.run(main())
    assert "cannot be filed yet" in caplog.text


def test_nothing_but_files_can_be_written_to(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            values = await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            reading, writing = os.pipe()
            try:
                with pytest.raises(ApiError, match="must be a file"):
                    await service.api.read_reception(ME, values.id, ReceptionFile.TIFF, writing)
            finally:
                os.close(reading)
                os.close(writing)

    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok"}})
    asyncio.run(main())
