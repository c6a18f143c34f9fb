# SPDX-License-Identifier: GPL-3.0-or-later
"""The icon in the panel, with its badge and its menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QLocale, QObject, QTime, QTimer, pyqtSignal
from PyQt6.QtWidgets import QSystemTrayIcon

from faxcore.contract.listed import Folder
from faxcore.contract.printed import Draft
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from notifier.announcements import Act, Announcement, without_brackets
from notifier.figures import Figures
from notifier.line_words import LinesNow
from notifier.pictures import fax_icon, tray_icon
from notifier.tray_menu import TrayMenu

PANEL_MS: Final = 3000
"""Between two looks for a panel that was not there when the session began: Qt tells of none."""
PANEL_LOOKS: Final = 40
"""So many by the clock, while the session begins; after that only when there is something to show."""


class Tray(QObject):
    """The icon: what is new or waits, whether the service runs, and the way to the windows."""

    window_wanted = pyqtSignal(str)
    """The window with the faxes, at the folder of this name."""
    contacts_wanted = pyqtSignal()
    consumption_wanted = pyqtSignal()
    new_wanted = pyqtSignal()
    draft_wanted = pyqtSignal(str)
    quit_wanted = pyqtSignal()
    quiet_wanted = pyqtSignal(bool)
    """No popups until tomorrow, or popups again."""
    popups_wanted = pyqtSignal()
    """The window with the wishes for popups."""
    opened = pyqtSignal()
    """The menu is about to be seen: what it says should be true now."""
    clicked_notice = pyqtSignal(object, object)
    """Act, Notice: the tray's own balloon was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._drafts: list[Draft] = []
        self._figures = Figures()
        self._lines: LinesNow | None = None
        self._present = False
        self._last: Announcement | None = None
        self._seen = QSystemTrayIcon.isSystemTrayAvailable()
        self._looks = 0
        self.menu = TrayMenu()
        self._connect_menu()
        self.icon = QSystemTrayIcon()
        self._panel = QTimer(self)
        self._panel.setInterval(PANEL_MS)
        self._panel.timeout.connect(self._look_for_panel)
        self._set_up_icon()
        if not self._seen:
            self._panel.start()
        self._show_all()

    def _connect_menu(self) -> None:
        menu = self.menu
        menu.aboutToShow.connect(self.opened)
        menu.draft_wanted.connect(self.draft_wanted)
        menu.new.triggered.connect(lambda: self.new_wanted.emit())
        menu.inbox.triggered.connect(lambda: self.window_wanted.emit(Folder.INBOX.value))
        menu.outbox.triggered.connect(lambda: self.window_wanted.emit(Folder.OUTBOX.value))
        menu.contacts.triggered.connect(lambda: self.contacts_wanted.emit())
        menu.consumption.triggered.connect(lambda: self.consumption_wanted.emit())
        menu.quiet.triggered.connect(self.quiet_wanted)
        menu.popups.triggered.connect(lambda: self.popups_wanted.emit())
        menu.quit.triggered.connect(lambda: self.quit_wanted.emit())

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
        if not present:
            self._lines = None
        self._update()

    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """The documents that wait for their recipient."""
        self._drafts = sorted(drafts, key=lambda draft: draft.created, reverse=True)
        self._update()

    def set_figures(self, figures: Figures) -> None:
        """What is new, waits, is being sent, or needs the person."""
        self._figures = figures
        self._update()

    def set_lines(self, lines: LinesNow) -> None:
        """How the telephone lines are."""
        self._lines = lines
        self._update()

    def set_quiet(self, quiet: bool) -> None:
        """Show whether there are no popups until tomorrow."""
        self.menu.quiet.setChecked(quiet)

    def balloon(self, notice: Announcement) -> None:
        """Show this as the tray's own balloon."""
        kinds = QSystemTrayIcon.MessageIcon
        kind = kinds.Warning if notice.urgent else kinds.Information
        milliseconds = 0 if notice.seconds is None else round(notice.seconds * 1000)
        self._last = notice
        summary, body = without_brackets(notice.summary), without_brackets("\n".join(filter(None, notice.lines)))
        self.icon.showMessage(summary, body, kind, milliseconds or 60_000)

    def close(self) -> None:
        """Leave the panel."""
        self._panel.stop()
        self.icon.hide()

    def _update(self) -> None:
        if not self._seen:
            self._take_place()
        self._show_all()

    def _show_all(self) -> None:
        self.icon.setIcon(tray_icon(self._figures.badge, self._present))
        self.icon.setToolTip(self._tip())
        self.menu.away.setVisible(not self._present)
        self.menu.show_figures(self._figures)
        self.menu.show_drafts(self._drafts, self._present)
        self.menu.show_lines(self._lines)

    def _tip(self) -> str:
        """2 new · 1 to complete · 1 being sent · 3 of 4 lines free."""
        if not self._present:
            return _("Faxes: the fax service is not running. What is printed now waits for it.")
        figures = self._figures
        told = [
            (figures.new, ngettext("{count} new", "{count} new", figures.new)),
            (figures.uncertain, ngettext("{count} to decide", "{count} to decide", figures.uncertain)),
            (figures.failed, ngettext("{count} not sent", "{count} not sent", figures.failed)),
            (figures.to_complete, ngettext("{count} to complete", "{count} to complete", figures.to_complete)),
            (figures.sending, ngettext("{count} being sent", "{count} being sent", figures.sending)),
        ]
        parts = [words.format(count=count) for count, words in told if count]
        if self._lines is not None and self._lines.lines:
            # With the time, as nobody says when another person's fax takes a line.
            at = QLocale().toString(QTime(self._lines.at.hour, self._lines.at.minute), "HH:mm")
            parts.append(_("lines: {free} at {time}").format(free=self._lines.summary, time=at))
        return " · ".join(parts) or _("Faxes")

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        reasons = QSystemTrayIcon.ActivationReason
        if reason in (reasons.Trigger, reasons.DoubleClick):
            self.window_wanted.emit(Folder.INBOX.value)

    def _balloon_clicked(self) -> None:
        if self._last is not None and self._last.actions:
            act: Act = self._last.clicked or self._last.actions[0][0]
            self.clicked_notice.emit(act, self._last)

    def _look_for_panel(self) -> None:
        self._looks += 1
        if self._take_place():
            self._show_all()
        elif self._looks >= PANEL_LOOKS:
            self._panel.stop()

    def _take_place(self) -> bool:
        """Stand in the panel, if there is one by now."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return False
        # Qt decides how an icon is shown when the icon is made: one made before the panel came stays unseen.
        self._seen = True
        self._panel.stop()
        self.icon.hide()
        self.icon = QSystemTrayIcon()
        self._set_up_icon()
        return True
