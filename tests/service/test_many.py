# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten thousand of everything: no callback of the service takes more than 50 ms of processor, and all of it is done."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from faxcore.announce.announcing import News
from faxcore.contract.listed import FaxQuery
from faxcore.document.tiff import write_pages
from faxcore.model.job import State
from faxcore.model.page import Page, Resolution, Width
from faxcore.service import FaxService
from faxcore.store.store import Store
from tests.support.loop_probe import longest_callback
from tests.support.many_faxes import Ids, add_jobs
from tests.support.service_parts import (
    ME,
    OTHER,
    PATIENCE,
    Listener,
    configured,
    document,
    log,
    parts,
    running,
    script,
    submit,
)
from tests.support.waiting import async_test, until

MANY = 10_000
LETTER = "0199900002"
MOST_SECONDS = 0.05


class Reader(Listener):
    """Somebody who keeps the ids of what they are told."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def tell(self, person: str, news: News) -> bool:
        self.ids.append(news.id)
        return True


def fill(folder: Path, state: State, told: bool = True) -> None:
    store = Store(folder / "state", url=configured(folder).store.url)
    add_jobs(store, ME, MANY, state, Ids(), told)
    store.close()


@async_test
async def test_ten_thousand_due_jobs_are_woken_and_hold_nobody_up(tmp_path: Path) -> None:
    fill(tmp_path, State.SLEEPING)
    script(tmp_path, {})
    # No line: only the queue has work.
    config = replace(configured(tmp_path), lines=(replace(configured(tmp_path).lines[0], device=Path("/nowhere")),))
    listener = Reader()
    service = FaxService(config, listener, parts(tmp_path, worker=lambda _line: ["/bin/false"]))
    with longest_callback() as longest:
        await service.start()
        ready = text("SELECT count(*) FROM job WHERE state = 'sleeping'")
        await until("every job to be ready", lambda: service.store.database.value(ready) == 0, PATIENCE)
        told = await until("everybody to be told", lambda: len(listener.ids) >= MANY, PATIENCE)
        page = await service.api.list_faxes(ME, FaxQuery(words="lefevre"))
    await service.stop()
    assert told and len(page.jobs) == 200
    assert longest.seconds < MOST_SECONDS, longest
    assert not service.broken.is_set()


@async_test
async def test_ten_thousand_news_are_told_in_order_and_hold_nobody_up(tmp_path: Path) -> None:
    fill(tmp_path, State.DONE, told=False)
    script(tmp_path, {})
    listener = Reader()
    service = FaxService(configured(tmp_path), listener, parts(tmp_path))
    await service.start()
    with longest_callback() as longest:
        await service.api.register(ME)
        await until("everything to be told", lambda: len(listener.ids) == MANY, PATIENCE)
    assert listener.ids == sorted(listener.ids) and len(set(listener.ids)) == MANY
    untold = text("SELECT count(*) FROM delivery WHERE done IS NULL")
    await until("it to be noted", lambda: service.store.database.value(untold) == 0)
    await service.stop()
    assert longest.seconds < MOST_SECONDS, longest


@async_test
async def test_one_letter_starts_within_two_calls_beside_ten_thousand_faxes_of_somebody_else(tmp_path: Path) -> None:
    """On two lines, in the middle of them."""
    config = configured(tmp_path)
    lines = tuple(replace(config.lines[0], name=name) for name in ("line-1", "line-2"))
    store = Store(tmp_path / "state", url=config.store.url)
    many = add_jobs(store, ME, MANY, State.READY, Ids())
    write_pages(store.documents.pages_file(many), [Page(Width.A4, Resolution.FINE, bytes(216 * 200))])
    store.close()
    # Any of theirs arrives.
    script(tmp_path, {f"0199{number:06}": ["ok"] for number in range(200)} | {LETTER: ["ok"]})
    async with running(tmp_path, replace(config, lines=lines)) as (service, _listener):
        await until("some of them to be dialled", lambda: len(dialled(tmp_path)) >= 6)
        job = await submit(service, document(tmp_path), LETTER, OTHER)
        begun = len(dialled(tmp_path))
        await until("the letter to be dialled", lambda: LETTER in dialled(tmp_path))
    # Of the two that may begin before it, each line had been given one when it was handed in.
    assert dialled(tmp_path).index(LETTER) <= begun + 2, job


def dialled(folder: Path) -> list[str]:
    return [line.split()[1] for line in log(folder) if line.startswith("dial ")]
