# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever printed what is not faxed is told so, now or when a program of theirs registers; nobody else is."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.printed import Claim, PrintNotice
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.service import FaxService
from faxcore.store import print_notices
from tests.support.service_parts import ME, Listener, document, running, script
from tests.support.waiting import async_test, until

CLAIM = Claim(user=ME, title="A letter", key="urn:uuid:1")
WHY = Sentence("Document {number} of {count}: {sentence}", {"number": 2, "count": 3, "sentence": Sentence("It is.")})


async def is_told(listener: Listener, title: str) -> PrintNotice:
    told = await listener.until(lambda _person, name, news: name == "PrintNoticed" and news.title == title)
    assert isinstance(told, PrintNotice)
    return told


def count_told(listener: Listener) -> int:
    return sum(name == "PrintNoticed" for _person, name, _news in listener.heard)


async def register(service: FaxService, listener: Listener) -> None:
    listener.deaf = False
    await service.api.register(ME)


@async_test
async def test_a_refusal_is_told_at_once_with_its_reason_and_its_title(tmp_path: Path) -> None:
    script(tmp_path)
    async with running(tmp_path) as (service, listener):
        await service.intake.refuse_print("lp", CLAIM, WHY)
        told = await is_told(listener, "A letter")
        assert (told.sentence, told.refused) == (WHY, True)
        assert [person for person, name, _news in listener.heard if name == "PrintNoticed"] == [ME]
        await register(service, listener)
        await service.intake.refuse_print("lp", Claim(user=ME, title="B", key="urn:uuid:2", header="none such"), WHY)
        await is_told(listener, "B")
        assert count_told(listener) == 2, "what was told is not told again"


@async_test
async def test_a_refusal_waits_for_its_person_also_over_a_restart(tmp_path: Path) -> None:
    script(tmp_path)
    async with running(tmp_path) as (service, listener):
        listener.deaf = True
        await service.intake.refuse_print("lp", CLAIM, WHY)
        # The same print job once more, as after a kill between commit and answer, or after its release.
        await service.intake.refuse_print("lp", CLAIM, Sentence("Another reason."))
    async with running(tmp_path) as (service, listener):
        await register(service, listener)
        told = await is_told(listener, "A letter")
        assert told.sentence == Sentence("Another reason.")
        assert count_told(listener) == 1


@async_test
async def test_who_is_not_known_or_has_no_reason_is_not_told(tmp_path: Path) -> None:
    script(tmp_path)
    async with running(tmp_path) as (service, listener):
        for claim, why in (
            (Claim(user="no-such-user", title="A"), WHY),
            (CLAIM, NOTHING),
            (CLAIM, Sentence("{text}", {"text": "x" * 5000})),
        ):
            with pytest.raises(ApiError) as refused:
                await service.intake.refuse_print("lp", claim, why)
            assert refused.value.code is ErrorCode.BAD_ORDER
        assert count_told(listener) == 0


@async_test
async def test_of_too_many_refusals_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_notices, "MOST", 3)
    script(tmp_path)
    async with running(tmp_path) as (service, listener):
        listener.deaf = True
        for number in range(5):
            await service.intake.refuse_print("lp", Claim(user=ME, title=f"{number}", key=f"urn:uuid:{number}"), WHY)
        await register(service, listener)
        await is_told(listener, "4")
        assert [news.title for _person, name, news in listener.heard if name == "PrintNoticed"] == ["2", "3", "4"]


@async_test
async def test_what_was_told_is_forgotten_and_what_was_not_waits(tmp_path: Path) -> None:
    now = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    script(tmp_path)
    async with running(tmp_path, clock=lambda: now) as (service, listener):
        await service.intake.refuse_print("lp", CLAIM, WHY)
        listener.deaf = True
        await service.intake.refuse_print("lp", Claim(user=ME, title="B", key="urn:uuid:2"), WHY)
        kept = service.store.print_notices.several
        ids = [row.subject for row in service.store.deliveries.waiting(ME, 10)]
        told = next(news.id for _person, name, news in listener.heard if name == "PrintNoticed")
        assert {row.title for row in kept([told, *ids])} == {"A letter", "B"}
    now += timedelta(days=31)
    async with running(tmp_path, clock=lambda: now) as (service, listener):
        listener.deaf = True
        await until("the sweep", lambda: not service.store.print_notices.several([told]))
        await until("its end", lambda: service.sweeping.rests)
        await register(service, listener)
        await is_told(listener, "B")


@async_test
async def test_letters_without_a_font_on_a_fax_without_a_dialog_are_told_of(tmp_path: Path) -> None:
    script(tmp_path, {"0199000002": ["ok"]})
    async with running(tmp_path) as (service, listener):
        for name, key in (("Martin", "urn:uuid:1"), ("\U00010380", "urn:uuid:2")):
            claim = Claim(user=ME, title=f"to {name}", key=key, number="0199000002", last_name=name)
            with document(tmp_path).open("rb") as pages, open(os.devnull, "rb") as nothing:
                handover = await service.intake.submit("lp", pages.fileno(), nothing.fileno(), claim)
            await listener.until_job(handover.id, "done")
        told = await is_told(listener, "to \U00010380")
        assert not told.refused
        assert "\U00010380" in str(told.sentence)
        assert count_told(listener) == 1
