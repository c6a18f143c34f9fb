# SPDX-License-Identifier: GPL-3.0-or-later
"""`mail`, `mail_documents` and `printer`: where a received fax goes besides its owners. A line, a number, a sub-address
and a route may each have them.

An address and a printer are somebody's, as owners are: what has owners of its own has none of those of whatever stands
above it, or a confidential fax would lie in everybody's tray.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from faxcore.config.mail import read_addresses, read_files
from faxcore.config.table import Table


@dataclass(frozen=True)
class TellingConfig:
    """Where a received fax goes besides its owners."""

    mail: tuple[str, ...] = ()
    """Addresses that get news of it by mail."""
    mail_documents: tuple[str, ...] | None = None
    """The files that go with these mails, and with those of its owners."""
    printer: str = ""
    """The queue of the printing system on which it is printed."""

    def __bool__(self) -> bool:
        return self != TellingConfig()

    def with_rest(self, rest: TellingConfig, owned: bool) -> TellingConfig:
        """Take from whatever stands above what this one does not say; only what is nobody's if it has owners."""
        documents = rest.mail_documents if self.mail_documents is None else self.mail_documents
        if owned:
            return replace(self, mail_documents=documents)
        return TellingConfig(self.mail or rest.mail, documents, self.printer or rest.printer)


def read_telling(table: Table) -> TellingConfig:
    """Read all three."""
    telling = TellingConfig(
        mail=read_addresses(table, "mail"),
        mail_documents=read_files(table, "mail_documents", ()) if "mail_documents" in table else None,
        printer=_read_printer(table),
    )
    if telling.mail and not _has_server(table):
        raise table.error("mail", "there is no mail server: name it in [mail] server, or take this out")
    return telling


def _read_printer(table: Table) -> str:
    printer = table.text("printer", "")
    # What cupsd takes for the name of a queue (lpadmin(8)).
    if "printer" in table and not re.fullmatch(r"[^\s/#'\"?\x00-\x20\x7f]{1,127}", printer):
        raise table.error("printer", f"{printer!r} is not the name of a queue of the printing system")
    return printer


def _has_server(table: Table) -> bool:
    mail = table.source.values.get("mail")
    return isinstance(mail, dict) and bool(mail.get("server"))
