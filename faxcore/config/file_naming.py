# SPDX-License-Identifier: GPL-3.0-or-later
"""`file_name` and `formats` of received faxes, which [receiving], a line, a number, a sub-address and a route may each
have. What one does not say is as the next more general one has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from faxcore.config.name_pattern import read_pattern
from faxcore.config.table import Table
from faxcore.model.file_format import BOTH, FileFormat

RECEIVED_FIELDS: Final = (
    "date",
    "time",
    "line",
    "station",
    "called",
    "called_name",
    "caller",
    "id",
    "number",
    "number_name",
)
"""The last two are earlier names of `called` and `called_name`."""


@dataclass(frozen=True)
class FileNaming:
    """The names and the formats of the files of received faxes."""

    file_name: str = ""
    """The pattern of their names; empty: it is not said here."""
    formats: tuple[FileFormat, ...] = ()
    """Empty: it is not said here."""

    def or_else(self, other: FileNaming) -> FileNaming:
        """Give what is said here, and for the rest what the other says."""
        return FileNaming(self.file_name or other.file_name, self.formats or other.formats)

    def __bool__(self) -> bool:
        """Return whether anything is said here."""
        return bool(self.file_name or self.formats)


def read_naming(table: Table) -> FileNaming:
    """The keys `file_name` and `formats` of a table."""
    return FileNaming(_read_file_name(table), _read_formats(table))


def _read_file_name(table: Table) -> str:
    if "file_name" not in table:
        return ""
    pattern = read_pattern(table, "file_name", None, RECEIVED_FIELDS)
    if not pattern.strip():
        raise table.error("file_name", 'is empty: write for instance "{date} {time} {caller}", or take it out')
    if "/" in pattern or not pattern.isprintable():
        raise table.error("file_name", "names a file, without any / in it: a folder is said with folder")
    return pattern


def _read_formats(table: Table) -> tuple[FileFormat, ...]:
    if "formats" not in table:
        return ()
    words, known = table.texts("formats"), [each.value for each in BOTH]
    for index, word in enumerate(words):
        if word not in known:
            raise table.error("formats", f'{word!r} is none: write "tiff", "pdf", or both', index)
        if word in words[:index]:
            raise table.error("formats", f"{word!r} stands there twice: take one out", index)
    if not words:
        raise table.error("formats", 'are empty, and a fax has to be in a file: write "tiff", "pdf", or both')
    return tuple(each for each in BOTH if each.value in words)
