# SPDX-License-Identifier: GPL-3.0-or-later
"""As whose number a person's faxes go out."""

import grp
import os
import pwd
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore import people
from faxcore.config import Config, GroupConfig, LineConfig, NumberConfig, PersonConfig
from faxcore.routing.own_numbers import find_own_number, find_station_id

ME = people.name_of(os.getuid())
MAIN = NumberConfig("0199000001", ("practice",), station_id="main")
SURGERY = NumberConfig("0199000011", ("anne",), station_id="surgery")
CONFIG = Config(
    station_id="house",
    persons=(PersonConfig("anne"), PersonConfig("bob"), PersonConfig("carl")),
    groups=(GroupConfig("practice", ("anne", "bob")),),
)


def line(*numbers: NumberConfig, **more: Any) -> LineConfig:
    return replace(LineConfig("line-1", Path("/dev/ttyACM0"), "line", numbers), **more)


@pytest.mark.parametrize(("person", "shown"), [("anne", "surgery"), ("bob", "main"), ("carl", "line")])
def test_a_person_calls_as_their_own_number_before_that_of_their_group(person: str, shown: str) -> None:
    assert find_station_id(line(MAIN, SURGERY), person, CONFIG) == shown


def test_the_first_of_several_that_are_theirs_counts() -> None:
    second = replace(SURGERY, number="0199000012", station_id="second")
    assert find_own_number(line(MAIN, SURGERY, second), "anne", CONFIG) == SURGERY
    assert find_own_number(line(MAIN, second, SURGERY), "anne", CONFIG) == second
    assert find_own_number(line(), "anne", CONFIG) is None


def test_a_number_without_owners_is_that_of_the_lines() -> None:
    free = NumberConfig("0199000021", station_id="free")
    assert find_station_id(line(free, owners=("practice",)), "bob", CONFIG) == "free"
    assert find_station_id(line(free, owners=("practice",)), "carl", CONFIG) == "line"
    assert find_station_id(line(free), "carl", CONFIG) == "line"


def test_a_number_without_a_station_id_has_that_of_its_line() -> None:
    bare = replace(SURGERY, station_id="")
    assert find_own_number(line(bare), "anne", CONFIG) == bare
    assert find_station_id(line(bare), "anne", CONFIG) == "line"
    assert find_station_id(line(bare, station_id=""), "anne", CONFIG) == "house"


def test_nobody_calls_as_a_telephones_number() -> None:
    telephone = replace(SURGERY, number="0199000012", station_id="telephone", answer=False)
    assert find_station_id(line(telephone, SURGERY), "anne", CONFIG) == "surgery"
    assert find_own_number(line(telephone), "anne", CONFIG) is None


def test_the_machines_own_people_and_groups_own_numbers_too() -> None:
    group = grp.getgrgid(pwd.getpwuid(os.getuid()).pw_gid).gr_name
    ours = replace(MAIN, owners=(group,))
    assert find_station_id(line(ours), ME, CONFIG) == "main"
    assert find_station_id(line(ours), "bob", CONFIG) == "line"
    members = replace(CONFIG, groups=(GroupConfig("practice", (ME,)),))
    assert find_station_id(line(MAIN), ME, members) == "main"


def test_where_a_person_and_a_group_have_one_name_the_person_is_meant() -> None:
    config = replace(CONFIG, persons=(*CONFIG.persons, PersonConfig("practice")))
    assert find_station_id(line(MAIN), "practice", config) == "main"
    assert find_station_id(line(MAIN), "bob", config) == "line"
