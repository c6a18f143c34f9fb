# SPDX-License-Identifier: GPL-3.0-or-later
"""The rights of a caller: what of the contract is open to whom.

Rules:
1. The desk is everybody's. The intake is for the user of cupsd's backends.
2. Root and the service's own user may do everything.
3. The administrator's methods are for those whom `[administration]` names besides: all of them for `may_change`, those
   that only show something for `may_see`. That is found out at each call, never remembered: whoever has just been taken
   out of a group is refused.
4. A directory of people may never answer: it is asked in a thread, once at a time for each user.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pwd
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from faxcore import people
from faxcore.api.api_error import ApiError
from faxcore.config import Config
from faxcore.contract.bus import ErrorCode
from faxcore.contract.methods import ADMIN, DESK, INTAKE, Method
from faxcore.log_fields import about
from faxcore.may_hang import run_apart
from faxcore.model.sentence import Sentence, Value, mark

log = logging.getLogger(__name__)

ASK_SECONDS: Final = 10.0
"""Seconds that the machine has to say in which groups somebody is."""


class Rights:
    """Tells who may do what, by the configuration that is in force."""

    def __init__(self, config: Callable[[], Config]) -> None:
        self._config = config
        self._asking: dict[int, asyncio.Task[tuple[bool, bool]]] = {}
        """The questions that are being asked, by uid."""

    def is_open(self, uid: int, interface: str) -> bool:
        """Tell whether an interface is open to a caller; of the administrator's, `refuse` tells it."""
        if interface in (DESK, ADMIN) or is_ours(uid):
            return True
        return interface == INTAKE and uid == _uid_of(self._config().intake_user)

    async def refuse(self, uid: int, person: str, method: Method) -> None:
        """Raise ApiError if a caller may not use this method of the administrator's."""
        may_change, may_see = await self._ask(uid, person)
        if may_change or (may_see and method.only_shows):
            return
        raise ApiError(ErrorCode.DENIED, _explain(person, may_see, self._config().administration.may_change))

    async def _ask(self, uid: int, person: str) -> tuple[bool, bool]:
        asked = self._asking.get(uid)
        if asked is None:
            work = partial(_find_rights, self._config(), person)
            asked = self._asking[uid] = asyncio.ensure_future(run_apart("rights of a caller", work))
            asked.add_done_callback(lambda _done: self._asking.pop(uid, None))
        try:
            async with asyncio.timeout(ASK_SECONDS):
                return await asyncio.shield(asked)
        except TimeoutError as error:
            text = mark("This computer does not say in which groups {person} is: please try again later.")
            raise ApiError(ErrorCode.AWAY, Sentence(text, {"person": person})) from error


def is_ours(uid: int) -> bool:
    """Return whether this is root, or the service's own user."""
    return uid in (0, os.getuid())


@contextmanager
def written_down(uid: int, person: str, method: Method) -> Iterator[None]:
    """Write down who has done what, with fields by which it is found in the journal. What is written meanwhile has them
    not: a part of the service that a reload starts would have them for ever.
    """

    def write(text: str, *more: str) -> None:
        with about(act=method.name, user=person):
            log.info(text, person, uid, method.name, *more)

    try:
        yield
    except ApiError as error:
        write("%s (user %d) was refused %s: %s", error.code.value)
        raise
    except BaseException:
        write("%s (user %d) has begun %s, which did not come to its end")
        raise
    write("%s (user %d) has done %s")


def _find_rights(config: Config, person: str) -> tuple[bool, bool]:
    """Find whether a person may change, and whether they may see."""
    named = config.administration
    may_change = config.is_among(person, named.may_change, people.ask_groups_of)
    return may_change, may_change or config.is_among(person, named.may_see, people.ask_groups_of)


def _explain(person: str, may_see: bool, administrators: Sequence[str]) -> Sentence:
    """Say what is missing, and who can give it."""
    who: Sentence | str = ", ".join(administrators)
    if not who:
        who = Sentence("nobody else is named in [administration] of the configuration")
    values: dict[str, Value] = {"person": person, "administrators": who}
    if may_see:
        return Sentence(
            "{person} may see this, but not change anything: that is for root and the administrators of the fax service"
            " ({administrators}). Root can make {person} one of them.",
            values,
        )
    return Sentence(
        "{person} may not do this: it is for root and the administrators of the fax service ({administrators})."
        " Root can make {person} one of them.",
        values,
    )


def _uid_of(user: str) -> int | None:
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        return None
