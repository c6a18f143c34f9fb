# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds what of a fax's names no font here can draw, so that its sender is told before it goes."""

from __future__ import annotations

from collections.abc import Iterable

from faxcore.document.typefaces import list_missing
from faxcore.model.recipient import Recipient
from faxcore.model.text import clean_text


def find_undrawn(recipient: Recipient, cover: Iterable[str] | None) -> str:
    """Find the characters that stand as a question mark on the pages, each once. `cover` has the texts of the cover
    page besides the recipient; None where there is none, and only the header line names anybody. It may read large
    fonts: a quarter of a second, the first time.
    """
    to = recipient.cleaned()
    texts = [to.display_name()]
    if cover is not None:
        texts += [to.person(), to.role, to.department, to.company, *cover]
    return list_missing("".join(map(clean_text, texts)))
