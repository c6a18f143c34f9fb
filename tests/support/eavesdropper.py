# SPDX-License-Identifier: GPL-3.0-or-later
"""Another user of the machine, who listens on the bus, asks what everybody may ask, and reads what he can: promise P23.

He looks for words that are not meant for him.
"""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from dbus_next.message import Message

from faxcore.bus import client
from faxcore.bus.wire import call_daemon, open_bus
from faxcore.contract.listed import FaxQuery

PAUSE = 0.05
"""Seconds between two rounds of questions and looking around."""


@dataclass
class Overheard:
    """What he has found of the words, and what he has looked at: nothing found where he was deaf is no proof."""

    words: tuple[str, ...]
    found: list[str] = field(default_factory=list)
    messages: int = 0
    rounds: int = 0

    def look(self, where: str, text: str) -> None:
        """Look for the words in a text."""
        self.found += [f"{where}: {word}" for word in self.words if word in text]


@contextmanager
def eavesdropping(address: str, folder: Path, words: Sequence[str], user: str = "nobody") -> Iterator[Overheard]:
    """A process of another user that listens until the block ends; then the value is filled. Enter it before there is a
    thread or an event loop: it is a fork, because the other user may not be able to read the checkout.
    """
    (from_us, ours), (theirs, from_them) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        os.close(theirs)
        _live(user, from_us, from_them, lambda: _listen(address, folder, tuple(words), from_us))
    os.close(from_us)
    os.close(from_them)
    overheard = Overheard(tuple(words))
    try:
        yield overheard
    finally:
        os.close(ours)
        with os.fdopen(theirs, "rb") as pipe:
            text = pipe.read()
        assert os.waitpid(child, 0)[1] == 0, "the eavesdropper has failed"
    overheard.__dict__.update(json.loads(text))


def _live(user: str, until: int, answer: int, work: Callable[[], Overheard]) -> None:
    other, status = pwd.getpwnam(user), 1
    try:
        os.setgroups([])
        os.setgid(other.pw_gid)
        os.setuid(other.pw_uid)
        os.set_blocking(until, False)
        os.write(answer, json.dumps(asdict(work())).encode())
        status = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(status)


def _listen(address: str, folder: Path, words: tuple[str, ...], until: int) -> Overheard:
    overheard = Overheard(words)
    asyncio.run(_follow(address, folder, overheard, until))
    return overheard


async def _follow(address: str, folder: Path, overheard: Overheard, until: int) -> None:
    def hear(message: Message) -> None:
        overheard.messages += 1
        overheard.look("a message on the bus", repr(message.body))

    bus = await open_bus(address)
    bus.add_message_handler(hear)
    for rule in ("type='signal'", "eavesdrop='true'", "interface='org.facteur.Desk1'"):
        await call_daemon(bus, "AddMatch", "s", rule)
    async with client.connect(address) as desk:
        desk.on_job_changed = desk.on_draft_waiting = lambda news: overheard.look("a signal", repr(news))
        desk.on_print_noticed = desk.on_reception_arrived = desk.on_reception_changed = desk.on_job_changed
        desk.on_limit_warned = desk.on_job_changed
        while not _is_over(until):
            if desk.present:
                await _ask(desk, overheard)
            _read_around(folder, overheard)
            overheard.rounds += 1
            await asyncio.sleep(PAUSE)
    await bus.close()


def _is_over(until: int) -> bool:
    try:
        return os.read(until, 1) == b""
    except BlockingIOError:
        return False


async def _ask(desk: client.Client, overheard: Overheard) -> None:
    """Everything that nobody needs an id for."""
    await desk.register()
    answers = [await desk.status(), await desk.headers(), await desk.list_faxes(FaxQuery()), await desk.list_jobs()]
    overheard.look("an answer", repr([*answers, await desk.list_drafts(), await desk.list_receptions()]))


def _read_around(folder: Path, overheard: Overheard) -> None:
    """Every name and every file below a folder that can be seen."""
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            overheard.look("a name", name)
        for name in files:
            path = Path(place, name)
            if path.is_file() and os.access(path, os.R_OK):
                overheard.look(f"the file {path}", path.read_bytes().decode("latin-1"))
