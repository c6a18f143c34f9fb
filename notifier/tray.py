# SPDX-License-Identifier: GPL-3.0-or-later
"""The icon in the panel and its menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu, QSystemTrayIcon

from faxcore.contract.printed import Draft
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.text import clean_text
from notifier.announcements import Act, Announcement
from notifier.fax import count_pages, in_words, time_of
from notifier.pictures import fax_icon, tray_icon

PANEL_MS: Final = 3000
"""Between two looks for a panel that was not there when the session began: Qt tells of none."""
LISTED: Final = 15
"""Documents in the menu; more would leave the screen."""


class Tray(QObject):
    """The icon: what waits, whether the service runs, and the way to the history."""

    history_wanted = pyqtSignal()
    contacts_wanted = pyqtSignal()
    new_wanted = pyqtSignal()
    draft_wanted = pyqtSignal(str)
    quit_wanted = pyqtSignal()
    clicked_notice = pyqtSignal(object, object)
    """Act, Notice: the tray's own balloon was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._drafts: list[Draft] = []
        self._undecided = 0
        self._present = False
        self._last: Announcement | None = None
        self._status = QAction(_("The fax service is not running"))
        self._history = QAction(_("&History …"))
        self._contacts = QAction(_("&Contacts …"))
        self._new = QAction(_("&New fax …"))
        self._quit = QAction(_("&Quit"))
        self.waiting = QMenu()
        self.menu = self._make_menu()
        self.icon = QSystemTrayIcon()
        self._panel = QTimer(self)
        self._panel.setInterval(PANEL_MS)
        self._panel.timeout.connect(self._look_for_panel)
        self._set_up_icon()
        if not QSystemTrayIcon.isSystemTrayAvailable():
            self._panel.start()
        self._update()

    def _make_menu(self) -> QMenu:
        menu = QMenu()
        self._status.setEnabled(False)
        menu.addAction(self._status)
        menu.addAction(self._new)
        menu.addAction(self._history)
        menu.addMenu(self.waiting)
        menu.addAction(self._contacts)
        menu.addSeparator()
        menu.addAction(self._quit)
        menu.setDefaultAction(self._history)
        self._new.triggered.connect(lambda: self.new_wanted.emit())
        self._history.triggered.connect(lambda: self.history_wanted.emit())
        self._contacts.triggered.connect(lambda: self.contacts_wanted.emit())
        self._quit.triggered.connect(lambda: self.quit_wanted.emit())
        return menu

    def _set_up_icon(self) -> None:
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self._balloon_clicked)
        self.icon.setIcon(fax_icon())
        self.icon.show()

    # ------------------------------------------------------------ what it shows

    def set_present(self, present: bool) -> None:
        """Take note whether the service runs."""
        self._present = present
        self._update()

    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """The documents that wait for their recipient."""
        self._drafts = sorted(drafts, key=lambda draft: draft.created, reverse=True)
        self._update()

    def set_undecided(self, faxes: int) -> None:
        """Faxes of which a person must say if they arrived."""
        self._undecided = faxes
        self._update()

    def balloon(self, notice: Announcement) -> None:
        """Show this as the tray's own balloon."""
        kinds = QSystemTrayIcon.MessageIcon
        kind = kinds.Warning if notice.urgent else kinds.Information
        milliseconds = 0 if notice.seconds is None else round(notice.seconds * 1000)
        self._last = notice
        self.icon.showMessage(notice.summary, "\n".join(notice.lines), kind, milliseconds or 60_000)

    def close(self) -> None:
        """Leave the panel."""
        self._panel.stop()
        self.icon.hide()

    def _update(self) -> None:
        count = len(self._drafts)
        self.icon.setIcon(tray_icon(count + self._undecided, self._present))
        self.icon.setToolTip(self._tip())
        self._status.setVisible(not self._present)
        self.waiting.setTitle(_("&Waiting documents ({count})").format(count=count))
        self.waiting.setEnabled(bool(count) and self._present)
        self.waiting.clear()
        for draft in self._drafts[:LISTED]:
            action = self.waiting.addAction(_entry(draft))
            if action is not None:
                action.triggered.connect(lambda _on, wanted=draft.id: self.draft_wanted.emit(wanted))
        if count > LISTED:
            more = self.waiting.addAction(_("and {count} more").format(count=count - LISTED))
            if more is not None:
                more.setEnabled(False)

    def _tip(self) -> str:
        lines = [_("Fax")]
        if not self._present:
            lines = [_("Fax: the service is not running")]
        if self._drafts:
            count = len(self._drafts)
            told = ngettext("{count} document waits for a recipient", "{count} documents wait for a recipient", count)
            lines.append(told.format(count=count))
        if self._undecided:
            told = ngettext("{count} fax needs a decision", "{count} faxes need a decision", self._undecided)
            lines.append(told.format(count=self._undecided))
        return "\n".join(lines)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        reasons = QSystemTrayIcon.ActivationReason
        if reason in (reasons.Trigger, reasons.DoubleClick):
            self.history_wanted.emit()

    def _balloon_clicked(self) -> None:
        if self._last is not None and self._last.actions:
            act: Act = self._last.actions[0][0]
            self.clicked_notice.emit(act, self._last)

    def _look_for_panel(self) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        # Qt decides how an icon is shown when the icon is made: one made before the panel came stays unseen.
        self._panel.stop()
        self.icon.hide()
        self.icon = QSystemTrayIcon()
        self._set_up_icon()
        self._update()


def _entry(draft: Draft) -> str:
    title = clean_text(draft.title, 60) or _("Document without a title")
    about = _("{title} — {pages}, {time}").format(
        title=title, pages=count_pages(draft.pages), time=in_words(time_of(draft.created))
    )
    return about.replace("&", "&&")
