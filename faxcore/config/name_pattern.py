# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns of names: a text with fields in braces, of which each is one of ours as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from string import Formatter

from faxcore.config.table import Table


def read_pattern(table: Table, key: str, otherwise: str | None, known: Sequence[str]) -> str:
    """Read a text with fields in braces."""
    pattern = table.text(key, otherwise)
    fields = ", ".join(f"{{{name}}}" for name in known)
    try:
        wrong = _find_wrong_field(pattern, known)
    except ValueError as error:
        raise table.error(key, f"is not a pattern of {fields} ({error})") from error
    if wrong is not None:
        raise table.error(key, f"is not a pattern of {fields} ({wrong!r})")
    return pattern


def _find_wrong_field(pattern: str, known: Sequence[str]) -> str | None:
    """Find a field in a pattern that is not one of ours as it stands: a width could make a name as long as memory, and
    an attribute is no text. ValueError if braces do not match.
    """
    for _text, name, spec, conversion in Formatter().parse(pattern):
        if name is not None and (name not in known or spec or conversion):
            return name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
    return None
