# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxdialog [DRAFT]`: the dialog for one waiting document, by default the one printed last.

`faxdialog --spare` is how the tray keeps a dialog ready: everything is loaded and linked, nothing is shown, until a
line on standard input says `open DRAFT`; a later line `raise` brings the window to the front. A spare that was never
used ends with its standard input. It says `ready` and `shown` on standard output, so that the tray can know it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable

import qasync
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication, QIcon
from PyQt6.QtWidgets import QApplication

from faxcore.i18n import gettext as _
from faxcore.qt.language import speak_as_environment
from faxcore.qt.link import DeskLink
from faxcore.qt.style import ICON
from faxdialog.controller import DialogController
from faxdialog.window import SendDialog


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
    parser = argparse.ArgumentParser(prog="faxdialog", description=_("Send a waiting document as a fax."))
    parser.add_argument("draft", nargs="?", help=_("the id of the document; by default the one printed last"))
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
        await _show(link, window, arguments.draft or "")
        return 0
    finally:
        linking.cancel()


async def _show(link: DeskLink, window: SendDialog, draft: str, shown: Callable[[], None] = lambda: None) -> None:
    done = asyncio.Event()
    sending = DialogController(link, window, draft)
    sending.finished.connect(done.set)
    await sending.open()
    shown()
    await done.wait()


async def _spare(link: DeskLink, window: SendDialog) -> int:
    orders: asyncio.Queue[str] = asyncio.Queue()
    _listen(orders)
    _say("ready")
    while True:
        word, _space, draft = (await orders.get()).partition(" ")
        if not word:
            return 0
        if word == "open" and draft:
            break
    raising = asyncio.ensure_future(_raise_when_told(orders, window))
    try:
        await _show(link, window, draft, lambda: _say("shown"))
    finally:
        raising.cancel()
    return 0


async def _raise_when_told(orders: asyncio.Queue[str], window: SendDialog) -> None:
    while await orders.get():
        if not window.isVisible():
            continue  # closed already
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()


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
