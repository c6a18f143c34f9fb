# SPDX-License-Identifier: GPL-3.0-or-later
"""[[person]]: people without an account on this machine, who may own what is received all the same, and what the
accounts of this machine do not say of those who have one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from faxcore import people
from faxcore.config.mail import read_files, read_news
from faxcore.config.mail_address import read_mail_address
from faxcore.config.offered_languages import read_language
from faxcore.config.table import Table, refuse_repeated


@dataclass(frozen=True)
class PersonConfig:
    """A person by name. Accounts of this machine need no entry."""

    name: str
    """The one name of their account, if they have one."""
    full_name: str = ""
    """The name that people read; empty: there is none to be shown."""
    mail: str = ""
    """Their mail address; empty: they have none."""
    language: str = ""
    """The language that they read; empty: the service's."""
    telephone: str = ""
    mail_news: tuple[str, ...] | None = None
    """The kinds of news that they get by mail; None: those of [mail]."""
    mail_documents: tuple[str, ...] | None = None
    """The files that go with the mail of a received fax; None: as the number called has it."""


def read_persons(top: Table) -> tuple[PersonConfig, ...]:
    """Every [[person]]."""
    tables = top.tables("person")
    persons = tuple(_read_person(table) for table in tables)
    refuse_repeated(tables, "name", [person.name for person in persons])
    return persons


def _read_person(table: Table) -> PersonConfig:
    name = table.text("name")
    account = people.find(name)
    person = PersonConfig(
        account or name,
        table.words("full_name"),
        read_mail_address(table),
        read_language(table),
        _read_telephone(table),
        read_news(table, "mail_news", ()) if "mail_news" in table else None,
        read_files(table, "mail_documents", ()) if "mail_documents" in table else None,
    )
    if account is None and not (name and all(char.isalnum() or char in "-_." for char in name)):
        raise table.error("name", f"{name!r}: letters, digits, -, _ and . only")
    if account is not None and table.names() == ["name"]:
        raise table.error(
            "name",
            f"{name!r} has an account on this machine, and needs no [[person]]: take it out, or add a full_name, a"
            " mail, a language or a telephone",
        )
    table.finish()
    for key in ("mail_news", "mail_documents"):
        if key in table and not person.mail:
            raise table.error(key, "is for mail, and there is no mail address: add mail, or take it out")
    return person


def _read_telephone(table: Table) -> str:
    telephone = table.text("telephone", "")
    if "telephone" in table and not re.fullmatch(r"\+?[0-9(][0-9 ./()-]{1,38}", telephone, re.ASCII):
        raise table.error("telephone", f'{telephone!r} is not a telephone number, as "+33 1 99 00 00 01"')
    return telephone
