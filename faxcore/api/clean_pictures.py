# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures that people hand in as logos, taken in: copied, opened by a process behind a wall, and read back small."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Final

from faxcore.api.api_error import ApiError, from_trouble
from faxcore.api.foreign_files import ForeignFiles
from faxcore.api.intake import refused_by
from faxcore.api.limits import Room
from faxcore.config.headers import MOST_LOGO
from faxcore.contract.bus import ErrorCode
from faxcore.document.clean_logo import MOST_OCTETS, clean_logo
from faxcore.document.document_error import DocumentError, Reason
from faxcore.model.sentence import Sentence
from faxcore.store.ids_and_times import new_id
from faxcore.store.store import Store
from faxcore.store.synced_files import copy_in, remove

log = logging.getLogger(__name__)

_WORDS: Final = {
    Reason.EMPTY: Sentence("The picture is empty."),
    Reason.UNKNOWN_FORMAT: Sentence("This is no picture that can be a logo: choose a PNG or JPEG file."),
    Reason.TOO_LARGE: Sentence("The picture is too large for a logo: choose a smaller one, without shades."),
}


async def clean_picture(store: Store, files: ForeignFiles, person: str, picture: int) -> bytes:
    """Give a picture of a person's as it stands on the paper. ApiError if it is none."""
    name = new_id()
    given, cleaned = (store.documents.folder / f"{name}.{kind}" for kind in ("picture", "cleaned"))
    try:
        await files.run(person, partial(_copy, given), picture)
        with given.open("rb") as source, cleaned.open("x+b") as output:
            await clean_logo(source, output, person)
        # Whatever the picture has made of the process that drew it, it is drawn behind a wall again for each fax.
        return cleaned.read_bytes()[:MOST_OCTETS]
    except DocumentError as error:
        log.warning("a logo was refused: %s", error.reason.value)
        log.debug("%s", error.detail)
        raise ApiError(ErrorCode.BAD_DOCUMENT, _WORDS.get(error.reason, error.sentence)) from error
    except OSError as error:
        raise from_trouble(error) from error
    finally:
        remove(given, cleaned)


def _copy(path: Path, picture: int) -> None:
    too_large = ApiError(ErrorCode.BAD_DOCUMENT, _WORDS[Reason.TOO_LARGE])
    with refused_by(Room(MOST_LOGO, too_large)):
        copy_in(picture, path, MOST_LOGO, synced=False)
