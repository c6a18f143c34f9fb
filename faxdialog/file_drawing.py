# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws a person's file as the pages of a fax by `faxctl render`: another process, which opens it behind its wall.

What draws, and all that it needs, is not loaded into a dialog that waits for the next document.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

from faxcore.i18n import gettext as _
from faxcore.model.page import Resolution
from faxcore.model.text import clean_lines

RENDER: Final = (sys.executable, "-P", "-m", "faxcore.cli.main", "render", "--output")
_LONGEST: Final = 1000
"""Characters of a refusal that are shown."""


class FileRefused(Exception):
    """A file cannot be faxed; the sentence for the person names it."""


async def draw_file(path: Path, resolution: Resolution, pages: BinaryIO) -> None:
    """Write the pages of a file. FileRefused if it cannot be faxed, OSError if it is none that can be read."""
    await asyncio.to_thread(refuse_others, path)
    with tempfile.TemporaryDirectory(prefix="facteur-") as folder:
        drawn = Path(folder) / "pages.tif"
        # In its folder: the sentence of a refusal names the file, as short as the person knows it.
        name = path.name if path.name != "-" else "./-"
        command = (*RENDER, str(drawn), "--resolution", resolution.value, "--", name)
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=path.absolute().parent,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _out, said = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode:
            sentence = said.decode("utf-8", "replace").strip().removeprefix("faxctl: ")
            raise FileRefused(clean_lines(sentence, _LONGEST))
        pages.write(await asyncio.to_thread(drawn.read_bytes))


def refuse_others(path: Path) -> None:
    """Raise OSError for what is no file that can be read; a pipe is not waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, _("this is no file"), path.name)
    finally:
        os.close(descriptor)
