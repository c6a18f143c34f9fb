# SPDX-License-Identifier: GPL-3.0-or-later
"""The subject of a record of the log: job, call, line. Whoever does the work knows it, and not who writes a line of the
log deep within; so it goes along with the task, and the records that are written there have it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, Protocol, TypeVar

_FIELDS: Final[ContextVar[Mapping[str, str]]] = ContextVar("fields", default={})  # noqa: B039 - never written to
T = TypeVar("T")


class HasCall(Protocol):
    """Somebody who has the call of a job."""

    @property
    def fields(self) -> Mapping[str, str]:
        """The subject of the records that are written meanwhile."""


@contextmanager
def about(**fields: str) -> Iterator[None]:
    """Make every record of the block be about this, too; what is empty does not count."""
    before = _FIELDS.set({**_FIELDS.get(), **{name: value for name, value in fields.items() if value}})
    try:
        yield
    finally:
        _FIELDS.reset(before)


def read_fields() -> Mapping[str, str]:
    """Read what is being done now is about."""
    return _FIELDS.get()


def about_its_call(
    function: Callable[..., Coroutine[Any, Any, T]],
) -> Callable[..., Coroutine[Any, Any, T]]:
    """Make every record that a method writes be about its object's `fields`."""

    @wraps(function)
    async def wrapped(self: HasCall, *arguments: Any, **named: Any) -> T:
        with about(**self.fields):
            return await function(self, *arguments, **named)

    return wrapped
