# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes of the configuration: which one fits a fax, and why the others do not."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from faxcore.config import Config, DiallingConfig, LineConfig, NumberConfig, RoutingRule, UnansweredConfig
from faxcore.config.weekly_hours import parse_hours
from faxcore.model.line_direction import LineDirection
from faxcore.model.sentence import NOTHING
from faxcore.routing.answered import find_unanswered
from faxcore.routing.fitting import Arrival
from faxcore.routing.routes import Route, route, takes_sub_address

FRANCE = DiallingConfig(internal=("2XX",))
LINE = LineConfig(
    "line-1",
    Path("/dev/ttyACM0"),
    "",
    (NumberConfig("0199000001", ("anne",), Path("/srv/anne")), NumberConfig("0199000011")),
    groups=("west",),
)
FAX = Arrival(
    "0199000001", "42", "+33 1 99 00 02 77", "ACME  Lab 7", datetime.fromisoformat("2026-11-30T09:00:00+01:00")
)
"""On a Monday morning."""
OFFICE = parse_hours(("Mon-Fri 08:00-18:00",))
NIGHT = parse_hours(("20:00-06:00",))


def routed(arrival: Arrival, *rules: RoutingRule, line: LineConfig = LINE) -> Route:
    return route(line, arrival, FRANCE, rules)


def lab(**conditions: object) -> RoutingRule:
    return RoutingRule("lab", owners=("bob",), folder=Path("/srv/lab"), **conditions)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fits", "fits_not", "why"),
    [
        ({"lines": ("line-1",)}, {"lines": ("line-2",)}, "it is not for line-1"),
        ({"lines": ("west",)}, {"lines": ("east",)}, "it is not for line-1"),
        (
            {"called": ("0199000011", "+33199000001")},
            {"called": ("0199000011",)},
            "the number called (0199000001) is none of those that it is for",
        ),
        (
            {"callers": ("+331990002",)},
            {"callers": ("+331990003", "unknown")},
            "the caller (+33 1 99 00 02 77) is none of those that it is for",
        ),
        (
            {"stations": ("other", "acme*7")},
            {"stations": ("acme",)},
            "the station id (ACME  Lab 7) is none of those that it is for",
        ),
        (
            {"sub_addresses": ("41", "42")},
            {"sub_addresses": ("4",)},
            "the sub-address (42) is none of those that it is for",
        ),
        ({"hours": OFFICE}, {"hours": NIGHT}, "its hours are others (Mon 09:00)"),
    ],
)
def test_each_condition_decides(fits: dict[str, object], fits_not: dict[str, object], why: str) -> None:
    found = routed(FAX, lab(**fits))
    assert found == replace(found, owners=("bob",), folder=Path("/srv/lab"), rule="route lab")
    assert [str(each) for each in found.trace] == ["route lab: it fits"]
    found = routed(FAX, lab(**fits_not))
    assert (found.owners, found.folder, found.rule) == (("anne",), Path("/srv/anne"), "number")
    assert [str(each) for each in found.trace] == [
        f"route lab: {why}",
        "number: 0199000001 was called, a number of line-1 that has owners",
    ]


def test_all_conditions_of_a_route_must_hold() -> None:
    whole = lab(lines=("west",), called=("0199000001",), callers=("+33",), stations=("ACME*",), hours=OFFICE)
    assert routed(FAX, whole).rule == "route lab"
    for less in ({"called": "0199000011"}, {"caller": "+4930123"}, {"station": "Acne"}, {"at": None}):
        assert routed(replace(FAX, **less), whole).rule != "route lab"  # type: ignore[arg-type]


def test_the_first_that_fits_counts() -> None:
    later = RoutingRule("later", owners=("carol",))
    found = routed(FAX, lab(callers=("+49",)), RoutingRule("first", owners=("dora",)), later)
    assert (found.owners, found.folder, found.rule) == (("dora",), Path("/srv/anne"), "route first")
    # The folder that it does not say is found by the number.
    assert [str(each).partition(":")[0] for each in found.trace] == ["route lab", "route first", "number"]


