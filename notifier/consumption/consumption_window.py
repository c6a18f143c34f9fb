# SPDX-License-Identifier: GPL-3.0-or-later
"""The window that shows what a person's calls came to, in pages, minutes and money, and what is left of limits."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QHeaderView, QLabel, QMainWindow, QTableView, QVBoxLayout, QWidget

from faxcore.contract.recorded import CallGrouping
from faxcore.i18n import gettext as _
from faxcore.qt.manual import Topic, open_manual
from faxcore.qt.window_memory import WindowMemory
from notifier.consumption.bar_delegate import BarDelegate
from notifier.consumption.periods import Period
from notifier.consumption.totals_table import TotalsTable
from notifier.notice_bar import NoticeBar

SIZE: Final = QSize(860, 480)
MEMORY: Final = WindowMemory("notifier", "consumption", parts=1)


class ConsumptionWindow(QMainWindow):
    """A window of the desktop. `chosen` tells that other sums are wanted."""

    chosen = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("fax-consumption")
        self.setWindowTitle(_("Consumption"))
        self.by, self.period = QComboBox(), QComboBox()
        for grouping, words in _list_groupings():
            self.by.addItem(words, grouping)
        for period, words in _list_periods():
            self.period.addItem(words, period)
        self.period.setCurrentIndex(self.period.findData(Period.THIS_YEAR))
        self.limits = QLabel()
        self.limits.setTextFormat(Qt.TextFormat.PlainText)
        self.limits.setWordWrap(True)
        self.limits.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.totals = TotalsTable()
        self.table = QTableView()
        self.empty = QLabel(_("There were no calls in this time."))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.notice = NoticeBar()
        self._lay_out()
        self.by.activated.connect(lambda _place: self.chosen.emit())
        self.period.activated.connect(lambda _place: self.chosen.emit())
        self.totals.modelReset.connect(self._show_whether_empty)
        QShortcut(QKeySequence.StandardKey.HelpContents, self, self._help)
        QShortcut(QKeySequence.StandardKey.Close, self, self.close)
        MEMORY.restore(self, SIZE)
        self._show_whether_empty()

    @property
    def wanted(self) -> tuple[CallGrouping, Period]:
        """Give the way in which calls are put together, and the time that is looked at."""
        return self.by.currentData(), self.period.currentData()

    def show_limits(self, sentences: list[str]) -> None:
        """Say what is left of each limit."""
        self.limits.setText("\n".join(sentences))
        self.limits.setVisible(bool(sentences))

    def bring_forward(self) -> None:
        """Show the window before the others."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Remember the size."""
        if self.isVisible():
            MEMORY.remember(self.size(), self.isMaximized(), [])
        if event is not None:
            event.accept()

    def _lay_out(self) -> None:
        choice = QHBoxLayout()
        for words, field in ((_("Calls &by"), self.by), (_("&Time"), self.period)):
            label = QLabel(words)
            label.setBuddy(field)
            choice.addWidget(label)
            choice.addWidget(field)
            choice.addSpacing(12)
        choice.addStretch()
        table = self.table
        table.setModel(self.totals)
        table.setItemDelegate(BarDelegate(table))
        table.setAccessibleName(_("Sums of the calls"))
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        rows, columns = table.verticalHeader(), table.horizontalHeader()
        assert rows is not None and columns is not None
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        columns.setMinimumSectionSize(columns.fontMetrics().averageCharWidth() * 12)
        columns.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.addWidget(self.notice)
        column.addLayout(choice)
        column.addWidget(self.limits)
        column.addWidget(table, 1)
        column.addWidget(self.empty, 1)
        self.limits.hide()
        self.setCentralWidget(inside)

    def _show_whether_empty(self) -> None:
        filled = bool(self.totals.rowCount())
        self.table.setVisible(filled)
        self.empty.setVisible(not filled)

    def _help(self) -> None:
        """F1: the manual's page of this window."""
        if not open_manual(Topic.CONSUMPTION):
            self.notice.tell(_("The manual is not installed on this machine, or nothing opens it."), grave=True)


def _list_groupings() -> list[tuple[CallGrouping, str]]:
    return [
        (CallGrouping.MONTH, _("month")),
        (CallGrouping.DESTINATION, _("number called")),
        (CallGrouping.COUNTRY, _("country called")),
        (CallGrouping.NUMBER, _("our number")),
        (CallGrouping.LINE, _("line")),
        (CallGrouping.CAUSE, _("reason of failure")),
    ]


def _list_periods() -> list[tuple[Period, str]]:
    return [
        (Period.THIS_MONTH, _("this month")),
        (Period.LAST_MONTH, _("last month")),
        (Period.THIS_YEAR, _("this year")),
        (Period.LAST_YEAR, _("last year")),
        (Period.ALWAYS, _("all calls")),
    ]
