# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder in which a person keeps documents."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QStandardPaths


def find_documents() -> Path:
    """Find this person's folder for documents, or the one above it where there is none."""
    named = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return named if named.is_dir() else Path.home()
