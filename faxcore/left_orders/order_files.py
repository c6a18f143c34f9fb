# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of left orders, in the user's own state folder: one an order, named by its draft.

    ~/.local/state/facteur/orders/DRAFT.json      to be handed over
    ~/.local/state/facteur/refused/DRAFT.json     refused when it was handed over; to be told where the draft is opened
    ~/.local/state/facteur/DRAFT.damaged          a file of either that is none

The pages are with the service, and the draft stays there until the order has arrived. A file is synced before anybody
is told that the order is kept, and goes only when the service has answered. Whoever hands one over holds it, by a lock
that the kernel frees with the process.
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

ORDERS: Final = "orders"
REFUSED: Final = "refused"
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

    @property
    def title(self) -> str:
        """The name of the document, to be shown."""
        return self.kept.order.title


def state_folder() -> Path:
    """Give the user's own folder for what Facteur keeps."""
    given = os.environ.get("XDG_STATE_HOME", "")
    base = Path(given) if os.path.isabs(given) else Path.home() / ".local" / "state"
    return base / "facteur"


def leave(left: LeftOrder) -> None:
    """Keep an order until it is handed over, in place of an earlier one for the same draft. OSError."""
    _write(ORDERS, left)
    forget_refusal(left.draft)


def list_left() -> list[str]:
    """List the drafts whose orders are to be handed over, the oldest first."""
    try:
        found = [path for path in (state_folder() / ORDERS).iterdir() if path.suffix == SUFFIX and _is_id(path.stem)]
    except OSError:
        return []
    return sorted(path.stem for path in found)


def find_left(draft: str) -> LeftOrder | None:
    """Find the order that is to be handed over for a draft; None if there is none."""
    return _read(ORDERS, draft)


def find_refused(draft: str) -> LeftOrder | None:
    """Find the order for a draft that was refused when it was handed over; None if there is none."""
    return _read(REFUSED, draft)


def refuse(left: LeftOrder) -> None:
    """Keep why an order was refused, and hand it over no more. OSError."""
    _write(REFUSED, left)
    _remove(ORDERS, left.draft)


def forget_left(draft: str) -> None:
    """Hand an order over no more. OSError."""
    _remove(ORDERS, draft)


def forget_refusal(draft: str) -> None:
    """Keep no more why an order was refused: it has been told. OSError."""
    _remove(REFUSED, draft)


@contextmanager
def held(draft: str) -> Iterator[LeftOrder | None]:
    """Hold the order for a draft, so that nobody else hands it over or takes it away; None if there is none, or if
    another process holds it.
    """
    try:
        path = _path(ORDERS, draft)
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
        yield _read(ORDERS, draft) if same else None
    finally:
        os.close(descriptor)


def _is_id(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and all(sign.isascii() and (sign.isalnum() or sign == "-") for sign in text)


def _path(folder: str, draft: str) -> Path:
    if not _is_id(draft):
        raise ValueError(f"{draft!r} is no draft")
    return state_folder() / folder / f"{draft}{SUFFIX}"


def _write(folder: str, left: LeftOrder) -> None:
    """Write a file under its name as a whole, readable to its owner only, and on the disk before this returns."""
    path = _path(folder, left.draft)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Beside the folder: whoever watches that must not see a file that is none yet.
    new = state_folder() / f".{left.draft}.new-{os.getpid()}"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(encode(left), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    for each in (path.parent, path.parent.parent):
        _sync_folder(each)


def _read(folder: str, draft: str) -> LeftOrder | None:
    try:
        text = _path(folder, draft).read_text("utf-8")
    except (OSError, ValueError):
        return None
    try:
        left = decode(json.loads(text), LeftOrder)
    except ValueError as error:
        log.error("an order that was left cannot be read, and is put aside: %s", error)
        _put_aside(_path(folder, draft))
        return None
    if left.draft != draft:
        _put_aside(_path(folder, draft))
        return None
    return left


def _put_aside(path: Path) -> None:
    """Move a damaged file away, so that nobody tries to hand it over again and again."""
    aside = state_folder() / f"{path.stem}.damaged"
    with suppress(OSError):
        path.rename(aside)


def _remove(folder: str, draft: str) -> None:
    path = _path(folder, draft)
    path.unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
