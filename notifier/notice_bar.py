# SPDX-License-Identifier: GPL-3.0-or-later
"""One sentence across the window that tells what was done, with a button to take it back."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QPushButton

from faxcore.qt.message import MessageBar


class NoticeBar(MessageBar):
    """Says one thing at a time. What it offers is done by its button within some seconds, or not at all."""

    def __init__(self) -> None:
        super().__init__()
        self.button = QPushButton()
        self.time = QTimer(self)
        self.time.setSingleShot(True)
        self._act: Callable[[], None] | None = None
        self._over: Callable[[], None] | None = None
        row = self.layout()
        assert row is not None
        row.addWidget(self.button)
        self.button.hide()
        self.button.clicked.connect(self._clicked)
        self.time.timeout.connect(self.finish)

    def tell(self, sentence: str, grave: bool = False) -> None:
        """Show this sentence; what was offered before is over."""
        self.finish()
        self.say(sentence, grave)

    def offer(
        self, sentence: str, label: str, act: Callable[[], None], over: Callable[[], None], milliseconds: int
    ) -> None:
        """Show this sentence with a button that does `act`; else `over` is called when the time has passed, or when
        something else is said.
        """
        self.finish()
        self._act, self._over = act, over
        self.button.setText(label)
        self.button.show()
        self.say(sentence, grave=False)
        self.time.start(milliseconds)

    def finish(self) -> None:
        """Take the sentence away; what was offered is over."""
        over = self._over
        self._end()
        if over is not None:
            over()

    def _clicked(self) -> None:
        act = self._act
        self._end()
        if act is not None:
            act()

    def _end(self) -> None:
        self._act = self._over = None
        self.time.stop()
        self.button.hide()
        self.say("")
