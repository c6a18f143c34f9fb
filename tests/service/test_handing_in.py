# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that are handed in while the service goes: each becomes one fax, and nobody is left to guess."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from faxcore.bus.client import AnswerLost, ServiceUnavailable, connect
from faxcore.cli import handing_in
from faxcore.cli.main import main
from faxcore.contract.order import Order
from faxcore.model.job import State
from tests.support.bus_fixture import private_bus
from tests.support.fake_service import FakeDesk, serve, serve_directly
from tests.support.service_parts import document

TO = "0199000002"
SENT = "The fax service went away while “{}” was handed in: it is handed in again.\n"


def lose_first_answer(desk: FakeDesk, method: str) -> asyncio.Event:
    """Have the desk do the first of these without an answer; the event is set when it has done it."""
    real, done = getattr(desk, method), asyncio.Event()

    async def answer(*arguments: Any) -> Any:
        given = await real(*arguments)
        if not done.is_set():
            done.set()
            await asyncio.Event().wait()
        return given

    setattr(desk, method, answer)
    return done


def on_bus(folder: Path, scenario: Callable[[str], Awaitable[None]]) -> None:
    with private_bus(folder / "bus") as address:
        asyncio.run(scenario(address))


@pytest.mark.parametrize(
    ("method", "command", "named"),
    [
        ("submit_document", ["send", "--to", TO, "letter.tif"], "letter"),
        ("submit_document", ["send", "--to", TO, "--title", "Roof", "letter.tif", "letter.tif"], "Roof"),
        ("fetch_document", ["fetch", TO], TO),
        ("send_again", ["resend", "FAX"], "FAX"),
        ("submit_to_many", ["broadcast", "send", "--list", "list.csv", "letter.tif"], "letter"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:1]),
)
def test_what_was_taken_without_an_answer_is_handed_in_again_and_is_one_fax(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    method: str,
    command: list[str],
    named: str,
) -> None:
    async def scenario(address: str) -> None:
        desk = FakeDesk()
        before = desk.add_job(state=State.DONE)
        arguments = [before if each == "FAX" else each for each in command]
        done = lose_first_answer(desk, method)
        bus = await serve(desk, address)
        handing = asyncio.create_task(asyncio.to_thread(main, ["--bus", address, *arguments]))
        await asyncio.wait_for(done.wait(), 60)
        await bus.close()
        bus = await serve(desk, address)
        assert await asyncio.wait_for(handing, 60) == 0
        made = [job for job in desk.jobs if job != before]
        assert len(made) == 1, "it was handed in twice, and taken once"
        assert len([asked for asked in desk.asked if asked[0] == method]) == 2
        out, errors = capsys.readouterr()
        assert out.strip() in (made[0], desk.jobs[made[0]].broadcast)
        assert errors == SENT.format(before if named == "FAX" else named)
        await bus.close()

    monkeypatch.setattr(handing_in, "AGAIN_SECONDS", 0.05)
    monkeypatch.chdir(tmp_path)
    document(tmp_path, name="letter.tif")
    (tmp_path / "list.csv").write_text(f"number\n{TO}\n")
    on_bus(tmp_path, scenario)


def test_where_the_service_stays_away_the_key_is_told_with_which_it_is_one_fax(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def scenario(address: str) -> None:
        async def hand_in(*more: str) -> int:
            command = ["--bus", address, "send", "--to", TO, *more, "letter.tif"]
            return await asyncio.wait_for(asyncio.to_thread(main, command), 60)

        desk = FakeDesk()
        done = lose_first_answer(desk, "submit_document")
        bus = await serve(desk, address)
        handing = asyncio.create_task(hand_in())
        await asyncio.wait_for(done.wait(), 60)
        await bus.close()
        assert await handing == 3
        errors = capsys.readouterr().err
        assert "“letter”" in errors and "not known whether it was taken" in errors
        key = re.search("--key ([^ :]+)", errors)
        assert key is not None
        bus = await serve(desk, address)
        assert await hand_in("--key", key[1]) == 0
        assert capsys.readouterr().out.split() == list(desk.jobs)
        assert len(desk.jobs) == 1
        await bus.close()

    monkeypatch.setattr(handing_in, "AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(handing_in, "PATIENCE_SECONDS", 0.3)
    monkeypatch.chdir(tmp_path)
    document(tmp_path, name="letter.tif")
    on_bus(tmp_path, scenario)


def test_what_nobody_was_asked_for_is_in_no_doubt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def scenario(address: str) -> None:
        command = ["--bus", address, "fetch", TO]
        assert await asyncio.to_thread(main, command) == 3
        assert capsys.readouterr().err == "faxctl: The fax service is not running.\n"

    on_bus(tmp_path, scenario)


def test_the_client_tells_a_lost_answer_from_a_question_that_was_not_asked(tmp_path: Path) -> None:
    async def main() -> None:
        desk = FakeDesk()
        done = lose_first_answer(desk, "fetch_document")
        doorway = await serve_directly(desk, tmp_path / "socket")
        async with connect(f"unix:path={tmp_path}/socket") as client:
            asked = asyncio.create_task(client.fetch_document(Order(number=TO)))
            await asyncio.wait_for(done.wait(), 60)
            await doorway.stop()
            with pytest.raises(AnswerLost):
                await asked
            await client.closed()
            with pytest.raises(ServiceUnavailable) as absent:
                await client.fetch_document(Order(number=TO))
            assert not isinstance(absent.value, AnswerLost)

    asyncio.run(main())
