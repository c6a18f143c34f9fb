# SPDX-License-Identifier: GPL-3.0-or-later
"""Standard output and standard error of `faxctl`, through which no text gives a terminal an order.

Whatever is printed may hold foreign text: a path, a field of a file, a message of another program. So it is not each
message that is cleaned but the stream: characters that a terminal obeys or that turn text round are written as JSON
escapes them, which a script that reads JSON takes for the same.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, Final, TextIO

_SUSPECT: Final = re.compile(r"[^ -~\n\t]")
_OBEYED: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters: controls, formats (bidirectional ones among them), lone surrogates, separators of lines."""


class CleanStream:
    """A text stream that writes control characters as \\u001b and the like; all else is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, cleaned."""
        self._stream.write(_SUSPECT.sub(_escape, text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    return json.dumps(char)[1:-1] if unicodedata.category(char) in _OBEYED else char
