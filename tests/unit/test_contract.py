# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract as values: what is encoded is what is decoded, what is wrong is named, and the table is complete."""

from __future__ import annotations

import functools
import inspect
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.api.admin import AdminApi
from faxcore.api.print_intake import PrintIntake
from faxcore.api.user import UserApi
from faxcore.contract import interfaces, messages, methods
from faxcore.contract.bus import Document, ErrorCode
from faxcore.contract.codec import NotDecoded, decode, encode
from faxcore.contract.methods import (
    ADMIN,
    BY_NAME,
    DESK,
    ERROR_CODES,
    INTAKE,
    INTERFACES,
    METHODS,
    SIGNALS,
    signature_of,
)
from faxcore.contract.order import Order
from faxcore.contract.printed import Draft
from faxcore.contract.reference import list_types
from faxcore.contract.sent_fax import Job
from faxcore.contract.service_status import Line, LineState, Status
from faxcore.model.job import State
from faxcore.model.page import Resolution
from faxcore.model.sentence import NOTHING, Sentence
from tests.support import CHECKOUT

VALUES = list_types(is_dataclass)
HANDLERS = {ADMIN: AdminApi, DESK: UserApi, INTAKE: PrintIntake}
MESSAGES = list(get_args(messages.Message))

PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(-(2**40), 2**40),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    type(None): st.none(),
}
SENTENCES = st.recursive(
    st.just(NOTHING) | st.builds(Sentence, st.text(min_size=1, max_size=20)),
    lambda inner: st.builds(
        Sentence,
        st.text(min_size=1, max_size=20),
        st.dictionaries(st.text(max_size=5), PLAIN[str] | PLAIN[int] | PLAIN[float] | inner, max_size=3),
    ),
    max_leaves=4,
)


