# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail on a full disk (P6, P28): what the mail server has taken is noted when there is space again, not sent again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP

from faxcore.store.deliveries import Channel
from tests.service.test_mail import RING, mailing, nothing_waits
from tests.support.rude_smtp import RudeServer
from tests.support.service_parts import running, script
from tests.support.small_disk import empty, fill
from tests.support.waiting import until

LOOKS = 3


@pytest.mark.parametrize(("step", "answer"), [("TAKEN", "250 OK"), ("RCPT", "550 no such mailbox")])
def test_the_end_of_a_mail_is_noted_when_there_is_space_again(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, answer: str
) -> None:
    troubled: list[str] = []
    monkeypatch.setattr("faxcore.store.retry.PAUSE", 0.02)
    monkeypatch.setattr("faxcore.store.retry.log.error", lambda *words: troubled.append(str(words)))
    monkeypatch.setattr("faxcore.outbox.outbox.log.error", lambda *words: troubled.append(str(words)))

    def fill_up(_smtp: SMTP) -> str:
        fill(small_disk)
        return answer

    async def main() -> None:
        config = replace(mailing(tmp_path, server), state=small_disk / "state")
        async with running(tmp_path, config) as (service, _listener):
            outbox = service.outboxes.mail
            await until("the disk to be full when the mail has found its end", lambda: troubled)
            for _look in range(LOOKS):
                outbox.retry()
                await asyncio.sleep(0)
                await until(
                    "the outbox to look", lambda: not outbox.busy or any("tried again" in words for words in troubled)
                )
            assert service.store.deliveries.count_waiting(Channel.MAIL) == 1, "it is not noted yet"
            empty(small_disk)
            await nothing_waits(service)
            assert service.store.deliveries.count_given_up(Channel.MAIL, 3600) == (step == "RCPT")
            assert len([words for words in troubled if "tried again" in words]) == 1, "said once"

    script(tmp_path, ring=RING)
    with RudeServer() as server:
        server.rude(step, fill_up)
        asyncio.run(main())
    assert server.steps.count("RCPT") == 1, "it was tried once"
    assert len(server.taken) == (step == "TAKEN")
