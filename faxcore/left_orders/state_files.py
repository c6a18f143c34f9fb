# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders as files in the user's own state folder: written as a whole and synced, held, read, removed.

A file that is none is put aside, so that nobody tries it again and again. Whoever holds one does so by a lock that the
kernel frees with the process.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore.contract.codec import decode, encode
from faxcore.contract.printed import KeptOrder
from faxcore.model.sentence import NOTHING, Sentence

log = logging.getLogger(__name__)

SUFFIX: Final = ".json"
LONGEST_NAME: Final = 64
"""Characters of a draft's id that may be a file's name."""


@dataclass(frozen=True)
class LeftOrder:
    """An order for a draft of the service's."""

    draft: str
    kept: KeptOrder = KeptOrder()
    """The order; with recipients, it is one to many."""
    to: str = ""
    """Whom it is for, to be shown."""
    refusal: Sentence = NOTHING
    """The reason for which the service has refused it; empty: it has not."""
    blind: bool = False
    """True if it was typed by somebody who could not see what the service keeps: where it is empty, that stays."""

    @property
    def title(self) -> str:
        """The name of the document, to be shown."""
        return self.kept.order.title


def state_folder() -> Path:
    """Give the user's own folder for what Facteur keeps."""
    given = os.environ.get("XDG_STATE_HOME", "")
    base = Path(given) if os.path.isabs(given) else Path.home() / ".local" / "state"
    return base / "facteur"


def list_names(folder: str) -> list[str]:
    """List the names of the files of a folder, the oldest first."""
    try:
        found = [path for path in (state_folder() / folder).iterdir() if path.suffix == SUFFIX and is_id(path.stem)]
    except OSError:
        return []
    return sorted(path.stem for path in found)


@contextmanager
def held(folder: str, draft: str) -> Iterator[LeftOrder | None]:
    """Hold a file, so that nobody else hands it over or takes it away; None if there is none, or if another process
    holds it.
    """
    try:
        path = path_of(folder, draft)
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except (OSError, ValueError):
        yield None
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # What was held until now may be gone, or another file by now.
        same = os.path.samestat(os.fstat(descriptor), os.stat(path))
    except OSError:
        same = False
    try:
        yield read(folder, draft) if same else None
    finally:
        os.close(descriptor)


def is_id(text: str) -> bool:
    """Return whether this may be the name of a file, without its ending."""
    return 0 < len(text) <= LONGEST_NAME and all(sign.isascii() and (sign.isalnum() or sign == "-") for sign in text)


def path_of(folder: str, draft: str) -> Path:
    """Give the path of a file. ValueError if that is no name."""
    if not is_id(draft):
        raise ValueError(f"{draft!r} is no draft")
    return state_folder() / folder / f"{draft}{SUFFIX}"


def write(folder: str, left: LeftOrder) -> None:
    """Write a file under its name as a whole, readable to its owner only, and on the disk before this returns.
    OSError.
    """
    os.close(write_held(folder, left))


def write_held(folder: str, left: LeftOrder) -> int:
    """Write a file so, and hold it: nobody else hands it over before the descriptor that this gives is closed.
    OSError.
    """
    path = path_of(folder, left.draft)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Beside the folder: whoever watches that must not see a file that is none yet.
    new = state_folder() / f".{left.draft}.new-{os.getpid()}"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8", closefd=False) as file:
            json.dump(encode(left), file, ensure_ascii=False)
        os.fsync(descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        new.rename(path)
        for each in (path.parent, path.parent.parent):
            _sync_folder(each)
    except BaseException:
        os.close(descriptor)
        new.unlink(missing_ok=True)
        raise
    return descriptor


def read(folder: str, draft: str) -> LeftOrder | None:
    """Read a file; None if there is none."""
    try:
        text = path_of(folder, draft).read_text("utf-8")
    except (OSError, ValueError):
        return None
    try:
        left = decode(json.loads(text), LeftOrder)
    except ValueError as error:
        log.error("an order that was left cannot be read, and is put aside: %s", error)
        put_aside(folder, draft)
        return None
    if left.draft != draft:
        put_aside(folder, draft)
        return None
    return left


def put_aside(folder: str, draft: str, why: str = "damaged") -> Path:
    """Move a file away that cannot be handed over, so that nobody tries again and again; where it lies then."""
    path = path_of(folder, draft)
    aside = state_folder() / f"{path.stem}.{why}"
    with suppress(OSError):
        path.rename(aside)
        return aside
    return path


def remove(folder: str, draft: str) -> None:
    """Remove a file, if it is there. OSError."""
    path = path_of(folder, draft)
    path.unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
