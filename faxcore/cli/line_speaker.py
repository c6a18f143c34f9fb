# SPDX-License-Identifier: GPL-3.0-or-later
"""The owner of a call on the command line: says on standard error how far it is."""

from __future__ import annotations

import sys

from faxcore.i18n import gettext as _
from faxcore.line.pages import PageReader
from faxcore.t30.line import Note


class LineSpeaker:
    """Says where a call is. Everything that is offered in it is for everybody."""

    def __init__(self) -> None:
        self.more_follows = False
        """True while another document is to be sent behind this one in the same call."""

    def note(self, note: Note) -> bool:
        """Say what has happened; returns whether another document follows the one whose last page is out."""
        if note.confirmed:
            say(_("Page {page} is confirmed").format(page=note.page))
        elif note.state == "page":
            say(
                _("Page {page} at {rate} bit/s").format(page=note.page, rate=note.rate)
                if note.rate
                else _("Ready for page {page}").format(page=note.page)
            )
        elif note.state == "negotiating" and note.remote_id:
            say(_("Connected with {remote}").format(remote=note.remote_id))
        return note.final and self.more_follows

    def may_take(self, offer: str) -> bool:
        """Return whether the caller may fetch this document."""
        return True

    def page_kept(self, number: int, file: str, reader: PageReader, confirmed: bool) -> None:
        """Say that a page is on disk."""
        say(_("Page {page} is received, {rows} rows").format(page=number, rows=reader.decoder.rows))


def say(text: str) -> None:
    """Say this on standard error, at once."""
    print(text, file=sys.stderr, flush=True)
