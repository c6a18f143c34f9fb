# SPDX-License-Identifier: GPL-3.0-or-later
"""[administration]: who may administer the service, beside root and the service's own user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from faxcore.config.owners import read_members
from faxcore.config.table import Table

ADMINISTRATORS: Final = "facteur-admin"
"""The group of this machine that the package makes for them, without anybody in it."""


@dataclass(frozen=True)
class AdministrationConfig:
    """The people and groups who may administer."""

    may_change: tuple[str, ...] = (ADMINISTRATORS,)
    """Names of people and groups who may do everything that the service does for root, and see everything."""
    may_see: tuple[str, ...] = ()
    """Names of people and groups who may see what is everybody's, and change nothing."""


def read_administration(table: Table) -> AdministrationConfig:
    """[administration]."""
    absent = AdministrationConfig()
    administration = AdministrationConfig(
        read_members(table, "may_change", absent.may_change), read_members(table, "may_see", absent.may_see)
    )
    table.finish()
    return administration
