# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax forwarded by fax: its pages, dot for dot, are a document that waits for a recipient.

Of a fax that was sent they are those of its document: cover page and header line are made anew.
"""

from __future__ import annotations

import tempfile

from PyQt6.QtCore import QDateTime, QLocale

from faxcore.contract.interfaces import Desk
from faxcore.i18n import gettext as _
from faxcore.model.text import clean_text
from notifier.fax import NO_TIME, Fax
from notifier.fax_documents import write_bare_pages


async def forward(desk: Desk, fax: Fax) -> str:
    """Make a draft of the pages of a fax; its id, for which a dialog can be opened. BusError, OSError."""
    with tempfile.TemporaryFile(prefix="facteur-") as file:
        await write_bare_pages(desk, fax, file)
        file.seek(0)
        return (await desk.begin_draft(file, title_forwarded(fax))).id


def title_forwarded(fax: Fax) -> str:
    """Say in the title of a draft whose fax it was, and of when."""
    local = QDateTime(fax.when.astimezone().replace(tzinfo=None))
    # Not "today": the draft may wait until tomorrow.
    when = QLocale().toString(local, "d MMM yyyy HH:mm") if fax.when != NO_TIME else ""
    if fax.sent:
        said = _("Fax to {name}, {when}") if when else _("Fax to {name}")
    else:
        said = _("Fax from {name}, {when}") if when else _("Fax from {name}")
    return clean_text(said.format(name=fax.name, when=when))
