# SPDX-License-Identifier: GPL-3.0-or-later
"""The icon in the panel: what it counts, what its menu says and leads to, and the wishes for popups."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PyQt6.QtCore import QLocale, Qt, QTime
from PyQt6.QtTest import QTest

from faxcore.contract.listed import Folder, FolderCount
from faxcore.contract.service_status import Line, LineState
from faxcore.i18n import use_languages
from faxcore.model.job import State
from faxcore.model.sentence import literal
from notifier.counting import sum_up
from notifier.figures import Figures
from notifier.line_words import LinesNow, describe_line
from notifier.popup_settings import PopupSettings
from notifier.popup_settings_window import PopupSettingsWindow
from notifier.tray import Tray
from tests.support.fake_service import FakeDesk
from tests.support.hostile_text import TEXTS, assert_harmless
from tests.system.notifier.desktop import desktop, until


@pytest.fixture
def tray(qapp):
    made = Tray()
    made.set_present(True)
    yield made
    made.close()


def entries(tray: Tray) -> list[str]:
    """The entries of the menu that can be seen."""
    return [action.text() for action in tray.menu.actions() if action.isVisible() and action.text()]


def test_the_badge_is_what_is_new_and_what_needs_somebody():
    counts = [
        FolderCount(Folder.INBOX, 40, 2),
        FolderCount(Folder.TO_COMPLETE, 1, 1),
        FolderCount(Folder.OUTBOX, 5, 5),
        FolderCount(Folder.SENT, 70, 70),
        FolderCount(Folder.FAILED, 9, 3),
        FolderCount(Folder.UNCERTAIN, 2, 0),
        FolderCount(Folder.BIN, 8, 8),
    ]
    figures = sum_up(counts, sending=1)
    assert figures == Figures(new=2, to_complete=1, outbox=5, sending=1, failed=3, uncertain=2)
    assert figures.badge == 8


def test_menu_and_tooltip_say_the_same(tray):
    at = datetime(2026, 11, 28, 14, 2)
    tray.set_lines(LinesNow((Line("1", LineState.IDLE), Line("2", LineState.ABSENT, literal("No modem."))), at))
    tray.set_figures(Figures(new=2, to_complete=1, outbox=3, sending=1))
    assert tray.icon.toolTip() == "2 new · 1 to complete · 1 being sent · lines: 1 of 2 free at 14:02"
    assert entries(tray) == [
        "&New fax …",
        "&Inbox (2 new)",
        "&To complete",
        "&Outbox (1 being sent)",
        "&Contacts …",
        "Cons&umption …",
        "Lines: 1 of 2 free",
        "&Quiet until tomorrow",
        "&Popups …",
        "Quit",
    ]
    assert [action.text() for action in tray.menu.lines.actions()] == ["1: free", "2: No modem."]
    tray.set_figures(Figures(outbox=2))
    assert "&Outbox (2 waiting)" in entries(tray) and "&Inbox" in entries(tray)


def test_an_icon_with_nothing_to_say_has_a_name(tray):
    assert tray.icon.toolTip() == "Faxes"


def test_while_the_service_is_away_the_icon_says_what_becomes_of_prints(tray):
    tray.set_figures(Figures(new=2))
    tray.set_lines(LinesNow((Line("1", LineState.IDLE),), datetime(2026, 11, 28, 14, 2)))
    tray.set_present(False)
    assert entries(tray)[0] == "The fax service is not running: what is printed now waits for it"
    assert "waits for it" in tray.icon.toolTip() and "free" not in tray.icon.toolTip()
    assert "Lines" in entries(tray)


def test_a_line_of_hostile_text_is_only_text():
    for text in TEXTS:
        text = text.encode("utf-8", "replace").decode()
        assert_harmless(describe_line(Line(text, LineState.ABSENT, literal(text))), 400)


def test_the_icon_counts_what_happens(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        desk = FakeDesk()
        desk.add_job(state=State.UNCERTAIN)
        desk.forget_news()
        async with desktop(system_bus, session_bus, tmp_path, desk) as here:
            tray = here.tray.tray
            await until(lambda: tray._figures == Figures(uncertain=1))
            fax = desk.add_reception()
            job = desk.add_job(state=State.READY)
            desk.set_job(job, state=State.ACTIVE)
            desk.add_draft("Letter", "text", age=timedelta(hours=1))
            await until(lambda: tray._figures == Figures(1, 1, 1, 1, 0, 1))
            desk.set_job(job, state=State.FAILED)
            await until(lambda: tray._figures == Figures(1, 1, 0, 0, 1, 1))
            desk.read.add(fax.id)
            desk.change_reception(fax.id)  # somebody has read it
            await until(lambda: tray._figures == Figures(0, 1, 0, 0, 1, 1))
            asked = len([name for name, *_values in desk.asked if name == "count_folders"])
            for page in range(1, 4):
                desk.set_job(job, progress=literal(f"page {page}"))
            await until(lambda: not here.tray._tasks)
            assert len([name for name, *_values in desk.asked if name == "count_folders"]) == asked
            tray.menu.aboutToShow.emit()
            await until(lambda: len([name for name, *_v in desk.asked if name == "count_folders"]) == asked + 1)

    play(scenario())


def test_the_menu_leads_to_folders_and_wishes(play, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path) as here:
            menu, wanted = here.tray.tray.menu, []
            here.tray.tray.window_wanted.connect(wanted.append)
            menu.inbox.trigger()
            menu.outbox.trigger()
            assert wanted == ["inbox", "outbox"]
            menu.popups.trigger()
            window = here.tray.settings_window
            await until(window.isVisible)
            QTest.keyClick(window, Qt.Key.Key_Escape)
            assert not window.isVisible()
            menu.quiet.trigger()
            assert here.tray.settings.is_quiet_until_tomorrow(here.tray.telling.clock())
            menu.quiet.trigger()
            assert here.tray.settings.find_quiet_end(here.tray.telling.clock()) is None

    play(scenario())


def test_wishes_are_chosen_by_keyboard_and_kept(qtbot):
    window = PopupSettingsWindow(PopupSettings())
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.private.setFocus()
    for box in (window.private, window.every_sent, window.quiet_hours):
        assert window.focusWidget() is box
        QTest.keyClick(box, Qt.Key.Key_Space)
        QTest.keyClick(box, Qt.Key.Key_Tab)
    assert window.focusWidget() is window.begin
    window.end.setTime(QTime(7, 45))
    kept = PopupSettings()
    assert (kept.private, kept.every_sent, kept.quiet_hours) == (True, True, True)
    assert (f"{kept.begin:%H:%M}", f"{kept.end:%H:%M}") == ("19:00", "07:45")
    again = PopupSettingsWindow(kept)
    qtbot.addWidget(again)
    assert again.private.isChecked() and again.end.isEnabled() and again.end.time() == QTime(7, 45)
    named = (again.begin, again.end)
    assert [field.accessibleName() for field in named] == ["Beginning of the quiet hours", "End of the quiet hours"]


def test_in_french_the_icon_speaks_french(qapp):
    use_languages("fr")
    try:
        tray = Tray()
        tray.set_present(True)
        tray.set_figures(Figures(new=1, failed=1, uncertain=1, to_complete=2))
        assert tray.icon.toolTip() == "1 nouveau · 1 à trancher · 1 non envoyé · 2 à compléter"
        tray.close()
    finally:
        use_languages("en")
    assert QLocale().name() != "fr"
