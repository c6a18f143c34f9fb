# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way to cupsd's ear: its command channel, which is standard error."""

from __future__ import annotations

import os
import sys

from faxcore.model.text import clean_text


class Channel:
    """Status lines for cupsd. Made first: from then on nothing else reaches standard error."""

    def __init__(self) -> None:
        sys.stderr.flush()
        self._out = os.dup(2)  # not inheritable: no child process gets it
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        os.close(nothing)

    def say(self, level: str, sentence: str) -> None:
        """One status line; what is not printable in it goes, so that it stays one line."""
        line = f"{level}: {clean_text(sentence, 500)}\n".encode("utf-8", "replace")
        try:
            os.write(self._out, line)
        except OSError:
            return  # cupsd went away: there is nobody left to tell

    def close(self) -> None:
        """Give standard error back (for tests, which call the backend in their own process)."""
        os.dup2(self._out, 2)
        os.close(self._out)
