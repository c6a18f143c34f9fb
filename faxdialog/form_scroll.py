# SPDX-License-Identifier: GPL-3.0-or-later
"""A form that is scrolled up and down where it is high, and is never narrower than its fields are."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer
from PyQt6.QtWidgets import QFrame, QScrollArea, QWidget


class FormScroll(QScrollArea):
    """Holds a form, whose rows may come and go."""

    def __init__(self, form: QWidget) -> None:
        super().__init__()
        self._sought: QWidget | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._scroll)
        self.setWidget(form)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.fit()

    def fit(self) -> None:
        """Be no narrower than that nothing of the form is cut off."""
        form, bar = self.widget(), self.verticalScrollBar()
        assert form is not None and bar is not None
        self.setMinimumWidth(form.minimumSizeHint().width() + bar.sizeHint().width())

    def bring_into_sight(self, part: QWidget) -> None:
        """Scroll, when the form is laid out anew, so that this part of it is seen."""
        self._sought = part
        self._soon.start()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        """Take note that the form is laid out anew: a row more may be a wider one."""
        done = super().eventFilter(watched, event)
        if watched is self.widget() and event is not None and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return done

    def _scroll(self) -> None:
        bar = self.horizontalScrollBar()
        if self._sought is not None and bar is not None:
            self.ensureWidgetVisible(self._sought)
            bar.setValue(0)  # only up and down: the beginning of each line stays
