# SPDX-License-Identifier: GPL-3.0-or-later
"""The questions which files are to be faxed, and which picture is to be a logo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QWidget

from faxcore.i18n import gettext as _

ENDINGS: Final = "pdf ps eps tif tiff png jpg jpeg gif bmp webp heic heif avif txt"
"""The endings of the names of files that can be drawn."""
PICTURES: Final = "png jpg jpeg"
"""The endings of the names of pictures that can be logos."""


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


def ask_picture(window: QWidget, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask for one picture beside a window, which goes on meanwhile, and hand it on."""
    dialog = QFileDialog(window, _("Choose a logo"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    patterns = " ".join(f"*.{ending} *.{ending.upper()}" for ending in PICTURES.split())
    name = _("Pictures")
    dialog.setNameFilters([f"{name} ({patterns})"])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: chosen(Path(names[0])))
    dialog.open()
    return dialog
