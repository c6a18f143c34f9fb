# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu of the icon in the panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu

from faxcore.contract.printed import Draft
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from notifier.completing_words import count_draft, name_draft
from notifier.fax import in_words, time_of
from notifier.figures import Figures
from notifier.line_words import LinesNow, describe_line

LISTED: Final = 15
"""Documents in the menu; more would leave the screen."""


class TrayMenu(QMenu):
    """The menu: the ways from the icon, with what is in each place."""

    draft_wanted = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.away = self._add(_("The fax service is not running: what is printed now waits for it"))
        self.away.setEnabled(False)
        self.new = self._add(_("&New fax …"))
        self.inbox = self._add("")
        self.to_complete = QMenu()
        self.addMenu(self.to_complete)
        self.outbox = self._add("")
        self.contacts = self._add(_("&Contacts …"))
        self.consumption = self._add(_("Cons&umption …"))
        self.addSeparator()
        self.lines = QMenu()
        self.addMenu(self.lines)
        self.quiet = self._add(_("&Quiet until tomorrow"))
        self.quiet.setCheckable(True)
        self.popups = self._add(_("&Popups …"))
        self.quit = self._add(_("Quit"))
        self.setDefaultAction(self.inbox)
        self._listed: list[str] | None = None
        self.show_lines(None)

    def show_figures(self, figures: Figures) -> None:
        """Say how many faxes are in each place."""
        told = ngettext("&Inbox ({count} new)", "&Inbox ({count} new)", figures.new).format(count=figures.new)
        self.inbox.setText(told if figures.new else _("&Inbox"))
        outbox = _("&Outbox")
        if figures.sending:
            told = ngettext("&Outbox ({count} being sent)", "&Outbox ({count} being sent)", figures.sending)
            outbox = told.format(count=figures.sending)
        elif figures.outbox:
            told = ngettext("&Outbox ({count} waiting)", "&Outbox ({count} waiting)", figures.outbox)
            outbox = told.format(count=figures.outbox)
        self.outbox.setText(outbox)

    def show_drafts(self, drafts: Sequence[Draft], present: bool) -> None:
        """List the documents that wait for a recipient, newest first."""
        count = len(drafts)
        self.to_complete.setTitle(_("&To complete ({count})").format(count=count) if count else _("&To complete"))
        self.to_complete.setEnabled(bool(count) and present)
        entries = [_entry(draft) for draft in drafts]
        if entries == self._listed:
            return  # somebody may look at it
        self._listed = entries
        self.to_complete.clear()
        for draft, entry in zip(drafts[:LISTED], entries, strict=False):
            action = self.to_complete.addAction(entry)
            if action is not None:
                action.triggered.connect(lambda _on, wanted=draft.id: self.draft_wanted.emit(wanted))
        if count > LISTED:
            self._tell(self.to_complete, _("and {count} more").format(count=count - LISTED))

    def show_lines(self, now: LinesNow | None) -> None:
        """Say how the lines are; None: nobody knows."""
        lines = () if now is None else now.lines
        summary = _("Lines: {free}").format(free=now.summary) if now is not None and lines else _("Lines")
        self.lines.setTitle(summary)
        self.lines.setEnabled(bool(lines))
        self.lines.clear()
        for line in lines:
            self._tell(self.lines, describe_line(line))

    def _add(self, words: str) -> QAction:
        action = QAction(words, self)
        self.addAction(action)
        return action

    def _tell(self, menu: QMenu, words: str) -> None:
        action = menu.addAction(words.replace("&", "&&"))
        if action is not None:
            action.setEnabled(False)


def _entry(draft: Draft) -> str:
    about = _("{title} — {pages}, {time}").format(
        title=name_draft(draft, 60), pages=count_draft(draft), time=in_words(time_of(draft.created))
    )
    return about.replace("&", "&&")
