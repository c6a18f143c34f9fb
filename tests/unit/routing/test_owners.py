# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a received fax is, and why."""

from dataclasses import replace
from pathlib import Path

from faxcore.config import DiallingConfig, LineConfig, NumberConfig, SubAddressConfig
from faxcore.routing.routes import SEVERAL, Arrival, is_answered, route

FRANCE = DiallingConfig()
LINE = LineConfig(
    "line-1",
    Path("/dev/ttyACM0"),
    "",
    (NumberConfig("0199000001", ("anne",)), NumberConfig("0199000011", folder=Path("/srv/legal"))),
    owners=("desk",),
    folder=Path("/srv/fax"),
)


def test_the_number_called_decides() -> None:
    found = route(LINE, Arrival("+33 1 99 00 00 01"), FRANCE)
    assert (found.owners, found.folder, found.rule) == (("anne",), Path("/srv/fax"), "number")
    assert [str(each) for each in found.trace] == [
        "number: +33 1 99 00 00 01 was called, a number of line-1 that has owners"
    ]


def test_a_number_without_owners_is_its_lines_but_keeps_its_folder() -> None:
    found = route(LINE, Arrival("0199000011"), FRANCE)
    assert (found.owners, found.folder, found.rule) == (("desk",), Path("/srv/legal"), "number")


def test_a_line_that_does_not_tell_the_number_called() -> None:
    found = route(LINE, Arrival(""), FRANCE)
    assert (found.owners, found.rule) == (("desk",), "line")
    assert str(found.trace[0]) == "number: the number called (unknown) is none of line-1 that has owners"
    only = LineConfig("line-2", Path("/dev/x"), "", (NumberConfig("0199000002", ("bob",)),))
    assert route(only, Arrival(""), FRANCE).owners == ("bob",)
    assert route(only, Arrival(""), FRANCE).rule == "only-number"


def test_a_fax_that_nobody_owns_is_nobodys() -> None:
    found = route(
        LineConfig("line-3", Path("/dev/x"), "", (NumberConfig("0199000003"),)), Arrival("0199000003"), FRANCE
    )
    assert (found.owners, found.rule) == ((), "nobody")
    assert len(found.trace) == 4


BY_SUB_ADDRESS = replace(
    LINE,
    sub_addresses=(
        SubAddressConfig("42", ("bob",), Path("/srv/wages")),
        SubAddressConfig("7", folder=Path("/srv/seven")),
    ),
)


def test_a_sub_address_is_told_before_the_number() -> None:
    found = route(BY_SUB_ADDRESS, Arrival("0199000001", "42"), FRANCE)
    assert (found.owners, found.folder, found.rule) == (("bob",), Path("/srv/wages"), "sub-address")
    assert [str(each) for each in found.trace] == ["sub-address: its sender said that it is for 42 on line-1"]
    assert route(BY_SUB_ADDRESS, Arrival("0199000001", " 4 2"), FRANCE).owners == ("bob",)
    assert route(BY_SUB_ADDRESS, Arrival("0199000001", "7"), FRANCE).owners == ("desk",), "the line's"


def test_another_sub_address_or_none_leaves_it_to_the_number() -> None:
    for said in ("", "43", "*"):
        found = route(BY_SUB_ADDRESS, Arrival("0199000001", said), FRANCE)
        assert (found.owners, found.rule) == (("anne",), "number")
        assert str(found.trace[0]) == f"sub-address: the sub-address said ({said or 'none'}) is none of line-1"
    assert route(LINE, Arrival("0199000001", "42"), FRANCE).owners == ("anne",), "this line has none"


def test_a_fax_whose_sub_address_is_not_known_is_shown_to_nobody() -> None:
    for said in (None, SEVERAL):
        found = route(BY_SUB_ADDRESS, Arrival("0199000001", said), FRANCE)
        assert (found.owners, found.rule) == ((), "nobody")
        assert route(LINE, Arrival("0199000001", said), FRANCE).owners == ("anne",)


def test_a_telephone_on_the_line_is_left_alone() -> None:
    line = replace(LINE, numbers=(*LINE.numbers, NumberConfig("0199000012", answer=False)))
    assert not is_answered(line, "+33 1 99 00 00 12", FRANCE)
    assert is_answered(line, "0199000001", FRANCE)
    assert is_answered(line, "", FRANCE)
