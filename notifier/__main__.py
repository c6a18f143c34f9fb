# SPDX-License-Identifier: GPL-3.0-or-later
"""`facteur-notifier [--faxes | --show FAX] [--contacts] [--consumption]`: the tray of this session, with one of its
windows at once; `--show` shows a sent fax in the main window.

Started a second time it tells the first one and ends. SIGTERM and SIGINT end it as Quit does.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys

import qasync
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication

from faxcore.i18n import gettext as _
from faxcore.qt.language import speak_as_environment
from faxcore.qt.link import DeskLink
from notifier.dialogs import Dialogs
from notifier.pictures import fax_icon
from notifier.single_instance import CONSUMPTION, CONTACTS, FAXES, SingleInstance
from notifier.watching import Watching


def main() -> int:
    """Run the tray until it is told to quit; 0 then, and if another one runs already."""
    arguments = make_parser().parse_args()
    logging.basicConfig(level=arguments.log_level, format="facteur-notifier: %(levelname)s: %(message)s")
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("facteur-notifier")
    app.setApplicationDisplayName(_("Fax"))
    app.setDesktopFileName("org.facteur.Facteur")
    app.setWindowIcon(fax_icon())
    app.setQuitOnLastWindowClosed(False)
    speak_as_environment(app)
    try:
        only = SingleInstance()
    except OSError as error:
        print(_("The fax tray cannot start: {reason}").format(reason=error), file=sys.stderr)
        return 1
    if not only.first:
        return _second(only, arguments)
    with qasync.QEventLoop(app) as loop:
        loop.run_until_complete(_run(only, arguments))
    only.close()
    return 0


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    parser = argparse.ArgumentParser(prog="facteur-notifier", description=_("The fax icon in the panel."))
    parser.add_argument("--faxes", action="store_true", help=_("show the faxes sent and received"))
    parser.add_argument("--contacts", action="store_true", help=_("show the address books"))
    parser.add_argument("--consumption", action="store_true", help=_("show what calls came to, and the limits"))
    parser.add_argument("--show", default="", metavar="FAX", help=_("show the sent fax with this id"))
    parser.add_argument("--log-level", choices=("DEBUG", "INFO", "WARNING", "ERROR"), default="WARNING")
    return parser


def _second(only: SingleInstance, arguments: argparse.Namespace) -> int:
    for window in _wanted(arguments):
        if not only.ask(window, arguments.show):
            print(_("The fax tray that runs already does not answer."), file=sys.stderr)
            return 1
    only.close()
    return 0


def _wanted(arguments: argparse.Namespace) -> list[str]:
    """List the windows that are to be shown at once."""
    asked = {
        FAXES: arguments.faxes or arguments.show,
        CONTACTS: arguments.contacts,
        CONSUMPTION: arguments.consumption,
    }
    return [window for window, wanted in asked.items() if wanted]


async def _run(only: SingleInstance, arguments: argparse.Namespace) -> None:
    watching = Watching(DeskLink(register=True), Dialogs())
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, over.set)
    watching.tray.quit_wanted.connect(over.set)
    only.asked.connect(watching.show_window)
    for window in _wanted(arguments):
        watching.show_window(window, arguments.show)
    running = asyncio.ensure_future(watching.run())
    waiting = asyncio.ensure_future(over.wait())
    try:
        await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
    finally:
        waiting.cancel()
        await watching.finish()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        watching.close()


if __name__ == "__main__":
    sys.exit(main())
