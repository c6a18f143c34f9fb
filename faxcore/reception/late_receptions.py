# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences about a received fax that is not in its folder yet: why, and what to do."""

from __future__ import annotations

from pathlib import Path

from faxcore.fax_folders.late_faxes import explain
from faxcore.fax_folders.mount_points import DiskAway
from faxcore.model.sentence import Sentence


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
