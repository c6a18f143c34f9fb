# SPDX-License-Identifier: GPL-3.0-or-later
"""The folders as one button with a menu, for a window that has no room for a column of them."""

from __future__ import annotations

from PyQt6.QtWidgets import QMenu, QPushButton

from faxcore.i18n import gettext as _
from notifier.faxes.folder_column import FolderColumn


class PlaceButton(QPushButton):
    """Chooses in the column of folders, which is hidden."""

    def __init__(self, folders: FolderColumn) -> None:
        super().__init__(_("Folders"))
        self._folders = folders
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.setMenu(menu)

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for place, name in self._folders.places().items():
            action = menu.addAction(name.replace("&", "&&"))
            if action is not None:
                action.triggered.connect(lambda _on, place=place: self._folders.choose(place))
