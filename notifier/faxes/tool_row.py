# SPDX-License-Identifier: GPL-3.0-or-later
"""The row at the top of the window: new fax, what can be done with the one that is selected, and the search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QIcon
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from faxcore.i18n import gettext as _
from notifier.faxes.fax_actions import FaxActions, What

GAP: Final = 4
"""Pixels between buttons."""
BEFORE_SEARCH: Final = 12


class ToolRow(QWidget):
    """The tools. A narrow window has their pictures only, and what it has no room for in a menu."""

    new_wanted = pyqtSignal()
    back_wanted = pyqtSignal()
    popups_wanted = pyqtSignal()
    """The wishes for popups are to be seen: also where no icon leads to them."""

    def __init__(self, actions: FaxActions) -> None:
        super().__init__()
        self._actions = actions
        self.search = QLineEdit()
        self.new = self._make_button(QAction(QIcon.fromTheme("document-new"), _("New fax"), self))
        self.back = self._make_button(QAction(QIcon.fromTheme("go-previous"), _("← List"), self))
        self._reply = self._make_button(actions[What.REPLY])
        self._forward = self._make_menu(actions[What.FORWARD], (What.FORWARD, What.MAIL))
        self._again = self._make_menu(actions[What.AGAIN], (What.AGAIN, What.OTHER_NUMBER))
        self._print = self._make_button(actions[What.PRINT])
        saving = (What.SAVE_PDF, What.SAVE_TIFF, What.RECEIPT, What.OPEN_ELSEWHERE, What.FOLDER)
        self._save = self._make_menu(actions[What.SAVE_PDF], saving)
        self._delete = self._make_button(actions[What.DELETE])
        self._more = QToolButton()
        self._build()

    def _build(self) -> None:
        self._forward.setText(_("Forward"))
        self._save.setText(_("Save"))
        self._again.setText(_("Send again"))
        self.search.setPlaceholderText(_("Search by name, number or subject"))
        self.search.setAccessibleName(_("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(140)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        menu = QMenu(self._more)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self._more.setText(_("More"))
        self._more.setMenu(menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setAutoRaise(True)
        self.new.clicked.connect(lambda _on: self.new_wanted.emit())
        self.back.clicked.connect(lambda _on: self.back_wanted.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.back)
        row.addWidget(self.new)
        for button in self._wide():
            row.addWidget(button)
        row.addWidget(self._more)
        row.addSpacing(BEFORE_SEARCH)
        row.addWidget(self.search, 1)

    def _fill(self, menu: QMenu) -> None:
        self._actions.fill_menu(menu)
        popups = menu.addAction(_("Popups …"))
        assert popups is not None
        popups.triggered.connect(lambda _on: self.popups_wanted.emit())

    def set_narrow(self, narrow: bool) -> None:
        """Show what there is room for."""
        for button in self._wide():
            button.setVisible(not narrow)

    def width_of_all(self) -> int:
        """The width that the row has with all of its buttons, and the search no longer than it must be."""
        buttons = (self.new, *self._wide(), self._more)
        return sum(each.sizeHint().width() + GAP for each in buttons) + BEFORE_SEARCH + self.search.minimumWidth()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Let the window be too small for all of them: it is arranged in another way then."""
        least = super().minimumSizeHint()
        wide = sum(button.sizeHint().width() + GAP for button in self._wide() if not button.isHidden())
        return QSize(least.width() - wide, least.height())

    def show_back(self, shown: bool) -> None:
        """Offer the way from the page to the list."""
        self.back.setVisible(shown)
        self.new.setVisible(not shown)

    @property
    def is_back_shown(self) -> bool:
        """True while the page has taken the place of the list."""
        return not self.back.isHidden()

    def _wide(self) -> tuple[QToolButton, ...]:
        return (self._reply, self._forward, self._again, self._print, self._save, self._delete)

    def _make_button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _make_menu(self, first: QAction, inside: Sequence[What]) -> QToolButton:
        button = QToolButton()
        menu = QMenu(button)
        menu.addActions([self._actions[what] for what in inside])
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _on: first.trigger())
        first.changed.connect(lambda: _follow(button, self._actions, inside))
        for what in inside:
            self._actions[what].changed.connect(lambda: _follow(button, self._actions, inside))
        return button


def _follow(button: QToolButton, actions: FaxActions, inside: Sequence[What]) -> None:
    """Offer a button with a menu while anything in the menu makes sense."""
    button.setEnabled(any(actions[what].isEnabled() for what in inside))
