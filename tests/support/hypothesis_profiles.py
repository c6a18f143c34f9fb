# SPDX-License-Identifier: GPL-3.0-or-later
"""How hypothesis tries examples: the same ones in every run of the gate, ten times as many and new ones in a long run.

`gate` is what runs unless `pytest --hypothesis-profile=long` (or `packaging/check --long`) asks for the other. A test
that wants another number than a hundred says `@examples(400)`; no test says anything else about hypothesis.
"""

from __future__ import annotations

from hypothesis import settings

USUAL = 100
LONG = 10
"""So many times as many examples in a long run."""


def load() -> None:
    """Make the profiles known, and use `gate`; pytest's option may choose the other one later."""
    # No deadline: how long an example takes says how busy the machine is.
    settings.register_profile("gate", derandomize=True, deadline=None, max_examples=USUAL)
    settings.register_profile("long", derandomize=False, deadline=None, max_examples=USUAL * LONG, print_blob=True)
    settings.load_profile("gate")


def examples(number: int) -> settings:
    """Decorates a test that tries so many examples at the gate."""
    return settings(max_examples=number * settings().max_examples // USUAL)
