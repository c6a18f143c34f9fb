# SPDX-License-Identifier: GPL-3.0-or-later
"""Access codes: what is dialled with a number and other people must not see, as the code of a calling card.

They stand in a file of their own, which others cannot read. The configuration has their names only:

    # a name, a space, and what is dialled; N is the place of the number, else it stands behind
    card 0800123456,,4711#,
    surgery N,,88#

None of them is ever in an error, in the `repr` of a value, or in the database. A pause or # parts a code from the
number behind it, so that an exchange takes each of them for itself: none may begin with an emergency number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from faxcore.config.closed_file import read_closed_file
from faxcore.config.dialling import LONGEST
from faxcore.config.emergency import connects, heard_digits
from faxcore.config.table import Table
from faxcore.config.toml_source import ConfigError

KEY: Final = "access_code"
_LINE: Final = re.compile(rf"(?P<name>[\w-]{{1,60}})[ \t]+(?P<code>[0-9*#,N]{{1,{LONGEST}}})")
_FORM: Final = f"a name, a space, and a code of digits, * # and the pause comma, N for the number, {LONGEST} signs"


@dataclass(frozen=True)
class AccessCode:
    """The signs that are dialled before and behind a number."""

    name: str
    before: str = field(default="", repr=False)
    after: str = field(default="", repr=False)
    withheld: bool = False
    """The user who reads the configuration may not see it."""


class AccessCodes:
    """The access codes of a configuration by name."""

    def __init__(self, path: Path | None, codes: Mapping[str, AccessCode] | None, region: str) -> None:
        """`codes` is None if they could not be read by this user."""
        self._path = path
        self._codes = codes
        self._region = region

    def read(self, table: Table, prefixes: Iterable[str]) -> AccessCode | None:
        """Read which code a table wants, if any; it is dialled behind one of these prefixes."""
        name = table.text(KEY, "")
        if not name:
            return None
        if self._path is None:
            raise table.error(KEY, "there is no file of access codes: name it in [dialling] access_codes")
        if self._codes is None:
            return AccessCode(name, withheld=True)
        if name not in self._codes:
            raise table.error(KEY, f"there is no code {name!r} in {self._path}")
        code = self._codes[name]
        heard = (piece for prefix in prefixes for piece in heard_digits(prefix + code.before))
        if any(connects(piece, self._region) for piece in (*heard, *heard_digits(code.after))):
            raise table.error(KEY, f"an exchange would take {name!r}, or a part of it, for an emergency number")
        return code


def read_access_codes(dialling: Table, path: Path | None, region: str, for_service: bool) -> AccessCodes:
    """The file that [dialling] names. Whoever is not the service, and may not read it, goes without the codes."""
    if path is None:
        return AccessCodes(None, {}, region)
    try:
        text = read_closed_file(dialling, "access_codes", path)
    except PermissionError as error:
        if for_service:
            raise dialling.error("access_codes", f"{path} cannot be read: {error.strerror}") from error
        return AccessCodes(path, None, region)
    except OSError as error:
        raise dialling.error("access_codes", f"{path} cannot be read: {error.strerror}") from error
    return AccessCodes(path, _parse(path, text), region)


def _parse(path: Path, text: str) -> dict[str, AccessCode]:
    codes: dict[str, AccessCode] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        # Nothing of the line is in an error.
        if found is None or found["code"].count("N") > 1:
            raise ConfigError(f"{path}:{number}: must be {_FORM}")
        before, _, after = found["code"].partition("N")
        if before and before[-1] not in ",#":
            problem = "a pause or # must part the code from the number behind it, or both may be heard as one number"
            raise ConfigError(f"{path}:{number}: {problem}")
        if found["name"] in codes:
            raise ConfigError(f"{path}:{number}: this name is there twice")
        codes[found["name"]] = AccessCode(found["name"], before, after)
    return codes
