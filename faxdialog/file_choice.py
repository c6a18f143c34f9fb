# SPDX-License-Identifier: GPL-3.0-or-later
"""The question which files are to be faxed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QWidget

from faxcore.i18n import gettext as _

ENDINGS: Final = "pdf ps eps tif tiff png jpg jpeg gif bmp webp heic heif avif txt"
"""The endings of the names of files that can be drawn."""


def ask_files(window: QWidget, chosen: Callable[[Sequence[Path]], None]) -> QFileDialog:
    """Ask for files beside a window, which goes on meanwhile, and hand on those that are chosen."""
    dialog = QFileDialog(window, _("Add documents to the fax"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    patterns = " ".join(f"*.{ending} *.{ending.upper()}" for ending in ENDINGS.split())
    kinds = {_("Documents and pictures"): patterns, _("All files"): "*"}
    dialog.setNameFilters([f"{name} ({endings})" for name, endings in kinds.items()])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    dialog.open()
    return dialog
