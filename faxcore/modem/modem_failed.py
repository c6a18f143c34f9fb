# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of a modem, in words for the person who has plugged it in."""

from __future__ import annotations

from faxcore.t30.carrier import CutOff, DeviceFailed


class ModemFailed(DeviceFailed):
    """The modem is absent, silent, or answers rubbish."""


class ModemGone(ModemFailed):
    """The port itself is gone: unplugged, or the other end of a pseudo-terminal closed."""


class OnHook(CutOff):
    """The modem refuses an off-hook command: the call has ended without our doing."""
