# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the real windows as different people see them: `looks.py FOLDER LANGUAGE LOOK`.

A look is one of LOOKS. What a person would call a fault is written on standard output, a line for each, and the status
is then 1: a warning of Qt, a window that is larger than the screen, something that is cut off, a key that two things
have. With LANGUAGE "marked" every text that can be translated is marked instead, and one without a mark is a fault.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True)
class Look:
    """A screen, and how it is drawn on."""

    width: int
    height: int
    dark: bool = False
    scale: int = 1
    text: float = 1.0
    """The size of text: 2.0 is 200 %."""


LOOKS: Final = {
    f"{name}-{shade}": Look(width, height, dark, scale, text)
    for name, width, height, scale, text in (
        ("1x", 1280, 800, 1, 1.0),
        ("2x", 1280, 800, 2, 1.0),
        ("small", 1024, 600, 1, 1.0),
        ("text-200", 1280, 800, 1, 2.0),
    )
    for shade, dark in (("light", False), ("dark", True))
}
MARK: Final = "\u27e6"
OFFSCREEN: Final = "This plugin does not support "
"""Qt's own complaint about a platform without a window manager."""


def main(folder: Path, language: str, name: str) -> int:
    """Draw every window, and say what is wrong with them."""
    look = LOOKS[name]
    with tempfile.TemporaryDirectory() as temporary:
        set_environment(look, Path(temporary), "en" if language == "marked" else language)
        faults = draw(folder, language, look, name)
    print("\n".join(faults))
    return 1 if faults else 0


def set_environment(look: Look, folder: Path, language: str) -> None:
    """Let Qt, which reads this when it is loaded, have this screen, and no settings of anybody's."""
    screen = {"name": "screen", "x": 0, "y": 0, "width": look.width * look.scale, "height": look.height * look.scale}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    (folder / "screens.json").write_text(json.dumps({"screens": [screen]}))
    os.environ |= {
        "QT_QPA_PLATFORM": f"offscreen:configfile={folder / 'screens.json'}",
        "QT_SCALE_FACTOR": str(look.scale),
        "XDG_CONFIG_HOME": str(folder),
        "LANGUAGE": language,
    }


def draw(folder: Path, language: str, look: Look, name: str) -> list[str]:
    """Draw the windows one after the other; the faults of all."""
    from PyQt6 import sip
    from PyQt6.QtCore import qInstallMessageHandler
    from PyQt6.QtWidgets import QApplication
    from window_faults import find_cut_off, find_same_keys, find_unmarked

    faults: list[str] = []

    def note(_kind: object, _where: object, text: str | None) -> None:
        if text and OFFSCREEN not in text:
            faults.append(f"{language} {name}: Qt warns: {text}")

    qInstallMessageHandler(note)
    app = QApplication(sys.argv[:1])
    dress(app, look)
    if language == "marked":
        mark_texts()
    shown = []
    for window_name, show in list_windows(language):
        window = show()
        for _round in range(3):  # what is laid out may have to be laid out once more
            app.processEvents()
        if language == "marked":
            found = [*find_unmarked(window, MARK, list_data())]
        else:
            found = [*find_cut_off(window), *find_same_keys(window)]
        faults += [f"{language} {name} {window_name}: {fault}" for fault in found]
        folder.mkdir(parents=True, exist_ok=True)
        window.grab().save(str(folder / f"{window_name}-{language}-{name}.png"))
        window.hide()
        shown.append(window)
    # Left to the garbage collector, they would go at any moment, and in any order: one run of many crashed.
    for window in reversed(shown):
        sip.delete(window)
    qInstallMessageHandler(None)
    return faults


def dress(app: object, look: Look) -> None:
    """Give the program the style, the size of text and the colours."""
    from PyQt6.QtGui import QColor, QFont, QPalette

    from faxcore.qt.language import speak_as_environment

    app.setStyle("Fusion")  # type: ignore[attr-defined]
    app.setFont(QFont("DejaVu Sans", round(9 * look.text)))  # type: ignore[attr-defined]
    speak_as_environment(app)  # type: ignore[arg-type]
    if look.dark:
        palette = QPalette(QColor("#2b2b2b"), QColor("#232323"))
        palette.setColor(QPalette.ColorRole.Base, QColor("#1b1b1b"))
        app.setPalette(palette)  # type: ignore[attr-defined]


def mark_texts() -> None:
    """Mark every text that is looked up in the catalogue."""
    from faxcore import i18n

    class Marked:
        def gettext(self, message: str) -> str:
            return f"{MARK}{message}"

        def pgettext(self, _context: str, message: str) -> str:
            return self.gettext(message)

        def ngettext(self, singular: str, plural: str, count: int) -> str:
            return self.gettext(singular if count == 1 else plural)

    i18n._catalogue = Marked()  # type: ignore[assignment]


def list_data() -> set[str]:
    """List what people have written in the example, and what Qt and Babel write in the reader's language."""
    from dataclasses import astuple

    from example import DOCTOR, WORDS, make_contacts, make_own_headers, make_payers
    from PyQt6.QtCore import QLocale

    own, payers = make_own_headers(WORDS["en"]), make_payers()
    addresses = ["\n".join(each.sender) for each in own]
    values = [
        *addresses,
        *(text for each in (*own, *payers) for text in astuple(each)),
        *astuple(WORDS["en"]),
        *astuple(DOCTOR),
        *(text for each in make_contacts() for text in astuple(each)),
    ]
    months = [QLocale().monthName(month) for month in range(1, 13)]
    return {text for text in values if isinstance(text, str) and text} | {*months, "France", "English", "Français"}


def list_windows(language: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """List the windows, and how each is shown."""
    import windows
    from example import DOCTOR, WORDS

    words = WORDS["fr" if language == "fr" else "en"]
    pages = windows.compose_letter(words, "fr" if language == "fr" else "en")
    yield "dialog", lambda: windows.show_dialog(words, pages)
    yield "dialog-payer", lambda: windows.show_paid_dialog(words, pages)
    yield "dialog-new", lambda: windows.show_new_dialog(words)
    yield "headers", lambda: windows.show_headers(words, pages)
    yield "faxes", lambda: windows.show_faxes(words, pages)
    yield "faxes-failed", lambda: windows.show_failed(words, pages)
    yield "faxes-away", lambda: windows.show_no_faxes(words)
    yield "contacts", windows.show_contacts
    yield "contacts-person", lambda: windows.show_card(DOCTOR.last_name)
    yield "contacts-group", lambda: windows.show_card("Quartier")
    yield "contacts-deleted", windows.show_deleted
    yield "contacts-report", windows.show_report
    yield "contacts-none", windows.show_no_contacts
    yield "consumption", windows.show_consumption
    yield "consumption-none", windows.show_no_consumption


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
