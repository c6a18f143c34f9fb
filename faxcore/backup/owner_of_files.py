# SPDX-License-Identifier: GPL-3.0-or-later
"""The user whose the state folder is: root acts as that user there, so that no file of root's is left behind, and no
link that somebody has put there leads root anywhere.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from faxcore.backup.manifest import BackupRefused
from faxcore.model.sentence import Sentence
from faxcore.store.synced_files import make_folder

SERVICE_USER: Final = "facteur"
"""The user whom the packages make."""


@contextmanager
def acting_for(state: Path) -> Iterator[None]:
    """Act as the user whose this folder is, as root may. BackupRefused for another user, who may not."""
    found, user, group = state.stat(), os.geteuid(), os.getegid()
    if found.st_uid == user:
        yield
        return
    if user != 0:
        values = {"folder": str(state), "user": name_user(found.st_uid)}
        raise BackupRefused(Sentence("{folder} belongs to {user}: run this as {user}, or as root.", values))
    os.setegid(found.st_gid)
    os.seteuid(found.st_uid)
    try:
        yield
    finally:
        os.seteuid(user)
        os.setegid(group)


def make_state_folder(state: Path) -> None:
    """Make the state folder, for the service's own user if there is one here."""
    make_folder(state)
    if os.geteuid() == 0:
        with suppress(KeyError):
            found = pwd.getpwnam(SERVICE_USER)
            os.chown(state, found.pw_uid, found.pw_gid)


def name_user(uid: int) -> str:
    """Name a user of this machine; one who is not known by number."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
