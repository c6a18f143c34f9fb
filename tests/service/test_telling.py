# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a received fax goes besides its owners: addresses, printers, and the office's own command."""

import asyncio
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest

from faxcore.config import Config, NumberConfig, RoutingRule, SubAddressConfig
from faxcore.config.current import CurrentConfig
from faxcore.config.telling import TellingConfig
from faxcore.contract.administration import OpenDelivery
from faxcore.outbox.command_carrier import CommandCarrier
from faxcore.outbox.outbox import Carrying
from faxcore.service import FaxService
from faxcore.store.deliveries import RECEPTION, Channel
from tests.service.test_mail import attachments, mailing
from tests.support.rude_smtp import RudeServer
from tests.support.service_parts import ME, administrator, configured, running, script
from tests.support.waiting import until

ANNE, OFFICE, DESK = "anne@example.org", "office@example.org", "desk@example.org"
CALLED = "0199000001"


def receive(folder: Path, config: Config, **ring: Any) -> tuple[OpenDelivery, ...]:
    """Let a fax come in, and go where it goes; what has not gone."""

    async def main() -> tuple[OpenDelivery, ...]:
        async with running(folder, config) as (service, listener):
            await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            await until("everything to have been tried", lambda: all(each.attempts for each in still_open(service)))
            return still_open(service)

    script(folder, ring={"line-1": {"pages": 1, "end": "ok", "called": CALLED, **ring}})
    return asyncio.run(main())


def still_open(service: FaxService) -> tuple[OpenDelivery, ...]:
    return service.open_deliveries.page("").deliveries


def with_line(config: Config, **changes: Any) -> Config:
    (line,) = config.lines
    return replace(config, lines=(replace(line, **changes),))


# ---------------------------------------------------------------- addresses


def told(folder: Path, line: dict[str, Any], ring: dict[str, Any] | None = None, **changes: Any) -> dict[str, int]:
    """The addresses that hear of a fax, and with how many documents."""
    with RudeServer() as server:
        config = with_line(replace(mailing(folder, server), **changes), **line)
        assert receive(folder, config, **(ring or {})) == ()
    return {mail["To"]: len(attachments(mail)) for mail in server.taken}


def test_addresses_of_the_line_hear_of_what_has_no_owners_of_its_own(tmp_path: Path) -> None:
    line = {"owners": (ME,), "numbers": (NumberConfig(CALLED),), "telling": TellingConfig((OFFICE, DESK))}
    assert told(tmp_path, line) == {ANNE: 1, OFFICE: 1, DESK: 1}


def test_a_number_with_owners_of_its_own_has_only_its_own_addresses(tmp_path: Path) -> None:
    number = NumberConfig(CALLED, (ME,), telling=TellingConfig((DESK,), ("pdf", "tiff")))
    assert told(tmp_path, {"numbers": (number,), "telling": TellingConfig((OFFICE,))}) == {ANNE: 2, DESK: 2}


def test_what_is_for_one_sub_address_is_in_nobody_elses_mail(tmp_path: Path) -> None:
    line = {
        "sub_addresses": (SubAddressConfig("42", (ME,)),),
        "telling": TellingConfig((OFFICE,), ()),
    }
    assert told(tmp_path, line, {"sub": "42"}) == {ANNE: 0}


def test_a_route_says_addresses(tmp_path: Path) -> None:
    routes = (RoutingRule("day", called=(CALLED,), telling=TellingConfig((DESK,))),)
    assert told(tmp_path, {"telling": TellingConfig((OFFICE,))}, routes=routes) == {ANNE: 1, DESK: 1}


def test_a_route_that_says_owners_and_a_folder_says_addresses_too(tmp_path: Path) -> None:
    route = RoutingRule("all", called=(CALLED,), owners=(ME,), folder=tmp_path, telling=TellingConfig((DESK,)))
    assert told(tmp_path, {"telling": TellingConfig((OFFICE,))}, routes=(route,)) == {ANNE: 1, DESK: 1}


