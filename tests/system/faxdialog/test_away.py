# SPDX-License-Identifier: GPL-3.0-or-later
"""Send while the service is away: the order is left on the disk, and the fax goes out once when the service is back."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QPushButton

from faxcore.bus import client
from faxcore.bus.client import AnswerLost
from faxcore.contract.listed import FaxQuery
from faxcore.contract.order import Order
from faxcore.contract.printed import KeptOrder
from faxcore.left_orders import order_delivery
from faxcore.left_orders.order_delivery import hand_over
from faxcore.left_orders.order_files import find_left, find_refused, leave, list_left
from faxcore.left_orders.state_files import LeftOrder, state_folder
from faxcore.model.job import State
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import Sentence
from faxdialog import left_sending
from notifier.hand_over import hand_over_left
from tests.system.faxdialog.conftest import SECONDS, until
from tests.system.faxdialog.real_service import Office, Opened, in_thread, office, opened, unopened

Play = Callable[[Awaitable[None]], None]


def button(one: Opened, words: str) -> QPushButton:
    return next(each for each in one.dialog.message.buttons if each.text().replace("&", "") == words)


async def sent_away(one: Opened, number: str = "0199000002") -> None:
    """The service goes, and Send is pressed all the same."""
    one.type("subject", "Roof")
    await in_thread(one.office.stop)
    await until(lambda: "is stopped" in one.said)
    assert "Press Send" in one.said and not one.dialog.send.isEnabled()
    one.type("number", number)
    assert one.dialog.send.isEnabled(), "the number is judged when the service is back"
    one.dialog.send.click()
    await until(lambda: one.dialog.queued.isVisible())


async def jobs_of(office: Office) -> list[tuple[str, str, State]]:
    async with client.connect(office.address) as desk:
        page = await desk.list_faxes(FaxQuery())
        return [(job.number, job.subject, job.state) for job in page.jobs]


async def sent_once(office: Office) -> None:
    """One fax has gone out, and is the only one."""
    async with asyncio.timeout(SECONDS):
        while (found := await jobs_of(office)) != [("01 99 00 00 02", "Roof", State.DONE)]:
            assert len(found) <= 1
            await asyncio.sleep(0.05)


def test_the_order_is_on_the_disk_and_the_open_dialog_hands_it_over(play: Play) -> None:
    async def scenario(office: Office) -> None:
        async with opened(office) as one:
            await sent_away(one)
            file = state_folder() / "orders" / f"{one.draft}.json"
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert "waits for the fax service" in one.dialog.queued.title.text()
            one.dialog.queued.stop()  # so that the window is open still
            await in_thread(office.start)
            await until(lambda: one.sending.job)
            assert "is back" in one.dialog.queued.left.text() and not one.dialog.queued.undo_button.isVisible()
            assert list_left() == []
            await sent_once(office)
            await until(lambda: one.ends)

    with office() as made:
        play(scenario(made))


def test_without_dialog_and_tray_the_users_own_program_does_it_once(play: Play) -> None:
    """Two of them at once, and the answer to the first order lost."""

    async def scenario(office: Office) -> None:
        async with opened(office) as one:
            await sent_away(one)
            await until(lambda: one.ends)  # the window has closed by itself
        running = [asyncio.ensure_future(hand_over_left(office.address)) for _each in range(2)]
        await in_thread(office.start)
        await asyncio.wait_for(running[0], SECONDS)
        running[1].cancel()
        assert list_left() == []
        await sent_once(office)

    with office() as made:
        play(scenario(made))


def test_an_order_whose_answer_is_lost_is_the_same_fax(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(office: Office) -> None:
        draft = await office.print()
        leave(LeftOrder(draft, KeptOrder(Order(number="0199000002", subject="Roof")), "Petit"))
        submit = order_delivery._submit

        async def lose_answer(desk: client.Client, left: LeftOrder) -> str:
            await submit(desk, left)
            raise AnswerLost(Sentence("No answer."))

        async with client.connect(office.address) as desk:
            with monkeypatch.context() as broken, pytest.raises(AnswerLost):
                broken.setattr(order_delivery, "_submit", lose_answer)
                await hand_over(desk, draft, print)
            assert list_left() == [draft]
            assert await hand_over(desk, draft, print)
        assert list_left() == []
        await sent_once(office)

    with office() as made:
        play(scenario(made))


def test_what_is_refused_then_is_told_and_the_document_waits_as_it_was_typed(play: Play) -> None:
    async def scenario(office: Office) -> None:
        async with opened(office) as one:
            await sent_away(one, "+1 212 555 2368")
            one.dialog.close()
            await until(lambda: one.ends)
        await in_thread(office.start)
        await hand_over_left(office.address)
        assert list_left() == [] and find_refused(one.draft) is not None
        async with opened(office, draft=one.draft) as again:
            await until(lambda: "was not sent when the fax service was back" in again.said)
            assert "“Letter”" in again.said and "US" in again.said
            assert again.dialog.form.fields["number"].text() == "+1 212 555 2368"
            assert again.dialog.form.fields["subject"].text() == "Roof"
            again.dialog.form.fields["number"].clear()
            again.type("number", "0199000002")
            await until(again.dialog.send.isEnabled)
            again.dialog.send.click()
            await until(lambda: again.sending.job)
        async with opened(office) as other:  # told once
            assert not other.said
        await sent_once(office)

    with office() as made:
        play(scenario(made))


def test_a_refusal_comes_back_to_the_dialog_that_is_open(play: Play) -> None:
    async def scenario(office: Office) -> None:
        async with opened(office) as one:
            await sent_away(one, "+1 212 555 2368")
            one.dialog.queued.stop()
            await in_thread(office.start)
            await until(lambda: "was not sent when the fax service was back" in one.said)
            assert one.dialog.pages.currentIndex() == 0 and not one.sending.job
            assert one.dialog.form.fields["number"].text() == "+1 212 555 2368"
            assert find_left(one.draft) is None

    with office() as made:
        play(scenario(made))


def test_a_service_that_comes_back_while_the_order_is_written_gets_it(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if it is refused then: no sign of its coming is left to wait for."""

    async def scenario(office: Office) -> None:
        async with opened(office) as one:
            await in_thread(office.stop)
            await until(lambda: "Press Send" in one.said)
            one.type("number", "+1 212 555 2368")
            leave_order = left_sending.leave_order

            async def leave_late(draft: str, order: Order, recipients: list[Recipient], to: str) -> None:
                await in_thread(office.start)
                await until(lambda: one.sending.link.present and "Press Send" not in one.said)
                await leave_order(draft, order, recipients, to)

            monkeypatch.setattr(left_sending, "leave_order", leave_late)
            one.dialog.send.click()
            await until(lambda: "was not sent when the fax service was back" in one.said)
            assert one.dialog.pages.currentIndex() == 0 and list_left() == []

    with office() as made:
        play(scenario(made))


