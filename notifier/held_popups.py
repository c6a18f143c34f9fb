# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of popups that are held back while it is quiet: `~/.local/state/facteur/held-popups.json`.

A session that ends meanwhile loses none of them.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from faxcore.left_orders.state_files import state_folder
from notifier.announcements import Act, Announcement, Kind

log = logging.getLogger(__name__)

NAME: Final = "held-popups.json"
MOST: Final = 1000
"""Popups that are kept; of more, the newest."""


def write_held(held: Sequence[Announcement]) -> None:
    """Keep these in place of what was kept. A disk that does not take them costs the popups only, and is logged."""
    path = state_folder() / NAME
    try:
        if not held:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump([_to_plain(notice) for notice in held[-MOST:]], file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        log.error("popups that are held back are not kept: %s", error)


def read_held() -> list[Announcement]:
    """Read what is kept; nothing if there is no such file. One that is damaged is logged, and put aside."""
    path = state_folder() / NAME
    try:
        return [_from_plain(plain) for plain in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.error("%s cannot be read: %s", path, error)
        _put_aside(path)
        return []


def _put_aside(path: Path) -> None:
    with suppress(OSError):
        path.replace(path.with_suffix(".damaged"))


def _to_plain(notice: Announcement) -> dict[str, Any]:
    plain = asdict(notice)
    plain["actions"] = [[act.value, label] for act, label in notice.actions]
    plain["kind"] = notice.kind.value if notice.kind is not None else None
    plain["clicked"] = notice.clicked.value if notice.clicked is not None else None
    return plain


def _from_plain(plain: dict[str, Any]) -> Announcement:
    read = dict(plain)
    for name in ("lines", "bare", "instead_of"):
        read[name] = tuple(map(str, plain[name]))
    read["actions"] = tuple((Act(act), str(label)) for act, label in plain["actions"])
    read["kind"] = Kind(plain["kind"]) if plain["kind"] else None
    read["clicked"] = Act(plain["clicked"]) if plain["clicked"] else None
    read["hints"] = {str(name): str(value) for name, value in plain["hints"].items()}
    return Announcement(**read)
