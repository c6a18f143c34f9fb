# SPDX-License-Identifier: GPL-3.0-or-later
"""HylaFAX's spool, which is only read. Whoever can write there may have put anything in the place of a file, so what is
opened is a regular file that lies in its folder, or nothing: no link is followed, and no FIFO keeps us waiting.
"""

from __future__ import annotations

import errno
import gzip
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from faxcore.model.sentence import Sentence, literal
from faxcore.store.synced_files import LARGEST

DEFAULT: Final = Path("/var/spool/hylafax")

RECEIVED: Final = re.compile(r"fax[0-9]{1,12}\.tif", re.ASCII)
JOB: Final = re.compile(r"q[0-9]{1,12}", re.ASCII)
_LOG: Final = re.compile(r"xferfaxlog(?:[.-][0-9]{1,8})?(?:\.gz)?", re.ASCII)
"""The log, and those that logrotate has put beside it."""
_LOG_FOLDERS: Final = ("log", "etc")
"""Where Debian's HylaFAX has its log, and where others have it."""
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
LONGEST_LINE: Final = 8_192
"""Octets of a line of the log; HylaFAX's have a few hundred."""
_LARGEST_LOG: Final = 1 << 30
_DOCUMENT: Final = re.compile(r"(docq|archive/[0-9]{1,12})/([A-Za-z0-9][A-Za-z0-9._-]{0,100})", re.ASCII)
"""A document of a job, as its file names it. No part of it leads out of the spool."""


class NotThere(Exception):
    """A file cannot be read; `sentence` says why. `passes`: it may be possible another time."""

    def __init__(self, sentence: Sentence, passes: bool = False) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.passes = passes


class Spool:
    """The folder of a HylaFAX."""

    def __init__(self, folder: Path) -> None:
        """NotThere if there is no such folder, or it is not one that may be read."""
        self.folder = folder
        try:
            self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise NotThere(_explain(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def find_files(self, folder: str, names: re.Pattern[str]) -> list[str]:
        """List the files of a folder with such names, as "folder/name", in their order; none if it is not there.
        NotThere if it may not be read.
        """
        try:
            descriptor = os.open(folder, _FOLDER, dir_fd=self._descriptor)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise NotThere(_explain(error), passes=True) from error
        try:
            found = [name for name in os.listdir(descriptor) if names.fullmatch(name)]
        finally:
            os.close(descriptor)
        return [f"{folder}/{name}" for name in sorted(found, key=lambda name: (len(name), name))]

    def list_logs(self) -> list[str]:
        """List the logs of calls, oldest first as far as their names tell."""
        return [name for folder in _LOG_FOLDERS for name in reversed(self.find_files(folder, _LOG))]

    def open(self, name: str, largest: int = LARGEST) -> BinaryIO:
        """Open a file that was listed. NotThere if it is no regular file, or too large."""
        folder, _slash, last = name.rpartition("/")
        try:
            descriptor = self._open(folder, last)
        except FileNotFoundError as error:
            raise NotThere(Sentence("It is not there any more.")) from error
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENXIO, errno.ENOTDIR):
                raise NotThere(Sentence("It is a link or a device, and no file.")) from error
            raise NotThere(_explain(error), passes=True) from error
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and status.st_size <= largest:
            return os.fdopen(descriptor, "rb")
        os.close(descriptor)
        if stat.S_ISREG(status.st_mode):
            raise NotThere(Sentence("It has {octets} octets, which is too much.", {"octets": status.st_size}))
        raise NotThere(Sentence("It is a link or a device, and no file."))

    def open_document(self, path: str) -> BinaryIO:
        """Open the document of a job by the path that its file says. NotThere if it leads elsewhere, or is gone."""
        if not _DOCUMENT.fullmatch(path):
            raise NotThere(Sentence("Its document does not lie where HylaFAX keeps documents."))
        return self.open(path)

    def read_log(self, name: str) -> Iterator[bytes | None]:
        """Read the lines of a log; None in the place of one that is too long for a log. NotThere, OSError or EOFError
        where it cannot be read on.
        """
        with self.open(name, _LARGEST_LOG) as file:
            if name.endswith(".gz"):
                with gzip.GzipFile(fileobj=file) as unpacked:
                    yield from _read_lines(unpacked)
            else:
                yield from _read_lines(file)

    def _open(self, folder: str, name: str) -> int:
        at = self._descriptor
        opened: list[int] = []
        try:
            for part in folder.split("/"):
                at = os.open(part, _FOLDER, dir_fd=at)
                opened.append(at)
            # A FIFO would keep us waiting for its writer.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
            return os.open(name, flags, dir_fd=at)
        finally:
            for descriptor in opened:
                os.close(descriptor)


def _read_lines(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes | None]:
    left, too_long = _LARGEST_LOG, False
    while line := file.readline(LONGEST_LINE):
        left -= len(line)
        if left < 0:
            raise EOFError
        ends = line.endswith(b"\n")
        if too_long or (not ends and len(line) == LONGEST_LINE):
            # Said once for the whole of it.
            if not too_long:
                yield None
            too_long = not ends
            continue
        yield line


def _explain(error: OSError) -> Sentence:
    return literal(error.strerror or str(error))
