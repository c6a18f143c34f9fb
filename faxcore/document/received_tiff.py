# SPDX-License-Identifier: GPL-3.0-or-later
"""A received fax in the file of another fax program, read in a process of its own: `copy_received` and its process.

Its pages are written anew, and what the file says of the call goes with them, as JSON in the description of the first
page: behind the wall there is no other way out for it. Rows that did not come whole are no reason to lose a fax: as
many as can be read are kept, the others are white, and counted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO, Final

from faxcore.document import sandbox
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.inside import serve
from faxcore.document.program import Program
from faxcore.document.sizes import PageSize
from faxcore.model.text import clean_text

READER: Final = Program.of("faxcore.document.received_tiff")

_DESCRIPTION: Final = 270
_DATE: Final = 306
_BAD_ROWS: Final = 326
"""BadFaxLines of TIFF class F (RFC 2306)."""
_SUB_ADDRESS: Final = 34909
_SECONDS: Final = 34910
"""FaxSubAddress and FaxRecvTime, as libtiff has them."""
_JBIG: Final = 34661
"""The compression of pages that came in JBIG, which Pillow does not know."""
_TEXTS, _NUMBERS = ("station_id", "sub_address", "at"), ("seconds", "bad_rows")
_LONGEST: Final = 80
_MOST: Final = 1_000_000


@dataclass(frozen=True)
class ReceivedFacts:
    """The facts of a call that stand in the file of the fax it brought."""

    station_id: str = ""
    sub_address: str = ""
    at: str = ""
    """The date and time of the last page, as TIFF writes it and without a zone; empty if there is none."""
    seconds: int = 0
    """The time that the pages took."""
    bad_rows: int = 0
    """Rows that came damaged."""

    @property
    def time(self) -> datetime | None:
        """The date and time of the last page; None if there is none."""
        try:
            return datetime.strptime(self.at, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - TIFF says no zone
        except ValueError:
            return None


def copy_received(source: BinaryIO, output: BinaryIO) -> tuple[list[PageSize], ReceivedFacts]:
    """Write the pages of a received fax anew into `output`, an open file; RenderFailed if it has none that are."""
    sizes = sandbox.run(READER, {}, source, output)
    return sizes, _read_facts(output)


def _read_facts(output: BinaryIO) -> ReceivedFacts:
    """Read what the process has put into the description, as that of another stranger."""
    from faxcore.document.tiff import open_image

    try:
        with open_image(output) as image:
            found = json.loads(str(getattr(image, "tag_v2", {}).get(_DESCRIPTION, "")))
        station_id, sub_address, at = (clean_text(str(found[name]), _LONGEST) for name in _TEXTS)
        seconds, bad_rows = (min(max(int(found[name]), 0), _MOST) for name in _NUMBERS)
    except (DocumentError, ValueError, TypeError, LookupError):
        return ReceivedFacts()
    finally:
        output.seek(0)
    return ReceivedFacts(station_id, sub_address, at, seconds, bad_rows)


# ---------------------------------------------------------------- inside


def _warm_up() -> None:
    from PIL import TiffImagePlugin

    from faxcore.document.tiff import warm_up

    # Only so that such a file is opened: its strips are read by our own decoder (`strips`).
    TiffImagePlugin.COMPRESSION_INFO.setdefault(_JBIG, "jbig")
    warm_up()


def _work(source: BinaryIO, output: BinaryIO, _order: Mapping[str, Any]) -> list[PageSize]:
    from faxcore.document.complaints import refuse_complaints
    from faxcore.document.tiff import read_pages, write_to

    with open("source", "w+b") as copy:
        while piece := source.read(1 << 20):
            copy.write(piece)
        if not copy.tell():
            raise DocumentError(Reason.EMPTY)
        copy.seek(0)
        facts = _find_facts(copy)
        spoiled: list[int] = []
        copy.seek(0)
        pages = list(read_pages(copy, spoiled))
        refuse_complaints()
    if not pages:
        raise DocumentError(Reason.NO_PAGES)
    facts = replace(facts, bad_rows=max(facts.bad_rows, sum(spoiled)))
    return write_to(output, pages, description=json.dumps(asdict(facts)))


def _find_facts(file: BinaryIO) -> ReceivedFacts:
    from faxcore.document.tiff import open_image, read_frames

    facts = ReceivedFacts()
    with open_image(file) as image:
        for frame in read_frames(image):
            tags = getattr(frame, "tag_v2", {})
            facts = ReceivedFacts(
                station_id=facts.station_id or _text(tags, _DESCRIPTION),
                sub_address=facts.sub_address or _text(tags, _SUB_ADDRESS),
                at=_text(tags, _DATE) or facts.at,
                seconds=facts.seconds + _whole(tags, _SECONDS),
                bad_rows=facts.bad_rows + _whole(tags, _BAD_ROWS),
            )
    return facts


def _text(tags: Mapping[int, Any], tag: int) -> str:
    value = tags.get(tag, "")
    return clean_text(value, _LONGEST) if isinstance(value, str) else ""


def _whole(tags: Mapping[int, Any], tag: int) -> int:
    value = tags.get(tag, 0)
    value = value[0] if isinstance(value, Sequence) and value else value
    return value if isinstance(value, int) and 0 <= value <= _MOST else 0


if __name__ == "__main__":
    sys.exit(serve(_work, before=_warm_up))
