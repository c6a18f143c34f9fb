# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of a draft: where each stands in the file of its pages, in which order they go out, what is left out.

The file has every page of every document, in the order in which they came. Another order, or a page left out, is words
in one column and changes no file; so a draft is as it was before or as it is to be, whenever the power goes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from faxcore.contract.codec import decode, encode
from faxcore.contract.printed import DraftPart, PartChoice
from faxcore.model.page import Resolution

Parts = tuple[DraftPart, ...]


def only_part(title: str, pages: int, resolution: Resolution) -> Parts:
    """Give the parts of a draft of one document, of which nothing is left out."""
    return (DraftPart("1", title, 1, pages, resolution),)


def drawn_anew(part: DraftPart, pages: int, resolution: Resolution, photo: bool) -> Parts:
    """Give the parts of a draft of one document that was drawn otherwise: what was left out of it still is, if it has
    as many pages as before.
    """
    left_out = part.left_out if pages == part.pages else ()
    return (replace(part, first=1, pages=pages, resolution=resolution, left_out=left_out, photo=photo),)


def read_parts(text: str) -> Parts:
    """Read what `write_parts` wrote."""
    return tuple(decode(json.loads(text), list[DraftPart]))


def write_parts(parts: Parts) -> str:
    """Write parts as the text that the column `arranged` has."""
    return json.dumps(encode(list(parts)), ensure_ascii=False)


def append_parts(parts: Parts, more: Parts) -> Parts:
    """Put other documents behind these, under names of their own, in a file that has the pages of all of them in their
    order (`list_kept`).
    """
    free = max((int(part.id) for part in parts), default=0) + 1
    behind = [replace(part, id=str(free + at)) for at, part in enumerate(more)]
    first, packed = 1, []
    for part in (*parts, *behind):
        packed.append(replace(part, first=first))
        first += part.pages
    return tuple(packed)


def choose_parts(parts: Parts, choices: Sequence[PartChoice]) -> Parts | None:
    """Put parts into another order, and leave pages of them out. None if that names a part or a page that there is not,
    or one twice, or leaves no page.
    """
    known = {part.id: part for part in parts}
    if len({choice.id for choice in choices}) != len(choices) or any(choice.id not in known for choice in choices):
        return None
    chosen = []
    for choice in choices:
        part, left_out = known[choice.id], tuple(sorted(set(choice.left_out)))
        if any(not 1 <= page <= part.pages for page in left_out):
            return None
        chosen.append(replace(part, left_out=left_out))
    return tuple(chosen) if count_sent(chosen) else None


def count_sent(parts: Sequence[DraftPart]) -> int:
    """Count the pages that go out."""
    return sum(part.pages - len(part.left_out) for part in parts)


def list_kept(parts: Sequence[DraftPart]) -> list[int]:
    """List the pages of the file that belong to a part, in their order, numbered from 1."""
    return [page for part in parts for page in range(part.first, part.first + part.pages)]


def list_sent(parts: Sequence[DraftPart]) -> list[int]:
    """List the pages of the file that go out, in their order, numbered from 1."""
    return [
        part.first + page - 1 for part in parts for page in range(1, part.pages + 1) if page not in set(part.left_out)
    ]
