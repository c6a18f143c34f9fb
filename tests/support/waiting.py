# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting in tests: always for something that has a name, and never for ever.

`until` waits within an event loop, `wait_until` in a thread. A test whose body is a coroutine is an `@async_test`.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

Answer = TypeVar("Answer")
Parameters = ParamSpec("Parameters")

SECONDS = 30.0
"""Seconds after which what a test waits for will not come any more; nothing waits for them to pass."""
TICK = 0.005


async def until(what: str, condition: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """The condition's answer, once it is true; AssertionError says what did not come.

    `what` ends the sentence "Awaited ...": "the line to be idle". The condition may be a coroutine function.
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return answer
        _check(what, seconds, deadline)
        await asyncio.sleep(TICK)


def wait_until(what: str, condition: Callable[[], Answer], seconds: float = SECONDS) -> Answer:
    """The same without an event loop."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        _check(what, seconds, deadline)
        time.sleep(TICK)
    return answer


def _check(what: str, seconds: float, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise AssertionError(f"Awaited {what}; it did not come within {seconds:g} s.")


def async_test(test: Callable[Parameters, Coroutine[Any, Any, None]]) -> Callable[Parameters, None]:
    """A test that is a coroutine, run to its end in an event loop of its own."""

    @functools.wraps(test)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        asyncio.run(test(*args, **kwargs))

    return run
