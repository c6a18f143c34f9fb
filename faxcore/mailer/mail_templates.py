# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of a mail, by templates: the office's own if it has them, else those that are shipped.

A template has the mail's `kind` ("received", "failed" ...) as its name, perhaps with a language, and a suffix:
`received.fr.txt`, `received.txt`, and `mail.txt` for every kind; .txt for the plain text, .html for the other one. If
the first line of a plain text begins with "Subject:", the rest of that line is the subject.

Templates are data: they run in Jinja2's sandbox, and a fault in one is told in the log while the shipped one serves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from faxcore.contract.mail_messages import MailFact, MailText
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text

SHIPPED: Final = Path(__file__).parent / "templates"
MOST_CHARACTERS: Final = 100_000
"""Characters that a text may become."""
_MOST_VALUE: Final = 400
_SUBJECT: Final = "subject:"

Translate = Callable[[Sentence], str]


@dataclass(frozen=True)
class Written:
    """The texts of a mail."""

    subject: str
    plain: str
    html: str
    warning: str = ""
    """Why the office's own templates were not used."""


def write_texts(
    text: MailText, own: Path | None, language: str, translate: Translate, extra: dict[str, Any]
) -> Written:
    """Write a mail's texts for a reader of this language ("" for English); `extra` is for templates as it stands."""
    variables = _list_variables(text, language, translate) | extra
    if own is None:
        return _write(text.kind, SHIPPED, language, variables)
    try:
        return _write(text.kind, own, language, variables)
    except (jinja2.TemplateError, OSError, ArithmeticError, TypeError, ValueError, LookupError) as error:
        written = _write(text.kind, SHIPPED, language, variables)
        problem = clean_text(f"{type(error).__name__}: {error}", _MOST_VALUE)
        return Written(
            written.subject, written.plain, written.html, f"the templates in {own} cannot be used: {problem}"
        )


def _list_variables(text: MailText, language: str, translate: Translate) -> dict[str, Any]:
    def say(sentence: Sentence) -> str:
        return _clean(translate(sentence))

    facts = [_write_fact(fact, say) for fact in text.facts]
    return {
        "kind": text.kind,
        "language": language,
        "subject": say(text.subject),
        "opening": [say(sentence) for sentence in text.opening],
        "facts": [fact for fact in facts if fact["value"]],
        "closing": [say(sentence) for sentence in text.closing if sentence],
        **{fact["key"]: fact["value"] for fact in facts},
    }


def _clean(text: str) -> str:
    """Clean a text, but for the spaces that French has before some signs."""
    return "\u00a0".join(map(clean_text, text[: 10 * _MOST_VALUE].split("\u00a0")))[:_MOST_VALUE]


def _write_fact(fact: MailFact, say: Translate) -> dict[str, str]:
    name, value = say(fact.name), say(fact.value)
    line = say(Sentence("{name}: {value}", {"name": name, "value": value}))
    return {"key": fact.key, "name": name, "value": value, "line": line}


def _write(kind: str, folder: Path, language: str, variables: dict[str, Any]) -> Written:
    plain = _render(kind, folder, language, ".txt", variables)
    first, _, rest = plain.partition("\n")
    subject = variables["subject"]
    if first.casefold().startswith(_SUBJECT):
        subject, plain = first[len(_SUBJECT) :], rest.lstrip("\n")
    html = _render(kind, folder, language, ".html", variables)
    return Written(_clean(subject)[:200], plain.strip("\n") + "\n", html)


def _render(kind: str, folder: Path, language: str, suffix: str, variables: dict[str, Any]) -> str:
    loader = jinja2.FileSystemLoader([folder, SHIPPED])
    environment = SandboxedEnvironment(
        loader=loader,
        autoescape=suffix == ".html",
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.select_template(list(_list_names(kind, language, suffix)))
    pieces, left = [], MOST_CHARACTERS
    for piece in template.generate(variables):
        left -= len(piece)
        if left < 0:
            raise ValueError(f"{template.name} makes a text of more than {MOST_CHARACTERS} characters")
        pieces.append(piece)
    return "".join(pieces)


def _list_names(kind: str, language: str, suffix: str) -> Iterator[str]:
    for stem in (kind, "mail"):
        if language:
            yield f"{stem}.{language}{suffix}"
        yield f"{stem}{suffix}"
