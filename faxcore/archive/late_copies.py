# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences for the operator about a sent fax that is not in the archive yet: why, and what to do."""

from __future__ import annotations

from pathlib import Path

from faxcore.fax_folders.late_faxes import explain
from faxcore.fax_folders.mount_points import DiskAway
from faxcore.model.sentence import Sentence


def tell_operator(folder: str, reason: Sentence) -> Sentence:
    """Make the sentence about a fax that its folder does not take."""
    return Sentence("A sent fax cannot be archived in {folder} yet: {reason}", {"folder": folder, "reason": reason})


def tell_operator_unreadable(state: Path, reason: Sentence) -> Sentence:
    """Make the sentence about a fax that cannot even be made ready."""
    return Sentence(
        "A sent fax cannot be made ready for the archive yet: {folder}, the folder of the fax service: {reason}",
        {"folder": str(state), "reason": reason},
    )


def warn_operator(folder: Path, error: Exception | Sentence) -> Sentence:
    """Make the warning of a folder that cannot be used, before a fax is to be archived in it."""
    if not isinstance(error, DiskAway):
        reason = error if isinstance(error, Sentence) else explain(error)
        return Sentence("No sent fax can be archived in {folder}: {reason}.", {"folder": str(folder), "reason": reason})
    return Sentence(
        "No sent fax is archived in {folder}: {reason}. Mount it; if the folder is to be without it from now on, take"
        " {place} out of {file}.",
        {
            "folder": str(folder),
            "reason": explain(error),
            "place": str(error.place),
            "file": str(error.named_in),
        },
    )
