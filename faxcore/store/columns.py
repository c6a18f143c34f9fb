# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of columns that tables are made of, and the collection that every table is in."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, MetaData, Text

TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text in the order of its octets, whatever language the server was set up in."""

METADATA: Final = MetaData(
    naming_convention={
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


def make_text(name: str, **more: object) -> Column[str]:
    """Make a text that is never absent; empty if nothing is known."""
    return Column(name, TEXT, nullable=False, server_default="", **more)  # type: ignore[arg-type]


def make_whole(name: str, otherwise: int = 0) -> Column[int]:
    """Make a whole number that is never absent."""
    return Column(name, BigInteger, nullable=False, server_default=str(otherwise))


def make_flag(name: str) -> Column[bool]:
    """Make a truth that is never absent; false if nothing is known."""
    return Column(name, Boolean, nullable=False, server_default="0")


def make_amount(name: str) -> Column[int]:
    """Make an amount in millionths; NULL: there is none, which is not 0."""
    return Column(name, BigInteger, nullable=True)


def make_id(name: str = "id") -> Column[str]:
    """Make the name of a row."""
    return Column(name, TEXT, primary_key=True)


def make_reference(name: str, table: str, absent: bool = False, **more: object) -> Column[str]:
    """Make the name of a row of another table, which must be there."""
    key = ForeignKey(f"{table}.id", ondelete="CASCADE" if more.pop("cascade", False) else None)
    return Column(name, TEXT, key, nullable=absent, **more)  # type: ignore[arg-type]
