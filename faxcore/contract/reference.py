# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference of the bus contract as a page for docs: `python -m faxcore.contract.reference > docs/bus.md`."""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, get_args, get_type_hints

from faxcore.contract import (
    address_book,
    administration,
    bus,
    estimated,
    filed,
    ledgered,
    limited,
    listed,
    offered,
    order,
    paying,
    priced,
    printed,
    received_fax,
    recorded,
    sent_fax,
    service_status,
    stated,
)
from faxcore.contract.bus import BUS_NAME, OBJECT_PATH, ErrorCode
from faxcore.contract.methods import INTERFACES, METHODS, SIGNALS, Method, error_name
from faxcore.model import call, job, line_direction, number, page, priority, recipient

SUBJECTS = (
    order,
    address_book,
    paying,
    limited,
    estimated,
    printed,
    sent_fax,
    received_fax,
    offered,
    listed,
    filed,
    recorded,
    priced,
    stated,
    ledgered,
    service_status,
    administration,
)
"""The modules that have the values of the contract."""

_VOCABULARIES = (
    job.State,
    job.JobKind,
    call.Direction,
    call.Outcome,
    call.AnswerKnown,
    page.Resolution,
    number.NumberKind,
    priority.Priority,
    line_direction.LineDirection,
)
"""Those of the model that stand in values of the contract, too."""
_VALUES = (recipient.Recipient,)
"""Values of the model that do."""


def list_types(base: Callable[[type], bool]) -> list[type]:
    """List the values or vocabularies of the contract that are of this kind, by subject."""
    found = [(each, subject) for subject in SUBJECTS for each in vars(subject).values() if isinstance(each, type)]
    return [each for each, subject in found if each.__module__ == subject.__name__ and base(each)]


def _is_vocabulary(kind: type) -> bool:
    return issubclass(kind, Enum)


def page_lines() -> Iterator[str]:
    """The lines of the page, in Markdown."""
    yield "# The bus contract"
    yield ""
    yield "Made by `python -m faxcore.contract.reference`; the sources are in `faxcore/contract`."
    yield ""
    yield f"Name `{BUS_NAME}`, object `{OBJECT_PATH}`, on the system bus."
    yield ""
    yield from inspect.cleandoc(bus.__doc__ or "").split("\n\n", 1)[1].split("\n")
    for interface, described in INTERFACES.items():
        yield from ("", f"## {interface}", "", _first(described), "")
        for method in METHODS:
            if method.interface == interface:
                yield from _method(method)
    yield from ("", "## Signals of org.facteur.Desk1", "")
    for signal in SIGNALS:
        yield f"- **{signal.name}** (`a{{sv}} {signal.argument}`: {signal.kind.__name__}): {signal.summary}"
    yield from ("", "## Errors", "")
    for code, text in _members(ErrorCode):
        yield f"- `{error_name(ErrorCode(code))}`{': ' + text if text else ''}"
    yield ""
    yield "Each has two arguments: the sentence in English (`s`), and the sentence as a value (`a{sv}`)."
    yield from ("", "## Values", "")
    yield "A `Sentence` is `{text: s, values: a{sv}}`: an English message with {places}, and what stands in them."
    for value in (*_VALUES, *list_types(is_dataclass)):
        yield from _value(value)
    yield from ("", "## Vocabularies")
    for vocabulary in (*_VOCABULARIES, *list_types(_is_vocabulary)):
        yield from ("", f"### {vocabulary.__name__}", "", _first(vocabulary), "")
        for name, text in _members(vocabulary):
            yield f"- `{name}`{': ' + text if text else ''}"


def _method(method: Method) -> Iterator[str]:
    taken = ", ".join(f"`{each.signature} {each.name}`{_of(each.kind)}" for each in method.parameters)
    given = f" → `{method.gives}`{_of(method.result)}" if method.gives else ""
    also = " *For `may_see`, too.*" if method.only_shows else ""
    yield f"- **{method.name}**({taken}){given}: {method.summary}{also}"


def _of(kind: Any) -> str:
    inner = get_args(kind)[0] if get_args(kind) and not isinstance(kind, type) else kind
    return f" {inner.__name__}" if getattr(inner, "__module__", "").startswith("faxcore") else ""


def _value(value: type) -> Iterator[str]:
    yield from ("", f"### {value.__name__}", "", _first(value), "")
    hints = get_type_hints(value)
    notes = _notes(value)
    for field in fields(value):
        needed = "" if field.default is not MISSING else ", always there"
        note = notes.get(field.name, "")
        yield f"- `{field.name}` ({_named(hints[field.name])}{needed}){': ' + note if note else ''}"


def _named(kind: Any) -> str:
    arguments = [each for each in get_args(kind) if each not in (type(None), ...)]
    if not arguments:
        return str(kind.__name__)
    inner = _named(arguments[0])
    return f"list of {inner}" if getattr(kind, "__origin__", None) is tuple else inner


def _members(vocabulary: type) -> Iterator[tuple[str, str]]:
    notes = _notes(vocabulary)
    for member in vocabulary:  # type: ignore[attr-defined]
        yield str(member.value), notes.get(member.name, "")


def _notes(kind: type) -> dict[str, str]:
    """The text that stands behind each name in the source of a class."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("faxcore"):
            found |= _notes_in(textwrap.dedent(inspect.getsource(base)))
    return found


def _notes_in(source: str) -> dict[str, str]:
    import ast

    (node,) = ast.parse(source).body
    found = {}
    body = getattr(node, "body", [])
    for this, following in zip(body, body[1:], strict=False):
        named = getattr(this, "target", None) or next(iter(getattr(this, "targets", [])), None)
        text = getattr(getattr(following, "value", None), "value", None)
        if named is not None and isinstance(following, ast.Expr) and isinstance(text, str):
            found[named.id] = " ".join(text.split())
    return found


def _first(kind: type) -> str:
    return inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].replace("\n", " ")


if __name__ == "__main__":
    sys.stdout.write("\n".join(page_lines()) + "\n")
