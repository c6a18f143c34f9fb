# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive of a house in which everything was killed: what was sent is in it once, as it was sent, with its hash."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from faxcore.contract.filed import CopyState
from tests.support.kills.count import Found
from tests.support.kills.numbered import PAGES, read_numbers

HASHES = "SELECT tiff, tiff_sha256, pdf, pdf_sha256 FROM sent_copy WHERE job = ? AND state = 'filed'"


def find_miscopied(folder: Path, found: Found) -> list[int]:
    """Find the numbers of faxes that are not just once in the archive; 0 for each file in it that is nobody's. The
    service has ended: the database is its own as long as it runs.
    """
    left = {str(path) for path in (folder / "archive").rglob("*") if path.is_file()}
    wrong = []
    with closing(sqlite3.connect(f"file:{folder}/state/facteur.db?mode=ro", uri=True)) as database:
        for job, number in found.sent.items():
            states = [copy.state for copy in found.copies if copy.id == job]
            tiff, tiff_hash, pdf, pdf_hash = database.execute(HASHES, [job]).fetchone()
            if (
                states != [CopyState.UNCHANGED]
                or not {tiff, pdf} <= left
                or [_hash(tiff), _hash(pdf)] != [tiff_hash, pdf_hash]
                or read_numbers(Path(tiff)) != [(number, page) for page in range(1, PAGES + 1)]
            ):
                wrong.append(number)
            left -= {tiff, pdf}
    return wrong + [0] * len(left)


def _hash(path: str) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()
