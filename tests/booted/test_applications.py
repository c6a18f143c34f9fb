# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that people print with: each hands its document to the printer Fax as it does in an office, the dialog
comes up in the session of whoever printed, with the document's title, and the pages that arrive are those that were
printed. The applications are large: `packaging/booted --applications` installs them, and runs this.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.booted.conftest import Installed
from tests.booted.desk import Desk, install_desktop
from tests.booted.machine import Machine, until
from tests.booted.office import RECEIVED, count_idle, count_received
from tests.support.documents import pdf

pytestmark = [
    pytest.mark.skipif(not os.environ.get("FACTEUR_APPLICATIONS"), reason="packaging/booted --applications runs these"),
    pytest.mark.timeout(1800),
]
APPLICATIONS = ("libreoffice-writer", "evince", "firefox-esr", "fonts-dejavu-core", "dbus-x11")
WRITTEN = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
 <office:automatic-styles>
  <style:style style:name="large" style:family="paragraph"><style:text-properties fo:font-size="24pt"/></style:style>
  <style:style style:name="next" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/>
   <style:text-properties fo:font-size="24pt"/></style:style>
 </office:automatic-styles>
 <office:body><office:text>
  <text:p text:style-name="large">Minutes of Monday</text:p>
  <text:p text:style-name="next">Minutes of Tuesday</text:p>
 </office:text></office:body>
</office:document>
"""
SHOWN = """<!doctype html><title>Opening hours</title><body onload="window.print()"><h1>Open on Saturday</h1>"""
PREFERENCES = """\
user_pref("print.always_print_silent", true);
user_pref("print_printer", "Fax");
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
"""


@pytest.fixture(scope="module")
def desk(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Anne's desk, with the applications."""
    machine = Machine("applications", tmp_path_factory.mktemp("applications"), installed.layers)
    try:
        install_desktop(machine, *APPLICATIONS)
        machine.boot()
        until("the lines to be ready", lambda: count_idle(machine) == 4)
        made = Desk(machine, "anne")
        made.log_in()
        yield made
    finally:
        machine.close()


def test_libreoffice_writer(desk: Desk, tmp_path: Path) -> None:
    desk.machine.write("/home/anne/Minutes.fodt", WRITTEN)
    desk.run("soffice", "--norestore", "--pt", "Fax", "Minutes.fodt", seconds=300)
    assert fax_what_was_printed(desk, "Minutes", tmp_path) == ["Minutes of Monday", "Minutes of Tuesday"]


def test_evince(desk: Desk, tmp_path: Path) -> None:
    (desk.machine.root / "home/anne/Plan.pdf").write_bytes(pdf(2))
    desk.run("lpoptions", "-d", "Fax")
    desk.start("evince", "evince", "/home/anne/Plan.pdf")
    desk.focus("--class", "evince")
    desk.press("ctrl+p")
    until("the dialog of printing", lambda: desk.find_windows("--name", "^Print$"), 60)
    desk.focus("--name", "^Print$")
    desk.press("alt+p")
    pages = fax_what_was_printed(desk, "Plan", tmp_path)
    desk.stop("evince")
    assert pages == ["Page 1 of 2", "Page 2 of 2"]


def test_firefox(desk: Desk, tmp_path: Path) -> None:
    desk.machine.write("/home/anne/hours.html", SHOWN)
    desk.machine.write("/home/anne/profile/user.js", PREFERENCES)
    desk.machine.run("chown", "-R", "anne:", "/home/anne/profile")
    desk.start("firefox", "firefox-esr", "--profile", "/home/anne/profile", "file:///home/anne/hours.html")
    pages = fax_what_was_printed(desk, "Opening hours", tmp_path)
    desk.stop("firefox")
    assert len(pages) == 1 and "Open on Saturday" in pages[0]


def test_lp(desk: Desk, tmp_path: Path) -> None:
    desk.run("lp", "-d", "Fax", "-t", "A letter", "letter.txt")
    (page,) = fax_what_was_printed(desk, "A letter", tmp_path)
    assert "Dear Martin" in page


def fax_what_was_printed(desk: Desk, title: str, tmp_path: Path) -> list[str]:
    """Send what was printed by the dialog that names it; the words of each page that arrives."""
    before = count_received(desk.machine)
    received = set((desk.machine.root / RECEIVED).glob("*.pdf"))
    desk.focus("--name", f"^Send a fax: {title}")
    desk.type("0199000002")
    for key in ("Tab", "space", "Tab"):  # the name stands among the details, which are opened
        desk.press(key)
    desk.type("Martin")
    desk.take_picture(tmp_path / "dialog.png")
    desk.press("Return")
    until("the fax to arrive", lambda: count_received(desk.machine) > before, 180)
    until("the dialog to go", lambda: not desk.find_windows("--name", "^Send a fax"))
    (arrived,) = set((desk.machine.root / RECEIVED).glob("*.pdf")) - received
    return read_pages(arrived, tmp_path)


def read_pages(document: Path, folder: Path) -> list[str]:
    """Read the words on each page below the header line, as a person would."""
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", document, folder / "page"], check=True)
    pages = []
    for picture in sorted(folder.glob("page-*.png")):
        said = subprocess.run(
            ["tesseract", picture, "-", "--psm", "6"], capture_output=True, text=True, check=True
        ).stdout
        # The first line is the header line of every sent page.
        pages.append(" ".join(said.split("\n", 1)[1].split()))
    return pages
