# SPDX-License-Identifier: GPL-3.0-or-later
"""The predefined sender heading and cover page that a user chooses; the configuration defines them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from faxcore.model.sentence import Sentence


@dataclass(frozen=True)
class Header:
    """One choice of header.

    `id` names it in the configuration, on the bus and in a job; `name` is what the dialog shows. `heading`
    and `sender_lines` (address, telephone, ...) stand on the cover page. `cover` is the name of a template of
    `faxcore.document.cover`, or None for a fax without a cover page; its words are in `language`, or in
    that of the service if that is empty. `person` is the sender's full name: nobody's in a header that is offered.
    `logo` is the path of the picture above the heading; empty: none, or that of a header of somebody's own, whose
    name in the store is `picture`.
    """

    id: str
    name: Sentence
    heading: str = ""
    sender_lines: tuple[str, ...] = ()
    cover: str | None = None
    language: str = ""
    person: str = ""
    logo: str = ""
    picture: str = ""


SHIPPED: Final = (
    Header(id="plain", name=Sentence("No cover page")),
    Header(id="cover", name=Sentence("Cover page"), cover="standard"),
)
"""The headers of a configuration that defines none; their names are translated where they are shown."""
