# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract as introspection XML, made from its table: what is not in the table is not there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import quoteattr

from dbus_next.signature import SignatureTree

from faxcore.contract.bus import OBJECT_PATH
from faxcore.contract.methods import DESK, INTERFACES, METHODS, SIGNALS, Method

INTROSPECTABLE: Final = "org.freedesktop.DBus.Introspectable"


def xml(path: str) -> str:
    """Describe the node at this path: our object, the way to it, or nothing."""
    if path != OBJECT_PATH:
        below = OBJECT_PATH[len(path.rstrip("/")) + 1 :] if OBJECT_PATH.startswith(path.rstrip("/") + "/") else ""
        child = f"<node name={quoteattr(below.split('/')[0])}/>" if below else ""
        return f"<node>{child}</node>"
    return f"<node>{''.join(_interface(interface) for interface in sorted(INTERFACES))}</node>"


def _interface(interface: str) -> str:
    methods = sorted((method for method in METHODS if method.interface == interface), key=lambda each: each.name)
    parts = [_method(method) for method in methods]
    if interface == DESK:
        parts += [
            f'<signal name="{signal.name}"><arg name="{signal.argument}" type="a{{sv}}"/></signal>'
            for signal in SIGNALS
        ]
    return f"<interface name={quoteattr(interface)}>{''.join(parts)}</interface>"


def _method(method: Method) -> str:
    taken: Iterable[str] = (
        f'<arg name="{each.name}" type="{each.signature}" direction="in"/>' for each in method.parameters
    )
    given = (f'<arg type="{kind.signature}" direction="out"/>' for kind in SignatureTree._get(method.gives).types)
    return f'<method name="{method.name}">{"".join((*taken, *given))}</method>'
