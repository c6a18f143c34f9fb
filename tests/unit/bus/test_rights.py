# SPDX-License-Identifier: GPL-3.0-or-later
"""The question who may administer: asked anew each time, and of nobody for longer than that takes."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from contextlib import suppress

import pytest

from faxcore import people
from faxcore.api.api_error import ApiError
from faxcore.bus import rights
from faxcore.bus.rights import Rights, written_down
from faxcore.config import AdministrationConfig, Config
from faxcore.contract.bus import ErrorCode
from faxcore.contract.methods import ADMIN, BY_NAME, DESK, INTAKE
from faxcore.log_fields import read_fields
from faxcore.model.sentence import Sentence
from tests.support.waiting import async_test, until

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
    await until("all of them to ask", lambda: asked == ["anne"])
    monkeypatch.setattr(rights, "ASK_SECONDS", 30)
    assert await refusal(ours, "bob", ANNE + 1) == ""
    assert await asyncio.gather(*waiting) == ["away"] * 20
    assert asked == ["anne", "bob"], "each is asked for once, however often they call"
    answers.set()
    assert await refusal(ours) == ""


class Fields(logging.Handler):
    """Keeps each record with its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append((record.getMessage(), dict(read_fields())))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (None, "anne (user 4001) has done Reload"),
        (
            ApiError(ErrorCode.BAD_CONFIGURATION, Sentence("private")),
            "anne (user 4001) was refused Reload: bad-",
        ),
        (ValueError("private"), "anne (user 4001) has begun Reload, which did not come to its end"),
    ],
)
def test_an_act_is_found_by_its_fields_and_nothing_else_is(error: Exception | None, said: str) -> None:
    """What is started meanwhile lives on, and what it writes later is nobody's act."""
    fields, log = Fields(), logging.getLogger("faxcore.bus.rights")
    log.addHandler(fields)
    before, log.level = log.level, logging.INFO
    try:
        with suppress(ApiError, ValueError), written_down(ANNE, "anne", RELOAD):
            assert read_fields() == {}
            if error is not None:
                raise error
    finally:
        log.removeHandler(fields)
        log.level = before
    ((text, about),) = fields.found
    assert text.startswith(said) and "private" not in text
    assert about == {"act": "Reload", "user": "anne"}
