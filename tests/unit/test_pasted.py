# SPDX-License-Identifier: GPL-3.0-or-later
"""Recipients as people type and paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.model.recipient import Recipient
from faxdialog.pasted import read_list, take_apart


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("0199000002", "0199000002"),
        ("Petit, Claire", "Petit, Claire"),
        ("Dr", "Dr"),
        (",", ""),
        ("", ""),
    ],
)
def test_a_text_that_may_go_on_stays(text: str, rest: str) -> None:
    assert take_apart(text) == ([], rest)


@pytest.mark.parametrize("separator", [",", ";", "\t", ", ", " ; "])
def test_numbers_behind_one_another_are_taken_apart(separator: str) -> None:
    numbers = ["01 99 00 00 02", "+33 1 99 00 00 03", "0199000004"]
    taken, rest = take_apart(separator.join(numbers))
    assert [each.number for each in taken] == numbers[:2] and rest == numbers[2]
    taken, rest = take_apart(separator.join([*numbers, ""]))
    assert [each.number for each in taken] == numbers and rest.strip() == ""


@pytest.mark.parametrize(
    ("line", "recipient"),
    [
        ("0199000002", Recipient("0199000002")),
        ("Claire Petit 01 99 00 00 02", Recipient("01 99 00 00 02", "Claire Petit")),
        ("Claire Petit <0199000002>", Recipient("0199000002", "Claire Petit")),
        ("Petit, Claire, 0199000002", Recipient("0199000002", "Petit", "Claire")),
        ("0199000002; Petit; Claire; Hospital", Recipient("0199000002", "Petit", "Claire", company="Hospital")),
        ("Fax: 0199000002", Recipient("0199000002", "Fax")),
        ("no number here", Recipient("no number here")),
    ],
)
def test_a_line_is_a_recipient(line: str, recipient: Recipient) -> None:
    assert read_list(f"{line}\n\n0199000009") == [recipient, Recipient("0199000009")]


def test_a_table_names_its_columns() -> None:
    text = "Nom;Prénom;Numéro de fax;Société\nPetit;Claire;0199000002;CH d'Orsay\n\nMartin;;0199000003;\n"
    assert read_list(text) == [
        Recipient("0199000002", "Petit", "Claire", company="CH d'Orsay"),
        Recipient("0199000003", "Martin"),
    ]


@given(st.text(max_size=200))
def test_whatever_is_pasted_nothing_is_lost_in_silence(text: str) -> None:
    """Every letter and digit is somewhere: in a recipient, or in the text that stays."""
    taken, rest = take_apart(text)
    kept = "".join([*("".join(vars(each).values()) for each in taken), rest])
    assert {char for char in text if char.isalnum()} <= {*kept}
