# SPDX-License-Identifier: GPL-3.0-or-later
"""[billing]: the files of the tariffs, read with the configuration. What stands in them is read by the room `billing`,
which knows this one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from faxcore.config.owners import read_owners
from faxcore.config.table import Table
from faxcore.config.toml_source import ConfigError, Place, read_text


@dataclass(frozen=True)
class TariffText:
    """The file of a tariff as it was when the configuration was read; another text is another configuration."""

    path: Path
    text: str = field(repr=False)
    place: Place | None = field(default=None, compare=False, repr=False)
    """The place at which the configuration names it."""

    def error(self, problem: str) -> ConfigError:
        """Make an error about the tariff there."""
        return ConfigError(f"{self.path}: {problem}") if self.place is None else self.place.error(problem)


@dataclass(frozen=True)
class BillingConfig:
    """The tariffs of all lines, and whether somebody must pay."""

    sale: TariffText | None = None
    """The tariff by which calls are charged; None: they are not."""
    purchase: TariffText | None = None
    """The carrier's tariff for lines that name none of their own; None: it is not known."""
    payer_required: bool = False
    """A fax without a payer is refused."""
    mail_invoices: bool = False
    """Invoices go to their customers by mail when a month is closed, where a customer has an address."""
    short_numbers: bool = False
    """In these mails the last digits of others' numbers are stars."""
    may_see_all: tuple[str, ...] = ()
    """People and groups who see what everybody's calls cost."""


def read_billing(table: Table) -> BillingConfig:
    """[billing]."""
    billing = BillingConfig(
        read_tariff_text(table, "sale"),
        read_tariff_text(table, "purchase"),
        table.flag("payer_required", False),
        table.flag("mail_invoices", False),
        table.flag("short_numbers", False),
        read_owners(table, "may_see_all"),
    )
    table.finish()
    return billing


def read_tariff_text(table: Table, key: str) -> TariffText | None:
    """Read the file of a tariff, whose path begins in the folder of the configuration; None if none is named."""
    name = table.text(key, "")
    if not name:
        return None
    path = table.source.files[0].parent / name
    if "\0" in name or not path.is_file():
        raise table.error(key, f"there is no file {str(path)!r}: name that of a tariff")
    return TariffText(path, read_text(path), table.source.find_place((*table.where, key)))