def test_what_a_route_does_not_say_is_as_the_number_has_it() -> None:
    found = routed(FAX, RoutingRule("place", folder=Path("/srv/place")))
    assert (found.owners, found.folder, found.rule) == (("anne",), Path("/srv/place"), "route place")
    found = routed(FAX, RoutingRule("people", owners=("bob",)))
    assert (found.owners, found.folder, found.rule) == (("bob",), Path("/srv/anne"), "route people")
    assert len(found.trace) == 2


def test_callers_whose_number_is_not_known() -> None:
    rule = lab(callers=("unknown",))
    assert routed(replace(FAX, caller=""), rule).rule == "route lab"
    assert routed(FAX, rule).rule == "number"


def test_a_caller_within_the_house() -> None:
    assert routed(replace(FAX, caller="234"), lab(callers=("23",))).rule == "route lab"
    assert routed(replace(FAX, caller="244"), lab(callers=("23",))).rule == "number"


def test_a_fax_for_nobody_knows_whom_is_nobodys_whatever_the_routes_say() -> None:
    """It may be confidential: where senders may say for whom it is, and it broke off before, nobody sees it."""
    rules = (lab(sub_addresses=("42",)), RoutingRule("all", owners=("carol",)))
    assert takes_sub_address(LINE, rules)
    assert not takes_sub_address(LINE, rules[1:])
    assert not takes_sub_address(replace(LINE, name="line-2", groups=()), (lab(sub_addresses=("1",), lines=("west",)),))
    found = routed(replace(FAX, sub_address=None), *rules)
    assert (found.owners, found.rule) == ((), "nobody")
    assert routed(replace(FAX, sub_address=""), *rules).owners == ("carol",)


# ---------------------------------------------------------------- before a call is answered


def unanswered(arrival: Arrival, withheld: bool = False, **config: object) -> str:
    made = Config(dialling=FRANCE, **config)  # type: ignore[arg-type]
    return str(find_unanswered(LINE, arrival, made, withheld=withheld) or "")


def test_unwanted_callers_are_left_to_ring() -> None:
    unwanted = UnansweredConfig(unwanted=("+331990002", "+44"))
    assert unanswered(FAX, unanswered=unwanted) == "The caller is unwanted."
    assert unanswered(replace(FAX, caller="0199000277"), unanswered=unwanted) == "The caller is unwanted."
    assert unanswered(replace(FAX, caller="0199000377"), unanswered=unwanted) == ""
    assert unanswered(replace(FAX, caller=""), unanswered=unwanted) == ""


def test_callers_who_hide_their_number_may_be_unwanted_and_unknown_ones_are_not() -> None:
    hidden = replace(FAX, caller="")
    unwanted = UnansweredConfig(unwanted=("withheld",))
    assert unanswered(hidden, withheld=True, unanswered=unwanted) == "Callers who hide their number are unwanted."
    assert unanswered(hidden, unanswered=unwanted) == ""
    assert unanswered(hidden, withheld=True) == ""


def test_a_call_for_nobody_may_be_left_to_ring() -> None:
    only = {"unanswered": UnansweredConfig(for_nobody=True)}
    nobodys = replace(FAX, called="0199000011")
    assert unanswered(FAX, **only) == ""
    assert unanswered(nobodys, **only) == "A fax from this caller to this number would be nobody's."
    assert unanswered(nobodys) == ""
    # A route may still give it to somebody, by what is known only behind the answer.
    assert unanswered(nobodys, routes=(lab(stations=("ACME*",)),), **only) == ""
    assert unanswered(nobodys, routes=(lab(callers=("+44",)),), **only) != ""
    assert unanswered(nobodys, routes=(RoutingRule("place", folder=Path("/srv")),), **only) != ""


def test_a_line_that_only_sends_answers_nothing() -> None:

    sends = replace(LINE, direction=LineDirection.OUT)
    assert str(find_unanswered(sends, FAX, Config())) == "This line is for sending only."
    assert find_unanswered(LINE, FAX, Config()) == NOTHING
