# SPDX-License-Identifier: GPL-3.0-or-later
"""The popups of faxes: what they say, that many are one, that one follows a fax, and when they do not come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from PyQt6.QtPrintSupport import QPrintDialog
from PyQt6.QtWidgets import QDialog

from faxcore.contract.bus import Document
from faxcore.contract.order import Order
from faxcore.contract.received_fax import ReceptionFile
from faxcore.contract.sent_fax import Verdict
from faxcore.left_orders.state_files import state_folder
from faxcore.model.call import Outcome
from faxcore.model.job import State
from faxcore.model.sentence import Sentence, literal
from notifier.announcements import FOLDER_ACTS, Act, Announcement
from notifier.arrival_words import of_arrival
from notifier.faxes.other_number import OtherNumber
from notifier.held_popups import NAME, read_held
from notifier.popup_settings import PopupSettings
from notifier.sending_words import of_failed, of_queued, of_sent, of_uncertain
from notifier.telling import TOGETHER, Telling
from tests.support.fake_service import FakeDesk
from tests.support.hostile_text import NAMES, TEXTS, assert_harmless
from tests.system.notifier.desktop import Desktop, desktop, until


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 28, 14, 0).astimezone()

    def __call__(self) -> datetime:
        return self.now


class SlowDesk(FakeDesk):
    """A service that reads a fax when a test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.may_read = asyncio.Event()
        self.may_read.set()

    async def read_reception(self, reception: str, kind: ReceptionFile, out: Document) -> None:
        await self.may_read.wait()
        await super().read_reception(reception, kind, out)


class Shower:
    """Stands in for the popups: it has no screen."""

    def __init__(self) -> None:
        self.shown: list = []

    def show(self, notice: object) -> None:
        """Note what is to be shown."""
        self.shown.append(notice)

    def withdraw(self, subject: str) -> None:
        """Nothing stands anywhere."""


def use_clock(here: Desktop) -> Clock:
    """Let the popups go by a clock of the test's."""
    clock = Clock()
    here.tray.telling.clock = clock
    return clock


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_hostile_text_is_no_markup_and_no_second_line_in_any_popup(text):
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    desk = FakeDesk()
    about = dict.fromkeys(("recipient", "number", "title", "subject"), text)
    job = desk.jobs[desk.add_job(**about, reason=literal(text), dials=3, confirmed=1, state=State.FAILED)]
    came = [
        desk.add_reception(remote_id=text, caller=text, called=text, called_name=text, outcome=outcome)
        for outcome in (Outcome.OK, Outcome.LINE_LOST)
    ]
    sent = (of_failed(job, text), of_uncertain(job), of_queued(job), of_sent(job, always=True))
    for notice in (*map(of_arrival, came), *sent):
        for line in (notice.summary, *notice.lines, *notice.bare):
            assert_harmless(line, 400)
        assert "<" not in notice.summary and ">" not in notice.summary
        for bare in notice.bare:
            assert "Petit" not in bare


def test_a_fax_that_came_is_shown_with_its_first_page_where_the_service_shows_pictures(
    play, system_bus, session_bus, tmp_path
):
    async def scenario() -> None:
        desk = SlowDesk()
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            here.notifications.capabilities.append("icon-static")
            here.desk.add_reception()
            await until(lambda: here.notifications.known == 1)
            width, height, stride, transparent, bits, channels, octets = here.notifications.popups[0].image
            assert (transparent, bits, channels) == (False, 8, 3)
            assert max(width, height) == 200 and stride >= 3 * width and len(octets) >= stride * (height - 1)
            assert min(octets[: 3 * width]) >= 0xE0 and min(octets) < 0x80, "ink on white paper"
            # A page that cannot be had in time is left out.
            desk.may_read.clear()
            here.desk.add_reception()
            await until(lambda: here.notifications.known == 2)
            assert here.notifications.popups[1].image == []
            desk.may_read.set()

    play(scenario())


