# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax that has arrived is seen at once, and comes into its folder once, when there is a folder to come into."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest

from faxcore.api.api_error import ApiError
from faxcore.checkpoint import checkpoint
from faxcore.config import Config
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.received_fax import Reception, ReceptionChange, ReceptionFile
from faxcore.document.tiff import read_pages
from faxcore.fax_folders import filing_loop, folder_watch
from faxcore.fax_folders.mount_points import MountPoints
from faxcore.service import FaxService
from faxcore.store.receptions import Receiving
from tests.service.test_retention import Clock
from tests.support.hanging_disk import hanging
from tests.support.service_parts import ME, OTHER, Listener, configured, running, script
from tests.support.small_disk import empty, fill, mount, mounted, unmount
from tests.support.waiting import async_test, until

ONE = {"pages": 2, "end": "ok", "called": "0199000001"}


class House:
    """A folder of received faxes on a disk that comes and goes, as /etc/fstab has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.disk = folder / "disk"
        self.disk.mkdir()
        self.fstab = folder / "fstab"
        self.fstab.write_text(f"# <file system> <mount point>\n/dev/sdb1 {self.disk} ext4 defaults 0 2\n")
        self.config = configured(folder, received=self.disk / "received")

    def changes(self) -> dict[str, Any]:
        return {"mount_points": lambda state: MountPoints(state, self.fstab, units=())}

    def service(self, config: Config | None = None, **changes: Any) -> Any:
        return running(self.folder, config or self.config, **self.changes(), **changes)

    @contextmanager
    def mounted(self) -> Iterator[None]:
        if not mount(self.disk, 4):
            pytest.skip("only root may mount a small file system, and not in every container")
        try:
            yield
        finally:
            unmount(self.disk)

    def filed(self) -> list[str]:
        received = self.disk / "received"
        return sorted(path.suffix for path in received.iterdir()) if received.exists() else []


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def arrived(listener: Listener, *known: Reception) -> Reception:
    found: Reception = await listener.until(
        lambda _person, name, value: name == "ReceptionArrived" and value.id not in {each.id for each in known}
    )
    return found


async def filed(listener: Listener, reception: Reception) -> Reception:
    change: ReceptionChange = await listener.until(
        lambda _person, _name, value: (
            isinstance(value, ReceptionChange) and value.reception.id == reception.id and value.reception.pdf != ""
        )
    )
    return change.reception


def told(listener: Listener, name: str) -> list[str]:
    return [person for person, heard, _value in listener.heard if heard == name]


async def read(service: FaxService, reception: Reception, out: Path) -> bytes:
    with out.open("w+b") as file:
        await service.api.read_reception(ME, reception.id, ReceptionFile.TIFF, file.fileno())
        file.seek(0)
        return file.read()


def assert_whole(tiff: str) -> None:
    assert [page.rows for page in read_pages(Path(tiff))] == [bytes([number]) * 216 * 100 for number in (1, 2)]


@async_test
async def test_nothing_is_written_below_a_mount_point_without_its_disk(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """It is seen, read and explained without the disk; with it, its files come into the folder by themselves, once."""
    script(house.folder, ring={"line-1": ONE})
    async with house.service(check_seconds=0.02) as (service, listener):
        fax = await arrived(listener)
        why = f"the disk that belongs at {house.disk}, as {house.fstab} says, is not mounted"
        assert why in str(fax.waiting) and str(house.disk / "received") in str(fax.waiting)
        assert (await service.api.list_faxes(ME, FaxQuery(folder=Folder.INBOX))).receptions == (fax,)
        (house.folder / "copy.tif").write_bytes(await read(service, fax, house.folder / "out"))
        assert_whole(str(house.folder / "copy.tif"))
        assert why in str((await service.api.status(ME)).trouble)
        await service.filing.watch.look()
        tries = caplog.text.count("cannot be filed yet")
        service.filing.wake()
        await until("another try", lambda: caplog.text.count("cannot be filed yet") > tries)
        assert list(house.disk.iterdir()) == []
        with house.mounted():
            await service.filing.watch.look()
            now = await filed(listener, fax)
            assert (str(now.waiting), Path(now.pdf).parent) == ("", house.disk / "received")
            assert_whole(now.tiff)
            service.filing.wake()
            await until("nothing more to be told", lambda: not service.filing.trouble)
            assert house.filed() == [".pdf", ".tif"]
            assert told(listener, "ReceptionArrived") == [ME]
            assert (await service.api.status(ME)).warnings == ()
        assert list(house.disk.iterdir()) == []


@async_test
async def test_a_disk_of_which_only_the_service_knows_is_missed(house: House) -> None:
    """It is in no file of the system: a fax was put on it once."""
    house.fstab.unlink()
    script(house.folder, ring={"line-1": [ONE, ONE | {"when": str(house.folder / "again")}]})
    async with house.service() as (service, listener):
        with house.mounted():
            first = await arrived(listener)
            assert (str(first.waiting), house.filed()) == ("", [".pdf", ".tif"])
        (house.folder / "again").touch()
        second = await arrived(listener, first)
        assert f"as {house.config.state}/disks says, is not mounted" in str(second.waiting)
        assert list(house.disk.iterdir()) == []
        with house.mounted():
            service.filing.wake()
            assert_whole((await filed(listener, second)).tiff)
            assert house.filed() == [".pdf", ".tif"], "that of the first is on the disk that has gone"


@async_test
async def test_a_disk_that_can_only_be_read_keeps_a_fax_waiting(house: House) -> None:
    script(house.folder, ring={"line-1": ONE | {"when": str(house.folder / "now")}})
    with house.mounted():
        (house.disk / "received").mkdir()
        subprocess.run(["mount", "-o", "remount,ro", str(house.disk)], check=True)
        async with house.service() as (service, listener):
            await service.filing.watch.look()
            (warning,) = (await service.api.status(ME)).warnings
            assert "can be put in" in str(warning) and "its disk can only be read" in str(warning)
            (house.folder / "now").touch()
            fax = await arrived(listener)
            assert "its disk can only be read" in str(fax.waiting)
            assert (await service.api.status(ME)).warnings == (), "it is said once"
            subprocess.run(["mount", "-o", "remount,rw", str(house.disk)], check=True)
            await service.filing.watch.look()
            assert_whole((await filed(listener, fax)).tiff)
            assert house.filed() == [".pdf", ".tif"]


@async_test
async def test_a_folder_that_never_answers_holds_up_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the fax itself, nor those of other folders, nor the end of the service."""
    monkeypatch.setattr(filing_loop, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(folder_watch, "ANSWER_SECONDS", 0.2)
    other = house.folder / "other"
    config = configured(house.folder, 2, received=house.disk)
    number = replace(config.lines[1].numbers[0], folder=other)
    config = replace(config, lines=(config.lines[0], replace(config.lines[1], numbers=(number,))))
    house.fstab.write_text("")
    later = ONE | {"called": "0199000002", "when": str(house.folder / "later")}
    script(house.folder, ring={"line-1": ONE, "line-2": later})
    with hanging(house.disk) as disk:
        async with house.service(config) as (service, listener):
            fax = await arrived(listener)
            monkeypatch.setattr(filing_loop, "ANSWER_SECONDS", 60)
            (house.folder / "later").touch()
            second = await arrived(listener, fax)
            assert f"It is not in {house.disk} yet: it does not answer." in str(fax.waiting)
            assert "it does not answer" in str(service.filing.trouble)
            assert await read(service, fax, house.folder / "out")
            assert (str(second.waiting), len(list(other.iterdir()))) == ("", 2)
            await service.filing.watch.look()
        monkeypatch.setattr(filing_loop, "ANSWER_SECONDS", 0.2)
        async with house.service(config) as (service, listener):
            await service.filing.watch.look()
            assert "it does not answer" in str(dict(service.filing.watch.warnings())[str(house.disk)])
            disk.give_back()
            monkeypatch.setattr(filing_loop, "FILE_AGAIN_SECONDS", 0.02)
            service.filing.wake()
            assert_whole((await filed(listener, fax)).tiff)
            assert told(listener, "ReceptionArrived") == []
    assert sorted(path.suffix for path in house.disk.iterdir()) == [".pdf", ".tif"]


@async_test
async def test_a_restart_tells_the_reason_again_and_no_news(house: House) -> None:
    script(house.folder, ring={"line-1": ONE})
    async with house.service() as (_service, listener):
        fax = await arrived(listener)
    for _ in range(2):
        async with house.service() as (service, listener):
            change = await listener.until(lambda _person, name, _value: name == "ReceptionChanged")
            assert change.reception == fax
            assert await service.api.list_receptions(ME) == [fax]
            assert told(listener, "ReceptionArrived") == []
    assert list(house.disk.iterdir()) == []


@async_test
async def test_a_fax_in_a_bin_waits_and_is_not_lost(house: House) -> None:
    """Deleted before it was in its folder: our copy is the only one, and no rule removes it before."""
    clock = Clock()
    script(house.folder, ring={"line-1": ONE})
    async with house.service(clock=clock) as (service, listener):
        fax = await arrived(listener)
        await service.api.bin_fax(ME, fax.id)
        retention = service.store.retention
        clock.now += timedelta(days=400)
        assert (retention.empty_bins(30), retention.remove_receptions(30)) == (0, 0)
        retention.clean_calls([each.call for each in service.store.receptions.in_state(Receiving.WAITING)])
        with house.mounted():
            await service.filing.watch.look()
            await until("its files", lambda: house.filed() == [".pdf", ".tif"])
            await until("it to be filed", lambda: service.store.receptions.in_state(Receiving.FILED))
            assert_whole(service.store.receptions.in_state(Receiving.FILED)[0].tiff)
            # Who has put it away is told nothing more, and finds it where it was put.
            assert told(listener, "ReceptionChanged") == []
            assert [each.id for each in service.store.receptions.all(ME)] == [fax.id]
            assert (await service.api.list_faxes(ME, FaxQuery(folder=Folder.BIN))).receptions[0].id == fax.id
            assert (retention.empty_bins(30), house.filed()) == (1, [".pdf", ".tif"])


@async_test
async def test_only_owners_are_told_of_a_change(house: House) -> None:
    script(house.folder, ring={"line-1": ONE})
    async with house.service() as (service, listener):
        fax = await arrived(listener)
        with pytest.raises(ApiError) as refused:
            await service.api.mark_fax(OTHER, fax.id, True)
        assert refused.value.code is ErrorCode.UNKNOWN
        await service.api.mark_fax(ME, fax.id, True)
        with house.mounted():
            service.filing.wake()
            assert (await filed(listener, fax)).read
        assert set(told(listener, "ReceptionChanged")) == {ME}


@async_test
async def test_a_fax_is_told_of_when_even_our_own_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pages are safe; it can be opened when there is room for what is made of them."""
    monkeypatch.setattr(filing_loop, "FILE_AGAIN_SECONDS", 0.02)
    script(tmp_path, ring={"line-1": ONE})
    with mounted(tmp_path) as disk:
        checkpoint.arm("reception kept, not filed", do=lambda: fill(disk))
        try:
            async with running(tmp_path, configured(tmp_path, state=disk / "state")) as (service, listener):
                await until("the trouble", lambda: service.filing.trouble)
                said = str(service.filing.trouble)
                assert f"{disk}/state, the folder of the fax service: its disk is full" in said
                empty(disk)
                fax = await listener.until(lambda _person, _name, value: getattr(value, "pdf", "") != "")
                assert_whole((fax.reception if isinstance(fax, ReceptionChange) else fax).tiff)
        finally:
            checkpoint.disarm()


@async_test
async def test_a_waiting_fax_follows_its_line_to_another_folder(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of before never comes back, so the administrator names another folder, and reloads. When the disk of
    before answers after all, it gets nothing.
    """
    monkeypatch.setattr(filing_loop, "ANSWER_SECONDS", 0.2)
    house.fstab.unlink()
    script(house.folder, ring={"line-1": ONE})
    elsewhere = house.folder / "elsewhere"
    config = replace(house.config, received=house.disk)
    with hanging(house.disk) as disk:
        async with house.service(config) as (service, listener):
            fax = await arrived(listener)
            monkeypatch.setattr(filing_loop, "ANSWER_SECONDS", 60)
            service.take_on(replace(config, received=elsewhere))
            now = await filed(listener, fax)
            assert Path(now.pdf).parent == elsewhere
            assert_whole(now.tiff)
            assert str((await service.api.status(ME)).trouble) == ""
            disk.give_back()
            await until("the folder of before to be let go", lambda: not service.filing.busy)
            assert await service.api.list_receptions(ME) == [now]
            assert [name for _person, name, _value in listener.heard] == ["ReceptionArrived", "ReceptionChanged"]
    assert (list(house.disk.iterdir()), len(list(elsewhere.iterdir()))) == ([], 2)


@async_test
async def test_a_waiting_fax_does_not_come_into_the_folder_of_others(house: House) -> None:
    """Its number has another owner by now, with another folder."""
    script(house.folder, ring={"line-1": ONE})
    async with house.service() as (service, listener):
        fax = await arrived(listener)
        theirs = house.folder / "theirs"
        number = replace(house.config.lines[0].numbers[0], owners=("nobody",), folder=theirs)
        service.take_on(replace(house.config, lines=(replace(house.config.lines[0], numbers=(number,)),)))
        with house.mounted():
            service.filing.wake()
            assert Path((await filed(listener, fax)).pdf).parent == house.disk / "received"
        assert not theirs.exists()
