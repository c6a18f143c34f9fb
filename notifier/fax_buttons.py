# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with the fax that is selected: buttons, shortcuts, and the entries of the menu."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QAction, QIcon, QKeySequence
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from faxcore.contract.sent_fax import Verdict
from faxcore.i18n import gettext as _
from notifier.fax import Fax
from notifier.questions import ask_again, ask_cancel


class FaxButtons(QWidget):
    """A row of buttons. What a person wants done comes as a signal; `current` tells which fax is selected."""

    open_wanted = pyqtSignal(object)
    folder_wanted = pyqtSignal(object)
    cancel_wanted = pyqtSignal(object)
    resolve_wanted = pyqtSignal(object, object)
    acted = pyqtSignal()
    """A person has begun something."""

    def __init__(self, window: QWidget, current: Callable[[], Fax | None]) -> None:
        super().__init__()
        self._window, self._current = window, current
        self.open_action = self._action("document-open", _("&Open"), lambda fax: self.open_wanted.emit(fax))
        self.folder_action = self._action("folder-open", _("Show &folder"), lambda fax: self.folder_wanted.emit(fax))
        self.cancel_action = self._action("process-stop", _("&Cancel sending …"), self._ask_cancel)
        self.arrived_action = self._action(
            "", _("It &arrived"), lambda fax: self.resolve_wanted.emit(fax, Verdict.ARRIVED)
        )
        self.again_action = self._action("", _("Send a&gain …"), self._ask_again)
        self.folder_action.setShortcut(QKeySequence("Ctrl+Shift+O"))
        self.cancel_action.setShortcut(QKeySequence.StandardKey.Delete)
        self.in_order = (
            self.open_action,
            self.folder_action,
            self.arrived_action,
            self.again_action,
            self.cancel_action,
        )
        self._build()

    def _action(self, icon: str, text: str, work: Callable[[Fax], None]) -> QAction:
        action = QAction(QIcon.fromTheme(icon) if icon else QIcon(), text, self)
        action.triggered.connect(lambda: self._do(work))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return action

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for action in self.in_order:
            button = QPushButton()
            button.setText(action.text())
            button.clicked.connect(action.trigger)
            action.changed.connect(lambda button=button, action=action: _follow(button, action))
            row.addWidget(button)
            if action is self.folder_action:
                row.addStretch(1)

    def enable(self, fax: Fax | None, present: bool) -> None:
        """Offer what can be done with this fax; `present` is False while the service is away."""
        undecided = fax is not None and fax.undecided
        self.open_action.setEnabled(present and fax is not None and fax.pages > 0)
        self.folder_action.setEnabled(fax is not None and not fax.sent and bool(getattr(fax.of, "pdf", "")))
        self.folder_action.setVisible(fax is None or not fax.sent)
        self.cancel_action.setEnabled(present and fax is not None and fax.cancellable)
        self.cancel_action.setVisible(fax is not None and fax.cancellable)
        for action in (self.arrived_action, self.again_action):
            action.setVisible(undecided)
            action.setEnabled(present and undecided)

    def _do(self, work: Callable[[Fax], None]) -> None:
        fax = self._current()
        if fax is not None:
            self.acted.emit()
            work(fax)

    def _ask_cancel(self, fax: Fax) -> None:
        ask_cancel(self._window, fax, lambda: self.cancel_wanted.emit(fax))

    def _ask_again(self, fax: Fax) -> None:
        ask_again(self._window, fax, lambda: self.resolve_wanted.emit(fax, Verdict.AGAIN))


def _follow(button: QPushButton, action: QAction) -> None:
    button.setEnabled(action.isEnabled())
    button.setVisible(action.isVisible())
