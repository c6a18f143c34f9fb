# SPDX-License-Identifier: GPL-3.0-or-later
"""The reasons why a fax is not in its folder yet. They name the folder, and never the file in it, which has the other
station or the document in its name: everybody may ask why faxes cannot be filed.
"""

from __future__ import annotations

import errno
from typing import Final

from faxcore.fax_folders.mount_points import DiskAway
from faxcore.model.sentence import Sentence, literal, mark

NO_ANSWER: Final = Sentence("it does not answer")

_BY_NUMBER: Final = {
    errno.ENOSPC: mark("its disk is full"),
    errno.EDQUOT: mark("the room that its owner may use there is used up"),
    errno.EROFS: mark("its disk can only be read"),
    errno.EACCES: mark("the fax service may not write there"),
    errno.EPERM: mark("the fax service may not write there"),
    errno.EEXIST: mark("there is a file in its place, or a link that leads nowhere"),
    errno.ENOTDIR: mark("there is a file in its place, or a link that leads nowhere"),
    errno.ELOOP: mark("there is a file in its place, or a link that leads nowhere"),
    **dict.fromkeys(
        (errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ETIMEDOUT),
        mark("the computer on which it lies does not answer"),
    ),
}


def explain(error: Exception) -> Sentence:
    """Say why a folder cannot be written."""
    if isinstance(error, DiskAway):
        return Sentence(
            "the disk that belongs at {place}, as {file} says, is not mounted",
            {"place": str(error.place), "file": str(error.named_in)},
        )
    if not isinstance(error, OSError) or not error.strerror:
        return literal(str(error))
    if error.errno in _BY_NUMBER:
        return Sentence(_BY_NUMBER[error.errno])
    return Sentence("its disk does not work as it should ({error})", {"error": error.strerror})