@functools.cache
def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that the contract uses."""
    if kind is Sentence:
        return SENTENCES
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{field.name: values_of(hints[field.name]) for field in fields(kind)})  # type: ignore[arg-type]
    if get_origin(kind) is tuple:
        return st.lists(values_of(get_args(kind)[0]), max_size=3).map(tuple)
    return st.one_of(*(values_of(each) for each in get_args(kind)))


def wrong_values_of(kind: Any) -> list[Any]:
    """Plain values that are not of this type; nothing may be converted on the way in."""
    if kind is str:
        return [7, True, None, b"x", ["x"], {}]
    if kind == str | None:
        return [7, True, b"x", ["x"], {}]
    if kind is Sentence:
        return [7, None, ["x"], {"text": 7}, {"values": {}}, {"text": "x", "more": 1}]
    if kind is bool:
        return [0, 1, "true", None]
    if kind is int:
        return ["7", True, 7.0, None]
    if kind is float:
        return ["7", True, None]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ["no such word", 0, None, ["x"], next(iter(kind)).name]
    if is_dataclass(kind):
        return ["x", 7, None, []]
    if get_origin(kind) is tuple:
        return [7, None, [object()]]
    return ["x", True, []]


@pytest.mark.parametrize("kind", [*VALUES, *MESSAGES])
@given(data=st.data())
def test_what_is_encoded_is_decoded(kind: type, data: st.DataObject) -> None:
    value = data.draw(values_of(kind))
    plain = encode(value)
    assert decode(plain, kind) == decode(plain, kind, strict=True) == value
    assert decode(json.loads(json.dumps(plain)), kind, strict=True) == value
    assert None not in plain.values()


def test_an_absent_key_is_the_default_and_none_is_an_absent_key() -> None:
    assert decode({}, Order, strict=True) == Order()
    draft = Draft("1", "Letter", "2026-11-26T10:00:00.000Z", 1, Resolution.FINE)
    assert "earlier" not in encode(draft)
    assert decode(encode(draft), Draft, strict=True) == draft


def fields_of_all() -> list[Any]:
    return [pytest.param(kind, field, id=f"{kind.__name__}.{field.name}") for kind in VALUES for field in fields(kind)]


def minimal(kind: Any) -> dict[str, Any]:
    """The plain form with nothing in it that need not be there."""
    hints = get_type_hints(kind)
    return {field.name: smallest(hints[field.name]) for field in fields(kind) if needed(field)}


def needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def smallest(kind: Any) -> Any:
    if kind in (str, int):
        return kind()
    if kind is bool:
        return False
    if kind is Sentence:
        return {}
    return next(iter(kind)).value if issubclass(kind, Enum) else minimal(kind)


@pytest.mark.parametrize(("kind", "field"), fields_of_all())
def test_a_wrong_type_is_refused_by_the_name_of_its_field(kind: type, field: Field[Any]) -> None:
    for wrong in wrong_values_of(get_type_hints(kind)[field.name]):
        for strict in (False, True):
            with pytest.raises(NotDecoded) as error:
                print(kind, field.name, repr(wrong), decode(minimal(kind) | {field.name: wrong}, kind, strict))
            assert error.value.field == field.name
            assert not error.value.unknown


@pytest.mark.parametrize(("kind", "field"), fields_of_all())
def test_a_missing_field_is_refused_by_its_name_or_has_its_default(kind: type, field: Field[Any]) -> None:
    plain = minimal(kind)
    if plain.pop(field.name, MISSING) is MISSING:
        assert getattr(decode(plain, kind, strict=True), field.name) == field.default
        return
    for strict in (False, True):
        with pytest.raises(NotDecoded) as error:
            decode(plain, kind, strict)
        assert error.value.field == field.name


@pytest.mark.parametrize("kind", VALUES)
def test_an_unknown_field_is_refused_strictly_and_left_out_otherwise(kind: type) -> None:
    plain = minimal(kind) | {"colour": "red"}
    with pytest.raises(NotDecoded) as error:
        decode(plain, kind, strict=True)
    assert (error.value.field, error.value.unknown) == ("colour", True)
    assert decode(plain, kind) == decode(minimal(kind), kind)


def test_an_inner_value_is_read_as_its_outer_one_is() -> None:
    line = {"name": "a", "state": "idle", "colour": "red"}
    plain = {"version": "1", "codec": "c", "lines": [line]}
    assert decode(plain, Status).lines == (Line("a", LineState.IDLE),)
    with pytest.raises(NotDecoded) as error:
        decode(plain, Status, strict=True)
    assert error.value.unknown


@pytest.mark.parametrize("rubbish", [None, 7, "x", [], [{}], b"x", object()])
@pytest.mark.parametrize("kind", [Job, Status, Order])
def test_what_is_not_a_dictionary_is_refused(kind: type, rubbish: object) -> None:
    for strict in (False, True):
        with pytest.raises(NotDecoded):
            decode(rubbish, kind, strict)


def test_vocabularies_are_their_values() -> None:
    assert encode(State.FINAL_PENDING) == "final-pending"
    assert decode("final-pending", State) is State.FINAL_PENDING
    assert decode([], list[Job]) == []
    with pytest.raises(NotDecoded):
        decode("FINAL_PENDING", State, strict=True)


# ---------------------------------------------------------------- the table


def test_every_function_of_the_interfaces_is_a_method_of_the_table() -> None:
    for name, interface in INTERFACES.items():
        functions = [each for each in vars(interface) if not each.startswith("_")]
        assert [method.function for method in METHODS if method.interface == name] == functions
    assert len(BY_NAME) == len(METHODS)
    assert [signal.function for signal in SIGNALS] == [
        each for each in vars(interfaces.Listener) if not each.startswith("_")
    ]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_method_has_a_place_on_the_bus_and_a_summary(method: methods.Method) -> None:
    assert method.summary.endswith(".")
    assert method.seconds >= 30
    assert method.gives == signature_of(method.result)
    for parameter in method.parameters:
        assert parameter.signature in ("s", "b", "h", "a{sv}", "aa{sv}")
        assert parameter.is_document == (parameter.signature == "h")
    assert method.name.replace("_", "").lower() == method.function.replace("_", "")


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_the_service_has_a_method_for_each_with_the_same_parameters_behind_the_person(method: methods.Method) -> None:
    function = getattr(HANDLERS[method.interface], method.function)
    assert inspect.iscoroutinefunction(function)
    _self, person, *names = inspect.signature(function).parameters
    assert person.strip("_") == "person"
    assert names == [parameter.name for parameter in method.parameters]
    hints = get_type_hints(function)
    assert hints["return"] == method.result
    for parameter in method.parameters:
        assert hints[parameter.name] == (int if parameter.is_document else parameter.kind), parameter.name


def test_types_have_their_places_on_the_bus() -> None:
    places: dict[Any, str] = {str: "s", State: "s", Job: "a{sv}", list[Job]: "aa{sv}", Document: "h", type(None): ""}
    assert {kind: signature_of(kind) for kind in places} == places
    assert signature_of(Document | None) == "h"
    kinds: list[Any] = [int, dict, list[str], Job | None, bytes]
    for kind in kinds:
        with pytest.raises(TypeError):
            signature_of(kind)


def test_errors_have_names_of_their_own() -> None:
    assert set(ERROR_CODES.values()) == set(ErrorCode)
    assert methods.error_name(ErrorCode.BAD_NUMBER) == "org.facteur.Error.BadNumber"


def test_the_page_about_the_bus_is_that_of_the_contract() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "faxcore.contract.reference"], capture_output=True, text=True, check=True, cwd=CHECKOUT
    )
    assert made.stdout == (CHECKOUT / "docs/bus.md").read_text()
    for kind in VALUES:
        assert f"### {kind.__name__}\n" in made.stdout


# ---------------------------------------------------------------- the line workers' messages


@pytest.mark.parametrize("kind", MESSAGES)
@given(data=st.data())
def test_a_message_of_a_line_worker_survives_its_line(kind: type, data: st.DataObject) -> None:
    message = data.draw(values_of(kind))
    line = messages.pack(message)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert messages.unpack(line) == message


def test_a_message_of_another_release_is_read_as_far_as_it_is_known() -> None:
    line = b'{"type": "PageConfirmed", "call": "c", "page": 3, "of_a_later_release": [1]}\n'
    assert messages.unpack(line) == messages.PageConfirmed("c", 3)
    kept = messages.PageKept("c", 1, "f", 1, 0, 1728, Resolution.FINE)
    assert messages.unpack(messages.pack(kept).replace(b', "sub_address": ""', b"")) == kept


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"rubbish\n",
        b"\xff\xfe\n",
        b"7\n",
        b"null\n",
        b"[]\n",
        b"{}\n",
        b'{"type": 7}\n',
        b'{"type": []}\n',
        b'{"type": "NoSuchMessage"}\n',
        b'{"type": "Step"}\n',
        b'{"type": "Ended"}\n',
        b'{"type": "Ended", "call": "c", "report": "fine"}\n',
        b'{"type": "PageConfirmed", "call": "c", "page": "3"}\n',
        b'{"type": "Progress", "call": "c", "step": "flying"}\n',
        b"[" * 100_000,
    ],
    ids=range(17),
)
def test_rubbish_is_not_a_message(line: bytes) -> None:
    with pytest.raises(ValueError):
        messages.unpack(line)


@given(st.binary(max_size=200) | st.dictionaries(st.text(), st.text()).map(lambda found: json.dumps(found).encode()))
def test_any_octets_are_a_message_or_a_value_error(line: bytes) -> None:
    try:
        messages.unpack(line)
    except ValueError as error:
        assert str(error)


def test_every_message_says_its_type() -> None:
    found: Mapping[str, Any] = {kind.__name__: kind for kind in MESSAGES}
    assert len(found) == len(MESSAGES)
    assert json.loads(messages.pack(messages.Quit())) == {"type": "Quit"}
