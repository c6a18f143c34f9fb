# SPDX-License-Identifier: GPL-3.0-or-later
"""One fuzzing process: `python -m tests.fuzz TARGET [libFuzzer's options and folders]`.

It wants to be started by `packaging/fuzz`, which builds the codecs with the sanitizers and preloads their runtime.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import atheris

from tests.fuzz import t4, t85
from tests.fuzz.mutate import mutated

TARGETS = {"t4": t4, "t85": t85}
_OCTETS = ctypes.POINTER(ctypes.c_ubyte)
_MUTATOR = ctypes.CFUNCTYPE(ctypes.c_size_t, _OCTETS, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_uint)


def libfuzzers_own(body: bytes, room: int) -> bytes:
    """The octets after one of libFuzzer's own mutations."""
    buffer = (ctypes.c_ubyte * max(room, len(body))).from_buffer_copy(body.ljust(room, b"\0"))
    size = ctypes.CDLL(None).LLVMFuzzerMutate(buffer, len(body), room)
    return bytes(buffer[:size])


def mutator(target: str) -> object:
    """Puts `mutated` where libFuzzer looks for it; keep the result, for it is what gets called."""

    @_MUTATOR
    def call(data, size, room, seed):  # type: ignore[no-untyped-def]
        made = mutated(ctypes.string_at(data, size), room, seed, target, libfuzzers_own)[:room]
        ctypes.memmove(data, made, len(made))
        return len(made)

    place = ctypes.c_void_p.in_dll(ctypes.CDLL(None), "python_mutator")
    place.value = ctypes.cast(call, ctypes.c_void_p).value
    return call


def main() -> None:
    """Fuzz until libFuzzer's options say that it is enough."""
    target = sys.argv.pop(1)
    if TARGETS[target].compiled is None and any(Path("faxcore", target).rglob("*.pyx")):
        raise SystemExit(f"the compiled codec of {target} can't be imported: there is nothing to fuzz")
    kept_alive = mutator(target)
    atheris.Setup(sys.argv, TARGETS[target].check)
    atheris.Fuzz()
    del kept_alive


if __name__ == "__main__":
    main()
