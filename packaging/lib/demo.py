# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration: one fax from "Print" to the popup of its arrival. `packaging/demo` prepares and runs it.

With --auto, or where there is no display, everything that a person would do is done by key presses on a screen of
our own, and the exit code is 0 only if the pages received are right.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import pwd
import signal
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

import buses
import demo_user
import screen
from printing import PrintingSystem
from processes import Stage, Trouble, python, step
from sample import write_letter

from faxcore.bus.client import connect
from faxcore.config import load
from faxcore.contract.received_fax import Reception
from faxcore.contract.service_status import LineState
from faxcore.document.compose import PageOrder
from faxcore.document.compose import compose as compose_pages
from faxcore.document.tiff import read_pages
from faxcore.model.job import State
from faxcore.model.page import Page
from faxcore.model.recipient import Recipient

NUMBER = "0199000002"
ORDER = {
    "number": NUMBER,
    "last_name": "Martin",
    "first_name": "Anne",
    "role": "Doctor",
    "department": "Surgery",
    "company": "Health committee",
    "subject": "Meetings of the committee",
}
"""The texts that the person types, in the order of the dialog's fields."""

CONFIGURATION = """# The service of a demonstration: four simulated lines.
[station]
id = "+33 1 99 00 00 01"

[folders]
state = "{folder}/state"
received = "{folder}/received"

[exchange]
owners = ["{user}"]
"""


