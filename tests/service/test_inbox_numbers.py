# SPDX-License-Identifier: GPL-3.0-or-later
"""The inbox by its numbers: whose they are now, and those for which faxes are there still."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from faxcore.config import Config, GroupConfig, LineConfig, NumberConfig, PersonConfig, RoutingRule
from faxcore.contract.listed import FaxQuery, Folder, NumberCount
from faxcore.contract.received_fax import Assignment
from faxcore.model.line_direction import LineDirection
from tests.support.service_parts import ME, OTHER, configured, running, script
from tests.support.waiting import async_test

SURGERY = "01 99 00 00 11"


def house(folder: Path, *numbers: NumberConfig, **line: object) -> Config:
    """A house with one line that has these numbers, and somebody else in it."""
    config = configured(folder)
    made: LineConfig = replace(config.lines[0], numbers=numbers, **line)  # type: ignore[arg-type]
    return replace(config, lines=(made,), persons=(PersonConfig(OTHER),))


@async_test
async def test_the_numbers_are_those_whose_faxes_the_caller_gets(tmp_path: Path) -> None:
    script(tmp_path)
    numbers = (
        NumberConfig("+33 1 99 00 00 11", (ME,), name="Surgery"),
        NumberConfig("0199000012", (OTHER,)),
        NumberConfig("0199000013", ("legal",), name="Legal"),
        NumberConfig("0199000014", (ME,), answer=False),
        NumberConfig("0199000015", name="The line's"),
        NumberConfig("0199000016", (OTHER,), name="By a route"),
    )
    config = house(tmp_path, *numbers, owners=(ME,))
    out = replace(
        config.lines[0], name="out", direction=LineDirection.OUT, numbers=(NumberConfig("0199000017", (ME,)),)
    )
    routes = (RoutingRule("r", called=("+33199000016", "0199000099"), owners=(ME,)), RoutingRule("any", owners=(ME,)))
    config = replace(config, lines=(*config.lines, out), groups=(GroupConfig("legal", (ME,)),), routes=routes)
    async with running(tmp_path, config) as (service, _listener):
        assert await service.api.list_numbers(ME) == [
            NumberCount(SURGERY, "Surgery", 0, 0),
            NumberCount("01 99 00 00 13", "Legal", 0, 0),
            NumberCount("01 99 00 00 15", "The line's", 0, 0),
            NumberCount("01 99 00 00 16", "By a route", 0, 0),
        ]
        theirs = [each.number for each in await service.api.list_numbers(OTHER)]
        assert theirs == ["01 99 00 00 12", "01 99 00 00 16"]
        assert await service.api.list_numbers("a-third") == []


@async_test
async def test_a_number_counts_its_faxes_and_stays_while_it_has_any(tmp_path: Path) -> None:
    ring = {"line-1": {"pages": 1, "end": "ok", "called": "+33 1 99 00 00 11"}}
    script(tmp_path, ring=ring)
    surgery, legal = NumberConfig("0199000011", (ME,), name="Surgery"), NumberConfig("0199000012", (OTHER,))
    async with running(tmp_path, house(tmp_path, surgery, legal)) as (service, listener):
        (fax,) = await listener.until_arrived(1)
        api = service.api
        (number,) = await api.list_numbers(ME)
        assert number == NumberCount(SURGERY, "Surgery", 1, 1)
        listed = await api.list_faxes(ME, FaxQuery(Folder.INBOX, number=number.number))
        assert [each.id for each in listed.receptions] == [fax.id]
        await api.mark_fax(ME, fax.id, True)
        assert await api.list_numbers(ME) == [NumberCount(SURGERY, "Surgery", 1, 0)]
        await api.bin_fax(ME, fax.id)
        assert await api.list_numbers(ME) == [NumberCount(SURGERY, "Surgery", 0, 0)]
        await api.restore_fax(ME, fax.id)
        await api.assign_reception(ME, Assignment(fax.id, (OTHER,)))
        assert await api.list_numbers(ME) == [NumberCount(SURGERY, "Surgery", 0, 0)]
        assert await api.list_numbers(OTHER) == [
            NumberCount("01 99 00 00 12", "", 0, 0),
            NumberCount(SURGERY, "Surgery", 1, 1),
        ]
    script(tmp_path)
    async with running(tmp_path, house(tmp_path, legal)) as (service, _listener):
        assert await service.api.list_numbers(ME) == [], "neither theirs now, nor with a fax"
        *_own, left = await service.api.list_numbers(OTHER)
        assert left == NumberCount(SURGERY, "Surgery", 1, 1), "as it was called when its fax came"


@async_test
async def test_faxes_of_a_lines_only_number_are_its_own_though_the_line_does_not_tell(tmp_path: Path) -> None:
    script(tmp_path, ring={"line-1": {"pages": 1, "end": "ok", "called": ""}})
    async with running(tmp_path, house(tmp_path, NumberConfig("0199000011", (ME,)))) as (service, listener):
        (fax,) = await listener.until_arrived(1)
        assert fax.called == ""
        assert await service.api.list_numbers(ME) == [NumberCount(SURGERY, "", 1, 1)]
        listed = await service.api.list_faxes(ME, FaxQuery(Folder.INBOX, number=SURGERY))
        assert [each.id for each in listed.receptions] == [fax.id]
