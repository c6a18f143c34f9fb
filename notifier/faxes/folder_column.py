# SPDX-License-Identifier: GPL-3.0-or-later
"""The folders at the left of the window, with what waits in them; a list to choose from where there is no room."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Final

from PyQt6.QtCore import QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QHeaderView, QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from faxcore.contract.listed import Folder, FolderCount, NumberCount
from faxcore.contract.service_status import LineState
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.text import clean_text
from faxcore.qt.style import muted
from notifier.faxes.place import IN_ORDER, Place
from notifier.line_words import LinesNow, describe_line

WIDTH: Final = 150
"""The least width of the folders."""
PADDING: Final = 8
"""Pixels that a folder is higher than its name."""
PLACE_ROLE: Final = Qt.ItemDataRole.UserRole
CONTACTS: Final = "contacts"
COUNTED: Final = (Folder.TO_COMPLETE, Folder.OUTBOX, Folder.UNCERTAIN)
"""Folders of which all faxes are counted: each of them waits for something."""
NEWS: Final = (Folder.INBOX, Folder.FAILED)
"""Folders of which is counted what the person has not looked at."""


class FolderColumn(QWidget):
    """The folders; `chosen` tells the place that a person wants to see, `contacts_wanted` that it is the contacts."""

    chosen = pyqtSignal(object)
    contacts_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.tree = QTreeWidget()
        self.lines = muted(QLabel())
        self._items: dict[Place | str, QTreeWidgetItem] = {}
        self._numbers: list[Place] = []
        self._build()
        self.tree.currentItemChanged.connect(self._changed)

    def _build(self) -> None:
        self.setMinimumWidth(WIDTH)
        self.tree.setAccessibleName(_("Folders"))
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(14)
        self.tree.setRootIsDecorated(False)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.tree.header()
        if header is not None:
            header.setStretchLastSection(False)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        for folder in IN_ORDER:
            if folder is Folder.BIN:
                self._add(Place(None))
            self._add(Place(folder))
        contacts = QTreeWidgetItem(self.tree, [_("Contacts"), ""])
        contacts.setData(0, PLACE_ROLE, CONTACTS)
        contacts.setData(1, Qt.ItemDataRole.AccessibleTextRole, _("Opens a window"))
        self._items[CONTACTS] = contacts
        self.lines.setWordWrap(True)
        self.lines.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.lines)
        self.tree.setCurrentItem(self._items[Place()])

    def _add(self, place: Place, above: QTreeWidgetItem | None = None) -> QTreeWidgetItem:
        item = QTreeWidgetItem(above, [place.title(), ""]) if above else QTreeWidgetItem(self.tree, [place.title(), ""])
        item.setData(0, PLACE_ROLE, place)
        item.setSizeHint(0, QSize(0, self.fontMetrics().height() + PADDING))
        item.setData(1, Qt.ItemDataRole.AccessibleTextRole, _tell_waiting(0))
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._items[place] = item
        return item

    # ------------------------------------------------------------ what it shows

    def show_counts(self, counts: Sequence[FolderCount]) -> None:
        """Say what waits in the folders."""
        known = {each.folder: each for each in counts}
        for folder in IN_ORDER:
            each = known.get(folder)
            waiting = 0
            if each is not None:
                waiting = each.faxes if folder in COUNTED else each.unread if folder in NEWS else 0
            self._count(Place(folder), waiting)

    def show_numbers(self, counts: Sequence[NumberCount]) -> None:
        """Show the numbers whose faxes this person gets below the inbox, if there are several."""
        several = counts if len(counts) > 1 else ()
        places = [Place(Folder.INBOX, each.number, clean_text(each.name) or each.number) for each in several]
        if places != self._numbers:
            self._show_items(places)
        for place, each in zip(places, several, strict=True):
            self._count(place, each.unread)

    def show_lines(self, now: LinesNow) -> None:
        """Say how many lines are free, and which is out of order; of the others whoever points there hears."""
        broken = [describe_line(line) for line in now.lines if line.state is LineState.ABSENT]
        self.lines.setText("\n".join((_("Lines: {summary}").format(summary=now.summary), *broken)))
        told = "<br>".join(html.escape(describe_line(line)) for line in now.lines)
        self.lines.setToolTip(f"<p style='white-space:pre'>{told}</p>")
        self.lines.setAccessibleDescription("; ".join(describe_line(line) for line in now.lines))
        self.lines.setVisible(bool(now.lines))

    def show_current(self, place: Place) -> None:
        """Mark the folder in which one is, without saying that a person has chosen it."""
        item = self._items.get(place)
        if item is not None and self.tree.currentItem() is not item:
            self.tree.blockSignals(True)
            self.tree.setCurrentItem(item)
            self.tree.blockSignals(False)

    def places(self) -> Mapping[Place | str, str]:
        """The places from top to bottom, with their names and counts."""
        told = {}
        for place, item in self._in_order():
            told[place] = f"{item.text(0)} ({item.text(1)})" if item.text(1) else item.text(0)
        return told

    def choose(self, place: Place | str) -> None:
        """Go to a place as if a person had chosen it here."""
        item = self._items.get(place)
        if item is not None:
            self.tree.setCurrentItem(item)

    # ------------------------------------------------------------ within

    def _in_order(self) -> list[tuple[Place | str, QTreeWidgetItem]]:
        found = []
        for row in range(self.tree.topLevelItemCount()):
            item = self.tree.topLevelItem(row)
            if item is None:
                continue
            found.append((item.data(0, PLACE_ROLE), item))
            for at in range(item.childCount()):
                child = item.child(at)
                if child is not None:
                    found.append((child.data(0, PLACE_ROLE), child))
        return found

    def _show_items(self, places: list[Place]) -> None:
        inbox = self._items[Place()]
        current = self.tree.currentItem()
        was = current.data(0, PLACE_ROLE) if current is not None else None
        self.tree.blockSignals(True)
        for place in self._numbers:
            inbox.removeChild(self._items.pop(place))
        for place in places:
            self._add(place, inbox)
        self._numbers = places
        inbox.setExpanded(True)
        kept = self._items.get(was) if was is not None else None
        self.tree.setCurrentItem(kept or inbox)
        self.tree.blockSignals(False)
        if kept is None and was is not None:
            self.chosen.emit(Place())

    def _count(self, place: Place, waiting: int) -> None:
        item = self._items[place]
        item.setText(1, str(waiting) if waiting else "")
        item.setData(1, Qt.ItemDataRole.AccessibleTextRole, _tell_waiting(waiting))
        for column in (0, 1):
            font = item.font(column)
            font.setBold(bool(waiting) and place.folder in (Folder.INBOX, Folder.UNCERTAIN, Folder.FAILED))
            item.setFont(column, font)

    def _changed(self, item: QTreeWidgetItem | None, before: QTreeWidgetItem | None) -> None:
        place = item.data(0, PLACE_ROLE) if item is not None else None
        if place == CONTACTS:
            # They have a window of their own: here one stays where one was, and may ask for them again.
            where = before.data(0, PLACE_ROLE) if before is not None else None
            QTimer.singleShot(0, lambda: self._stay(where))
            self.contacts_wanted.emit()
        elif place is not None:
            self.chosen.emit(place)

    def _stay(self, place: Place | None) -> None:
        if self.tree.currentItem() is self._items[CONTACTS]:
            self.show_current(place if place in self._items else Place())


def _tell_waiting(count: int) -> str:
    """Say how much waits in a folder, for whoever hears the number alone."""
    return ngettext("{count} waits", "{count} wait", count).format(count=count) if count else _("nothing waits")
