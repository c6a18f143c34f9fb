# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of methods, signals and errors, made from `interfaces` and `admin_interface`.

A method's name on the bus is that of the function in capitals (`list_jobs`: ListJobs); the D-Bus types follow from the
annotations: a dataclass is `a{sv}`, a list of them `aa{sv}`, a document `h`, a boolean `b`, a text or
a closed vocabulary `s`.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from typing import Any, Final, get_args, get_origin, get_type_hints

from faxcore.contract.admin_interface import Admin
from faxcore.contract.bus import Document, ErrorCode
from faxcore.contract.codec import is_closed
from faxcore.contract.interfaces import Desk, Intake, Listener

INTERFACES: Final = {
    "org.facteur.Desk1": Desk,
    "org.facteur.Intake1": Intake,
    "org.facteur.Admin1": Admin,
}
DESK: Final = "org.facteur.Desk1"
INTAKE: Final = "org.facteur.Intake1"
ADMIN: Final = "org.facteur.Admin1"

CALL_SECONDS: Final = 30.0
SLOW: Final = {
    ("org.facteur.Admin1", "test_mail"): 660.0,
    ("org.facteur.Admin1", "write_snapshot"): 7200.0,
    ("org.facteur.Admin1", "release_restored"): 120.0,
    **{
        ("org.facteur.Desk1", name): 120.0
        for name in (
            "compose_draft",
            "preview_header",
            "add_document",
            "begin_draft",
            "join_drafts",
            "redraw_draft",
            "submit_draft",
            "submit_draft_to_many",
            "estimate_document",
            "write_receipt",
            "read_sent",
            "submit_to_many",
            "cancel_broadcast",
            "hold_broadcast",
            "release_broadcast",
        )
    },
}
"""Methods that may take longer: composing draws a cover page and a header line on up to 500 pages, a broadcast has up
to 20,000 recipients, a mail server has a minute for each of its answers, and a database may be large.
"""


SHOWING: Final = frozenset(
    {
        "verify_all_copies",
        "list_unassigned",
        "list_all_calls",
        "sum_all_calls",
        "sum_all_costs",
        "list_all_costs",
        "list_deliveries",
        "check_ledger",
        "find_seal",
        "list_all_payers",
        "list_all_limits",
        "list_invoices",
        "show_invoice",
        "write_invoice",
        "read_metrics",
        "list_destinations",
        "show_destination",
    }
)
"""The administrator's methods that change nothing and give no document of a fax away: open to `may_see`, too. One that
is not named here is for `may_change`.
"""


@dataclass(frozen=True)
class Parameter:
    """An argument of a method."""

    name: str
    kind: Any
    """Its type, as annotated."""
    signature: str
    """Its D-Bus type."""

    @property
    def is_document(self) -> bool:
        """True for a file descriptor."""
        return self.signature == "h"


@dataclass(frozen=True)
class Method:
    """One method of an interface."""

    interface: str
    function: str
    """Its name in Python."""
    parameters: tuple[Parameter, ...]
    result: Any
    """The type of its answer; None for none."""
    gives: str
    """The D-Bus type of its answer; empty for none."""
    summary: str
    seconds: float

    @property
    def name(self) -> str:
        """Its name on the bus."""
        return in_capitals(self.function)

    @property
    def only_shows(self) -> bool:
        """True for one of the administrator's that changes nothing."""
        return self.interface == ADMIN and self.function in SHOWING

    @property
    def takes(self) -> str:
        """The D-Bus types of its arguments."""
        return "".join(parameter.signature for parameter in self.parameters)


@dataclass(frozen=True)
class Signal:
    """One signal of the service to one program."""

    function: str
    argument: str
    kind: type
    summary: str

    @property
    def name(self) -> str:
        """Its name on the bus."""
        return in_capitals(self.function)


def in_capitals(function: str) -> str:
    """The name on the bus of a function: ListJobs for list_jobs."""
    return "".join(part.capitalize() for part in function.split("_"))


def signature_of(kind: Any) -> str:
    """The D-Bus type of a Python type. TypeError for one that has no place on the bus."""
    if kind is Document or kind == Document | None:
        return "h"
    if kind is type(None):
        return ""
    if kind is str or is_closed(kind):
        return "s"
    if kind is bool:
        return "b"
    if is_dataclass(kind):
        return "a{sv}"
    if get_origin(kind) is list and is_dataclass(get_args(kind)[0]):
        return "aa{sv}"
    raise TypeError(f"{kind} has no place on the bus")


def _functions(interface: type) -> list[Callable[..., Any]]:
    return [each for each in vars(interface).values() if isinstance(each, types.FunctionType)]


def _summary(function: Callable[..., Any]) -> str:
    return " ".join((function.__doc__ or "").split())


def _method(interface: str, function: Callable[..., Any]) -> Method:
    hints = get_type_hints(function)
    result = hints.pop("return")
    parameters = tuple(
        Parameter(name, hints[name], signature_of(hints[name]))
        for name in inspect.signature(function).parameters
        if name != "self"
    )
    name = function.__name__
    seconds = SLOW.get((interface, name), CALL_SECONDS)
    return Method(interface, name, parameters, result, signature_of(result), _summary(function), seconds)


def _signal(function: Callable[..., Any]) -> Signal:
    hints = get_type_hints(function)
    (argument,) = (name for name in inspect.signature(function).parameters if name != "self")
    return Signal(function.__name__, argument, hints[argument], _summary(function))


METHODS: Final = tuple(
    _method(name, function) for name, interface in INTERFACES.items() for function in _functions(interface)
)
"""Every method, in the order of the interfaces."""

SIGNALS: Final = tuple(_signal(function) for function in _functions(Listener))
"""Every signal, all of them of the interface DESK."""

BY_NAME: Final = {(method.interface, method.name): method for method in METHODS}

ERROR_PREFIX: Final = "org.facteur.Error."


def error_name(code: ErrorCode) -> str:
    """The name of an error on the bus: org.facteur.Error.BadNumber."""
    return ERROR_PREFIX + "".join(part.capitalize() for part in code.value.split("-"))


ERROR_CODES: Final = {error_name(code): code for code in ErrorCode}
"""Codes by their names on the bus."""
