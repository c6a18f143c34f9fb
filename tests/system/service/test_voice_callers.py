# SPDX-License-Identifier: GPL-3.0-or-later
"""A person who calls a fax line leaves no reception, and nobody is told of one; the fax behind it is received."""

import asyncio
import getpass
from dataclasses import replace
from pathlib import Path
from typing import Any

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest

from faxcore.config import LineConfig, NumberConfig
from faxcore.contract.received_fax import Reception
from faxcore.document.tiff import write_pages
from faxcore.exchange import Exchange, ExchangeSettings, LineSettings, PersonSettings
from faxcore.lines.worker_line import worker_command
from faxcore.model.page import Page, Resolution, Width
from faxcore.service import FaxService
from faxcore.t30.capabilities import Terminal
from tests.support.calls import Listener as Owner
from tests.support.calls import send_from
from tests.support.service_parts import ME, configured, running
from tests.support.waiting import until

PERSON, FAX, OTHER = "0199000001", "0199000002", "0199000003"
PAGE = Page(Width.A4, Resolution.FINE, bytes(216 * 300))


async def idle(service: FaxService) -> None:
    """Wait until the line is on hook, and its worker ready for the next call."""
    await until("the line to be idle", lambda: service.lines[0].state.value == "idle", 60)


def call_in(folder: Path, person: PersonSettings) -> tuple[float, list[Reception], list[tuple[str, str, Any]]]:
    """A person calls, then a fax: how long the person's call was, the receptions, and what users were told."""
    lines = (LineSettings((PERSON,), person=person), LineSettings((FAX,)), LineSettings((OTHER,)))
    write_pages(folder / "fax.tif", [PAGE])

    async def main(exchange: Exchange) -> tuple[float, list[Reception], list[tuple[str, str, Any]]]:
        line = LineConfig("line-1", exchange.device(2), FAX, (NumberConfig(FAX, (getpass.getuser(),)),))
        config = replace(configured(folder), lines=(line,))
        async with running(folder, config, worker=worker_command) as (service, listener):
            await idle(service)
            seconds = await asyncio.wrap_future(exchange.call(1, FAX))
            await idle(service)
            call = asyncio.to_thread(
                send_from, exchange, 3, folder / "fax.tif", FAX, Terminal(OTHER), Owner(), list[str]()
            )
            assert (await call).confirmed == 1
            await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            return seconds, await service.api.list_receptions(ME), listener.heard

    with Exchange(ExchangeSettings(folder / "exchange", lines, speed=20.0, seed=9)) as exchange:
        return asyncio.run(main(exchange))


@pytest.mark.parametrize("person", [PersonSettings(), PersonSettings(-15.0), PersonSettings(None, 0.8)])
def test_a_person_leaves_no_reception(tmp_path: Path, person: PersonSettings) -> None:
    seconds, receptions, heard = call_in(tmp_path, person)
    assert seconds > 0.5
    assert [reception.pages for reception in receptions] == [1]
    assert len([name for _, name, _ in heard if name == "ReceptionArrived"]) == 1
    assert len(list((tmp_path / "received").iterdir())) == 2