def test_what_is_nobodys_goes_to_the_lines_addresses(tmp_path: Path) -> None:
    line = {"numbers": (NumberConfig(CALLED),), "telling": TellingConfig((OFFICE,))}
    assert told(tmp_path, line, sorters=(ME,)) == {ANNE: 1, OFFICE: 1}


# ---------------------------------------------------------------- the command


def program(folder: Path, text: str) -> tuple[str, ...]:
    path = folder / "arrived"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path), "--fax", "; touch /nowhere"


def test_the_command_gets_its_arguments_and_the_facts(tmp_path: Path) -> None:
    command = program(
        tmp_path, f'cat > "{tmp_path}/facts"; env > "{tmp_path}/env"; printf "%s\\n" "$@" > "{tmp_path}/args"'
    )
    assert receive(tmp_path, configured(tmp_path, arrival_command=command)) == ()
    facts = json.loads((tmp_path / "facts").read_text())
    assert (facts["called"], facts["pages"], facts["outcome"], facts["owners"]) == (CALLED, 1, "ok", [ME])
    assert Path(facts["tiff"]).exists() and facts["rule"] == "number"
    assert (tmp_path / "args").read_text() == "--fax\n; touch /nowhere\n", "no shell reads them"
    names = {line.partition("=")[0] for line in (tmp_path / "env").read_text().splitlines()}
    assert names <= {"PATH", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"}, "nothing of the service's environment"


def test_a_command_that_fails_is_run_again_and_said(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, config) as (service, _listener):
            await until("the command to have run", lambda: any(each.attempts for each in still_open(service)))
            (delivery,) = still_open(service)
            assert (delivery.channel, delivery.attempts) == ("command", 1)
            assert "ended with code 3: no such patient" in str(delivery.reason)
            (tmp_path / "again").touch()
            await administrator(service).retry_deliveries(ME)
            await until("the command to end well", lambda: not still_open(service))

    text = f'[ -e "{tmp_path}/again" ] || {{ echo "no such patient" >&2; exit 3; }}'
    config = configured(tmp_path, arrival_command=program(tmp_path, text))
    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "called": CALLED}})
    asyncio.run(main())


def test_a_command_that_does_not_end_is_killed_with_what_it_started(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            fax = await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            service.store.deliveries.add_for_address(RECEPTION, fax.id, Channel.COMMAND, "")
            (delivery,) = service.store.deliveries.due(Channel.COMMAND, 1, 1.0)
            current = CurrentConfig(configured(tmp_path, arrival_command=program(tmp_path, text)))
            attempt = await CommandCarrier(service.store, current, run_seconds=0.5).carry(delivery)
            assert attempt.end is Carrying.LATER and "did not end in time" in str(attempt.reason)
            child = Path("/proc", (tmp_path / "child").read_text().strip())
            await until("its child to end", lambda: not child.exists() or "State:\tZ" in (child / "status").read_text())

    text = f'sleep 1000 & echo $! > "{tmp_path}/child"; wait'
    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "called": CALLED}})
    asyncio.run(main())


def test_a_command_that_is_gone_is_said(tmp_path: Path) -> None:
    (delivery,) = receive(tmp_path, configured(tmp_path, arrival_command=("/nowhere/arrived",)))
    assert "/nowhere/arrived cannot be started: No such file or directory" in str(delivery.reason)


# ---------------------------------------------------------------- paper


def test_without_a_printing_system_faxes_for_paper_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with running(tmp_path, config) as (service, _listener):
            await until("the printer to have been tried", lambda: bool(service.outboxes.printers.down))
            (delivery,) = still_open(service)
            assert (delivery.channel, delivery.address, delivery.attempts) == ("printer", "Office", 0)

    monkeypatch.setitem(os.environ, "CUPS_SERVER", str(tmp_path / "no-cupsd"))
    config = with_line(
        configured(tmp_path), numbers=(NumberConfig(CALLED, (ME,), telling=TellingConfig(printer="Office")),)
    )
    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "called": CALLED}})
    asyncio.run(main())
