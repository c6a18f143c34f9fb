# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of files in the folder of a call. Those of the first document that it brings, which most often is the only one,
have plain names, as `page-0001.tif`; those of each further one begin with its number: `document-0002-page-0001.tif`.
"""

from __future__ import annotations

import re
from typing import Final

_OF_ANOTHER: Final = re.compile(r"document-([0-9]{4,9})-(.+)", re.DOTALL)


def name_of(document: int, name: str) -> str:
    """Make the name of a file of this document of the call, 1 = first."""
    return name if document == 1 else f"document-{document:04}-{name}"


def split_name(name: str) -> tuple[int, str]:
    """Split what `name_of` has made into the number of the document and the plain name."""
    match = _OF_ANOTHER.fullmatch(name)
    return (int(match[1]), match[2]) if match else (1, name)
