# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences for windows: a stranger's text in them is cleaned, our own words stay as they were translated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faxcore.i18n import show_sentence, translate, use_languages
from faxcore.model.sentence import NOTHING, Sentence, literal
from tests.support.hostile_text import NAMES, TEXTS, assert_harmless

UNKNOWN = Sentence("{name}: a contact needs a fax number.", {"name": "Anne"})
BREAK = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True, params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    use_languages(request.param)
    yield request.param
    use_languages("en")


def test_the_no_break_spaces_of_our_translators_stay(language: str) -> None:
    shown = show_sentence(UNKNOWN)
    assert shown == translate(UNKNOWN)
    assert (BREAK in shown) == (language == "fr")


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_a_strangers_text_is_harmless_wherever_it_stands(text: str) -> None:
    """As a value, in a sentence within a sentence, and as a sentence that no catalogue has."""
    inner = Sentence("{name}: a contact needs a fax number.", {"name": text})
    outer = Sentence("Document {number} of {count}: {sentence}", {"number": 1, "count": 2, "sentence": inner})
    braces = text.replace("{", "").replace("}", "")
    assert show_sentence(Sentence("a\n\u202e\x1b {number}", {"number": 7})) == "a 7"
    for sentence in (inner, outer, literal(text), Sentence(f"{braces} {{number}}", {"number": 7})):
        assert_harmless(show_sentence(sentence).replace(BREAK, " "))


def test_no_break_spaces_of_a_stranger_become_spaces() -> None:
    shown = show_sentence(Sentence("{name}: a contact needs a fax number.", {"name": f"An{BREAK}ne"}))
    assert "An ne" in shown


def test_the_whole_is_cut_off_at_the_limit() -> None:
    long = Sentence("{name}: a contact needs a fax number.", {"name": "x" * 500})
    assert show_sentence(long) == "x" * 200
    assert len(show_sentence(long, 30)) == 30
    assert len(show_sentence(literal("y" * 9000), 400)) == 400
    assert show_sentence(UNKNOWN, 5).strip() == show_sentence(UNKNOWN, 5)


def test_figures_keep_their_form() -> None:
    told = Sentence("sending page {page} of {pages}", {"page": 3, "pages": 12})
    assert show_sentence(told) == translate(told)
    assert show_sentence(Sentence("{seconds:.0f} s", {"seconds": 34.6})).replace(BREAK, " ") == "35 s"
    assert show_sentence(NOTHING) == ""
