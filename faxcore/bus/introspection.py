# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract as introspection XML, made from the table of methods: what is not in the table is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol
from xml.sax.saxutils import quoteattr

from dbus_next.signature import SignatureTree

from faxcore.contract.bus import DESK, OBJECT_PATH

INTROSPECTABLE: Final = "org.freedesktop.DBus.Introspectable"
SIGNALS: Final = {"DraftWaiting": "draft", "JobChanged": "job", "ReceptionArrived": "reception"}


class Described(Protocol):
    """What introspection says of a method."""

    @property
    def takes(self) -> str: ...
    @property
    def gives(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...


def xml(methods: Mapping[tuple[str, str], Described], path: str) -> str:
    """The node at this path: our object, the way to it, or nothing."""
    if path != OBJECT_PATH:
        below = OBJECT_PATH[len(path.rstrip("/")) + 1 :] if OBJECT_PATH.startswith(path.rstrip("/") + "/") else ""
        child = f"<node name={quoteattr(below.split('/')[0])}/>" if below else ""
        return f"<node>{child}</node>"
    interfaces = sorted({interface for interface, _name in methods})
    return f"<node>{''.join(_interface(methods, interface) for interface in interfaces)}</node>"


def _interface(methods: Mapping[tuple[str, str], Described], interface: str) -> str:
    parts = [_method(name, method) for (owner, name), method in sorted(methods.items()) if owner == interface]
    if interface == DESK:
        parts += [
            f'<signal name="{name}"><arg name="{argument}" type="a{{sv}}"/></signal>'
            for name, argument in SIGNALS.items()
        ]
    return f"<interface name={quoteattr(interface)}>{''.join(parts)}</interface>"


def _method(name: str, method: Described) -> str:
    taken = zip(method.names, _split(method.takes), strict=True)
    arguments = [f'<arg name="{argument}" type="{kind}" direction="in"/>' for argument, kind in taken]
    arguments += [f'<arg type="{kind}" direction="out"/>' for kind in _split(method.gives)]
    return f'<method name="{name}">{"".join(arguments)}</method>'


def _split(signature: str) -> list[str]:
    return [kind.signature for kind in SignatureTree._get(signature).types]
