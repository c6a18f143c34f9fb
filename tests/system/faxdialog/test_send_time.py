# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax that goes out at a time: chosen, said everywhere, kept with the draft, and sent then, by the real service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from faxcore.bus import client
from faxcore.contract.printed import Preview
from faxcore.model.job import State
from faxdialog.send_time import SendTime, describe_time, offer_time, word_send
from faxdialog.window import SendDialog
from tests.system.faxdialog.conftest import until
from tests.system.faxdialog.real_service import office, opened

Play = Callable[[Awaitable[None]], None]
Keep = Callable[[QWidget], QWidget]


def at(hour: int, minute: int = 0, day: int = 28, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute).astimezone()


@pytest.mark.parametrize(
    ("now", "offered"),
    [(at(6), at(8)), (at(7, 45), at(18)), (at(17, 15), at(18)), (at(17, 45), at(8, day=29)), (at(23), at(8, day=29))],
)
def test_the_next_evening_or_morning_is_offered(now: datetime, offered: datetime) -> None:
    assert offer_time(now) == offered


def test_a_time_is_named_as_people_do() -> None:
    now = at(10)
    assert describe_time(at(18), now) == "today at 18:00" and word_send(at(18), now) == "&Send at 18:00"
    assert describe_time(at(8, day=29), now) == "tomorrow at 08:00"
    assert word_send(at(8, 5, day=3, month=12), now) == "&Send on 3 Dec at 08:05"
    assert describe_time(at(8, day=3, month=1), now) == "on 3 Jan at 08:00"
    assert describe_time(datetime(2027, 1, 3, 8).astimezone(), now) == "on 3 Jan 2027 at 08:00"


def test_a_time_that_passes_is_now_again(qtbot: QtBot, keep: Keep) -> None:
    shown = keep(SendTime())
    assert isinstance(shown, SendTime)
    shown.fill((datetime.now(UTC) - timedelta(minutes=1)).isoformat())
    assert shown.time() is None and not shown.choice.currentIndex(), "what has passed is not shown"
    shown.fill("rubbish")
    shown.fill("")
    shown.choose(datetime.now(UTC) + timedelta(minutes=2))
    assert shown.send_at() and shown._passed.isActive()
    shown.field.clearMinimumDateTime()
    shown.choose(datetime.now(UTC) - timedelta(minutes=2))
    assert not shown.send_at(), "nothing is ordered for a time that has passed"
    shown._pass()
    assert not shown.choice.currentIndex() and not shown.field.isVisibleTo(shown)


def test_what_a_person_has_chosen_is_not_overwritten_by_what_was_kept(qtbot: QtBot, keep: Keep) -> None:
    shown = keep(SendTime())
    assert isinstance(shown, SendTime)
    chosen = datetime.now(UTC).astimezone() + timedelta(days=1)
    shown.choose(chosen)
    shown.fill((datetime.now(UTC) + timedelta(days=5)).isoformat())
    assert shown.send_at() == chosen.replace(second=0, microsecond=0).isoformat()


def test_button_and_foot_say_the_time(qtbot: QtBot, keep: Keep) -> None:
    dialog = keep(SendDialog())
    assert isinstance(dialog, SendDialog)
    dialog.show_call(Preview(3, "+33199000001", True))
    dialog.form.when.choose(datetime.now(UTC) + timedelta(days=1))
    assert dialog.send.text().startswith("&Send tomorrow at ")
    assert dialog.foot.text().startswith("3 pages · goes out tomorrow at ")
    dialog.form.when.choice.setCurrentIndex(0)
    assert dialog.send.text() == "&Send" and dialog.foot.text() == "3 pages"


def test_a_fax_goes_out_at_its_time_which_is_kept_with_the_draft(play: Play) -> None:
    async def scenario() -> None:
        with office() as running:
            async with opened(running) as one:
                one.type("number", "0199000002")
                when = one.dialog.form.when
                when.choice.setFocus()
                QTest.keyClick(when.choice, Qt.Key.Key_Down)
                assert when.field.isVisible()
                chosen = when.send_at()
                draft = one.draft
                one.dialog.close()
                await until(lambda: one.ends)
            async with client.connect(running.address) as desk:
                (kept,) = [each.kept for each in await desk.list_drafts() if each.id == draft]
                assert kept.order.send_at == chosen
            async with opened(running, draft=draft) as one:
                assert one.dialog.form.when.send_at() == chosen
                await until(lambda: one.dialog.send.isEnabled())
                QTest.keyClick(one.dialog.form.fields["number"], Qt.Key.Key_Return)
                await until(lambda: one.sending.job)
                said = describe_time(datetime.fromisoformat(chosen))
                assert one.dialog.queued.left.text() == f"It goes out {said}."
                async with client.connect(running.address) as desk:
                    job = (await desk.show_job(one.sending.job)).job
                assert job.state is State.PENDING
                assert datetime.fromisoformat(job.next_try) == datetime.fromisoformat(chosen)

    play(scenario())


def test_the_order_to_all_has_the_time_too(qtbot: QtBot, keep: Keep) -> None:
    dialog = keep(SendDialog())
    assert isinstance(dialog, SendDialog)
    dialog.form.when.choose(datetime.now(UTC) + timedelta(days=1))
    assert dialog.form.order_to_all().send_at == dialog.form.kept().order.send_at == dialog.form.when.send_at() != ""
