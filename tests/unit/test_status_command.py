# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl status` and `faxctl doctor` of a service that is ending, and of one that has faxes from a backup."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace
from typing import Any

import pytest

from faxcore.cli.plain_output import format_time
from faxcore.cli.status_command import status
from faxcore.contract.service_status import Status
from faxcore.doctor.finding import Verdict
from faxcore.doctor.service_checks import AtWork, check_service

STATUS = Status("1", "python", queued=5)
END = "2026-11-28T18:05:00.000Z"


class Desk:
    """A service in this state."""

    def __init__(self, found: Status) -> None:
        self._found = found

    async def status(self) -> Status:
        return self._found


def tell(found: Status, capsys: pytest.CaptureFixture[str]) -> str:
    desk: Any = Desk(found)
    assert asyncio.run(status(desk, argparse.Namespace(json=False))) == 0
    return capsys.readouterr().out


def look(found: Status) -> dict[str, str]:
    """What the doctor warns of, and what is to be done."""
    findings = check_service(AtWork(status=found))
    return {str(each.sentence): str(each.remedy) for each in findings if each.verdict is Verdict.WARNING}


def test_a_service_that_is_ending_says_until_when(capsys: pytest.CaptureFixture[str]) -> None:
    ending = replace(STATUS, stops_at=END)
    said = f"The service was told to stop. It takes no more calls; those that go on have until {format_time(END)}."
    assert said in tell(ending, capsys) and "told to stop" not in tell(STATUS, capsys)
    warned = look(ending)
    (told,) = [each for each in warned if "told to stop" in each]
    assert format_time(END) in told and "systemctl start facteur" in warned[told]
    assert not [each for each in look(STATUS) if "told to stop" in each]


def test_faxes_from_a_backup_are_counted_with_what_lets_them_go(capsys: pytest.CaptureFixture[str]) -> None:
    command = "faxctl release --restored"
    one, three = (tell(replace(STATUS, restored=count), capsys) for count in (1, 3))
    assert f"1 fax is held because it comes from a backup; when it is to go out: {command}" in one
    assert f"3 faxes are held because they come from a backup; when they are to go out: {command}" in three
    assert "backup" not in tell(STATUS, capsys)
    warned = look(replace(STATUS, restored=3))
    assert command in warned["3 faxes are held because they come from a backup."]
    assert not [each for each in look(STATUS) if "backup" in each]
