# SPDX-License-Identifier: GPL-3.0-or-later
"""One fuzzing process: `python -m tests.fuzz TARGET [libFuzzer's options and folders]`.

It wants to be started by `packaging/fuzz`, which builds the codecs with the sanitizers and preloads their runtime.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

from tests.fuzz import t4, t85
from tests.fuzz.mutate import mutated

TARGETS = {"t4": t4, "t85": t85}


def main() -> None:
    """Fuzz until libFuzzer's options say that it is enough."""
    target = sys.argv.pop(1)
    if TARGETS[target].compiled is None and any(Path("faxcore", target).rglob("*.pyx")):
        raise SystemExit(f"the compiled codec of {target} can't be imported: there is nothing to fuzz")

    def mutator(data: bytes, size: int, seed: int) -> bytes:
        return mutated(data, size, seed, target, atheris.Mutate)

    atheris.Setup(sys.argv, TARGETS[target].check, custom_mutator=mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
