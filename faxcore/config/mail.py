# SPDX-License-Identifier: GPL-3.0-or-later
"""[mail]: the mail server, and which news go to people by mail, with which documents. The password stands in a file of
its own, which the mailer reads: the service never has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore.config.closed_file import read_closed_file
from faxcore.config.mail_address import is_mail_address
from faxcore.config.table import Table

NEWS: Final = ("received", "sent", "failed", "retried", "limits")
"""The kinds of news: a fax came; one arrived; one did not, or perhaps did not; a call for one failed, and another is
made.
"""
FILES: Final = ("pdf", "tiff")
"""The files of a fax that may go with its mail."""
PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
"""The ways to the server, and the usual port of each."""
_HERE: Final = ("localhost", "127.0.0.1", "::1")
_TEMPLATE_SUFFIXES: Final = (".txt", ".html")


@dataclass(frozen=True)
class MailConfig:
    """The way to the mail server, and the mails of those who do not say otherwise."""

    server: str = ""
    """Its name; empty: no mail is sent."""
    port: int = 0
    """0: the usual one of the encryption."""
    encryption: str = "starttls"
    certificates: Path | None = None
    """Whom to trust; None: whom the system trusts."""
    user: str = ""
    """The name to log in with; empty: without."""
    password_file: Path | None = None
    sender: str = ""
    """The address in From, to which mail that cannot be delivered comes back."""
    news: tuple[str, ...] = ("received", "failed", "limits")
    documents: tuple[str, ...] = ("pdf",)
    """The files that go with the mail of a received fax."""
    most_megabytes: int = 20
    """Of documents in one mail; with more, it goes without them."""
    operators: tuple[str, ...] = ()
    """Addresses that hear what the administrator should see to."""
    templates: Path | None = None
    give_up_days: int = 5


def read_mail(table: Table) -> MailConfig:
    """Read [mail]."""
    encryption = table.choice("encryption", MailConfig.encryption, PORTS)
    mail = MailConfig(
        server=table.words("server"),
        port=table.whole("port", 0, 0, 65535),
        encryption=encryption,
        certificates=_read_certificates(table),
        user=table.words("user"),
        password_file=_read_password_file(table),
        sender=table.text("sender", ""),
        news=read_news(table, "news", MailConfig.news),
        documents=read_files(table, "documents", MailConfig.documents),
        most_megabytes=table.whole("most_megabytes", MailConfig.most_megabytes, 1, 100),
        operators=read_addresses(table, "operators"),
        templates=_read_templates(table),
        give_up_days=table.whole("give_up_days", MailConfig.give_up_days, 1, 30),
    )
    table.finish()
    _check_server(table, mail)
    return mail


def read_news(table: Table, key: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """Read kinds of news; an empty list is for none."""
    return _read_words(table, key, NEWS, otherwise)


def read_files(table: Table, key: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """Read which files of a fax; an empty list is for none."""
    return _read_words(table, key, FILES, otherwise)


def read_addresses(table: Table, key: str) -> tuple[str, ...]:
    """Read a list of mail addresses, each once."""
    addresses = table.texts(key)
    for index, address in enumerate(addresses):
        if not is_mail_address(address):
            raise table.error(key, f'{address!r} is not one mail address, as "anne@example.org"', index)
        if address in addresses[:index]:
            raise table.error(key, f"{address!r} is there twice", index)
    return addresses


def _read_words(table: Table, key: str, known: Iterable[str], otherwise: tuple[str, ...]) -> tuple[str, ...]:
    words = table.texts(key, otherwise)
    named = ", ".join(f'"{each}"' for each in known)
    for index, word in enumerate(words):
        if word not in known:
            raise table.error(key, f"{word!r} is none of: {named}", index)
        if word in words[:index]:
            raise table.error(key, f"{word!r} is there twice", index)
    return words


def _check_server(table: Table, mail: MailConfig) -> None:
    if not mail.server:
        if "server" not in table and table.names():
            first = table.names()[0]
            raise table.error(first, "is there, but no server: without one, no mail is sent")
        return
    if not is_mail_address(mail.sender):
        problem = "must be one mail address, from which the mails come" if "sender" in table else "is missing"
        raise table.error("sender" if "sender" in table else "server", f"sender: {problem}")
    if mail.user and mail.password_file is None:
        raise table.error("user", "there is no password_file for it")
    if mail.password_file is not None and not mail.user:
        raise table.error("password_file", "there is no user whose password it is")
    if mail.user and mail.encryption == "none" and mail.server not in _HERE:
        raise table.error("encryption", '"none" would show the password to everybody on the way: "starttls" or "tls"')


def _read_certificates(table: Table) -> Path | None:
    if "certificates" not in table:
        return None
    import ssl  # not for every command that reads a configuration

    path = table.path("certificates")
    try:
        ssl.create_default_context(cafile=str(path))
    except OSError as error:  # ssl.SSLError is one
        raise table.error("certificates", f"{path} cannot be read as certificates: {_explain(error)}") from error
    return path


def _explain(error: OSError) -> str:
    return (error.strerror or str(error)).partition(" (")[0]


def _read_password_file(table: Table) -> Path | None:
    """Read where it is. Whoever is not the service may not see it, and need not: the mailer says what is wrong then."""
    if "password_file" not in table:
        return None
    path = table.path("password_file")
    try:
        if not read_closed_file(table, "password_file", path).strip():
            raise table.error("password_file", f"there is no password in {path}")
    except PermissionError:
        return path
    except OSError as error:
        raise table.error("password_file", f"{path} cannot be read: {error.strerror}") from error
    return path


def _read_templates(table: Table) -> Path | None:
    """Read where the office's own templates are; each must be one."""
    if "templates" not in table:
        return None
    import jinja2  # not for every command that reads a configuration

    folder = table.path("templates")
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix in _TEMPLATE_SUFFIXES)
        for path in paths:
            jinja2.Environment().parse(path.read_text(encoding="utf-8"))
    except jinja2.TemplateSyntaxError as error:
        raise table.error("templates", f"{path}:{error.lineno}: {error.message}") from error
    except UnicodeDecodeError as error:
        raise table.error("templates", f"{path} is not UTF-8") from error
    except OSError as error:
        raise table.error("templates", f"{error.filename or folder} cannot be read: {error.strerror}") from error
    return folder
