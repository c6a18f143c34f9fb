# SPDX-License-Identifier: GPL-3.0-or-later
"""Three faxes in one call, from a service to a receiving line of its own, both with real workers on the exchange."""

import asyncio
import getpass
from dataclasses import replace
from pathlib import Path

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest

from faxcore.config import LineConfig, NumberConfig, SubAddressConfig
from faxcore.document.tiff import read_pages, write_pages
from faxcore.exchange import Exchange, ExchangeSettings, LineSettings
from faxcore.lines.worker_line import worker_command
from faxcore.model.call import Outcome
from faxcore.model.page import Resolution
from faxcore.store.receptions import Receiving
from tests.support.leftovers import until_clean
from tests.support.pages import text_page
from tests.support.service_parts import ME, OTHER, configured, running, submit
from tests.support.waiting import until

OURS, THEIRS = "0199000001", "0199000002"
RESOLUTIONS = (Resolution.STANDARD, Resolution.FINE, Resolution.STANDARD)


@pytest.mark.parametrize("said", [("", "", ""), ("", "42", "43")], ids=["one owner", "sub-addresses"])
def test_three_faxes_of_one_call_are_three_receptions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: tuple[str, ...]
) -> None:
    monkeypatch.setattr("faxcore.people.find", {ME: ME, "wages": OTHER}.get)
    documents = []
    for number, resolution in enumerate(RESOLUTIONS):
        documents.append(tmp_path / f"{number}.tif")
        pages = [text_page(resolution, 10 * number + page, rows=500) for page in range(2 if number == 1 else 1)]
        write_pages(documents[-1], pages)
    owners = {"": [ME], "42": [OTHER], "43": [ME]}

    async def main(exchange: Exchange) -> None:
        me = getpass.getuser()
        addresses = (SubAddressConfig("42", ("wages",)), SubAddressConfig("43", (me,)))
        numbers = (NumberConfig(THEIRS, (me,)),)
        lines = (
            LineConfig("out", exchange.device(1), OURS, (NumberConfig(OURS, (me,)),), direction="out"),
            LineConfig("in", exchange.device(2), THEIRS, numbers, sub_addresses=addresses, direction="in"),
        )
        config = replace(configured(tmp_path), lines=lines)
        async with running(tmp_path, config, worker=worker_command) as (service, listener):
            await until("the lines to be idle", lambda: all(line.state.value == "idle" for line in service.lines), 60)
            jobs = [
                await submit(service, path, f"{THEIRS} #{sub}" if sub else THEIRS)
                for path, sub in zip(documents, said, strict=True)
            ]
            for job in jobs:
                assert (await listener.until_job(job, "done", "failed", "uncertain")).state.value == "done"
            calls = {job: service.store.calls.of_job(job)[0] for job in jobs}
            assert sorted(bool(call.follows) for call in calls.values()) == [False, True, True]
            order = [jobs.index(job) for job in sorted(jobs, key=lambda job: calls[job].started)]

            def filed() -> bool:
                return len(service.store.receptions.in_state(Receiving.FILED)) == 3

            await until("the receptions to be filed", filed, 60)
            found = service.store.receptions.in_state(Receiving.FILED)
            for each, place in zip(found, order, strict=True):
                assert list(read_pages(Path(each.tiff))) == list(read_pages(documents[place]))
                assert (each.sub_address, each.outcome, each.remote_id) == (said[place], Outcome.OK, OURS)
                assert service.store.receptions.owners(each.id) == owners[said[place]]
            await until_clean(service)

    lines = (LineSettings((OURS,)), LineSettings((THEIRS,)))
    with Exchange(ExchangeSettings(tmp_path / "exchange", lines, speed=8.0, seed=3)) as exchange:
        asyncio.run(main(exchange))
