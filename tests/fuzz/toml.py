# SPDX-License-Identifier: GPL-3.0-or-later
"""The target toml: any octets as a configuration, in one file or two; only ConfigError may come of it.

What stands behind a line with three dashes is the file of facteur.d. Reading is followed by the comparison with the
configuration that is in force, as a reload does it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from faxcore.config import Config, ConfigError, default, load
from faxcore.config.reload import changes, refuse_restart
from tests.fuzz.bounds import bounded
from tests.support import CHECKOUT

CUT: Final = b"\n---\n"

WORDS: Final = tuple(
    word.encode()
    for word in (
        *("[station]\n", "[folders]\n", "[archive]\n", "[dialling]\n", "[queue]\n", "[exchange]\n", "[store]\n"),
        *("[retention]\n", "[[line]]\n", "[[line.numbers]]\n", "[[line.sub_addresses]]\n", "[[header]]\n"),
        *("[[person]]\n", "id = ", "name = ", "intake_user = ", "state = ", "received = ", "region = "),
        *("full_name = ", "mail = ", "language = ", "telephone = ", "header = ", "header_line = "),
        *("allowed_countries = ", "prefix = ", "international = ", "internal = ", "device = ", "station_id = "),
        *("number = ", "ring = ", "owners = ", "folder = ", "answer = ", "address = ", "setup = ", "flow = "),
        *("max_rate = ", "jbig = true\n", "url = ", "lines = ", "speed = ", "tries = ", "cover = ", "sender = "),
        *('"', "'", '"""', "'''", "{a=1}", "[1,2]", "true", "inf", "nan", "1e9", "0x" + "f" * 40, "1979-05-27"),
        *("\\u0000", "\\n", "{date", "}", "postgresql://", "/", "XX", ".", "#,", "\n---\n", "\ufeff", "[", "{", "= "),
    )
)


def check(data: bytes) -> None:
    """Run one input; any error but ConfigError is a fault."""
    main, _cut, fragment = data.partition(CUT)
    folder = _folder()
    (folder / "facteur.toml").write_bytes(main)
    (folder / "facteur.d/10.toml").write_bytes(fragment)
    with bounded():
        _load(folder / "facteur.toml")


def _load(path: Path) -> Config | None:
    try:
        config = load(path)
        refuse_restart(changes(default(), config))
    except ConfigError as error:
        assert str(error).startswith(str(path.parent)) or "restart" in str(error), f"no place in {error}"
        return None
    config.all_lines()
    return config


@lru_cache
def _folder() -> Path:
    """Make the folder of the two files, one a process; in memory, where there is such."""
    memory = Path("/dev/shm")
    made = tempfile.TemporaryDirectory(prefix="facteur-fuzz-", dir=memory if memory.is_dir() else None)
    _kept.append(made)
    (Path(made.name) / "facteur.d").mkdir()
    # Metadata of countries, which is read when it is first asked for, is no cost of an input.
    (Path(made.name) / "facteur.toml").write_text('[dialling]\nregion = "FR"\ninternal = ["2XX"]\n')
    _load(Path(made.name) / "facteur.toml")
    return Path(made.name)


_kept: Final[list[tempfile.TemporaryDirectory[str]]] = []
"""The folder: it goes with the process."""


def seeds() -> Iterator[tuple[str, bytes]]:
    """The configuration that is shipped, and one of everything else."""
    yield "shipped", (CHECKOUT / "packaging/facteur.toml").read_bytes()
    line = (
        b'[[line]]\nname = "one"\ndevice = "/dev/ttyS0"\nstation_id = "+33 1"\nowners = ["root"]\nmax_rate = 9600\n'
        b'flow = "xon/xoff"\nsetup = ["&K3"]\n[[line.numbers]]\nnumber = "0199"\nring = "a"\nanswer = false\n'
        b'[[line.sub_addresses]]\naddress = "12"\nfolder = "/srv/fax"\n'
    )
    yield "line", line
    yield "two-files", line + CUT + line.replace(b"one", b"two").replace(b"ttyS0", b"ttyS1")
    yield "twice", b"[queue]\ntries = 3\n" + CUT + b"[queue]\ntries = 4\n"
    yield "duplicate", b"[a.b]\nc = 1\n[a.b]\n"
    yield "duplicate-key", b"a.b = [{c=1}, {c=1, c=2}]\n"
    yield (
        "described",
        b'[[person]]\nname = "ann"\nfull_name = "A"\nmail = "a@b.org"\nlanguage = "fr"\ntelephone = "01"\n',
    )
    yield "person", b'[[person]]\nname = "ann"\n[[header]]\nid = "a"\nname = "b"\nsender = ["c", "d"]\n'
    yield "inline", b'dialling = {region = "DE", internal = ["2X.", "30"], prefix = "0,"}\n'
    yield "types", b"a = 1979-05-27T07:32:00Z\nb = 07:32:00\nc = [inf, nan, 0o7, 0b1, 1_000]\nd.\"e\".'f' = '''g'''\n"
    yield "latin-1", b'[station]\nname = "\xe9"\n'
