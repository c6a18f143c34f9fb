# SPDX-License-Identifier: GPL-3.0-or-later
"""The words for a document: how much of it there is, and what became of it the first time that it was printed."""

from __future__ import annotations

from PyQt6.QtCore import QDateTime, QLocale, Qt

from faxcore.contract.printed import Draft
from faxcore.contract.sent_fax import Job
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.job import State
from faxcore.model.page import Resolution
from faxcore.model.text import clean_text


def describe_earlier(job: Job) -> str:
    """Say when and where the fax of the first time went, in the reader's language and time."""
    sentences = {
        State.DONE: _(
            "This document was printed again. It was faxed to {number} on {date}; sent again, it arrives twice."
        ),
        State.FAILED: _("This document was printed again. The fax to {number} of {date} was not sent."),
        State.CANCELLED: _("This document was printed again. The fax to {number} of {date} was cancelled."),
        State.UNCERTAIN: _("This document was printed again. The fax to {number} of {date} may have arrived already."),
    }
    sentence = sentences.get(
        job.state, _("This document was printed again. A fax to {number} of {date} is still waiting or being sent.")
    )
    when = QDateTime.fromString(job.changed, Qt.DateFormat.ISODateWithMs).toLocalTime()
    date = QLocale().toString(when, QLocale.FormatType.ShortFormat)
    return sentence.format(number=clean_text(job.number, 60), date=date)


def name_resolutions() -> dict[Resolution, str]:
    """Name each resolution, the coarsest first."""
    return {
        Resolution.STANDARD: _("standard resolution"),
        Resolution.FINE: _("fine resolution"),
        Resolution.SUPERFINE: _("superfine resolution"),
    }


def describe_draft(draft: Draft) -> str:
    """Say how many pages there are, and how fine they are."""
    pages = ngettext("{count} page", "{count} pages", draft.pages).format(count=draft.pages)
    differ = len({part.resolution for part in draft.parts}) > 1
    how_fine = _("different resolutions") if differ else name_resolutions()[draft.resolution]
    return f"{pages}, {how_fine}"
