# SPDX-License-Identifier: GPL-3.0-or-later
"""The question who may administer: asked anew each time, and of nobody for longer than that takes."""

from __future__ import annotations

import asyncio
import os
import threading

import pytest

from faxcore import people
from faxcore.api.api_error import ApiError
from faxcore.bus import rights
from faxcore.bus.rights import Rights
from faxcore.config import AdministrationConfig, Config
from faxcore.contract.methods import ADMIN, BY_NAME, DESK, INTAKE
from tests.support.waiting import async_test

RELOAD, LOG = BY_NAME[ADMIN, "Reload"], BY_NAME[ADMIN, "ListAllCalls"]
ANNE = 4001


async def refusal(of: Rights, person: str = "anne", uid: int = ANNE) -> str:
    """The code with which a reload is refused; nothing if it is not."""
    try:
        await of.refuse(uid, person, RELOAD)
    except ApiError as error:
        return error.code.value
    return ""


def test_the_interfaces_are_open_to_whom_they_are_for() -> None:
    ours = Rights(lambda: Config(intake_user="nobody"))
    assert ours.is_open(ANNE, DESK) and ours.is_open(ANNE, ADMIN) and not ours.is_open(ANNE, INTAKE)
    assert ours.is_open(65534, INTAKE) and ours.is_open(0, INTAKE) and ours.is_open(os.getuid(), INTAKE)
    assert not Rights(lambda: Config(intake_user="no-such-user")).is_open(65534, INTAKE)


@async_test
async def test_the_groups_are_asked_for_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    groups: dict[str, frozenset[str]] = {}
    monkeypatch.setattr(people, "ask_groups_of", lambda name: groups.get(name, frozenset()))
    ours = Rights(lambda: Config(administration=AdministrationConfig(may_see=("watch",))))
    assert await refusal(ours) == "denied"
    groups["anne"] = frozenset({"facteur-admin"})
    assert await refusal(ours) == ""
    groups["anne"] = frozenset({"watch"})
    assert await refusal(ours) == "denied"
    await ours.refuse(ANNE, "anne", LOG)
    groups.clear()
    with pytest.raises(ApiError):
        await ours.refuse(ANNE, "anne", LOG)


@async_test
async def test_where_nobody_is_named_it_is_roots_alone() -> None:
    ours = Rights(lambda: Config(administration=AdministrationConfig(may_change=())))
    with pytest.raises(ApiError) as denied:
        await ours.refuse(ANNE, "anne", RELOAD)
    assert "nobody else is named in [administration] of the configuration" in str(denied.value)


@async_test
async def test_a_directory_that_does_not_answer_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "ASK_SECONDS", 0.2)
    answers, asked = threading.Event(), []

    def ask(name: str) -> frozenset[str]:
        asked.append(name)
        if name == "anne":
            answers.wait(30)
        return frozenset({"facteur-admin"})

    monkeypatch.setattr(people, "ask_groups_of", ask)
    ours = Rights(Config)
    waiting = [asyncio.create_task(refusal(ours)) for _each in range(20)]
    await asyncio.sleep(0)
    assert await refusal(ours, "bob", ANNE + 1) == ""
    assert await asyncio.gather(*waiting) == ["away"] * 20
    assert asked == ["anne", "bob"], "each is asked for once, however often they call"
    answers.set()
    while await refusal(ours) != "":
        await asyncio.sleep(0.01)
