# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of an archive that nobody loads as a whole: pages, searches, and what popups find in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QLocale, Qt

from faxcore.bus.client import BusError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxPage, FaxQuery, Folder
from faxcore.model.job import State
from faxcore.model.sentence import Sentence
from notifier.fax_table import Column
from tests.support.fake_service import FakeDesk
from tests.system.notifier.desktop import Desktop, desktop, until

MANY = 1000
PAGE = 200

Play = Callable[[Awaitable[None]], None]


class SlowDesk(FakeDesk):
    """A desk that answers nothing about lists while its gate is shut."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()

    async def list_faxes(self, query: FaxQuery) -> FaxPage:
        page = await super().list_faxes(query)
        await self.gate.wait()
        return page


def archive(desk: FakeDesk | None = None) -> FakeDesk:
    """A desk with a thousand faxes, every tenth received; all of them have been told already."""
    desk = desk or FakeDesk()
    for number in range(MANY):
        if number % 10:
            desk.add_job(state=State.DONE, recipient=f"Recipient {number:03}", subject=f"Letter {number:03}")
        else:
            desk.add_reception(remote_id=f"Sender {number:03}")
    desk.forget_news()
    return desk


def pages_asked(here: Desktop) -> list[FaxQuery]:
    """The pages of the history that were asked for."""
    queries = [asked[1] for asked in here.desk.asked if asked[0] == "list_faxes"]
    return [query for query in queries if query.folder is None]


def rows_in(here: Desktop) -> int:
    return here.tray.history.table.rowCount()


def names_in(here: Desktop) -> list[str]:
    """The names in the table, from top to bottom."""
    table = here.tray.history.table
    return [table.index(row, Column.NAME).data() for row in range(table.rowCount())]


def scroll_to_end(here: Desktop) -> None:
    here.tray.history.view.scrollToBottom()


def type_words(here: Desktop, words: str) -> None:
    """Type into the search field, and let the pause go by."""
    history = here.tray.history
    history.search.setText(words)
    assert history.pause.isActive()
    history.pause.timeout.emit()


async def idle(here: Desktop) -> None:
    """Nothing is being asked any more."""
    await until(lambda: not here.tray._tasks)


def shown_number(count: int) -> str:
    return QLocale().toString(count)


@pytest.fixture
def with_desktop(play: Play, system_bus: str, session_bus: str, tmp_path: Path) -> Callable[..., None]:
    """Play a scenario on a desktop."""

    def run(scenario: Callable[[Desktop], Awaitable[None]], desk: FakeDesk) -> None:
        async def whole() -> None:
            async with desktop(system_bus, session_bus, tmp_path, desk) as here:
                await scenario(here)

        play(whole())

    return run


def test_pages_come_by_scrolling_and_none_comes_twice(with_desktop):
    async def scenario(here: Desktop) -> None:
        history = here.tray.history
        await idle(here)
        assert len(pages_asked(here)) == 1, "nobody looks: the first page only"
        assert rows_in(here) == PAGE
        history.bring_forward()
        await idle(here)
        assert len(pages_asked(here)) == 1, "a page is longer than the window"
        for pages in range(2, 6):
            scroll_to_end(here)
            await until(lambda pages=pages: rows_in(here) == pages * PAGE)
            await idle(here)
        scroll_to_end(here)
        await idle(here)
        asked = pages_asked(here)
        assert len(asked) == len(set(asked)) == MANY // PAGE + 1  # only an empty page shows that the last one was full
        assert here.tray.lists.usual.complete
        names = names_in(here)
        assert len(set(names)) == MANY
        assert (names[0], names[-1]) == ("Recipient 999", "Sender 000")

    with_desktop(scenario, archive())


def test_a_window_that_is_not_full_goes_on_by_itself(with_desktop):
    desk = FakeDesk()
    desk.add_job(recipient="Oldest", state=State.DONE)
    for number in range(PAGE + 1):
        desk.add_draft(f"Draft {number}", "text")
    desk.forget_news()

    async def scenario(here: Desktop) -> None:
        assert here.rows() == []
        here.tray.history.bring_forward()
        await until(lambda: names_in(here) == ["Oldest"])
        assert here.tray.history.count.text() == "1 fax"

    with_desktop(scenario, desk)


def test_the_count_is_that_of_the_service(with_desktop):
    desk = archive()
    desk.add_draft("Not counted", "text")
    desk.binned = {next(iter(desk.jobs)), desk.receptions[0].id}
    desk.forget_news()

    async def scenario(here: Desktop) -> None:
        count = here.tray.history.count
        await until(lambda: count.text() == f"{shown_number(MANY - 2)} faxes")
        here.desk.add_reception(remote_id="Zoe")
        await until(lambda: count.text() == f"{shown_number(MANY - 1)} faxes")
        assert names_in(here)[0] == "Zoe"
        here.desk.binned.add(here.desk.receptions[0].id)
        here.tray.history.bring_forward()  # who looks again, sees what another program has done
        await until(lambda: count.text() == f"{shown_number(MANY - 2)} faxes")

    with_desktop(scenario, desk)


def test_the_service_searches_accents_and_numbers_in_any_spelling(with_desktop):
    desk = archive()
    desk.add_job(recipient="Élodie Lefèvre", subject="Contrat", number="+33 1 99 00 00 02", state=State.DONE)
    for number in range(PAGE + 50):
        desk.add_job(recipient=f"Newer {number}", state=State.DONE)
    desk.forget_news()

    async def scenario(here: Desktop) -> None:
        history = here.tray.history
        history.bring_forward()
        await idle(here)
        assert "Élodie Lefèvre" not in names_in(here)
        for words in ("elodie lefevre", "LEFÈV contr", "01 99 00 00 02", "0033199000002"):
            type_words(here, words)
            await until(lambda: names_in(here) == ["Élodie Lefèvre"])
            await idle(here)
            assert history.count.text() == "1 fax found"
            asked = len(here.desk.asked)
            history.search.clear()
            assert rows_in(here) == PAGE, "at once"
            assert not history.pause.isActive() and len(here.desk.asked) == asked
        assert pages_asked(here)[-1].words == "0033199000002"
        type_words(here, "nobody")
        await until(lambda: history.empty.isVisible() and history.empty.text() == "No fax matches the search.")
        assert history.count.text() == "0 faxes found"

    with_desktop(scenario, desk)


def test_what_a_search_finds_comes_by_pages_too(with_desktop):
    async def scenario(here: Desktop) -> None:
        history = here.tray.history
        history.bring_forward()
        type_words(here, "letter")
        await until(lambda: history.count.text() == "at least 200 faxes found")
        for pages in range(2, 5):
            scroll_to_end(here)
            await until(lambda pages=pages: rows_in(here) == pages * PAGE)
        scroll_to_end(here)
        await until(lambda: history.count.text() == "900 faxes found")
        asked = [query for query in pages_asked(here) if query.words]
        assert {query.words for query in asked} == {"letter"}
        assert len(asked) == len(set(asked)) == 5
        assert all(row[Column.SUBJECT].startswith("Letter") for row in here.rows())

    with_desktop(scenario, archive())


def test_a_new_fax_found_does_not_bring_pages_again(with_desktop):
    async def scenario(here: Desktop) -> None:
        here.tray.history.bring_forward()
        type_words(here, "letter")
        await until(lambda: here.tray.history.count.text() == "at least 200 faxes found")
        scroll_to_end(here)
        await until(lambda: rows_in(here) == 2 * PAGE)
        await idle(here)
        asked = pages_asked(here)
        found = here.desk.add_job(recipient="Anew", subject="Letter", state=State.READY)
        here.desk.set_job(found, state=State.ACTIVE)
        await until(lambda: names_in(here)[0] == "Anew")
        scroll_to_end(here)
        await until(lambda: rows_in(here) == 3 * PAGE + 1)
        await idle(here)
        first, further = pages_asked(here)[len(asked) :]
        assert first in asked and further not in asked

    with_desktop(scenario, archive())


def test_what_happens_while_the_first_page_is_on_its_way_is_not_lost(with_desktop):
    desk = SlowDesk()

    async def scenario(here: Desktop) -> None:
        history = here.tray.history
        old = next(key for key, job in desk.jobs.items() if job.recipient == "Recipient 301")
        await here.stop_service()
        desk.asked.clear()
        desk.gate.clear()
        await here.start_service()
        await until(lambda: pages_asked(here))
        desk.add_reception(remote_id="Zoe")  # the page has been made already
        await until(lambda: here.notifications.popups)
        here.tray.lists.show(f"job:{old}")
        assert len(pages_asked(here)) == 1, "it may be in the page that is on its way"
        desk.gate.set()
        await until(lambda: history.current().id == old and names_in(here)[0] == "Recipient 301")
        history.newest_button.click()
        assert names_in(here)[:2] == ["Zoe", "Recipient 999"]

    with_desktop(scenario, archive(desk))


def test_typing_asks_after_a_pause_and_a_stale_answer_is_dropped(with_desktop):
    desk = SlowDesk()

    async def scenario(here: Desktop) -> None:
        history = here.tray.history
        history.bring_forward()
        await idle(here)
        history.pause.setInterval(60_000)
        history.search.setText("sen")
        history.search.setText("sender")
        assert history.pause.isActive() and len(pages_asked(here)) == 1
        desk.gate.clear()
        history.pause.timeout.emit()
        await until(lambda: pages_asked(here)[-1].words == "sender")
        assert history.count.text() == "Searching …" and rows_in(here) == PAGE, "the list stays meanwhile"
        for words in ("recipient 1", "recipient 107"):
            type_words(here, words)
        assert pages_asked(here)[-1].words == "sender", "one request at a time"
        desk.gate.set()
        seen: set[int] = set()
        history.table.modelReset.connect(lambda: seen.add(rows_in(here)))
        await until(lambda: names_in(here) == ["Recipient 107"])
        await idle(here)
        assert [query.words for query in pages_asked(here)] == ["", "sender", "recipient 107"]
        assert seen == {1}, "what was found for other words is never shown"
        desk.gate.clear()
        type_words(here, "sender 010")
        await until(lambda: pages_asked(here)[-1].words == "sender 010")
        history.search.clear()
        assert rows_in(here) == PAGE
        desk.gate.set()
        await idle(here)
        assert rows_in(here) == PAGE and history.count.text() == f"{shown_number(MANY)} faxes"

    with_desktop(scenario, archive(desk))


def test_a_search_that_is_shown_lives(with_desktop):
    desk = archive()
    waiting = desk.add_job(recipient="Claire Martin", state=State.READY)

    async def scenario(here: Desktop) -> None:
        history = here.tray.history
        here.tray.settings.every_sent = True
        history.bring_forward()
        type_words(here, "martin")
        await until(lambda: rows_in(here) == 1)
        here.desk.set_job(waiting, state=State.DONE)
        await until(lambda: here.rows()[0][Column.STATE] == "Sent")
        found = here.desk.add_job(recipient="Paul Martin", state=State.READY)
        here.desk.set_job(found, state=State.ACTIVE)
        await until(lambda: names_in(here) == ["Paul Martin", "Claire Martin"])
        assert history.current().name == "Claire Martin"  # what a person looks at stays
        other = here.desk.add_job(recipient="Somebody", state=State.READY)
        here.desk.set_job(other, state=State.ACTIVE)
        await until(lambda: len([query for query in pages_asked(here) if query.words]) == 3)
        await idle(here)
        here.desk.set_job(other, state=State.DONE)
        await until(lambda: len(here.notifications.popups) == 2)  # Claire's and Somebody's
        await idle(here)
        asked = [query for query in pages_asked(here) if query.words]
        assert len(asked) == 3, "once for each new fax, not for each of its changes"
        assert rows_in(here) == 2 and history.count.text() == "2 faxes found"
        history.search.clear()
        assert names_in(here)[:3] == ["Somebody", "Paul Martin", "Claire Martin"]

    with_desktop(scenario, desk)


def test_a_popup_for_a_fax_that_is_not_loaded_selects_it(with_desktop):
    desk = archive()
    old = next(key for key, job in desk.jobs.items() if job.recipient == "Recipient 301")

    async def scenario(here: Desktop) -> None:
        history = here.tray.history
        here.desk.set_job(old, state=State.UNCERTAIN)
        await until(lambda: here.notifications.popups)
        await idle(here)
        assert rows_in(here) == PAGE, "no gap: it comes with its page"
        await until(lambda: "1 to decide" in here.tray.tray.icon.toolTip())
        await here.notifications.act(here.notifications.popups[0], "show")
        await until(lambda: history.current() is not None and history.current().id == old)
        assert history.isVisible() and history.buttons.arrived_action.isVisible()
        assert rows_in(here) == PAGE
        assert names_in(here)[0] == "Recipient 301"
        assert history.newest_button.isVisible()
        here.desk.set_job(old, state=State.DONE)
        await until(lambda: here.rows()[0][Column.STATE] == "Sent")
        here.desk.add_reception(remote_id="Zoe")
        await until(lambda: len(here.notifications.popups) == 2)  # the decision is no news, the arrival is
        assert names_in(here)[0] == "Recipient 301", "a newer fax is not in this part of the list"
        scroll_to_end(here)
        await until(lambda: rows_in(here) == 302)
        assert names_in(here)[-1] == "Sender 000"
        history.newest_button.click()
        assert names_in(here)[0] == "Zoe" and not history.newest_button.isVisible()

    with_desktop(scenario, desk)


def test_a_popup_opens_a_fax_that_is_not_loaded(with_desktop):
    desk = archive()
    old = desk.receptions[-1]

    async def scenario(here: Desktop) -> None:
        type_words(here, "recipient")
        await idle(here)
        here.tray.link.reception_arrived.emit(old)
        await until(lambda: here.notifications.popups)
        await here.notifications.act(here.notifications.popups[0], "open")
        await until(lambda: here.opened)
        assert pages_asked(here)[-1].most == 1

    with_desktop(scenario, desk)


def test_a_popup_for_a_fax_that_is_gone_says_so_and_shows_the_list(with_desktop):
    desk = archive()
    old = next(iter(desk.jobs))

    async def scenario(here: Desktop) -> None:
        history = here.tray.history
        here.desk.set_job(old, state=State.FAILED)
        await until(lambda: here.notifications.popups)
        here.desk.binned.add(old)
        await here.notifications.act(here.notifications.popups[0], "show")
        await until(lambda: history.message.text.text() == "This fax is not in the history any more.")
        assert names_in(here)[0] == "Recipient 999" and not history.newest_button.isVisible()

    with_desktop(scenario, desk)


def test_sorting_by_something_else_sorts_what_is_loaded_and_says_so(with_desktop):
    async def scenario(here: Desktop) -> None:
        history = here.tray.history
        history.bring_forward()
        await until(lambda: history.count.text() == f"{shown_number(MANY)} faxes")
        history.view.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)
        names = names_in(here)
        assert names == sorted(names) and len(names) == PAGE
        assert history.count.text() == f"{shown_number(MANY)} faxes, the newest 200 of them sorted"
        assert history.current().name == "Recipient 999", "what was selected stays selected"
        scroll_to_end(here)
        await idle(here)
        assert len(pages_asked(here)) == 1
        here.desk.add_reception(remote_id="A new one")
        await until(lambda: names_in(here)[0] == "A new one")
        history.view.sortByColumn(Column.DATE, Qt.SortOrder.DescendingOrder)
        scroll_to_end(here)
        await until(lambda: rows_in(here) == 2 * PAGE + 1)

    with_desktop(scenario, archive())


def test_the_undecided_are_counted_however_old_they_are(with_desktop):
    desk = FakeDesk()
    for number in range(501):
        desk.add_job(recipient=f"Undecided {number}", state=State.UNCERTAIN)
    old = next(iter(desk.jobs))
    for number in range(PAGE):
        desk.add_job(recipient=f"Newer {number}", state=State.DONE)
    desk.forget_news()

    async def scenario(here: Desktop) -> None:
        await until(lambda: "501 to decide" in here.tray.tray.icon.toolTip())
        folders = [asked[1] for asked in here.desk.asked if asked[0] == "list_faxes" and asked[1].folder]
        assert [query.folder for query in folders] == [Folder.UNCERTAIN] * 2
        here.desk.set_job(old, state=State.DONE)
        await until(lambda: "500 to decide" in here.tray.tray.icon.toolTip())
        assert here.notifications.popups == [], "the person knows what the person has said"

    with_desktop(scenario, desk)


def test_a_search_is_asked_again_when_the_service_comes_back(with_desktop):
    async def scenario(here: Desktop) -> None:
        type_words(here, "sender")
        await until(lambda: rows_in(here) == MANY // 10)
        await here.stop_service()
        history = here.tray.history
        type_words(here, "sender 0")
        assert history.count.text() == "", "nobody searches"
        await until(lambda: "not running" in history.message.text.text())
        type_words(here, "sender")
        here.desk.add_reception(remote_id="Sender anew")
        here.desk.forget_news()
        await here.start_service()
        await until(lambda: rows_in(here) == MANY // 10 + 1)
        await idle(here)
        history.search.clear()
        assert names_in(here)[0] == "Sender anew" and rows_in(here) == PAGE

    with_desktop(scenario, archive())


def test_trouble_with_what_nobody_asked_for_brings_no_window_forward(with_desktop):
    async def scenario(here: Desktop) -> None:
        history = here.tray.history
        await idle(here)
        here.desk.refuse["count_folders"] = BusError(ErrorCode.AWAY, Sentence("The database is away."))
        here.desk.add_reception(remote_id="Zoe")
        await until(lambda: history.message.text.text() == "The database is away.")
        assert not history.isVisible()
        assert names_in(here)[0] == "Zoe"

    with_desktop(scenario, archive())


def test_a_page_that_is_refused_is_asked_for_again_by_scrolling(with_desktop):
    async def scenario(here: Desktop) -> None:
        history = here.tray.history
        history.bring_forward()
        await idle(here)
        here.desk.refuse["list_faxes"] = BusError(ErrorCode.AWAY, Sentence("The database is away."))
        scroll_to_end(here)
        await until(lambda: history.message.text.text() == "The database is away.")
        assert rows_in(here) == PAGE
        here.desk.refuse.clear()
        history.view.scrollToTop()
        scroll_to_end(here)
        await until(lambda: rows_in(here) == 2 * PAGE)

    with_desktop(scenario, archive())
