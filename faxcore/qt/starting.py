# SPDX-License-Identifier: GPL-3.0-or-later
"""The way in which a part of a window has its work done: whoever made the part sees to failures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Start = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
"""Starts a work whose failure is told to the person, or goes by quietly where nobody has asked for it."""
