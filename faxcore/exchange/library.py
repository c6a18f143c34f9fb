# SPDX-License-Identifier: GPL-3.0-or-later
"""The binding to libspandsp2 (0.0.6): T.31 soft modems and T.30 terminals, as opaque pointers.

Only functions that work on pointers are used, never the inside of a structure, so that the binding is right for any
build of the library. There are two traps:

- The modem control callback's last argument is a text for the operation CALL only; for the others it is a small
  integer cast to a pointer, and following it would crash. It is declared as an address.
- The library keeps the pointers to the callbacks: they must live as long as the modem. The classes hold them.
"""

from __future__ import annotations

import ctypes as c
from collections.abc import Callable
from enum import IntEnum
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]
"""Telephone audio: 8000 samples a second, 16 bits, 32767 = the peak of a sine of 3.14 dBm0."""

SAMPLE_RATE: Final = 8000

SONAME: Final = "libspandsp.so.2"


class LibraryMissing(RuntimeError):
    """libspandsp2 is not installed."""


class Control(IntEnum):
    """A request of a soft modem to its line (at_modem_control_operation_e)."""

    CALL = 0
    ANSWER = 1
    HANGUP = 2
    OFFHOOK = 3
    ONHOOK = 4
    DTR = 5
    RTS = 6
    CTS = 7
    CARRIER = 8
    RING = 9
    DSR = 10
    SETID = 11


class CallEvent(IntEnum):
    """An event on the line, for a soft modem (at_call_event_e)."""

    ALERTING = 1
    CONNECTED = 2
    ANSWERED = 3
    BUSY = 4
    NO_DIALTONE = 5
    NO_ANSWER = 6
    HANGUP = 7


RESULT_CODES: Final = (
    "OK",
    "CONNECT",
    "RING",
    "NO CARRIER",
    "ERROR",
    "???",
    "NO DIALTONE",
    "BUSY",
    "NO ANSWER",
    "+FCERROR",
    "+FRH:3",
)
"""The modem's result codes, in the order of their numbers (V.250, 5.7.1, and T.31)."""

_PTR = c.c_void_p
_AT_TX = c.CFUNCTYPE(c.c_int, _PTR, _PTR, c.POINTER(c.c_ubyte), c.c_size_t)
_CONTROL = c.CFUNCTYPE(c.c_int, _PTR, _PTR, c.c_int, _PTR)
_T38_TX = c.CFUNCTYPE(c.c_int, _PTR, _PTR, _PTR, c.c_int, c.c_int)
PHASE_D = c.CFUNCTYPE(c.c_int, _PTR, _PTR, c.c_int)
PHASE_E = c.CFUNCTYPE(None, _PTR, _PTR, c.c_int)

_SIGNATURES: Final[dict[str, tuple[object, list[object]]]] = {
    "t31_init": (_PTR, [_PTR, _AT_TX, _PTR, _CONTROL, _PTR, _T38_TX, _PTR]),
    "t31_free": (c.c_int, [_PTR]),
    "t31_at_rx": (c.c_int, [_PTR, c.c_char_p, c.c_int]),
    "t31_call_event": (None, [_PTR, c.c_int]),
    "t31_rx": (c.c_int, [_PTR, _PTR, c.c_int]),
    "t31_tx": (c.c_int, [_PTR, _PTR, c.c_int]),
    "t31_set_transmit_on_idle": (None, [_PTR, c.c_int]),
    "at_reset_call_info": (None, [_PTR]),
    "at_set_call_info": (None, [_PTR, c.c_char_p, c.c_char_p]),
    "at_display_call_info": (None, [_PTR]),
    "at_put_response_code": (None, [_PTR, c.c_int]),
    "fax_init": (_PTR, [_PTR, c.c_int]),
    "fax_free": (c.c_int, [_PTR]),
    "fax_rx": (c.c_int, [_PTR, _PTR, c.c_int]),
    "fax_tx": (c.c_int, [_PTR, _PTR, c.c_int]),
    "fax_set_transmit_on_idle": (None, [_PTR, c.c_int]),
    "fax_get_t30_state": (_PTR, [_PTR]),
    "t30_call_active": (c.c_int, [_PTR]),
    "t30_terminate": (None, [_PTR]),
    "t30_set_tx_ident": (c.c_int, [_PTR, c.c_char_p]),
    "t30_get_rx_ident": (c.c_char_p, [_PTR]),
    "t30_set_rx_file": (None, [_PTR, c.c_char_p, c.c_int]),
    "t30_set_tx_file": (None, [_PTR, c.c_char_p, c.c_int, c.c_int]),
    "t30_set_rx_encoding": (c.c_int, [_PTR, c.c_int]),
    "t30_set_ecm_capability": (c.c_int, [_PTR, c.c_int]),
    "t30_set_supported_modems": (c.c_int, [_PTR, c.c_int]),
    "t30_set_supported_compressions": (c.c_int, [_PTR, c.c_int]),
    "t30_set_supported_resolutions": (c.c_int, [_PTR, c.c_int]),
    "t30_set_supported_image_sizes": (c.c_int, [_PTR, c.c_int]),
    "t30_set_phase_d_handler": (None, [_PTR, PHASE_D, _PTR]),
    "t30_set_phase_e_handler": (None, [_PTR, PHASE_E, _PTR]),
    "t30_completion_code_to_str": (c.c_char_p, [c.c_int]),
}


