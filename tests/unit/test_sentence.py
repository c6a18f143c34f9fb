# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences as values: stored, sent and read again without a loss, and harmless whoever has written them."""

from __future__ import annotations

import gettext
import json
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from faxcore import i18n
from faxcore.model.sentence import NOTHING, Sentence, fill, from_plain, from_text, literal, mark, to_plain, to_text

TEXTS = st.text(min_size=1)
NUMBERS = st.integers() | st.floats(allow_nan=False)
SENTENCES = st.recursive(
    st.builds(Sentence, TEXTS),
    lambda inner: st.builds(
        Sentence, TEXTS, st.dictionaries(st.text(), st.text() | NUMBERS | inner | st.just(NOTHING), max_size=4)
    ),
    max_leaves=5,
)


@given(SENTENCES)
def test_a_sentence_survives_the_bus_and_the_store(sentence: Sentence) -> None:
    assert from_plain(to_plain(sentence)) == sentence
    assert from_plain(json.loads(json.dumps(to_plain(sentence)))) == sentence
    assert from_text(to_text(sentence)) == sentence
    assert sentence


def test_nothing_to_say_is_nothing_everywhere() -> None:
    assert not NOTHING
    assert (to_plain(NOTHING), to_text(NOTHING), str(NOTHING), i18n.translate(NOTHING)) == ({}, "", "", "")
    assert from_plain({}) == from_text("") == literal("") == NOTHING


@given(st.text())
def test_a_text_of_an_older_release_stands_for_itself(text: str) -> None:
    """No place in it is filled, and no brace is lost."""
    if not text.startswith("{"):
        assert str(from_text(text)) == i18n.translate(from_text(text)) == text
    assert str(literal(text)) == i18n.translate(literal(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "The line was busy.",
        "100 % {sure}",
        "{",
        "{}}",
        "{not json}",
        '{"text": 7}',
        '{"texts": "x"}',
        '{"text": "x", "more": 1}',
        '{"text": "x", "values": [1]}',
        '{"text": "x", "values": {"a": null}}',
        '{"text": "x", "values": {"a": ["b"]}}',
        "[1]",
        "null",
    ],
)
def test_what_is_not_a_sentence_in_a_column_is_shown_as_it_stands(text: str) -> None:
    assert from_text(text) == literal(text)
    assert i18n.translate(from_text(text)) == text


@pytest.mark.parametrize(
    "plain",
    [
        None,
        7,
        "text",
        [],
        ["text"],
        {"text": None},
        {"text": ["x"]},
        {"values": {}},
        {"text": "x", "colour": "red"},
        {"text": "x", "values": "y"},
        {"text": "x", "values": {"a": None}},
        {"text": "x", "values": {"a": [1]}},
        {"text": "x", "values": {"a": {"text": 7}}},
        {"text": "x", "values": {str(number): number for number in range(21)}},
    ],
    ids=range(14),
)
def test_what_is_not_a_sentence_on_the_bus_is_refused(plain: Any) -> None:
    with pytest.raises(ValueError, match=r"is not a (value of a )?sentence"):
        from_plain(plain)


def nested(depth: int) -> dict[str, Any]:
    plain: dict[str, Any] = {"text": "x"}
    for _ in range(depth):
        plain = {"text": "{a}", "values": {"a": plain}}
    return plain


def test_a_sentence_in_sentences_without_end_is_refused() -> None:
    with pytest.raises(ValueError):
        from_plain(nested(5000))
    hostile = '{"text": "{a}", "values": {"a": ' * 100_000
    assert from_text(hostile) == literal(hostile)
    assert str(from_plain(nested(3))) == "x"


@pytest.mark.parametrize(
    "text",
    [
        "{a.__class__}",
        "{a.__class__.__mro__}",
        "{a[0]}",
        "{a[x]}",
        "{a!r}",
        "{a:>999999999}",
        "{a:{b}}",
        "{b}",
        "{0}",
        "{}",
        "{a",
        "a}",
        "{a!x}",
        "{a:no such form}",
    ],
)
def test_a_hostile_message_gives_no_look_into_values_and_takes_no_room(text: str) -> None:
    """A message may come from another program: only plain places are filled; all else is shown as it stands."""
    assert str(Sentence(text, {"a": "value"})) == text


def test_places_and_values_that_do_not_match_leave_the_message_as_it_is() -> None:
    assert str(Sentence("Page {page}", {"pages": 3})) == "Page {page}"
    assert str(Sentence("Page {page}", {"page": 3, "more": 4})) == "Page 3"
    assert str(Sentence("Page {page}")) == "Page {page}"
    assert str(Sentence("100 %")) == "100 %"
    assert fill("{a}{{}}", {"a": "{b}", "b": 1}) == "{b}{}", "a value is never a message"


def test_values_may_be_numbers_texts_and_sentences() -> None:
    inner = Sentence("page {page}", {"page": 2})
    assert str(Sentence("{what}: {rate} bit/s, {seconds:.1f} s", {"what": inner, "rate": 9600, "seconds": 1.25})) == (
        "page 2: 9600 bit/s, 1.2 s"
    )
    assert mark("x") == "x"
    assert hash(Sentence("x", {"a": 1})) == hash(Sentence("x", {"a": 2}))


# ---------------------------------------------------------------- for a reader


@pytest.fixture
def french(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A reader of French, with three sentences of a catalogue of this test's own."""
    source = tmp_path / "facteur.po"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "This cannot be done any more: the fax is {state}."\n'
        'msgstr "Trop tard : le fax est {state}."\n\n'
        'msgid "cancelled"\nmsgstr "annulé"\n\n'
        'msgid "Broken {one}"\nmsgstr "Cassé {other}"\n'
    )
    folder = tmp_path / "locale/fr/LC_MESSAGES"
    folder.mkdir(parents=True)
    with source.open("rb") as po, (folder / "facteur.mo").open("wb") as mo:
        write_mo(mo, read_po(po, locale="fr"))
    monkeypatch.setattr(i18n, "_catalogue", gettext.translation("facteur", tmp_path / "locale", languages=["fr"]))
    yield


def test_a_sentence_is_translated_with_the_sentences_in_it(french: None) -> None:
    sentence = Sentence("This cannot be done any more: the fax is {state}.", {"state": Sentence("cancelled")})
    assert i18n.translate(sentence) == "Trop tard : le fax est annulé."
    assert i18n.translate(from_text(to_text(sentence))) == "Trop tard : le fax est annulé."
    assert str(sentence) == "This cannot be done any more: the fax is cancelled.", "logs are in English"


def test_a_text_among_the_values_is_not_translated(french: None) -> None:
    sentence = Sentence("This cannot be done any more: the fax is {state}.", {"state": "cancelled"})
    assert i18n.translate(sentence) == "Trop tard : le fax est cancelled."
    assert i18n.translate(literal("cancelled")) == "cancelled"


def test_a_message_that_no_catalogue_has_and_a_broken_translation_are_shown(french: None) -> None:
    assert i18n.translate(Sentence("Of a later release: {a}", {"a": 1})) == "Of a later release: 1"
    assert i18n.translate(Sentence("Broken {one}", {"one": 1})) == "Cassé {other}"


def test_an_old_row_is_not_looked_up(french: None) -> None:
    assert i18n.translate(from_text("cancelled")) == "cancelled"
