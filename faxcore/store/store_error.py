# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the store's own: nobody else needs to know which database library raised them."""

from __future__ import annotations

import errno


class StoreError(Exception):
    """The store cannot do this. Where nothing more is said, a fault of ours, or a damaged database."""


class StoreTooNew(StoreError):
    """The database was written by a later release."""


class StoreForeign(StoreError):
    """The database is not one of Facteur's, or one that was only half made or half copied."""


class StoreDoubtful(StoreError):
    """A transaction that was said to have failed was done: only beginning again brings memory and database together."""


class StoreUnavailable(StoreError):
    """Nothing can be read or written now; it may be possible later, and nothing of it has been done."""


class StoreAway(StoreUnavailable):
    """The database server cannot be reached."""


class StoreTaken(StoreUnavailable):
    """Another service is using the database."""


class StoreFailing(StoreUnavailable):
    """The disk or the database fails for a reason other than want of space."""


class StoreFull(StoreUnavailable):
    """The disk is full, or a quota or limit has been reached."""


def is_full(error: BaseException) -> bool:
    """Return whether the store or the system says that the disk is full, or a quota or limit reached."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return isinstance(error, StoreFull)
