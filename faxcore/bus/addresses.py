# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the service can be reached: at its own socket, and, where that is not there, on the system's bus.

Both speak D-Bus. FACTEUR_ADDRESS, a D-Bus address, or several with semicolons between them, says otherwise; so does
DBUS_SYSTEM_BUS_ADDRESS, as with every program: then that bus is meant, and nothing else.
"""

from __future__ import annotations

import os
from typing import Final

OWN_SOCKET: Final = "unix:path=/run/facteur/socket"
"""Of a service that systemd has started."""


def list_addresses(address: str | None) -> list[str | None]:
    """List where to look for the service, nearest first; None stands for the system's bus. `address` says where."""
    wanted = address or os.environ.get("FACTEUR_ADDRESS")
    if wanted:
        return [each for each in wanted.split(";") if each]
    return [None] if "DBUS_SYSTEM_BUS_ADDRESS" in os.environ else [OWN_SOCKET, None]
