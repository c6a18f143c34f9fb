# SPDX-License-Identifier: GPL-3.0-or-later
"""One fuzzing process: `python -m tests.fuzz TARGET [libFuzzer's options and folders]`.

It wants to be started by `packaging/fuzz`, which builds the codecs with the sanitizers and preloads their runtime. The
parsers are plain Python: their coverage, and that of the libraries that read for them, is what atheris counts.
"""

from __future__ import annotations

import ctypes
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import atheris

from tests.fuzz.targets import CODECS

COUNTED = ["faxcore", "dbus_next", "tomllib", "PIL.TiffImagePlugin", "PIL.ImageFile", "PIL.Image"]
"""Packages and modules whose branches are counted for the parsers."""
_OCTETS = ctypes.POINTER(ctypes.c_ubyte)
_MUTATOR = ctypes.CFUNCTYPE(ctypes.c_size_t, _OCTETS, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_uint)


def libfuzzers_own(body: bytes, room: int) -> bytes:
    """The octets after one of libFuzzer's own mutations."""
    buffer = (ctypes.c_ubyte * max(room, len(body))).from_buffer_copy(body.ljust(room, b"\0"))
    size = ctypes.CDLL(None).LLVMFuzzerMutate(buffer, len(body), room)
    return bytes(buffer[:size])


def mutator(target: str) -> object:
    """Puts our own changes where libFuzzer looks for it; keep the result, for it is what gets called."""

    from tests.fuzz.mutate import mutated

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
    if target in CODECS:
        module = import_module(f"tests.fuzz.{target}")
        if module.compiled is None and any(Path("faxcore", target).rglob("*.pyx")):
            raise SystemExit(f"the compiled codec of {target} can't be imported: there is nothing to fuzz")
        kept_alive = mutator(target)
        fuzz(module.check)
        del kept_alive
        return
    with atheris.instrument_imports(include=COUNTED):
        module = import_module(f"tests.fuzz.{target}")
    with tempfile.NamedTemporaryFile("w", prefix="words-") as words:
        words.write(dictionary(module.WORDS))
        words.flush()
        sys.argv.append(f"-dict={words.name}")
        fuzz(module.check)


def fuzz(check: Callable[[bytes], None]) -> None:
    """Run libFuzzer on one target."""
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


def dictionary(words: Sequence[bytes]) -> str:
    """The words of a target as libFuzzer reads them."""
    return "".join('"' + "".join(f"\\x{octet:02x}" for octet in word) + '"\n' for word in words)


if __name__ == "__main__":
    main()
