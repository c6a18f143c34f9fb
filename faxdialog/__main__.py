# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxdialog [DRAFT]`: the dialog for one waiting document, by default the one printed last. `faxdialog FILE...`: for a
new fax of these files. `faxdialog --new`: for one that has no document yet; `--to NUMBER` says for whom a new fax is.

`faxdialog --spare` is how the tray keeps a dialog ready: everything is loaded and linked, nothing is shown, until a
line on standard input says `open DRAFT`, `new` or `new NUMBER`; a later line `raise` brings the window to the front,
and `printed DRAFT` asks whether what was printed just now belongs to this fax. A spare that was never used ends with
its standard input. It says `ready` and `shown` on standard output, so that the tray can know it, and of what was
printed `joined DRAFT`, or `separate DRAFT` if it is to have a window of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import qasync
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication, QIcon
from PyQt6.QtWidgets import QApplication

from faxcore.i18n import gettext as _
from faxcore.model.text import clean_text
from faxcore.qt.language import speak_as_environment
from faxcore.qt.link import DeskLink
from faxcore.qt.style import ICON
from faxdialog.controller import DialogController
from faxdialog.window import SendDialog

_DRAFT: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The id of a draft."""

LONGEST_NUMBER: Final = 60
"""Characters of a number for which a new fax is."""


@dataclass(frozen=True)
class Wish:
    """The fax that the dialog is opened for."""

    draft: str = ""
    """Empty: a new one, or the one printed last."""
    new: bool = False
    to: str = ""
    """The number for which a new one is."""
    files: tuple[Path, ...] = ()


def main() -> int:
    """Show the dialog; 0 when it has been closed."""
    arguments = make_parser().parse_args()
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("faxdialog")
    app.setApplicationDisplayName(_("Fax"))
    app.setDesktopFileName("org.facteur.Dialog")
    app.setWindowIcon(QIcon.fromTheme("org.facteur.Facteur", QIcon(str(ICON))))
    app.setQuitOnLastWindowClosed(False)
    speak_as_environment(app)
    with qasync.QEventLoop(app) as loop:
        return int(loop.run_until_complete(_run(arguments)))


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    parser = argparse.ArgumentParser(prog="faxdialog", description=_("Send a waiting document, or files, as a fax."))
    parser.add_argument(
        "documents",
        nargs="*",
        metavar=_("DOCUMENT"),
        help=_("files to be faxed, or the id of a document that waits; by default the one printed last"),
    )
    parser.add_argument("--new", action="store_true", help=_("a new fax, to which documents are added in the window"))
    parser.add_argument("--to", default="", metavar=_("NUMBER"), help=_("the number for which a new fax is"))
    parser.add_argument("--spare", action="store_true", help=argparse.SUPPRESS)
    return parser


async def _run(arguments: argparse.Namespace) -> int:
    link = DeskLink()
    linking = asyncio.ensure_future(link.run())
    window = SendDialog()
    window.ensurePolished()
    try:
        if arguments.spare:
            return await _spare(link, window)
        await _show(link, window, read_wish(arguments))
        return 0
    finally:
        linking.cancel()


def read_wish(arguments: argparse.Namespace) -> Wish:
    """Read what the dialog is to be opened for."""
    documents: list[str] = arguments.documents
    to = clean_number(arguments.to)
    new = bool(arguments.new or to)
    if len(documents) == 1 and not new and _DRAFT.fullmatch(documents[0]) and not Path(documents[0]).exists():
        return Wish(draft=documents[0])
    # By their whole names: whoever started us may be in another folder than the windows of the desktop.
    return Wish(new=new or bool(documents), to=to, files=tuple(Path(name).absolute() for name in documents))


def clean_number(text: str) -> str:
    """Make one harmless line of a number, which may be what a caller's machine said of itself."""
    return clean_text(text, LONGEST_NUMBER)


async def _show(
    link: DeskLink, window: SendDialog, wish: Wish, shown: Callable[[DialogController], None] = lambda _shown: None
) -> None:
    done = asyncio.Event()
    controller = DialogController(link, window, wish.draft, wish.new, wish.files, wish.to)
    controller.finished.connect(done.set)
    await controller.open()
    shown(controller)
    await done.wait()


async def _spare(link: DeskLink, window: SendDialog) -> int:
    orders: asyncio.Queue[str] = asyncio.Queue()
    _listen(orders)
    _say("ready")
    while True:
        word, _space, about = (await orders.get()).partition(" ")
        if not word:
            return 0
        if word == "new" or (word == "open" and about):
            break
    wish = Wish(new=True, to=clean_number(about)) if word == "new" else Wish(about)
    following: list[asyncio.Task[None]] = []

    def begin(controller: DialogController) -> None:
        _say("shown")
        controller.printed.separate.connect(lambda draft: _say(f"separate {draft}"))
        controller.printed.joined.connect(lambda draft: _say(f"joined {draft}"))
        following.append(asyncio.ensure_future(_follow(orders, window, controller)))

    try:
        await _show(link, window, wish, begin)
    finally:
        for task in following:
            task.cancel()
    return 0


async def _follow(orders: asyncio.Queue[str], window: SendDialog, controller: DialogController) -> None:
    """Do what the tray says while the dialog is open."""
    while order := await orders.get():
        word, _space, draft = order.partition(" ")
        if not window.isVisible():
            continue  # closed already: the tray sees to what was printed
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        if word == "printed" and draft:
            controller.printed.ask(draft)
        window.raised.emit()


def _listen(orders: asyncio.Queue[str]) -> None:
    """Put each line of standard input into the queue, and an empty one at its end."""
    loop = asyncio.get_running_loop()
    buffer = bytearray()

    def read() -> None:
        piece = os.read(0, 4096)
        if not piece:
            loop.remove_reader(0)
            orders.put_nowait("")
        buffer.extend(piece)
        while b"\n" in buffer:
            line, _newline, rest = bytes(buffer).partition(b"\n")
            buffer[:] = rest
            orders.put_nowait(line.decode("utf-8", "replace"))

    loop.add_reader(0, read)


def _say(word: str) -> None:
    try:
        os.write(1, f"{word}\n".encode())
    except OSError:
        return  # the tray has gone; the dialog goes on without it


if __name__ == "__main__":
    sys.exit(main())
