# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences about a received fax that is not in its folder yet: why, and what to do. They name the folder, and never
the file in it, which has the other station in its name: everybody may ask why faxes cannot be filed.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Final

from faxcore.model.sentence import Sentence, literal, mark
from faxcore.reception.mount_points import DiskAway

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


def tell_owner(folder: str, reason: Sentence) -> Sentence:
    """Make the sentence for the owners of a fax that the service has, and its folder has not."""
    return Sentence(
        "It is not in {folder} yet: {reason}. Open it here meanwhile: it is put there by itself as soon as that is"
        " possible. Ask whoever looks after the fax service to see to the folder.",
        {"folder": folder, "reason": reason},
    )


def tell_owner_unreadable(reason: Sentence) -> Sentence:
    """Make the sentence for the owners of a fax of whose pages not even the service could make its files."""
    return Sentence(
        "Its pages are safe, but cannot be opened yet: the fax service cannot write to its own folder ({reason}). Ask"
        " whoever looks after the fax service to see to it; it is tried again by itself.",
        {"reason": reason},
    )


def tell_operator(folder: str, reason: Sentence) -> Sentence:
    """Make the sentence for whoever looks after the service."""
    return Sentence("A received fax cannot be put in {folder} yet: {reason}", {"folder": folder, "reason": reason})


def tell_operator_unreadable(state: Path, reason: Sentence) -> Sentence:
    """Make the sentence for whoever looks after the service when a fax cannot even be made ready for its folder."""
    return Sentence(
        "A received fax cannot be made ready for its folder yet: {folder}, the folder of the fax service: {reason}",
        {"folder": str(state), "reason": reason},
    )


def warn_operator(folder: Path, error: Exception | Sentence) -> Sentence:
    """Make the warning of a folder that cannot be used, before a fax has come for it."""
    if not isinstance(error, DiskAway):
        reason = error if isinstance(error, Sentence) else explain(error)
        return Sentence("No received fax can be put in {folder}: {reason}.", {"folder": str(folder), "reason": reason})
    return Sentence(
        "No received fax is put in {folder}: {reason}. Mount it; if the folder is to be without it from now on, take"
        " {place} out of {file}.",
        {
            "folder": str(folder),
            "reason": explain(error),
            "place": str(error.place),
            "file": str(error.named_in),
        },
    )