def test_more_than_three_within_a_minute_become_one_that_grows(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            clock = use_clock(here)
            for number, name in enumerate(("Anne", "Bob", "Claire"), 1):
                here.desk.add_reception(contact=name)
                await until(lambda number=number: here.notifications.known == number)
            assert [popup.summary for popup in here.notifications.standing()] == [
                "Fax from Anne",
                "Fax from Bob",
                "Fax from Claire",
            ]
            here.desk.add_reception(contact="<Denis>")
            await until(lambda: here.notifications.known == 4 and len(here.notifications.closed) == 2)
            (one,) = here.notifications.standing()
            assert (one.summary, one.body) == ("4 new faxes", "&lt;Denis&gt;, Claire and 2 more")
            assert one.actions == {"default": "Open inbox", "inbox": "Open inbox"}
            clock.now += TOGETHER / 2
            here.desk.add_reception(contact="Emile")
            await until(lambda: here.notifications.known == 5)
            (one,) = here.notifications.standing()
            assert (one.summary, one.replaces) == ("5 new faxes", one.id)
            await here.notifications.act(one, "default")
            await here.faxes_shown()
            assert here.window.list.title.text() == "Inbox"
            clock.now += TOGETHER
            here.desk.add_reception(contact="Fanny")
            await until(lambda: here.notifications.known == 6)
            assert here.notifications.popups[-1].summary == "Fax from Fanny"

    play(scenario())


def test_what_came_before_the_login_is_one_popup(play, system_bus, session_bus, tmp_path):
    """Faxes and documents, each kind by itself; no dialog opens."""

    async def scenario() -> None:
        desk = FakeDesk()
        for number in range(3):
            desk.add_reception(contact=f"Sender {number}")
        for number in range(30):
            desk.add_draft(f"Old {number}", "text", age=timedelta(hours=30 - number))
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            await until(lambda: here.notifications.known == 2)
            faxes, documents = here.notifications.popups
            assert (faxes.summary, faxes.body) == ("3 new faxes", "Sender 2, Sender 1, Sender 0")
            assert documents.summary == "30 documents wait to be faxed"
            assert documents.body.startswith("Old 29, Old 28 and 28 more\n")
            assert here.dialog_told() == []

    play(scenario())


def test_one_popup_follows_a_fax_of_the_dialog(play, system_bus, session_bus, tmp_path):
    """Too late, Undo is gone from it. A fax of which nothing stands on the screen arrives in silence."""

    async def scenario() -> None:
        desk = FakeDesk()
        drafts = [desk.add_draft("Letter", "one", "two", "three", age=timedelta(hours=1)) for _each in range(2)]
        desk.forget_news()
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            job = await desk.submit_draft(drafts[0], Order(number="01 99 00 00 02", undoable=True))
            await until(lambda: here.notifications.known == 1)
            desk.begin_call(job)
            await until(lambda: here.notifications.known == 2)
            desk.end_call(job)
            await until(lambda: here.notifications.popups[-1].summary.startswith("Sent"))
            told = here.notifications.popups
            assert {popup.id for popup in told} == {told[0].id} and len(here.notifications.standing()) == 1
            assert [popup.body.splitlines()[-1] for popup in told] == [
                "It goes out in a few seconds.",
                "It is on its way.",
                "Page 1 of 3",
                "Page 2 of 3",
                "3 pages confirmed",
            ]
            assert all("undo" not in popup.actions for popup in told[1:])
            known = len(told)
            other = await desk.submit_draft(drafts[1], Order(number="01 99 00 00 03"))
            desk.begin_call(other)
            desk.end_call(other)
            failed = desk.add_job(state=State.ACTIVE)
            desk.set_job(failed, state=State.FAILED)
            await until(lambda: here.notifications.known == known + 1)
            assert here.notifications.popups[-1].summary.startswith("Not sent")
            here.tray.settings.every_sent = True
            third = desk.add_job(state=State.ACTIVE)
            desk.set_job(third, state=State.DONE, confirmed=1)
            await until(lambda: here.notifications.popups[-1].summary == "Sent: Claire Martin")

    play(scenario())


def test_a_fax_that_failed_says_how_often_and_when_and_what_can_be_done(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            desk = here.desk
            job = desk.add_job(recipient="Dr Petit", subject="Ordonnance", pages=2)
            for _dial in range(5):
                desk.begin_call(job)
                desk.end_call(job, Outcome.BUSY)
            last = datetime.now().astimezone().replace(hour=14, minute=20)
            desk.calls[job][-1] = replace(desk.calls[job][-1], started=last.isoformat())
            busy = Sentence("The number is busy.")
            reason = Sentence("{reason} Given up: {limit}.", {"reason": busy, "limit": literal("5 calls")})
            desk.set_job(job, state=State.FAILED, reason=reason)
            await until(lambda: here.notifications.known == 1)
            (popup,) = here.notifications.popups
            assert (popup.summary, popup.urgency, popup.expiry) == ("Not sent: Dr Petit", 2, 0)
            assert popup.body == "Ordonnance\nThe number is busy (5 tries, last 14:20)"
            assert list(popup.actions.values()) == ["Details", "Send again", "Other number", "Details"]

    play(scenario())


def test_what_somebody_has_decided_is_asked_no_more(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            job = here.desk.add_job(state=State.FINAL_PENDING)
            here.desk.set_job(job, state=State.UNCERTAIN)
            await until(lambda: here.notifications.known == 1)
            await here.tray.link.desk.resolve_job(job, Verdict.ARRIVED)
            await until(lambda: not here.notifications.standing())

    play(scenario())


def test_while_it_is_quiet_popups_are_held_back_and_told_together(play, system_bus, session_bus, tmp_path):
    """Over the end of the session too, and none of what was settled meanwhile. What answers the person comes."""

    async def scenario() -> None:
        desk = FakeDesk()
        draft = desk.add_draft("Letter", "text", age=timedelta(hours=1))
        desk.forget_news()
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            use_clock(here)
            here.tray.tray.menu.quiet.trigger()
            assert here.tray.tray.menu.quiet.isChecked()
            for name in ("Anne", "Bob"):
                desk.add_reception(contact=name)
            lost, unsure = desk.add_job(recipient="Zoe", state=State.ACTIVE), desk.add_job(state=State.ACTIVE)
            desk.set_job(lost, state=State.FAILED)
            desk.set_job(unsure, state=State.UNCERTAIN)
            desk.add_print_notice("urn:uuid:1", "Scan", Sentence("The document is empty."))
            await until(lambda: len(read_held()) == 5)
            await until(lambda: "2 new" in here.tray.tray.icon.toolTip())
            await here.tray.link.desk.resolve_job(unsure, Verdict.ARRIVED)
            await until(lambda: len(read_held()) == 4)
            await desk.submit_draft(draft, Order(number="01 99 00 00 02", undoable=True))
            await until(lambda: here.notifications.known == 1)
            assert "undo" in here.notifications.popups[0].actions
        assert (state_folder() / NAME).stat().st_mode & 0o077 == 0
        desk.forget_news()
        PopupSettings().be_quiet_until_tomorrow(False, Clock().now)
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            await until(lambda: len(here.notifications.popups) == 3)
            assert [popup.summary for popup in here.notifications.popups] == [
                "2 new faxes",
                "Not sent: Zoe",
                "Not faxed",
            ]
            assert not read_held() and not (state_folder() / NAME).exists()

    play(scenario())


def test_a_damaged_file_of_popups_is_put_aside(tmp_path):
    state_folder().mkdir(parents=True)
    for damaged in ("[", '[{"kind": 1}]', '[{"lines": [], "actions": 7}]', "[7]", "{}x"):
        (state_folder() / NAME).write_text(damaged)
        assert read_held() == []
        assert (state_folder() / NAME).with_suffix(".damaged").read_text() == damaged


def test_it_is_quiet_until_the_morning_and_in_the_hours_that_are_chosen(qapp):
    settings = PopupSettings()
    now = datetime(2026, 11, 28, 15, 0).astimezone()
    assert settings.find_quiet_end(now) is None
    settings.be_quiet_until_tomorrow(True, now)
    morning = datetime(2026, 11, 29, 6, 0).astimezone()
    assert settings.find_quiet_end(now) == morning and settings.is_quiet_until_tomorrow(now)
    assert settings.find_quiet_end(morning) is None and not settings.is_quiet_until_tomorrow(morning)
    settings.quiet_hours, settings.begin, settings.end = True, time(22), time(7, 30)
    assert settings.find_quiet_end(now) == morning.replace(hour=7, minute=30), "the hours go on when the quiet ends"
    settings.be_quiet_until_tomorrow(False, now)
    late = now.replace(hour=23)
    for moment, end in ((now, None), (late, morning.replace(hour=7, minute=30)), (morning, morning.replace(hour=7))):
        assert (PopupSettings().find_quiet_end(moment) is None) == (end is None)
    settings.begin, settings.end = time(12), time(16)
    assert settings.find_quiet_end(now) == now.replace(hour=16)
    settings.begin = settings.end
    assert settings.find_quiet_end(now) is None


def test_held_popups_come_when_the_hours_are_over(qapp):
    clock, settings = Clock(), PopupSettings()
    settings.quiet_hours, settings.begin, settings.end = True, time(12), time(15)
    shown = Shower()
    telling = Telling(shown, settings, clock)  # type: ignore[arg-type]
    desk = FakeDesk()
    telling.tell(of_arrival(desk.add_reception(contact="Anne")))
    assert shown.shown == [] and telling._end.isActive()
    clock.now += timedelta(hours=2)
    telling.look_at_clock()
    assert [notice.summary for notice in shown.shown] == ["Fax from Anne"]
    assert not telling._end.isActive(), "nothing wakes up when there is nothing to tell"


def test_private_popups_name_nobody(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            here.notifications.capabilities.append("icon-static")
            here.tray.settings.private = True
            here.desk.add_reception(contact="Anne", called_name="Surgery", called="01 99 00 00 11")
            job = here.desk.add_job(recipient="Dr Petit", subject="HIV", state=State.ACTIVE)
            here.desk.set_job(job, state=State.FAILED, reason=literal("Petit is busy."))
            await until(lambda: here.notifications.known == 2)
            told = {popup.summary: popup.body for popup in here.notifications.popups}
            assert told == {"Fax received": "for Surgery · 2 pages", "Fax not sent": ""}
            assert [popup.image for popup in here.notifications.popups] == [[], []]
            assert not [asked for asked in here.desk.asked if asked[0] == "read_reception"]

    play(scenario())


def test_every_button_is_done_something_with(play, system_bus, session_bus, tmp_path):
    """Whatever a popup offers leads somewhere: to a window, a dialog or a program."""

    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            arrived = of_arrival(here.desk.add_reception())
            job = here.desk.add_job(state=State.FAILED)
            failed = of_failed(here.desk.jobs[job])
            window, desk = here.window, here.desk
            led: list[tuple[Act, Announcement, Callable[[], bool]]] = [
                (Act.OPEN, arrived, window.isVisible),
                (Act.PRINT, arrived, lambda: any(each.isVisible() for each in window.findChildren(QPrintDialog))),
                (Act.FORWARD, arrived, lambda: here.dialog_told() == [f"open {id}" for id in desk.drafts] != []),
                (Act.CONTACT, arrived, lambda: here.tray.books.window.isVisible()),
                (Act.AGAIN, failed, lambda: ("send_again", job, Order("")) in desk.asked),
                (Act.OTHER_NUMBER, failed, lambda: window.isVisible() and window.findChild(OtherNumber).isVisible()),
                (Act.SHOW, failed, window.isVisible),
                *((act, failed, window.isVisible) for act in FOLDER_ACTS),
            ]
            by_id = {Act.COMPLETE, Act.UNDO}  # of documents and of faxes that wait: they have tests of their own
            assert {act for act, _notice, _leads in led} | by_id == set(Act)
            for act, notice, leads in led:
                window.close()
                assert not leads(), act
                here.tray.popups.chosen.emit(act, notice)
                await until(leads)
                for opened in window.findChildren(QDialog):
                    opened.close()
            window.close()

    play(scenario())
