# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail as it goes over the line: headers, two texts, documents. All of it but our own words is foreign text."""

from __future__ import annotations

import email.policy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from faxcore.contract.mail_messages import MailOrder, MailServer
from faxcore.i18n import environment_languages, translate, use_languages
from faxcore.mailer.mail_templates import write_texts
from faxcore.model.sentence import NOTHING
from faxcore.model.text import clean_text, safe_file_name

_KINDS: Final = {"pdf": ("application", "pdf"), "tif": ("image", "tiff")}
_POLICY: Final = email.policy.SMTP.clone(cte_type="7bit")
"""Every server takes seven bits; what has more is coded."""


@dataclass(frozen=True)
class MailDocument:
    """A document that goes with a mail."""

    name: str
    octets: bytes


def write_mail(order: MailOrder, server: MailServer, documents: Sequence[MailDocument]) -> tuple[bytes, str]:
    """Write a mail with these documents; its octets, and a warning for the log. ValueError if that cannot be."""
    languages = order.languages or environment_languages()
    use_languages(*languages)
    sender_name = clean_text(server.sender_name, 60)
    wanted = order.text.attached if documents else order.text.not_attached
    end = wanted if order.documents else NOTHING
    text = replace(order.text, closing=(*order.text.closing, end))
    language = languages[0].partition(".")[0].partition("_")[0] if languages else ""
    own = Path(server.templates) if server.templates else None
    written = write_texts(text, own, language, translate, {"sender_name": sender_name})
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(_as_it_stands(sender_name) or "Facteur", addr_spec=server.sender)
    mail["To"] = Address(addr_spec=order.to)
    mail["Subject"] = _as_it_stands(written.subject) or "Fax"
    mail["Date"] = datetime.fromisoformat(order.created).astimezone()
    mail["Message-ID"] = f"<{order.id}@{server.sender.rpartition('@')[2]}>"
    # Nobody's answering machine is to answer (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(written.plain)
    mail.add_alternative(written.html, subtype="html")
    for document in documents:
        _attach(mail, document)
    return mail.as_bytes(), written.warning


def _as_it_stands(text: str) -> str:
    """Give the text of a header so that nobody takes it for one that is coded (RFC 2047), with line ends in it."""
    return text.replace("=?", "= ?")


def _attach(mail: EmailMessage, document: MailDocument) -> None:
    stem, _, suffix = document.name.rpartition(".")
    maintype, subtype = _KINDS[suffix]
    name = f"{safe_file_name(stem)}.{suffix}"
    mail.add_attachment(document.octets, maintype=maintype, subtype=subtype, filename=name)
