# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders and claims as they come over the bus, made into typed, harmless values; nothing is guessed."""

from __future__ import annotations

import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from faxcore.api.api_error import ApiError
from faxcore.config import Config
from faxcore.contract.bus import ERROR_BAD_NUMBER, ERROR_BAD_ORDER, ORDER_FIELDS
from faxcore.dialling.numbers import Destination, NumberRefused, destination
from faxcore.i18n import gettext as _
from faxcore.model.header import Header
from faxcore.model.recipient import Recipient
from faxcore.model.text import clean_text

CLAIM_FIELDS: Final = ("user", "title", "print_job", *(field for field in ORDER_FIELDS if field != "title"))


@dataclass(frozen=True)
class CheckedOrder:
    """What a user wants sent, and to whom."""

    header: Header
    recipient: Recipient
    subject: str
    title: str

    def destination(self, config: Config) -> Destination:
        """What is dialled. Refused if the number is not called."""
        try:
            return destination(self.recipient.number, config.dialling)
        except NumberRefused as error:
            raise ApiError(ERROR_BAD_NUMBER, str(error)) from error


@dataclass(frozen=True)
class CheckedClaim:
    """What the CUPS backend says of a print job."""

    uid: int
    print_job: int | None
    order: CheckedOrder

    @property
    def direct(self) -> bool:
        """Whether it is sent without a dialog."""
        return bool(self.order.recipient.number)


def read_order(values: Mapping[str, Any], config: Config) -> CheckedOrder:
    """An order. Refused for unknown fields, wrong types and unknown headers."""
    texts = _texts(values, ORDER_FIELDS)
    header = config.header(texts.get("header", ""))
    if header is None:
        name = clean_text(texts["header"], 60)
        raise ApiError(ERROR_BAD_ORDER, _("There is no header “{name}”.").format(name=name))
    fields = {name: texts.get(name, "") for name in ("number", "last_name", "first_name", "role", "company")}
    return CheckedOrder(
        header,
        Recipient(**fields).cleaned(),
        clean_text(texts.get("subject", "")),
        clean_text(texts.get("title", "")) or _("Untitled"),
    )


def read_claim(values: Mapping[str, Any], config: Config) -> CheckedClaim:
    """A claim; its user name becomes a uid of this machine. Refused if there is no such user."""
    for name in values:
        if name not in CLAIM_FIELDS:
            raise _unknown_field(name)
    print_job = values.get("print_job")
    if print_job is not None and (isinstance(print_job, bool) or not isinstance(print_job, int)):
        raise _wrong_type("print_job")
    user = values.get("user")
    if not isinstance(user, str):
        raise _wrong_type("user")
    order = read_order({name: values[name] for name in ORDER_FIELDS if name in values}, config)
    return CheckedClaim(_uid(user), print_job, order)


def _uid(user: str) -> int:
    try:
        return pwd.getpwnam(user).pw_uid
    except (KeyError, ValueError):  # ValueError: a NUL in the name
        name = clean_text(user, 60)
        raise ApiError(ERROR_BAD_ORDER, _("This machine has no user “{name}”.").format(name=name)) from None


def _texts(values: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, str]:
    for name, value in values.items():
        if name not in known:
            raise _unknown_field(name)
        if not isinstance(value, str):
            raise _wrong_type(name)
    return dict(values)


def _unknown_field(name: str) -> ApiError:
    return ApiError(ERROR_BAD_ORDER, _("An order has no field “{name}”.").format(name=clean_text(name, 60)))


def _wrong_type(name: str) -> ApiError:
    return ApiError(ERROR_BAD_ORDER, _("The field “{name}” is missing or of the wrong type.").format(name=name))
