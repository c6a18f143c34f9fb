# SPDX-License-Identifier: GPL-3.0-or-later
"""The history as a window: search, table, details and what can be done. What is done is `notifier.watching`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QItemSelectionModel, QPoint, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QIcon, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from faxcore.contract.bus import Verdict
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.qt.message import MessageBar
from faxcore.qt.style import muted
from notifier.details import Details
from notifier.fax import Fax
from notifier.fax_table import FAX_ROLE, Column, FaxTable, Found
from notifier.pictures import arrow_icon, mood_colours

SIZE: Final = (960, 640)
WIDTHS: Final = {Column.DIRECTION: 34, Column.DATE: 160, Column.NAME: 210, Column.PAGES: 62, Column.STATE: 220}


class History(QWidget):
    """Every fax of this user. What a person wants done with one comes as a signal."""

    open_wanted = pyqtSignal(object)
    folder_wanted = pyqtSignal(object)
    cancel_wanted = pyqtSignal(object)
    resolve_wanted = pyqtSignal(object, object)
    selected = pyqtSignal(object)
    """Fax, or None."""

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window)
        arrows = {sent: arrow_icon(self, sent) for sent in (True, False)}
        self.table = FaxTable(arrows, mood_colours(self), self)
        self.found = Found(self.table, self)
        self.search = QLineEdit()
        self.view = QTableView()
        self.details = Details()
        self.message = MessageBar()
        self.count = muted(QLabel())
        self.empty = muted(QLabel())
        self._present = True
        self._loaded = False
        self._make_actions()
        self._build()
        self._connect()
        self.set_present(False)

    def _make_actions(self) -> None:
        self.open_action = self._action("document-open", _("&Open"), lambda fax: self.open_wanted.emit(fax))
        self.folder_action = self._action("folder-open", _("Show &folder"), lambda fax: self.folder_wanted.emit(fax))
        self.cancel_action = self._action("process-stop", _("&Cancel sending …"), self._ask_cancel)
        self.arrived_action = self._action(
            "", _("It &arrived"), lambda fax: self.resolve_wanted.emit(fax, Verdict.ARRIVED)
        )
        self.again_action = self._action("", _("Send a&gain …"), self._ask_again)
        self.folder_action.setShortcut(QKeySequence("Ctrl+Shift+O"))
        self.cancel_action.setShortcut(QKeySequence.StandardKey.Delete)
        self.actions_in_order = (
            self.open_action,
            self.folder_action,
            self.arrived_action,
            self.again_action,
            self.cancel_action,
        )

    def _action(self, icon: str, text: str, work: Callable[[Fax], None]) -> QAction:
        action = QAction(QIcon.fromTheme(icon) if icon else QIcon(), text, self)
        action.triggered.connect(lambda: self._do(work))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return action

    def _do(self, work: Callable[[Fax], None]) -> None:
        fax = self.current()
        if fax is not None:
            if self._present:
                self.message.say("")  # what went wrong the last time is no news any more
            work(fax)

    def _build(self) -> None:
        self.setObjectName("fax-history")
        self.setWindowTitle(_("Fax history"))
        self.resize(*SIZE)
        self.search.setPlaceholderText(_("Search by name, number, subject or state"))
        self.search.setAccessibleName(_("Search"))
        self.search.setClearButtonEnabled(True)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.search, 1)
        top.addWidget(self.count)
        self._build_table()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setMargin(32)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        upper = QWidget()
        upper.setLayout(self._stack)
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.addWidget(upper)
        self._parts.addWidget(self.details)
        self._parts.setStretchFactor(0, 3)
        self._parts.setStretchFactor(1, 2)
        self._parts.setSizes([350, 230])
        self._parts.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self._parts, 1)
        layout.addLayout(self._buttons())

    def _build_table(self) -> None:
        view = self.view
        view.setModel(self.found)
        view.setAccessibleName(_("Faxes sent and received"))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setAlternatingRowColors(True)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.setSortingEnabled(True)
        view.sortByColumn(Column.DATE, Qt.SortOrder.DescendingOrder)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        rows, columns = view.verticalHeader(), view.horizontalHeader()
        if rows is not None:
            rows.hide()
            rows.setDefaultSectionSize(view.fontMetrics().height() + 12)
        view.setIconSize(QSize(16, 16))
        if columns is not None:
            columns.setHighlightSections(False)
            columns.setMinimumHeight(view.fontMetrics().height() + 10)
            columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            for column, width in WIDTHS.items():
                columns.resizeSection(column, width)
            columns.setSectionResizeMode(Column.DIRECTION, QHeaderView.ResizeMode.Fixed)
            columns.setSectionResizeMode(Column.SUBJECT, QHeaderView.ResizeMode.Stretch)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for action in self.actions_in_order:
            button = QPushButton()
            button.setText(action.text())
            button.clicked.connect(action.trigger)
            action.changed.connect(lambda button=button, action=action: _follow(button, action))
            row.addWidget(button)
            self.addAction(action)
            if action is self.folder_action:
                row.addStretch(1)
        return row

    def _connect(self) -> None:
        self.search.textChanged.connect(self._searched)
        self.view.activated.connect(lambda _index: self.open_action.trigger())
        self.view.customContextMenuRequested.connect(self._menu)
        selection = self.view.selectionModel()
        if selection is not None:
            selection.currentRowChanged.connect(lambda _new, _old: self._changed_current())
        self.table.dataChanged.connect(lambda *_range: self._enable())
        for signal in (self.table.modelReset, self.table.rowsInserted, self.table.dataChanged):
            signal.connect(lambda *_range: self._count())
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        QShortcut(QKeySequence("Escape"), self, self._escape)
        QShortcut(QKeySequence.StandardKey.Close, self, self.close)
        QShortcut(QKeySequence("Down"), self.search, self.view.setFocus, context=Qt.ShortcutContext.WidgetShortcut)

    # ------------------------------------------------------------ what the window shows

    def set_faxes(self, faxes: list[Fax]) -> None:
        """These are all faxes; what was selected stays selected."""
        current = self.current()
        self._loaded = True
        self.table.replace(faxes)
        self._count()
        if current is None or not self.select(current.key):
            self.view.selectRow(0)
        if self.search.hasFocus() and not self.search.text():
            self.view.setFocus()
        self._changed_current()

    def put(self, fax: Fax) -> None:
        """A new fax, or a change of one."""
        self.table.put(fax)
        current = self.current()
        selection = self.view.selectionModel()
        if selection is not None and not selection.hasSelection():
            self.select((current or fax).key)
            current = self.current()
        if current is not None and current.key == fax.key:
            self.details.show_fax(current)
            self.selected.emit(current)

    def select(self, key: str) -> bool:
        """Select the fax with this key; False if it is not there, or not found by the search."""
        row = self.table.row_of(key)
        if row < 0:
            return False
        index = self.found.mapFromSource(self.table.index(row, 0))
        selection = self.view.selectionModel()
        if not index.isValid() or selection is None:
            return False
        flags = QItemSelectionModel.SelectionFlag
        selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.view.scrollTo(index)
        return True

    def current(self) -> Fax | None:
        """The fax that is selected."""
        index = self.view.currentIndex()
        return index.data(FAX_ROLE) if index.isValid() else None

    def set_present(self, present: bool) -> None:
        """Take note whether the service can be asked."""
        self._present = present
        sentence = _("The fax service is not running. Nothing is lost; this window goes on when the service is back.")
        self.message.say("" if present else sentence)
        self._count()
        self._enable()

    def bring_forward(self) -> None:
        """Show the window before the others."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()
        self.view.setFocus()

    # ------------------------------------------------------------ within

    def _changed_current(self) -> None:
        fax = self.current()
        self.details.show_fax(fax)
        self._enable()
        self.selected.emit(fax)

    def _enable(self) -> None:
        fax = self.current()
        undecided = fax is not None and fax.undecided
        self.open_action.setEnabled(self._present and fax is not None and fax.pages > 0)
        self.folder_action.setEnabled(fax is not None and not fax.sent and bool(getattr(fax.of, "pdf", "")))
        self.folder_action.setVisible(fax is None or not fax.sent)
        self.cancel_action.setEnabled(self._present and fax is not None and fax.cancellable)
        self.cancel_action.setVisible(fax is not None and fax.cancellable)
        for action in (self.arrived_action, self.again_action):
            action.setVisible(undecided)
            action.setEnabled(self._present and undecided)

    def _searched(self, words: str) -> None:
        self.found.search(words)
        self._count()
        if not self.view.currentIndex().isValid():
            self.view.selectRow(0)
        self._changed_current()

    def _count(self) -> None:
        everything, shown = self.table.rowCount(), self.found.rowCount()
        total = ngettext("{count} fax", "{count} faxes", everything).format(count=everything)
        self.count.setText(total if shown == everything else _("{shown} of {total}").format(shown=shown, total=total))
        self.count.setVisible(bool(everything))
        if everything:
            self.empty.setText(_("No fax matches the search."))
        elif self._loaded:
            self.empty.setText(
                _("No faxes yet.\n\nTo send one, print on the printer Fax. Faxes that arrive appear here too.")
            )
        else:
            self.empty.setText(_("The history appears here when the fax service is running."))
        self._stack.setCurrentWidget(self.view if shown else self.empty)

    def _menu(self, at: QPoint) -> None:
        if not self.view.indexAt(at).isValid():
            return
        menu = QMenu(self)
        menu.addActions([action for action in self.actions_in_order if action.isVisible()])
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        viewport = self.view.viewport()
        if viewport is not None:
            menu.popup(viewport.mapToGlobal(at))

    def _escape(self) -> None:
        if self.search.text():
            self.search.clear()
        else:
            self.close()

    def _ask_cancel(self, fax: Fax) -> None:
        self._ask(
            _("Cancel the fax to {name}?").format(name=fax.name),
            _("Pages that the recipient already has stay there."),
            (_("&Cancel the fax"), _("&Go on sending")),
            lambda: self.cancel_wanted.emit(fax),
        )

    def _ask_again(self, fax: Fax) -> None:
        self._ask(
            _("Send the fax to {name} again?").format(name=fax.name),
            _("If it did arrive, the recipient gets it twice."),
            (_("&Send again"), _("&Not now")),
            lambda: self.resolve_wanted.emit(fax, Verdict.AGAIN),
        )

    def _ask(self, text: str, more: str, labels: tuple[str, str], yes: Callable[[], None]) -> None:
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(self.windowTitle())
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setText(text)
        question.setInformativeText(more)
        do = question.addButton(labels[0], QMessageBox.ButtonRole.AcceptRole)
        question.setDefaultButton(question.addButton(labels[1], QMessageBox.ButtonRole.RejectRole))
        question.finished.connect(lambda _code: yes() if question.clickedButton() is do else None)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.open()


def _follow(button: QPushButton, action: QAction) -> None:
    button.setEnabled(action.isEnabled())
    button.setVisible(action.isVisible())
