# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a modem back to its command state, whatever state a broken call has left it in.

One character ends a wait for a carrier and a carrier that is received. A modem that still transmits takes it for data
and sends it: that state ends with DLE ETX. A modem that is on line as a data modem, or whose firmware is stuck, reacts
to neither; it hangs up and listens again when the computer drops Data Terminal Ready for a moment (V.24, circuit 108;
V.250, 6.2.9).
"""

from __future__ import annotations

import time
from typing import Final

from faxcore.modem.commands import AtDialogue
from faxcore.modem.modem_failed import ModemFailed
from faxcore.modem.port import Port

CANCEL: Final = b"\x18"
END_OF_DATA: Final = b"\0\x10\x03\r"
"""DLE ETX. A DLE may have been the last octet that was sent, and the NUL makes it harmless; to a modem that is in its
command state after all, this is an empty command line."""
DROP_SECONDS: Final = 0.6
"""Seconds without Data Terminal Ready: a modem looks at it as rarely as S25 says, which is 50 ms at most as delivered,
and needs some time to hang up."""
RESET_SECONDS: Final = 8.0
"""Seconds that a modem may take to reset itself: some that were on the line take more than 3."""
AGAIN_SECONDS: Final = 4.0
SILENT_SECONDS: Final = 2.0
"""Seconds for a modem whose stored settings have Q1: it has reset itself without an answer."""
BUFFER_SECONDS: Final = 5.0
"""Seconds in which a modem sends the part of a page that it has buffered: some 8 KiB at 14,400 bit/s."""


def reset(port: Port, dialogue: AtDialogue) -> None:
    """Put a modem back to its stored settings, whatever it was doing. ModemFailed if nothing answers like a modem."""
    if (
        _try_reset(port, dialogue, CANCEL, RESET_SECONDS)
        or _try_reset(port, dialogue, END_OF_DATA, AGAIN_SECONDS)
        or (port.drop_terminal_ready(DROP_SECONDS) and _try_reset(port, dialogue, CANCEL, AGAIN_SECONDS))
    ):
        return
    raise ModemFailed(
        "The device on {device} does not answer like a modem: check the cable, and switch it off and on again.",
        device=port.device,
    )


def _try_reset(port: Port, dialogue: AtDialogue, before: bytes, seconds: float) -> bool:
    port.write(before, time.monotonic() + 1)
    if before == END_OF_DATA:
        # The modem sends its buffer first; its OK to that must not be taken for that of the next command.
        dialogue.wait_for_result(time.monotonic() + BUFFER_SECONDS)
    port.discard()
    if dialogue.command("Z", seconds) != "OK" and dialogue.command("E0V1Q0", SILENT_SECONDS) != "OK":
        return False
    # A late answer to an earlier try must not be taken for that of the next command.
    port.discard()
    return True
