# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers of one's own: made, changed and deleted in a window of the dialog's, and seen as they will arrive."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from faxcore import i18n
from faxcore.contract.order import HeaderChoice, OwnHeader
from faxcore.model.sentence import literal
from faxdialog.header_window import HeaderWindow
from tests.system.faxdialog.conftest import until
from tests.system.faxdialog.real_service import Opened, office, opened

Keep = Callable[[QWidget], QWidget]
Play = Callable[[Awaitable[None]], None]


async def open_window(one: Opened) -> HeaderWindow:
    """Press the button beside *From*."""
    one.dialog.form.own_headers.click()
    window = one.sending.headers.window
    assert window is not None and window.isVisible()
    await until(lambda: window.preview.count)
    return window


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language of whatever the test makes."""
    i18n.use_languages(request.param)
    yield request.param
    i18n.use_languages(*i18n.environment_languages())


def test_each_mnemonic_of_the_window_belongs_to_one_thing(qtbot: QtBot, keep: Keep, language: str) -> None:
    window = HeaderWindow(keep(QWidget()))
    logo = HeaderChoice("house", literal("House"), logo=True)
    window.offer([OwnHeader("1", "A", cover=True)], [logo], "1")
    assert window.fields.logo.isVisibleTo(window)
    texts = [each.text() for each in window.findChildren(QAbstractButton)]
    texts += [label.text() for label in window.findChildren(QLabel) if label.buddy() is not None]
    keys = Counter(found[1].casefold() for text in texts if (found := re.search("&([^&])", text)))
    assert [key for key, count in keys.items() if count > 1] == [] and len(keys) >= 11
    for field in window.fields.in_order():
        assert field.toolTip() and (field.accessibleName() or isinstance(field, QAbstractButton))


def names(one: Opened) -> list[str]:
    return [name for at in range(one.dialog.form.header.count()) if (name := one.dialog.form.header.itemText(at))]


def test_a_header_is_made_seen_chosen_changed_and_deleted(qtbot: QtBot, play: Play) -> None:
    async def go() -> None:
        with office() as house:
            async with opened(house) as one:
                offered = names(one)
                window = await open_window(one)
                assert window.fields.name.hasFocus() and not window.save.isEnabled()
                before = window.preview._pages
                QTest.keyClicks(window.fields.name, "Surgery")
                QTest.keyClicks(window.fields.heading, "Dr Petit")
                QTest.keyClicks(window.fields.message, "Dear colleague,")
                await until(lambda: window.preview.count == 2 and window.preview._pages != before)
                window.save.click()
                await until(lambda: "Surgery" in names(one))
                form = one.dialog.form
                assert names(one) == [*offered, "Surgery"] and form.header.currentText() == "Surgery"
                assert form.message.isVisible() and form.message.text() == "Dear colleague,"
                await until(lambda: one.dialog.preview.count == 3)

                QTest.keyClicks(window.fields.name, " 2")
                assert window.rows.item(0).text() == "Surgery (not saved)"
                window.save.click()
                await until(lambda: "Surgery 2" in names(one))
                assert form.header.currentText() == "Surgery 2" and window.rows.item(0).text() == "Surgery 2"

                window.remove.click()
                await until(lambda: names(one) == offered)
                assert form.header.currentText() == offered[0]
                (undo,) = window.message.buttons
                undo.click()
                await until(lambda: names(one) == [*offered, "Surgery 2"])

    play(go())


def test_a_picture_of_ones_own_is_the_logo_at_once(qtbot: QtBot, play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        Image.new("1", (300, 100)).save(tmp_path / "logo.png")
        (tmp_path / "letter.txt").write_text("no picture")
        with office() as house:
            async with opened(house) as one:
                window = await open_window(one)
                fields = window.fields
                fields.cover.setChecked(True)
                QTest.keyClicks(fields.name, "Surgery")
                await until(lambda: window.preview.count == 2)
                before = window.preview._pages
                choice = fields.logo.findText("A picture of yours …")
                fields.logo.activated.emit(choice)
                (asked,) = window.findChildren(QFileDialog)
                asked.filesSelected.emit([str(tmp_path / "logo.png")])
                asked.close()
                await until(lambda: fields.logo.currentText() == "your own picture")
                await until(lambda: window.preview._pages != before)
                window.save.click()
                await until(lambda: "Surgery" in names(one))
                (kept,) = await one.sending.link.desk.list_own_headers()
                assert len(kept.picture) == 64 and kept.logo == ""
                one.sending.headers.take_picture(tmp_path / "letter.txt")
                await until(lambda: window.message.isVisible() and "PNG or JPEG" in window.message.text.text())
                one.sending.headers.take_picture(tmp_path / "none.png")
                await until(lambda: window.message.text.text() == "none.png: No such file or directory.")
                assert fields.header().picture == kept.picture
                fields.logo.setCurrentIndex(0)
                fields.logo.activated.emit(0)
                window.save.click()
                await until(lambda: not window.save.isEnabled())
                (kept,) = await one.sending.link.desk.list_own_headers()
                assert kept.picture == ""

    play(go())


def test_a_fax_goes_out_with_it_and_the_next_one_begins_so(qtbot: QtBot, play: Play) -> None:
    async def go() -> None:
        with office() as house:
            async with opened(house) as one:
                kept = await one.sending.link.desk.save_header(OwnHeader(name="A", cover=True, message="Hello"))
            async with opened(house) as one:
                form = one.dialog.form
                form.choose_header(kept.id)
                assert form.message.text() == "Hello"
                QTest.keyClicks(form.message, "! ")
                one.type("number", "0199000002")
                await until(one.dialog.send.isEnabled)
                one.dialog.send.click()
                await until(lambda: one.sending.job)
                job = (await one.sending.link.desk.show_job(one.sending.job)).job
                assert (job.header, job.pages) == (kept.id, 3)
            async with opened(house) as one:
                assert one.dialog.form.header_id == kept.id and one.dialog.form.message.text() == "Hello"
                one.dialog.form.message.selectAll()
                QTest.keyClick(one.dialog.form.message, Qt.Key.Key_Delete)
                one.dialog.close()
                await until(lambda: one.ends)
            async with opened(house, draft=one.draft) as one:
                assert one.dialog.form.message.text() == "", "what a person took away stays away"

    play(go())


def test_what_is_typed_stays_while_another_is_looked_at_and_refusals_are_said(qtbot: QtBot, play: Play) -> None:
    async def go() -> None:
        with office() as house:
            async with opened(house) as one:
                for name in ("A", "B"):
                    await one.sending.link.desk.save_header(OwnHeader(name=name))
                window = await open_window(one)
                assert window.rows.count() == 2 and not window.fields.heading.isVisible()
                window.fields.name.setText("")
                QTest.keyClicks(window.fields.name, "B")
                window.rows.setCurrentRow(1)
                window.new.click()
                assert window.rows.count() == 3 and window.fields.header() == OwnHeader(cover=True)
                window.rows.setCurrentRow(0)
                assert window.fields.name.text() == "B"
                window.save.click()
                await until(window.message.isVisible)
                assert window.message.text.text() == "You have another header “B” already."
                house.stop()
                await until(lambda: not one.sending.link.present)
                QTest.keyClicks(window.fields.name, "C")
                window.save.click()
                await until(lambda: "does not answer" in window.message.text.text())
                assert window.fields.name.text() == "BC"

    play(go())
