# SPDX-License-Identifier: GPL-3.0-or-later
"""Dataclasses to plain values and back: the one codec for the bus, the line workers' messages and columns of JSON.

Plain values are what JSON has: texts, numbers, booleans, lists and dictionaries; an enumeration is its value, a
`Sentence` a dictionary, an absent key the default. Nothing is converted on the way in: a number is not a text, and
a boolean is not a number.

Whoever calls the service is read strictly (`decode` with `strict=True`): an unknown field is an error. Everything else,
messages of another release of ours among it, is read leniently: unknown fields are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final, TypeVar

from cattrs import BaseValidationError, Converter, ForbiddenExtraKeysError, transform_error
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from faxcore.model.sentence import Sentence, from_plain, from_text, to_plain

T = TypeVar("T")


class NotDecoded(ValueError):
    """A plain value does not have the wanted form. `field` names the first field at fault, or is empty; `unknown` says
    that the form has no such field.
    """

    def __init__(self, text: str, field: str = "", unknown: bool = False) -> None:
        super().__init__(text)
        self.field = field
        self.unknown = unknown


def _exactly(kind: type) -> Any:
    def structure(value: object, _type: object) -> object:
        if isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool):
            return value
        raise TypeError(f"must be {kind.__name__}, not {type(value).__name__}")

    return structure


def _number(value: object, _type: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise TypeError(f"must be a number, not {type(value).__name__}")


def _sentence(value: object, _type: object) -> Sentence:
    # Older releases wrote the text itself.
    return from_text(value) if isinstance(value, str) else from_plain(value)


def _optional_int(value: object, _type: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise TypeError(f"must be a whole number, not {type(value).__name__}")


def _optional_text(value: object, _type: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"must be text, not {type(value).__name__}")


def _make(strict: bool) -> Converter:
    converter = Converter(forbid_extra_keys=strict, omit_if_default=False)
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, _exactly(kind))
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(int | None, _optional_int)
    converter.register_structure_hook(str | None, _optional_text)
    converter.register_structure_hook(Sentence, _sentence)
    converter.register_unstructure_hook(Sentence, to_plain)
    converter.register_structure_hook(Path, lambda value, _type: Path(_exactly(str)(value, str)))
    converter.register_unstructure_hook(Path, str)
    converter.register_structure_hook(datetime, lambda value, _type: datetime.fromisoformat(_exactly(str)(value, str)))
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook_factory(is_dataclass, lambda kind: _from_mapping(converter, kind, strict))
    converter.register_unstructure_hook_factory(is_dataclass, lambda kind: _without_none(converter, kind))
    return converter


def _from_mapping(converter: Converter, kind: type, strict: bool) -> Any:
    """A structuring function for dictionaries only: where every field has a default, any text or list would do."""
    read: Any = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=strict)

    def structure(value: object, _type: object) -> object:
        if isinstance(value, Mapping):
            return read(value, kind)
        raise TypeError(f"must be a dictionary, not {type(value).__name__}")

    return structure


def _without_none(converter: Converter, kind: type) -> Any:
    """An unstructuring function that leaves out what is None: absent stands for the default, which None always is."""
    optional = {each.name: override(omit_if_default=True) for each in fields(kind) if each.default is None}
    return make_dict_unstructure_fn(kind, converter, **optional)  # type: ignore[arg-type]


_LENIENT: Final = _make(strict=False)
_STRICT: Final = _make(strict=True)


def encode(value: object) -> Any:
    """The plain value of a dataclass, an enumeration, or a list of them."""
    return _LENIENT.unstructure(value)


def decode(plain: object, kind: type[T], strict: bool = False) -> T:
    """The value of this type that a plain value stands for. NotDecoded if it does not have its form."""
    converter = _STRICT if strict else _LENIENT
    try:
        return converter.structure(plain, kind)
    except (BaseValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _not_decoded(error, kind) from error


def _not_decoded(error: Exception, kind: object) -> NotDecoded:
    name = getattr(kind, "__name__", str(kind))
    cause: BaseException = error
    field = ""
    while isinstance(cause, BaseValidationError):
        notes = [note for each in cause.exceptions for note in getattr(each, "__notes__", ())]
        names = [str(getattr(note, "name", "")) for note in notes if hasattr(note, "name")]
        field = field or next(iter(names), "")
        cause = cause.exceptions[0]
    if isinstance(cause, ForbiddenExtraKeysError):
        field = sorted(map(str, cause.extra_fields))[0]
        return NotDecoded(f"{name} has no field {field!r}", field, unknown=True)
    if isinstance(cause, KeyError) and not field:
        field = str(cause.args[0]) if cause.args else ""
    detail = "; ".join(transform_error(error)) if isinstance(error, BaseValidationError) else str(error)
    return NotDecoded(f"this is not a {name}: {detail[:300]}", field)


def is_closed(kind: object) -> bool:
    """Return whether a type is a closed vocabulary: an enumeration."""
    return isinstance(kind, type) and issubclass(kind, Enum)
