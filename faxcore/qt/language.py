# SPDX-License-Identifier: GPL-3.0-or-later
"""Qt's own words (the menus of its fields) and its dates in the language of ours: LANGUAGE goes before LANG."""

from __future__ import annotations

import os

from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator


def speak_as_environment(app: QCoreApplication) -> None:
    """Make Qt speak the language that gettext speaks, as far as it knows it."""
    wanted = os.environ.get("LANGUAGE", "").split(":")[0]
    if wanted:
        QLocale.setDefault(QLocale(wanted))
    translator = QTranslator(app)
    if translator.load(QLocale(), "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
