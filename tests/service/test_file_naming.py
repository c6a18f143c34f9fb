# SPDX-License-Identifier: GPL-3.0-or-later
"""The names and formats of received faxes' files as their number has them, and what names them where one is missing."""

from __future__ import annotations

import asyncio
import getpass
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from faxcore.config import Config, FileNaming, NumberConfig
from faxcore.contract.filed import CopyQuery, CopyState
from faxcore.contract.received_fax import Reception, ReceptionChange, ReceptionFile
from faxcore.document.tiff import read_pages
from faxcore.model.file_format import FileFormat
from tests.service.test_crashes import kill_at
from tests.support import service_parts
from tests.support.leftovers import until_clean
from tests.support.service_parts import ME, configured, running, script

PDF, TIFF = (FileFormat.PDF,), (FileFormat.TIFF,)


def named(folder: Path, naming: FileNaming, **changes: object) -> Config:
    """A line whose number, the surgery's, says how its faxes are filed."""
    config = configured(folder, **changes)
    number = NumberConfig("0199000001", (getpass.getuser(),), name="Surgery", naming=naming)
    return replace(config, lines=(replace(config.lines[0], numbers=(number,)),))


@pytest.mark.parametrize(("formats", "suffix"), [(PDF, ".pdf"), (TIFF, ".tif")])
def test_a_fax_is_filed_in_the_formats_and_under_the_name_of_its_number(
    tmp_path: Path, database: str, formats: tuple[FileFormat, ...], suffix: str
) -> None:
    config = named(tmp_path, FileNaming("{called_name} {caller} {line}", formats))
    script(tmp_path, ring={"line-1": {"pages": 2, "end": "ok", "called": "0199000001"}})

    async def main() -> None:
        async with running(tmp_path, config) as (service, listener):
            (found,) = await listener.until_arrived(1)
            (path,) = (tmp_path / "received").iterdir()
            assert path.name == f"Surgery 0611223344 line-1{suffix}"
            assert (found.tiff, found.pdf) == (("", str(path)) if suffix == ".pdf" else (str(path), ""))
            for kind, start in ((ReceptionFile.TIFF, b"II*\0"), (ReceptionFile.PDF, b"%PDF")):
                with (tmp_path / "out").open("w+b") as out:
                    await service.api.read_reception(ME, found.id, kind, out.fileno())
                    assert out.seek(0) == 0 and out.read().startswith(start), "our own copies are both there"
            assert await states(service) == [CopyState.UNCHANGED]
            path.write_bytes(path.read_bytes() + b"\0")
            assert await states(service) == [CopyState.CHANGED]
            path.unlink()
            assert await states(service) == [CopyState.MISSING]
            await until_clean(service)

    asyncio.run(main())


async def states(service: service_parts.FaxService) -> list[CopyState]:
    page = await service.api.verify_copies(ME, CopyQuery())
    return [copy.state for copy in page.copies]


def test_the_facts_stand_in_the_pdf(tmp_path: Path) -> None:
    config = named(tmp_path, FileNaming("fax", PDF))
    script(tmp_path, ring={"line-1": {"pages": 2, "end": "partial", "called": "0199000001"}})

    async def main() -> None:
        async with running(tmp_path, config) as (_service, listener):
            (found,) = await listener.until_arrived(1)
            with pikepdf.open(found.pdf) as document:
                said = {name: str(value) for name, value in document.trailer.Info.items()}
            assert said["/Title"].endswith(" line-1 +33 1 99 00 00 77")
            assert said["/Author"] == "+33 1 99 00 00 77"
            assert said["/Subject"] == "Fax received on line-1 for Surgery 0199000001: 2 pages, incomplete"
            assert said["/Keywords"] == (
                f"received: {found.received}, line: line-1, called number: 0199000001, called: Surgery,"
                f" caller: 0611223344, caller name: Somebody, station id: +33 1 99 00 00 77, pages: 2, fax: {found.id}"
            )

    asyncio.run(main())


def test_two_faxes_of_one_name_are_two_files(tmp_path: Path) -> None:
    config = named(tmp_path, FileNaming("fax", PDF))
    rings = [{"pages": 1, "end": "ok", "called": "0199000001"}] * 2
    script(tmp_path, ring={"line-1": rings})

    async def main() -> None:
        async with running(tmp_path, config) as (_service, listener):
            await listener.until_arrived(2)
            assert sorted(path.name for path in (tmp_path / "received").iterdir()) == ["fax (2).pdf", "fax.pdf"]

    asyncio.run(main())


@pytest.mark.parametrize("station", ["../../etc/x", ".-hidden", "a/b\0c\x1b[31m"])
def test_what_a_station_says_of_itself_leaves_no_folder(tmp_path: Path, station: str) -> None:
    said = station.encode("latin-1")[::-1].ljust(20).hex()
    config = named(tmp_path, FileNaming("{station}", PDF))
    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "called": "0199000001", "station": said}})

    async def main() -> None:
        async with running(tmp_path, config) as (_service, listener):
            (found,) = await listener.until_arrived(1)
            path = Path(found.pdf)
            assert path.parent == tmp_path / "received" and path.exists()
            assert path.stem.isprintable() and path.stem[0] not in ".-" and "/" not in path.stem

    asyncio.run(main())


def test_a_fax_that_waits_is_filed_as_the_configuration_has_it_by_then(tmp_path: Path, database: str) -> None:
    """In another folder, too, which its line has got meanwhile."""
    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}})
    (tmp_path / "received").write_text("a file where the folder should be")
    before = named(tmp_path, FileNaming("{called}", PDF))
    after = named(tmp_path, FileNaming("{called_name}", TIFF))
    after = replace(after, lines=(replace(after.lines[0], folder=tmp_path / "other"),))

    async def main() -> Reception:
        async with running(tmp_path, before) as (service, listener):
            (arrived,) = await listener.until_arrived(1)
            assert arrived.waiting and (arrived.tiff, arrived.pdf) == ("", "")
            service.take_on(after)
            change = await listener.until(lambda _uid, _name, v: isinstance(v, ReceptionChange) and v.reception.tiff)
            assert (change.reception.pdf, str(change.reception.waiting)) == ("", "")
            await until_clean(service)
            found: Reception = change.reception
            return found

    found = asyncio.run(main())
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["Surgery.tif"]
    assert [page.rows[0] for page in read_pages(Path(found.tiff))] == [1]


@pytest.mark.parametrize("point", ["files made, no names", "names chosen", "a file placed", "filed, not committed"])
def test_a_crash_on_the_way_to_one_file_leaves_one(point: str, tmp_path: Path) -> None:
    """The next service has another name and both formats: what had its name keeps it."""
    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}})
    (tmp_path / "formats").write_text("pdf")
    kill_at(point, tmp_path)

    async def restart() -> list[str]:
        async with running(tmp_path, named(tmp_path, FileNaming("later"))) as (service, listener):
            service.announcing.flush(ME)
            (found,) = await listener.until_arrived(1)
            assert await states(service) == [CopyState.UNCHANGED]
            await until_clean(service)
            assert {Path(path).name for path in (found.tiff, found.pdf) if path} == {
                path.name for path in (tmp_path / "received").iterdir()
            }
            return sorted(path.name for path in (tmp_path / "received").iterdir())

    chosen = ["later.pdf", "later.tif"] if point == "files made, no names" else ["first.pdf"]
    assert asyncio.run(restart()) == chosen
