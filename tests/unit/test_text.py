# SPDX-License-Identifier: GPL-3.0-or-later
"""Foreign text (promise P19) and what becomes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.model.recipient import Recipient
from faxcore.model.text import clean_lines, clean_text, safe_file_name
from tests.support.hostile_text import NAMES, TEXTS, assert_harmless


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_hostile_text_becomes_one_printable_line(text: str) -> None:
    cleaned = clean_text(text)
    assert_harmless(cleaned)
    assert cleaned == cleaned.strip()


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_hostile_text_becomes_a_file_name_of_one_folder(text: str) -> None:
    name = safe_file_name(text)
    assert name
    assert not set(name) & set("/\\.:;$%<>|\0\r\n'\"=()")
    assert name[0] not in "-. "
    assert len(name) <= 80
    assert len(name.encode()) <= 180


def test_good_text_stays_as_it_is() -> None:
    assert clean_text("Dr Anne Martin, 2e étage — Zoë") == "Dr Anne Martin, 2e étage — Zoë"
    assert safe_file_name("Procès-verbal_3 मुंबई 東京") == "Procès-verbal_3 मुंबई 東京"


def test_a_name_of_nothing_safe_has_a_stand_in() -> None:
    assert safe_file_name("///...") == "document"
    assert safe_file_name("\0", otherwise="unknown") == "unknown"


@given(st.text(st.characters()))
def test_any_text(text: str) -> None:
    assert clean_text(text).isprintable()
    assert clean_text(clean_text(text)) == clean_text(text)
    assert len(safe_file_name(text).encode()) <= 180


def test_a_recipient_is_called_by_the_best_name_there_is() -> None:
    assert Recipient("0199", "Martin", "Anne", company="Mairie").display_name() == "Anne Martin"
    assert Recipient("0199", company="Mairie").display_name() == "Mairie"
    assert Recipient("0199").display_name() == "0199"
    assert Recipient("01\r\n99", "A\0B").cleaned() == Recipient("01 99", "AB")


def test_a_message_keeps_its_lines_and_at_most_one_empty_one_between() -> None:
    assert clean_lines("\n \nA\x00\tb\r\n\n\n\nC\u2028D\n\n", 100) == "A b\n\nC\nD"
    assert clean_lines("", 100) == clean_lines(" \n\n", 100) == ""
    assert len(clean_lines("abc\n" * 1000, 100)) <= 100
