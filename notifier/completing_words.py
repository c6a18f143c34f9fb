# SPDX-License-Identifier: GPL-3.0-or-later
"""The words for what waits to be completed: a document, or a fax in which something was typed before the first one."""

from __future__ import annotations

from faxcore.contract.printed import Draft
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.text import clean_text
from notifier.fax import count_pages


def name_draft(draft: Draft, longest: int = 200) -> str:
    """Name it: the document's title, else the subject."""
    if draft.parts:
        return clean_text(draft.title, longest) or _("Document without a title")
    return clean_text(draft.kept.order.subject, longest) or _("New fax")


def count_draft(draft: Draft) -> str:
    """Say how many pages its documents have."""
    return count_pages(draft.pages) if draft.parts else _("no document yet")


def tell_recipients(draft: Draft) -> str:
    """Say for whom it is, as far as that is typed; empty if it is not."""
    chosen = draft.kept.recipients
    if len(chosen) > 1:
        return ngettext("to {count} recipient", "to {count} recipients", len(chosen)).format(count=len(chosen))
    name = clean_text(chosen[0].display_name() if chosen else draft.kept.order.number, 60)
    return _("to {number}").format(number=name) if name else ""