def make_silence(count: int) -> Samples:
    """Make so many samples of silence."""
    return np.zeros(count, dtype=np.int16)


@cache
def load() -> c.CDLL:
    """Load the library with its functions declared. Raises LibraryMissing if it is not installed."""
    try:
        library = c.CDLL(SONAME)
    except OSError as error:
        raise LibraryMissing(f"{SONAME}: {error} (Debian package libspandsp2)") from error
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library


class T31:
    """One T.31 soft modem: octets from and to the computer on one side, audio on the other.

    `to_computer` gets each piece of output as the library makes it: a result code always comes as a piece of its
    own. `control` gets what the modem asks of its line, with the dial string for CALL and the level of CTS;
    a negative answer refuses. Neither may call back into the modem.
    """

    def __init__(self, to_computer: Callable[[bytes], None], control: Callable[[Control, str, bool], int]):
        self._library = load()

        def at_tx(_at: int, _user: int, data: c.Array[c.c_ubyte], length: int) -> int:
            to_computer(bytes(data[:length]))
            return 0

        def modem_control(_at: int, _user: int, operation: int, value: int | None) -> int:
            try:
                control_is = Control(operation)
            except ValueError:
                return 0
            text = ""
            if control_is is Control.CALL and value:
                text = c.string_at(value).decode("ascii", "replace")
            return control(control_is, text, bool(value))

        def t38_tx(*_: object) -> int:
            return 0

        self._callbacks = (_AT_TX(at_tx), _CONTROL(modem_control), _T38_TX(t38_tx))
        at_tx_c, control_c, t38_c = self._callbacks
        self._state = self._library.t31_init(None, at_tx_c, None, control_c, None, t38_c, None)
        if not self._state:
            raise MemoryError("libspandsp gave no soft modem")
        self._library.t31_set_transmit_on_idle(self._state, 1)

    def close(self) -> None:
        """Free the modem. It must not be used again, and this must not be called from a callback."""
        if self._state:
            self._library.t31_free(self._state)
            self._state = None

    def computer_sent(self, data: bytes) -> None:
        """Give the modem octets from the computer."""
        self._library.t31_at_rx(self._state, data, len(data))

    def event(self, event: CallEvent) -> None:
        """Tell the modem about an event on the line."""
        self._library.t31_call_event(self._state, int(event))

    def give_result(self, code: str) -> None:
        """Give the computer a result code in the form that it has chosen (ATV)."""
        self._library.at_put_response_code(self._state, RESULT_CODES.index(code))

    def show_call_information(self, items: list[tuple[str, str]]) -> None:
        """Give the computer the lines KEY=value (V.253's caller id report), once a call."""
        for key, value in items:
            self._library.at_set_call_info(self._state, key.encode("ascii"), value.encode("ascii", "replace"))
        self._library.at_display_call_info(self._state)

    def forget_call_information(self) -> None:
        """Forget the caller id and the count of rings (for S0) of a call that is over."""
        self._library.at_reset_call_info(self._state)

    def send(self, count: int) -> Samples:
        """Return exactly `count` samples of the modem's sound."""
        samples = make_silence(count)
        self._library.t31_tx(self._state, samples.ctypes.data, count)
        return samples

    def hear(self, samples: Samples) -> None:
        """Give the modem sound from the line."""
        self._library.t31_rx(self._state, samples.ctypes.data, len(samples))
