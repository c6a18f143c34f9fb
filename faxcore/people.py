# SPDX-License-Identifier: GPL-3.0-or-later
"""People by name: the owner of everything is a person's name, not the uid of one machine.

A person with an account on this machine has its login name. Whoever calls over the bus is known by a uid; the gate maps
it to the name here. A uid without an account keeps a name of its own, so that nothing of it is lost or shared. Names of
people without an account here come with the configuration, and own like any other.
"""

from __future__ import annotations

import pwd


def name_of(uid: int) -> str:
    """The person to whom this uid belongs: the login name, or `uid:N` where the machine knows none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid:{uid}"


def find(name: str) -> str | None:
    """The person with this account, by the one name that `name_of` gives; None if this machine knows none.

    Two accounts may share a uid, and a directory may know an account by several spellings.
    """
    try:
        return name_of(pwd.getpwnam(name).pw_uid)
    except (KeyError, ValueError):  # ValueError: a NUL in the name
        return None
