# SPDX-License-Identifier: GPL-3.0-or-later
"""[dialog]: what the dialog asks a person for before a fax goes."""

from __future__ import annotations

from dataclasses import dataclass

from faxcore.config.table import Table


@dataclass(frozen=True)
class DialogConfig:
    """The guards before Send."""

    type_new_numbers_twice: bool = False
    """True: a number that no address book has, and to which no fax has gone yet, is typed a second time."""


def read_dialog(table: Table) -> DialogConfig:
    """[dialog]."""
    dialog = DialogConfig(table.flag("type_new_numbers_twice", DialogConfig.type_new_numbers_twice))
    table.finish()
    return dialog
