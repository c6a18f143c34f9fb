# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of an archive that nobody loads as a whole: pages, searches, and what popups find in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PyQt6.QtCore import QLocale

from faxcore.bus.client import BusError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxPage, FaxQuery, Folder
from faxcore.model.job import State
from faxcore.model.sentence import Sentence
from notifier.faxes.fax_actions import What
from notifier.faxes.loaded_list import PAGE
from notifier.faxes.place import Place
from tests.support.fake_service import FakeDesk
from tests.system.notifier.desktop import Desktop, desktop, until

MANY = 1000

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
    """The pages of all faxes that were asked for."""
    queries = [asked[1] for asked in here.desk.asked if asked[0] == "list_faxes"]
    return [query for query in queries if query.folder is None]


def rows_in(here: Desktop) -> int:
    return here.window.list.model.rowCount()


def count_in(here: Desktop) -> str:
    """The figure beside the name of the place."""
    return here.window.list.count.text()


def scroll_to_end(here: Desktop) -> None:
    here.window.list.view.scrollToBottom()


def type_words(here: Desktop, words: str) -> None:
    """Type into the search field, and let the pause go by."""
    here.window.tools.search.setText(words)
    assert here.window.pause.isActive()
    here.window.pause.timeout.emit()


def clear_words(here: Desktop) -> None:
    here.window.tools.search.clear()


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
        await here.load_faxes()
        assert len(pages_asked(here)) == 1, "nobody looks: the first page only"
        assert rows_in(here) == PAGE
        here.window.bring_forward()
        await idle(here)
        assert len(pages_asked(here)) == 1, "a page is longer than the window"
        for pages in range(2, MANY // PAGE + 1):
            scroll_to_end(here)
            await until(lambda pages=pages: rows_in(here) == pages * PAGE)
            await idle(here)
        scroll_to_end(here)
        await idle(here)
        asked = pages_asked(here)
        assert len(asked) == len(set(asked)) == MANY // PAGE + 1  # only an empty page shows that the last one was full
        assert here.loading.usual.complete
        names = here.names()
        assert len(set(names)) == MANY
        assert (names[0], names[-1]) == ("Recipient 999", "Sender 000")

    with_desktop(scenario, archive())


def test_a_list_asked_for_anew_is_as_long_as_it_was(with_desktop):
    async def scenario(here: Desktop) -> None:
        await here.load_faxes()
        here.window.bring_forward()
        for pages in (2, 3):
            scroll_to_end(here)
            await until(lambda pages=pages: rows_in(here) == pages * PAGE)
            await idle(here)
        here.loading.reload()
        await until(here.loading.is_loaded)
        await until(lambda: rows_in(here) == 3 * PAGE)
        await idle(here)
        assert rows_in(here) == 3 * PAGE, "and no longer"

    with_desktop(scenario, archive())


def test_a_window_that_is_not_full_goes_on_by_itself(with_desktop):
    """The faxes of a broadcast are one row, however many pages they are."""
    desk = FakeDesk()
    desk.add_job(recipient="Oldest", state=State.DONE)
    for number in range(2 * PAGE + 1):
        desk.add_job(recipient=f"Member {number}", subject="Invitation", state=State.DONE, broadcast="many")
    desk.forget_news()

    async def scenario(here: Desktop) -> None:
        await here.load_faxes()
        assert here.names() == ["Invitation"]
        here.window.bring_forward()
        await until(lambda: here.names() == ["Invitation", "Oldest"])
        assert here.rows()[0].about == f"{2 * PAGE + 1} recipients · {2 * PAGE + 1} sent"
        assert count_in(here) == shown_number(2 * PAGE + 2)

    with_desktop(scenario, desk)


def test_the_count_is_that_of_the_service(with_desktop):
    desk = archive()
    desk.binned = {next(iter(desk.jobs)), desk.receptions[0].id}
    desk.forget_news()

    async def scenario(here: Desktop) -> None:
        await here.show_faxes()
        await until(lambda: count_in(here) == shown_number(MANY - 2))
        here.desk.add_reception(remote_id="Zoe")
        await until(lambda: count_in(here) == shown_number(MANY - 1))
        assert here.names()[0] == "Zoe"
        here.desk.add_draft("Waits", "text", age=timedelta(hours=1))
        await until(lambda: count_in(here) == shown_number(MANY))
        here.window.close()
        here.desk.binned.add(here.desk.receptions[-1].id)
        here.window.bring_forward()  # who looks again, sees what is so now
        await until(lambda: count_in(here) == shown_number(MANY - 1))

    with_desktop(scenario, desk)


def test_what_another_program_puts_into_the_bin_leaves_the_list(with_desktop):
    async def scenario(here: Desktop) -> None:
        await here.show_faxes()
        await until(lambda: count_in(here) == shown_number(MANY))
        here.window.list.select_row(0)
        await here.desk.bin_fax(here.current.fax.id)
        await until(lambda: here.names()[0] == "Recipient 998")
        assert rows_in(here) == PAGE, "the first page was asked for again, and no other"
        assert here.current.name == "Recipient 998", "the next one is selected"
        await until(lambda: count_in(here) == shown_number(MANY - 1))

    with_desktop(scenario, archive())


def test_the_service_searches_accents_and_numbers_in_any_spelling(with_desktop):
    desk = archive()
    desk.add_job(recipient="Élodie Lefèvre", subject="Contrat", number="+33 1 99 00 00 02", state=State.DONE)
    for number in range(PAGE + 50):
        desk.add_job(recipient=f"Newer {number}", state=State.DONE)
    desk.forget_news()

    async def scenario(here: Desktop) -> None:
        await here.show_faxes()
        assert "Élodie Lefèvre" not in here.names()
        for words in ("elodie lefevre", "LEFÈV contr", "01 99 00 00 02", "0033199000002"):
            type_words(here, words)
            await until(lambda: here.names() == ["Élodie Lefèvre"])
            await idle(here)
            assert count_in(here) == "1 found"
            asked = len(here.desk.asked)
            clear_words(here)
            assert rows_in(here) == PAGE, "at once"
            assert not here.window.pause.isActive() and len(here.desk.asked) == asked
        assert pages_asked(here)[-1].words == "0033199000002"
        type_words(here, "nobody")
        empty = here.window.list.empty
        await until(lambda: empty.isVisible() and empty.text() == "Nothing is found.")
        assert count_in(here) == "0 found"

    with_desktop(scenario, desk)


def test_what_a_search_finds_comes_by_pages_too(with_desktop):
    async def scenario(here: Desktop) -> None:
        await here.show_faxes()
        type_words(here, "letter")
        await until(lambda: count_in(here) == f"at least {PAGE} found")
        for pages in range(2, 900 // PAGE + 1):
            scroll_to_end(here)
            await until(lambda pages=pages: rows_in(here) == pages * PAGE)
        scroll_to_end(here)
        await until(lambda: count_in(here) == "900 found")
        asked = [query for query in pages_asked(here) if query.words]
        assert {query.words for query in asked} == {"letter"}
        assert len(asked) == len(set(asked)) == 900 // PAGE + 1
        assert all(entry.fax.subject.startswith("Letter") for entry in here.rows())

    with_desktop(scenario, archive())


def test_a_new_fax_found_does_not_bring_pages_again(with_desktop):
    async def scenario(here: Desktop) -> None:
        await here.show_faxes()
        type_words(here, "letter")
        await until(lambda: count_in(here) == f"at least {PAGE} found")
        scroll_to_end(here)
        await until(lambda: rows_in(here) == 2 * PAGE)
        await idle(here)
        asked = pages_asked(here)
        found = here.desk.add_job(recipient="Anew", subject="Letter", state=State.READY)
        here.desk.set_job(found, state=State.ACTIVE)
        await until(lambda: here.names()[0] == "Anew")
        scroll_to_end(here)
        await until(lambda: rows_in(here) == 3 * PAGE + 1)
        await idle(here)
        first, further = pages_asked(here)[len(asked) :]
        assert first in asked and further not in asked

    with_desktop(scenario, archive())


def test_what_happens_while_the_first_page_is_on_its_way_is_not_lost(with_desktop):
    desk = SlowDesk()

    async def scenario(here: Desktop) -> None:
        await here.load_faxes()
        old = next(key for key, job in desk.jobs.items() if job.recipient == "Recipient 301")
        await here.stop_service()
        desk.asked.clear()
        desk.gate.clear()
        await here.start_service()
        await until(lambda: pages_asked(here))
        desk.add_reception(remote_id="Zoe")  # the page has been made already
        await until(lambda: here.notifications.popups)
        here.loading.show(f"job:{old}")
        assert len(pages_asked(here)) == 1, "it may be in the page that is on its way"
        desk.gate.set()
        await until(lambda: here.names()[0] == "Recipient 301")
        assert here.current.key == f"job:{old}"
        here.window.list.back.click()
        assert here.names()[:2] == ["Zoe", "Recipient 999"]

    with_desktop(scenario, archive(desk))


def test_typing_asks_after_a_pause_and_a_stale_answer_is_dropped(with_desktop):
    desk = SlowDesk()

    async def scenario(here: Desktop) -> None:
        await here.show_faxes()
        pause, search = here.window.pause, here.window.tools.search
        pause.setInterval(60_000)
        search.setText("sen")
        search.setText("sender")
        assert pause.isActive() and len(pages_asked(here)) == 1
        desk.gate.clear()
        pause.timeout.emit()
        await until(lambda: pages_asked(here)[-1].words == "sender")
        assert count_in(here) == "Searching …" and rows_in(here) == PAGE, "the list stays meanwhile"
        for words in ("recipient 1", "recipient 107"):
            type_words(here, words)
        assert pages_asked(here)[-1].words == "sender", "one request at a time"
        desk.gate.set()
        seen: set[int] = set()
        here.window.list.model.modelReset.connect(lambda: seen.add(rows_in(here)))
        await until(lambda: here.names() == ["Recipient 107"])
        await idle(here)
        assert [query.words for query in pages_asked(here)] == ["", "sender", "recipient 107"]
        assert seen == {1}, "what was found for other words is never shown"
        desk.gate.clear()
        type_words(here, "sender 010")
        await until(lambda: pages_asked(here)[-1].words == "sender 010")
        clear_words(here)
        assert rows_in(here) == PAGE
        desk.gate.set()
        await idle(here)
        assert rows_in(here) == PAGE and count_in(here) == shown_number(MANY)

    with_desktop(scenario, archive(desk))


def test_a_search_that_is_shown_lives(with_desktop):
    desk = archive()
    waiting = desk.add_job(recipient="Claire Martin", state=State.READY)

    async def scenario(here: Desktop) -> None:
        here.tray.settings.every_sent = True
        await here.show_faxes()
        type_words(here, "martin")
        await until(lambda: rows_in(here) == 1)
        here.desk.set_job(waiting, state=State.DONE)
        await until(lambda: here.rows()[0].about == "Letter · 1 page")
        found = here.desk.add_job(recipient="Paul Martin", state=State.READY)
        here.desk.set_job(found, state=State.ACTIVE)
        await until(lambda: here.names() == ["Paul Martin", "Claire Martin"])
        assert here.current.name == "Claire Martin"  # what a person looks at stays
        other = here.desk.add_job(recipient="Somebody", state=State.READY)
        here.desk.set_job(other, state=State.ACTIVE)
        await until(lambda: len([query for query in pages_asked(here) if query.words]) == 3)
        await idle(here)
        here.desk.set_job(other, state=State.DONE)
        await until(lambda: len(here.notifications.popups) == 2)  # Claire's and Somebody's
        await idle(here)
        asked = [query for query in pages_asked(here) if query.words]
        assert len(asked) == 3, "once for each new fax, not for each of its changes"
        assert rows_in(here) == 2 and count_in(here) == "2 found"
        clear_words(here)
        assert here.names()[:3] == ["Somebody", "Paul Martin", "Claire Martin"]

    with_desktop(scenario, desk)


def test_a_popup_for_a_fax_that_is_not_loaded_selects_it(with_desktop):
    desk = archive()
    old = next(key for key, job in desk.jobs.items() if job.recipient == "Recipient 301")

    async def scenario(here: Desktop) -> None:
        await here.load_faxes()
        here.desk.set_job(old, state=State.UNCERTAIN)
        await until(lambda: here.notifications.popups)
        await idle(here)
        assert rows_in(here) == PAGE, "no gap: it comes with its page"
        await until(lambda: "1 to decide" in here.tray.tray.icon.toolTip())
        await here.notifications.act(here.notifications.popups[0], "show")
        await until(lambda: here.names()[0] == "Recipient 301")
        assert here.current.key == f"job:{old}"
        assert here.window.isVisible() and here.window.actions_of_fax[What.ARRIVED].isEnabled()
        assert rows_in(here) == PAGE
        back = here.window.list.back
        assert back.isVisible() and back.text() == "Show the newest"
        here.desk.set_job(old, state=State.DONE)
        await until(lambda: here.rows()[0].fax.state == "Sent")
        here.desk.add_reception(remote_id="Zoe")
        await until(lambda: len(here.notifications.popups) == 2)  # the decision is no news, the arrival is
        assert here.names()[0] == "Recipient 301", "a newer fax is not in this part of the list"
        while rows_in(here) < 302:
            scroll_to_end(here)
            await idle(here)
        assert here.names()[-1] == "Sender 000"
        back.click()
        assert here.names()[0] == "Zoe" and not back.isVisible()

    with_desktop(scenario, desk)


def test_the_fax_that_is_wanted_is_shown_though_the_list_is_asked_for_anew(with_desktop):
    """Before it has come, and after: a contact that is saved moves nobody to the newest fax."""
    desk = SlowDesk()

    async def scenario(here: Desktop) -> None:
        await here.load_faxes()
        newest, old = (
            next(key for key, job in desk.jobs.items() if job.recipient == name)
            for name in ("Recipient 998", "Recipient 301")
        )
        for wanted, first in ((newest, "Recipient 999"), (old, "Recipient 301")):
            here.loading.go_back()
            desk.gate.clear()
            here.loading.reload()
            here.loading.show(f"job:{wanted}")
            here.tray.books.changed.emit()
            desk.gate.set()
            await until(lambda wanted=wanted: here.loading.is_loaded() and here.current.key == f"job:{wanted}")
            await idle(here)
            here.tray.books.changed.emit()
            await idle(here)
            assert here.names()[0] == first and here.current.key == f"job:{wanted}"

    with_desktop(scenario, archive(desk))


@pytest.mark.parametrize("act", ["default", "open"])
def test_a_popup_shows_a_fax_that_is_not_loaded(with_desktop, act):
    """Whatever the window shows at that moment, and with one page asked for; or it is made for that."""
    desk = archive()
    old = desk.receptions[-1]

    async def scenario(here: Desktop) -> None:
        if act == "open":
            await here.load_faxes(Place(Folder.SENT))
            type_words(here, "recipient")
            await idle(here)
        here.tray.link.reception_arrived.emit(old)
        await until(lambda: here.notifications.popups)
        await here.notifications.act(here.notifications.popups[0], act)
        await until(lambda: here.tray.faxes.window.isVisible() and here.names()[:1] == ["Sender 000"])
        assert here.current.key == f"reception:{old.id}"
        assert here.window.tools.search.text() == "" and here.window.list.title.text() == "All faxes"
        assert any(query.most == 1 for query in pages_asked(here)), "it was looked for, not the whole archive"

    with_desktop(scenario, desk)


def test_where_there_is_room_for_one_column_a_popup_shows_the_page(with_desktop):
    desk = archive()
    old = next(iter(desk.jobs))

    async def scenario(here: Desktop) -> None:
        await here.load_faxes()
        here.window.resize(600, 700)
        for gone in (False, True):
            here.desk.set_job(old, state=State.FAILED, reason=Sentence(f"The line is busy ({gone})."))
            await until(lambda gone=gone: here.notifications.known == 1 + gone)
            if gone:
                await here.desk.bin_fax(old)
                await until(lambda: f"job:{old}" not in here.loading.shown.entries)
            here.window.close()
            await here.notifications.act(here.notifications.popups[-1], "show")
            await until(here.window.isVisible)
            await idle(here)
            assert (here.window.pane.isVisible(), here.window.list.isVisible()) == (not gone, gone)
            if not gone:
                assert here.current.key == f"job:{old}"
                here.desk.set_job(old, state=State.READY)
        assert here.told() == "This fax is in no folder any more."

    with_desktop(scenario, desk)


@pytest.mark.parametrize("made", [True, False])
def test_a_popup_for_a_fax_that_is_gone_says_so_and_shows_the_list(with_desktop, made):
    desk = archive()
    old = next(iter(desk.jobs))

    async def scenario(here: Desktop) -> None:
        if made:
            await here.load_faxes()
        here.desk.set_job(old, state=State.FAILED)
        await until(lambda: here.notifications.popups)
        here.desk.binned.add(old)
        await here.notifications.act(here.notifications.popups[0], "show")
        await until(lambda: here.told() == "This fax is in no folder any more.")
        assert here.window.notice.isVisible()
        assert here.names()[0] == "Recipient 999" and not here.window.list.back.isVisible()

    with_desktop(scenario, desk)


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
        await here.load_faxes()
        type_words(here, "sender")
        await until(lambda: rows_in(here) == MANY // 10)
        await here.stop_service()
        type_words(here, "sender 0")
        assert count_in(here) == "", "nobody searches"
        await until(lambda: "not running" in here.window.outage.text.text())
        type_words(here, "sender")
        here.desk.add_reception(remote_id="Sender anew")
        here.desk.forget_news()
        await here.start_service()
        await until(lambda: rows_in(here) == MANY // 10 + 1)
        await idle(here)
        clear_words(here)
        assert here.names()[0] == "Sender anew" and rows_in(here) == PAGE

    with_desktop(scenario, archive())


def test_trouble_with_what_nobody_asked_for_brings_no_window_forward(with_desktop):
    async def scenario(here: Desktop) -> None:
        here.desk.refuse["count_folders"] = BusError(ErrorCode.AWAY, Sentence("The database is away."))
        asked = len(here.desk.asked)
        here.desk.add_reception(remote_id="Zoe")
        await until(lambda: ("count_folders",) in here.desk.asked[asked:])
        await idle(here)
        assert "faxes" not in vars(here.tray), "none is made for it"
        await here.load_faxes()
        here.desk.add_reception(remote_id="Anne")
        await until(lambda: here.told() == "The database is away.")
        assert not here.window.isVisible()
        assert here.names()[:2] == ["Anne", "Zoe"]

    with_desktop(scenario, archive())


def test_a_page_that_is_refused_is_asked_for_again_by_scrolling(with_desktop):
    async def scenario(here: Desktop) -> None:
        await here.show_faxes()
        here.desk.refuse["list_faxes"] = BusError(ErrorCode.AWAY, Sentence("The database is away."))
        scroll_to_end(here)
        await until(lambda: here.told() == "The database is away.")
        assert rows_in(here) == PAGE
        here.desk.refuse.clear()
        here.window.list.view.scrollToTop()
        scroll_to_end(here)
        await until(lambda: rows_in(here) == 2 * PAGE)

    with_desktop(scenario, archive())
