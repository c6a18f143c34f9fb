# SPDX-License-Identifier: GPL-3.0-or-later
"""Every message in the code is in the French catalogue, translated, with the same places for values."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from faxcore import i18n
from tests.support import CHECKOUT

ROOMS = ("faxcore", "faxdialog", "notifier")
FRENCH = CHECKOUT / "faxcore/locale/fr/LC_MESSAGES/facteur.po"
TEMPLATES = [("**.py", "python"), ("**.html", "jinja2")]

Texts = tuple[str, ...]
"""A message, or its singular and plural."""


@cache
def keywords() -> dict[str, tuple[int, ...] | None]:
    """What packaging/translations takes for a call that translates, so that both look for the same."""
    script = (CHECKOUT / "packaging/translations").read_text()
    return DEFAULT_KEYWORDS | parse_keywords(re.findall(r"--keyword (\S+)", script))


@cache
def in_code() -> dict[Texts, str]:
    """Every message in the code, and where it stands."""
    found = {}
    for room in ROOMS:
        for file, line, message, _comments, _context in extract_from_dir(
            CHECKOUT / room, TEMPLATES, keywords=keywords(), strip_comment_tags=True
        ):
            found[texts(message)] = f"{room}/{file}:{line}"
    return found


@cache
def french() -> Catalog:
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


def texts(message: str | tuple[str, ...] | list[str]) -> Texts:
    return (message,) if isinstance(message, str) else tuple(message)


def translated() -> dict[Texts, Message]:
    return {texts(message.id): message for message in french() if message.id}


def places(text: str) -> set[str]:
    """The names of the values in a text, with how each is written."""
    return {f"{name}:{form}" for _text, name, form, _conversion in string.Formatter().parse(text) if name is not None}


@cache
def nodes() -> dict[str, list[ast.AST]]:
    """Every node of the code, by file."""
    paths = [path for room in ROOMS for path in sorted((CHECKOUT / room).rglob("*.py"))]
    return {str(path.relative_to(CHECKOUT)): [*ast.walk(ast.parse(path.read_text()))] for path in paths}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the code of a function that translates."""
    for path, found in nodes().items():
        for node in found:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords():
                yield f"{path}:{node.lineno}", node


def test_the_extraction_sees_messages_of_every_kind() -> None:
    assert {where.partition("/")[0] for where in in_code().values()} == set(ROOMS)
    assert ("The other fax machine ended the call.",) in in_code()  # CallFailed
    assert ("The modem on {device} is gone: has it been unplugged?",) in in_code()  # ModemGone
    assert ("The number is busy.",) in in_code()  # mark
    assert ("No cover page",) in in_code()
    assert ("{count} page", "{count} pages") in in_code()
    assert [*extract_from_dir(CHECKOUT / "faxcore/document/covers", TEMPLATES)]


def test_every_message_is_in_the_french_catalogue() -> None:
    missing = {message: where for message, where in in_code().items() if message not in translated()}
    assert not missing, "run packaging/translations, then translate what is new"


def test_the_french_catalogue_has_no_message_that_is_gone() -> None:
    assert not [message for message in translated() if message not in in_code()]
    assert not french().obsolete


def test_every_message_is_translated_and_none_is_fuzzy() -> None:
    assert not [message.id for message in translated().values() if not all(texts(message.string))]
    assert not [message.id for message in translated().values() if message.fuzzy]


def test_plurals_have_every_form() -> None:
    wrong = [message.id for message in translated().values() if message.pluralizable and len(message.string) != 2]
    assert french().num_plurals == 2
    assert not wrong


def test_translations_have_the_same_places_for_values() -> None:
    wrong = [
        message.string
        for message in translated().values()
        for given in texts(message.string)
        if places(given) != set().union(*map(places, texts(message.id)))
    ]
    assert not wrong


def test_translations_keep_spaces_at_the_ends_and_line_ends() -> None:
    def shape(text: str) -> tuple[str, str, int]:
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :], text.count("\n")

    pairs = [(texts(message.id)[0], given) for message in translated().values() for given in texts(message.string)]
    assert not [given for source, given in pairs if shape(given) != shape(source)]


def test_translations_have_one_mnemonic_where_the_message_has_one() -> None:
    wrong = [
        message.string
        for message in translated().values()
        for given in texts(message.string)
        if len(re.findall(r"&\w", given)) != len(re.findall(r"&\w", texts(message.id)[0]))
    ]
    assert not wrong


def test_french_has_its_apostrophes_quotation_marks_and_hard_spaces() -> None:
    unset = re.compile(r"""['"“”]|(?<!\N{NO-BREAK SPACE})[:;!?»](?!\w)|«(?!\N{NO-BREAK SPACE})""")
    given = [given for message in translated().values() for given in texts(message.string)]
    assert not [text for text in given if unset.search(re.sub(r"\{[^}]*\}|[a-z]+://\S+", "value", text))]


def test_no_message_is_put_together_before_it_is_translated() -> None:
    wrong = [
        where
        for where, call in calls()
        for argument in call.args
        if isinstance(argument, ast.JoinedStr | ast.BinOp)
        or (
            isinstance(argument, ast.Call)
            and isinstance(argument.func, ast.Attribute)
            and argument.func.attr == "format"
        )
    ]
    assert not wrong


def test_no_message_stands_inside_an_f_string() -> None:
    """Before Python 3.12 the extraction does not see it, and so nobody translates it."""
    wrong = [
        f"{path}:{call.lineno}"
        for path, found in nodes().items()
        for node in found
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in keywords() | {"_": None}
    ]
    assert not wrong


def test_a_known_sentence_comes_out_in_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "locale/fr/LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "facteur.mo").open("wb") as compiled:
        write_mo(compiled, french())
    monkeypatch.setattr(i18n, "__file__", str(tmp_path / "i18n.py"))
    monkeypatch.setattr(i18n, "_catalogue", i18n._catalogue)
    i18n.use_languages("fr")
    assert i18n.gettext("The number is busy.") == "Le numéro est occupé."
    assert i18n.gettext("No cover page") == "Sans page de garde"
    counted = [i18n.ngettext("{count} page", "{count} pages", count) for count in (0, 1, 2)]
    assert counted == ["{count} page", "{count} page", "{count} pages"]
    i18n.use_languages("xx")
    assert i18n.gettext("The number is busy.") == "The number is busy."