def test_a_dialog_opened_meanwhile_says_that_it_will_be_sent(play: Play) -> None:
    async def scenario(office: Office) -> None:
        async with opened(office) as one:
            await sent_away(one)
            one.dialog.close()
            await until(lambda: one.ends)
        async with unopened(office, draft=one.draft) as again:
            again.sending.show()
            await until(lambda: "will be sent to 0199000002 when the fax service is back" in again.said)
            assert not again.dialog.send.isEnabled()
            assert again.dialog.form.fields["number"].text() == "0199000002"
            button(again, "Take it back").click()
            await until(lambda: "will be sent" not in again.said)
            assert list_left() == []
            await in_thread(office.start)
            await until(again.dialog.send.isEnabled)
            assert again.dialog.form.fields["subject"].text() == "Roof"
        assert await jobs_of(office) == []

    with office() as made:
        play(scenario(made))


def test_undo_takes_the_order_from_the_disk(play: Play) -> None:
    async def scenario(office: Office) -> None:
        async with opened(office) as one:
            await sent_away(one)
            one.dialog.queued.undo_button.click()
            await until(lambda: one.dialog.pages.currentIndex() == 0)
            assert list_left() == [] and one.dialog.send.isEnabled() and "Press Send" in one.said
            one.dialog.send.click()
            await until(lambda: list_left() == [one.draft])
            one.dialog.queued.stop()
            await in_thread(office.start)
            await until(lambda: one.sending.job)
            await sent_once(office)

    with office() as made:
        play(scenario(made))


def test_a_disk_that_takes_no_order_is_said(play: Play, tmp_path: Path) -> None:
    async def scenario(office: Office) -> None:
        async with opened(office) as one:
            one.type("number", "0199000002")
            await until(one.dialog.send.isEnabled)
            state_folder().parent.mkdir(parents=True)
            state_folder().write_text("a file where the folder should be")
            await in_thread(office.stop)
            await until(lambda: "Press Send" in one.said)
            one.dialog.send.click()
            await until(lambda: "cannot be kept on this computer" in one.said)
            assert one.dialog.pages.currentIndex() == 0 and one.dialog.send.isEnabled()

    with office() as made:
        play(scenario(made))


def test_an_order_to_many_that_was_left_goes_to_all_of_them_once(play: Play) -> None:
    async def scenario(office: Office) -> None:
        draft = await office.print()
        to = (Recipient("0199000002", "Petit"), Recipient("0199000003", "Lab"))
        leave(LeftOrder(draft, KeptOrder(Order(subject="Roof"), to), "Petit"))
        async with client.connect(office.address) as desk:
            broadcast = await hand_over(desk, draft, print)
            assert (await desk.show_broadcast(broadcast)).recipients == 2
        assert list_left() == []

    with office() as made:
        play(scenario(made))
