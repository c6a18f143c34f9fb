# SPDX-License-Identifier: GPL-3.0-or-later
"""People by name: the owner of everything is a person's name, not the uid of one machine.

A person with an account on this machine has its login name. Whoever calls over the bus is known by a uid; the gate maps
it to the name here. A uid without an account keeps a name of its own, so that nothing of it is lost or shared. Names of
people without an account here come with the configuration, and own like any other.
"""

from __future__ import annotations

import grp
import os
import pwd
import time
from functools import lru_cache
from pathlib import Path
from typing import Final

SWITCH: Final = Path("/etc/nsswitch.conf")
"""The file that says where accounts come from (nsswitch.conf(5))."""
LOCAL: Final = frozenset({"files", "compat", "db", "systemd", "mymachines", "altfiles"})
"""Sources of accounts that are on the machine itself."""
REMEMBERED_SECONDS: Final = 60
"""Seconds for which is remembered what somebody is called, and in which groups they are: a directory may be far away,
and every call asks.
"""


def name_of(uid: int) -> str:
    """The person to whom this uid belongs: the login name, or `uid:N` where the machine knows none."""
    try:
        return _name_of(uid, _minute())
    except KeyError:
        return f"uid:{uid}"


@lru_cache(maxsize=1000)
def _name_of(uid: int, _minute: int) -> str:
    return pwd.getpwuid(uid).pw_name


def find(name: str) -> str | None:
    """The person with this account, by the one name that `name_of` gives; None if this machine knows none.

    Two accounts may share a uid, and a directory may know an account by several spellings.
    """
    try:
        return name_of(pwd.getpwnam(name).pw_uid)
    except (KeyError, ValueError):  # ValueError: a NUL in the name
        return None


def is_group(name: str) -> bool:
    """Return whether this machine knows a group of this name."""
    try:
        grp.getgrnam(name)
    except (KeyError, ValueError):
        return False
    return True


def members_of(group: str) -> frozenset[str]:
    """The people in a group of this machine; none if there is no such group. Of those for whom it is only the first
    group of their account, as many as the machine can list: a directory may not tell all its accounts.
    """
    try:
        found = grp.getgrnam(group)
    except (KeyError, ValueError):
        return frozenset()
    first = (account.pw_name for account in pwd.getpwall() if account.pw_gid == found.gr_gid)
    return frozenset(filter(None, map(find, {*found.gr_mem, *first})))


def groups_of(name: str) -> frozenset[str]:
    """The groups of this machine in which this person is; none for a person without an account."""
    return _groups_of(name, _minute())


def ask_groups_of(name: str) -> frozenset[str]:
    """The same, asked anew: somebody who has just been taken out of a group is not in it. It may take its time."""
    return _find_groups(name)


def has_directory(switch: Path = SWITCH) -> bool:
    """Return whether this machine asks a directory for accounts besides its own files: one that may be away."""
    try:
        lines = switch.read_text(errors="replace").splitlines()
    except OSError:
        return False
    asked = (line.partition("#")[0].partition(":") for line in lines)
    sources = (rest.split() for name, _colon, rest in asked if name.strip() in ("passwd", "group"))
    return any(not source.startswith("[") and source not in LOCAL for each in sources for source in each)


def _minute() -> int:
    return int(time.monotonic() / REMEMBERED_SECONDS)


@lru_cache(maxsize=1000)
def _groups_of(name: str, _minute: int) -> frozenset[str]:
    return _find_groups(name)


def _find_groups(name: str) -> frozenset[str]:
    try:
        account = pwd.getpwnam(name)
    except (KeyError, ValueError):
        return frozenset()
    return frozenset(filter(None, map(_name_of_group, os.getgrouplist(account.pw_name, account.pw_gid))))


def _name_of_group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return ""
