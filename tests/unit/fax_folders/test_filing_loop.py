# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes come into their folders whatever other folders do, and whatever they themselves did a moment ago."""

import asyncio
from dataclasses import dataclass

import pytest

from faxcore.fax_folders import filing_loop
from faxcore.fax_folders.filing_loop import FilingLoop
from faxcore.model.sentence import Sentence


@dataclass(frozen=True)
class Sheet:
    id: str


class Folders:
    """Two folders, of which each takes what it is given when it is open."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[Sheet]] = {}
        self.open = {"slow": asyncio.Event(), "quick": asyncio.Event()}
        self.open["quick"].set()
        self.put: list[str] = []
        self.late: list[str] = []
        self.changed = asyncio.Event()

    async def collect(self) -> dict[str, list[Sheet]]:
        return {folder: list(sheets) for folder, sheets in self.waiting.items() if sheets}

    async def take(self, sheet: Sheet, folder: str) -> None:
        await self.open[folder].wait()
        self.waiting[folder].remove(sheet)
        self.put.append(sheet.id)
        self.changed.set()

    def tell_late(self, sheet: Sheet, _folder: str, _reason: Sentence) -> None:
        self.late.append(sheet.id)
        self.changed.set()

    async def until(self, said: list[str], wanted: list[str]) -> None:
        while said != wanted:
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), 30)


def test_what_comes_for_a_slow_folder_is_put_there_when_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody wakes the loop again, and no other folder waits; nothing is put twice."""
    monkeypatch.setattr(filing_loop, "ANSWER_SECONDS", 0.01)

    async def main() -> None:
        folders = Folders()
        folders.waiting = {"slow": [Sheet("1")], "quick": [Sheet("2")]}
        loop = FilingLoop("sheet", folders.collect, folders.take, lambda _f, reason: reason, folders.tell_late)
        running = asyncio.create_task(loop.run())
        await folders.until(folders.late, ["1"])
        assert folders.put == ["2"] and set(loop.troubles) == {"slow"}
        folders.waiting["slow"].append(Sheet("3"))
        loop.wake()
        await folders.until(folders.late, ["1", "1", "3"])
        folders.open["slow"].set()
        await folders.until(folders.put, ["2", "1", "3"])
        loop.wake()
        while loop.busy or loop.troubles:
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert folders.put == ["2", "1", "3"]

    asyncio.run(main())


def test_a_folder_that_takes_one_fax_after_the_other_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many wait for it, and however long all of them take; one that takes none for that long does not."""
    monkeypatch.setattr(filing_loop, "ANSWER_SECONDS", 0.01)
    monkeypatch.setattr(filing_loop, "FILE_AGAIN_SECONDS", 0.01)
    now = [100.0]

    async def main() -> None:
        folders = Folders()
        rounds = 0

        async def collect() -> dict[str, list[Sheet]]:
            nonlocal rounds
            rounds += 1
            folders.changed.set()
            return await Folders.collect(folders)

        async def take(sheet: Sheet, folder: str) -> None:
            await Folders.take(folders, sheet, folder)
            folders.open["slow"].clear()

        folders.waiting = {"slow": [Sheet("1"), Sheet("2"), Sheet("3")]}
        loop = FilingLoop("sheet", collect, take, lambda _f, reason: reason, folders.tell_late, lambda: now[0])
        running = asyncio.create_task(loop.run())
        for done in (["1"], ["1", "2"]):
            now[0] += 0.009
            folders.open["slow"].set()
            await folders.until(folders.put, done)
            looked = rounds
            while rounds < looked + 2:
                folders.changed.clear()
                await asyncio.wait_for(folders.changed.wait(), 30)
            assert folders.late == [] and loop.troubles == {}
        now[0] += 0.011
        while not folders.late:
            folders.changed.clear()
            await asyncio.wait_for(folders.changed.wait(), 30)
        assert set(folders.late) == {"3"} and set(loop.troubles) == {"slow"}
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(main())
