# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail addresses as the configuration and the administrator may give them."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address
from typing import Final

from faxcore.config.table import Table

LONGEST_MAIL: Final = 254
"""Characters of a mail address (RFC 5321, 4.5.3.1.3, without the brackets)."""


def is_mail_address(text: str) -> bool:
    """Return whether a text is one mail address and nothing else: a name in front, a list and a comment are not."""
    if len(text) > LONGEST_MAIL or not text.isascii() or re.search(r'[\x00-\x20\x7f,;<>()"\\]', text):
        return False
    try:
        read = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):  # IndexError: where the parser looks behind the end
        return False
    return bool(read.username and read.domain) and read.addr_spec == text


def read_mail_address(table: Table) -> str:
    """The mail address of somebody; empty if there is none."""
    mail = table.text("mail", "")
    if "mail" in table and not is_mail_address(mail):
        raise table.error("mail", f'{mail!r} is not one mail address, as "anne@example.org"')
    return mail
