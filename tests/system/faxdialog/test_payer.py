# SPDX-License-Identifier: GPL-3.0-or-later
"""Who pays for the fax: chosen in the dialog, kept with the draft, and proposed for the next one to the same number."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from faxcore.bus import client
from faxcore.contract.paying import PayerChoice, PayerKind
from faxcore.model.job import State
from faxdialog.payer_field import PayerField
from tests.system.faxdialog.conftest import until
from tests.system.faxdialog.real_service import office, opened

Play = Callable[[Awaitable[None]], None]
Keep = Callable[[QWidget], QWidget]
LEGAL = PayerChoice("4711", "Legal advice", PayerKind.BUDGET)
CARE = PayerChoice("4712", "Care", PayerKind.BUDGET, is_default=True)


def choose(field: PayerField, code: str) -> None:
    """Choose as a person does, by a key."""
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Home)
    for _row in range(field.findData(code)):
        QTest.keyClick(field, Qt.Key.Key_Down)


def test_what_a_person_has_chosen_stays_and_a_proposal_gives_way(qtbot: QtBot, keep: Keep) -> None:
    field = keep(PayerField())
    assert isinstance(field, PayerField)
    field.offer([])
    assert not field.is_offered and field.code() == ""
    field.offer([LEGAL, CARE])
    assert field.is_offered and field.code() == "" and field.currentText() == "as usual (4712 · Care)"
    field.propose("4711")
    assert field.code() == "4711"
    field.propose("4799")
    assert field.code() == "4711", "who may not be chosen is not proposed"
    field.show()
    choose(field, "4712")
    field.propose("4711")
    assert field.code() == "4712"
    field.offer([LEGAL])
    assert field.code() == "", "who may not pay any more is not chosen"


def test_who_was_kept_is_chosen_when_the_payers_are_known(qtbot: QtBot, keep: Keep) -> None:
    field = keep(PayerField())
    assert isinstance(field, PayerField)
    field.fill("4711")
    assert field.code() == "4711", "nothing is lost while the service is away"
    field.offer([LEGAL, CARE])
    assert field.code() == "4711"
    field.propose("4712")
    assert field.code() == "4711"


def test_who_pays_is_kept_sent_and_proposed_for_the_next_fax(play: Play) -> None:
    async def scenario() -> None:
        with office() as here:
            async with opened(here) as one:
                choose(one.dialog.form.payer, "4711")
                assert one.dialog.form.payer.currentText() == "4711 · Legal advice"
                await until(lambda: one.sending._keeping.finish() is None)
            async with opened(here, draft=one.draft) as again:
                assert again.dialog.form.payer.code() == "4711"
                again.type("number", "0199000002")
                await until(lambda: again.dialog.send.isEnabled())
                again.dialog.send.click()
                await until(lambda: again.sending.job)
                async with client.connect(here.address) as desk:
                    assert (await desk.show_job(again.sending.job)).job.payer == "4711"
                    states: list[State] = []
                    desk.on_job_changed = lambda job: states.append(job.state)
                    await desk.register()
                    await until(lambda: State.DONE in states)
            async with opened(here) as other:
                assert other.dialog.form.payer.code() == ""
                field = other.dialog.form.to_field
                QTest.keyClick(field.edit, Qt.Key.Key_Down)  # in the empty field: who had the last faxes
                await until(lambda: field.suggestions.isVisible())
                QTest.keyClick(field.edit, Qt.Key.Key_Down)
                QTest.keyClick(field.edit, Qt.Key.Key_Return)
                await until(lambda: other.dialog.form.payer.code() == "4711")

    play(scenario())
