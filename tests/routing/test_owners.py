# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a received fax is, and why."""

from pathlib import Path

from faxcore.config import Dialling, Line, Number
from faxcore.routing.owners import route

FRANCE = Dialling()
LINE = Line(
    "line-1",
    Path("/dev/ttyACM0"),
    "",
    (Number("0199000001", ("anne",)), Number("0199000011", folder=Path("/srv/legal"))),
    owners=("desk",),
    folder=Path("/srv/fax"),
)


def test_the_number_called_decides() -> None:
    found = route(LINE, "+33 1 99 00 00 01", FRANCE)
    assert (found.owners, found.folder, found.rule) == (("anne",), Path("/srv/fax"), "number")
    assert found.trace == ("number: +33 1 99 00 00 01 was called, a number of line-1 that has owners",)


def test_a_number_without_owners_is_its_lines_but_keeps_its_folder() -> None:
    found = route(LINE, "0199000011", FRANCE)
    assert (found.owners, found.folder, found.rule) == (("desk",), Path("/srv/legal"), "number")


def test_a_line_that_does_not_tell_the_number_called() -> None:
    found = route(LINE, "", FRANCE)
    assert (found.owners, found.rule) == (("desk",), "line")
    assert found.trace[0] == "number: the number called (unknown) is none of line-1 that has owners"
    only = Line("line-2", Path("/dev/x"), "", (Number("0199000002", ("bob",)),))
    assert route(only, "", FRANCE).owners == ("bob",)
    assert route(only, "", FRANCE).rule == "only-number"


def test_a_fax_that_nobody_owns_is_nobodys() -> None:
    found = route(Line("line-3", Path("/dev/x"), "", (Number("0199000003"),)), "0199000003", FRANCE)
    assert (found.owners, found.rule) == ((), "nobody")
    assert len(found.trace) == 4