def main() -> int:
    """Run it; the exit code."""
    parser = argparse.ArgumentParser(prog="packaging/demo", description="See a fax go out and come in.")
    parser.add_argument("--auto", action="store_true", help="do what the person would do, and check the result")
    parser.add_argument("--folder", type=Path, help="work and results go there (default: a new one under /tmp)")
    options = parser.parse_args()
    auto = options.auto or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    folder = options.folder or Path(tempfile.mkdtemp(prefix="facteur-demo-", dir="/tmp"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    print(f"Facteur's demonstration, in {folder}", flush=True)
    # Ended by a person or by a machine: what was started ends, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begun = time.monotonic()
    try:
        with Stage(folder) as stage:
            start_the_house(stage, auto)
            if auto:
                play_the_person(stage)
            else:
                tell_the_person(stage)
    except Trouble as trouble:
        print(f"The demonstration failed: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nEnded. What was received is in", folder / "received")
        return 0
    print(f"All of it worked, in {time.monotonic() - begun:.1f} s.")
    return 0


# ------------------------------------------------------------ the house


def start_the_house(stage: Stage, auto: bool) -> None:
    """Buses, screen, printing system, service with its exchange, tray."""
    if auto:
        # What the dialog remembers is the demonstration's, not that of whoever runs it.
        stage.environment["XDG_CONFIG_HOME"] = str(stage.folder / "settings")
        with step("Starting a virtual screen, a session bus, a notification daemon and a tray"):
            buses.session_bus(stage)
            screen.virtual_screen(stage)
            screen.desktop(stage)
    with step("Starting a system bus with Facteur's policy"):
        buses.system_bus(stage)
    with step("Preparing a printing system, its backend readable for its user"):
        printing = PrintingSystem(stage)
    with step("Starting cupsd with the printer Fax"):
        printing.start()
    with step("Starting the exchange with four simulated lines, and faxcore"):
        config = stage.folder / "facteur.toml"
        user = pwd.getpwuid(os.getuid()).pw_name
        config.write_text(CONFIGURATION.format(folder=stage.folder, user=user))
        socket = stage.folder / "socket"
        options: list[str | Path] = ["--config", config, "--socket", socket, "--log-level", "INFO"]
        stage.start("faxcore", [python(), "-m", "faxcore.daemon", *options])
        # As on a computer on which it is installed: the windows go to the service's own socket.
        stage.environment["FACTEUR_ADDRESS"] = f"unix:path={socket};{stage.environment['DBUS_SYSTEM_BUS_ADDRESS']}"
        stage.until("faxcore on the bus", lambda: "ready:" in stage.log("faxcore").read_text(), 30)
        stage.until("four idle lines", lambda: idle_lines(stage) == 4, 30, every=0.2)
    with step("Starting the tray"):
        stage.start("notifier", [python(), "-m", "notifier", "--log-level", "INFO"])
        stage.until("the tray", lambda: "spare dialog is ready" in stage.log("notifier").read_text(), 20)


def idle_lines(stage: Stage) -> int:
    """Count the lines that wait for calls."""
    return sum(line.state is LineState.IDLE for line in ask(stage, "status").lines)


def ask(stage: Stage, method: str, *arguments: Any) -> Any:
    """One question to the service, as this user."""

    async def question() -> Any:
        async with connect(stage.environment["DBUS_SYSTEM_BUS_ADDRESS"]) as desk:
            return await getattr(desk, method)(*arguments)

    return asyncio.run(question())


# ------------------------------------------------------------ with a person


def tell_the_person(stage: Stage) -> None:
    """Say what to do, and go on until Ctrl-C."""
    server = stage.environment["CUPS_SERVER"]
    letter = write_letter(stage.folder / "letter.pdf")
    print(
        f"""
Everything runs. Now print something on the printer "Fax", for instance

    CUPS_SERVER={server} lp -d Fax {letter}

or start an application that prints, like this:

    CUPS_SERVER={server} libreoffice

A dialog opens: dial 0199000002, 0199000003 or 0199000004 and press Send. About half a minute later a popup
announces the fax (you own all four lines); a click on the icon shows your faxes. 0199000098 is always busy.
Received faxes go to {stage.folder / "received"}. Ctrl-C ends everything.
""",
        flush=True,
    )
    while True:
        time.sleep(3600)


# ------------------------------------------------------------ without one


def play_the_person(stage: Stage) -> None:
    """Print, fill in, send, wait, look; Trouble unless what arrives is right."""
    pictures = stage.folder / "pictures"
    pictures.mkdir()
    with step("Writing a letter of one page"):
        letter = write_letter(stage.folder / "letter.pdf")
    window = print_and_wait_for_dialog(stage, letter)
    with step("Filling in the dialog and looking at the preview"):
        fill_in(stage, window)
        time.sleep(1.5)  # for the eye: a person looks at the preview before sending
    with step("Taking a picture of the dialog"):
        screen.picture(stage, pictures / "dialog.png")
    with step("Pressing Send"):
        demo_user.press(stage, "Return")
        job = stage.until("the job", lambda: next(iter(ask(stage, "list_jobs")), None), 15, every=0.1).id
    with step("Waiting while line 1 calls line 2"):
        stage.until("the end of the call", lambda: ended(stage, job), 180, every=0.3)
    with step("Waiting for the popup"):
        stage.until("the popup", lambda: announced(stage), 30, every=0.1)
        stage.until("the popup on the screen", lambda: screen.windows(stage, "--class", "Dunst"), 10)
        time.sleep(0.7)  # the notification daemon fades it in
        screen.picture(stage, pictures / "popup.png")
    with step("Opening the main window"):
        stage.run([python(), "-m", "notifier", "--faxes"])
        stage.until("the main window", lambda: screen.windows(stage, "--class", "facteur-notifier"), 20)
        time.sleep(1.0)  # for the eye: its rows arrive over the bus
        screen.picture(stage, pictures / "faxes.png")
    with step("Comparing the pages received with the pages sent"):
        reception = check_reception(stage, job)
    print(f"  received TIFF: {reception.tiff}\n  received PDF:  {reception.pdf}")
    print(f"  pictures:      {', '.join(str(path) for path in sorted(pictures.iterdir()))}")


def print_and_wait_for_dialog(stage: Stage, letter: Path) -> str:
    """Print, and wait for the dialog; its window."""
    with step("Printing it with lp, and waiting for the dialog"):
        begun = time.monotonic()
        demo_user.print_document(stage, letter, "Meetings of the committee")
        window: str = stage.until("the dialog", lambda: screen.windows(stage, "--class", "faxdialog"), 30)[0]
        seconds = time.monotonic() - begun
    print(f"  the dialog stood {seconds:.2f} s after lp was started")
    return window


def fill_in(stage: Stage, window: str) -> None:
    """The fields in the order of the dialog, then the header with a cover page; all by keyboard."""
    demo_user.focus(stage, window)
    for name, value in ORDER.items():
        demo_user.type_text(stage, value)
        demo_user.press(stage, "Tab")
        if name == "number":
            demo_user.press(stage, "space", "Tab")  # opens the details
    demo_user.press(stage, "End")


def ended(stage: Stage, job: str) -> bool:
    """Return whether the job is done. Trouble if it has ended otherwise."""
    found = ask(stage, "show_job", job).job
    if found.state in (State.FAILED, State.UNCERTAIN, State.CANCELLED):
        raise Trouble(f"the fax is {found.state.value}: {found.reason}")
    return bool(found.state is State.DONE)


def announced(stage: Stage) -> bool:
    """Return whether the reception is filed."""
    return bool(ask(stage, "list_receptions"))


def check_reception(stage: Stage, job: str) -> Reception:
    """The reception. Trouble unless its pages are those sent, cover page, header line and all, pixel for pixel."""
    reception: Reception
    (reception,) = ask(stage, "list_receptions")
    received = list(read_pages(Path(reception.tiff)))
    started = datetime.fromisoformat(ask(stage, "show_job", job).calls[0].started).astimezone()
    with (stage.folder / "document.tif").open("w+b") as out:
        ask(stage, "read_job", job, out)
    # The pages say the minute in which they were composed: that of the call, or, at its very end, the one before.
    sent = [compose(stage, reception, started - timedelta(minutes=minutes)) for minutes in (0, 1)]
    if received not in sent:
        wrong = [n for n, pair in enumerate(zip_longest(received, sent[0]), start=1) if pair[0] != pair[1]]
        raise Trouble(f"pages {wrong} were not received as they were sent: see {reception.tiff}")
    if not Path(reception.pdf).read_bytes().startswith(b"%PDF"):
        raise Trouble(f"{reception.pdf} is not a PDF")
    return reception


def compose(stage: Stage, reception: Reception, when: datetime) -> list[Page]:
    """The pages as the service composes them: the document with the cover page, sent at this time."""
    config = load(stage.folder / "facteur.toml")
    header = next(header for header in config.headers if header.cover)
    recipient = Recipient(**{name: value for name, value in ORDER.items() if name != "subject"})
    # The form in which a national number stands on pages is the service's.
    recipient = replace(recipient, number=ask(stage, "list_jobs")[0].number)
    order = PageOrder(header, recipient, ORDER["subject"], reception.remote_id, when)
    composed = stage.folder / f"composed-{when:%H%M}.tif"
    composed.unlink(missing_ok=True)
    asyncio.run(compose_pages(stage.folder / "document.tif", composed, order))
    return list(read_pages(composed))


if __name__ == "__main__":
    sys.exit(main())
