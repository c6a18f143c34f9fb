# SPDX-License-Identifier: GPL-3.0-or-later
"""What a caller hands in as a file is one, open for what is done with it, or the call is refused in a sentence."""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faxcore.bus import client
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from tests.support.service_fixture import make_document, serving

TO = Order(number="0199000002")


class Descriptor:
    """A descriptor as a client hands one in."""

    def __init__(self, number: int) -> None:
        self._number = number

    def fileno(self) -> int:
        return self._number


def _full(_folder: Path) -> int:
    """A file that cannot grow: writing to it fails though it is open for that."""
    sealed = os.memfd_create("full", os.MFD_ALLOW_SEALING)
    fcntl.fcntl(sealed, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW)
    return sealed


def _opened(flags: int) -> Callable[[Path], int]:
    return lambda folder: os.open(folder / "document.tif", flags)


WRONG: dict[str, Callable[[Path], int]] = {
    "place": _opened(os.O_PATH),
    "folder": lambda folder: os.open(folder, os.O_RDONLY | os.O_DIRECTORY),
    "folder as place": lambda folder: os.open(folder, os.O_PATH),
    "pipe": lambda _folder: os.pipe()[0],
    "socket": lambda _folder: socket.socket(socket.AF_UNIX).detach(),
    "device": lambda _folder: os.open("/dev/null", os.O_RDWR),
    "zeros": lambda _folder: os.open("/dev/zero", os.O_RDONLY),
    "events": lambda _folder: os.eventfd(0),
}
UNREADABLE = WRONG | {"write-only": _opened(os.O_WRONLY)}
UNWRITABLE = WRONG | {"read-only": _opened(os.O_RDONLY), "full": _full}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Path]]:
    with serving({"dial": {"0199000002": ["ok"]}}) as served:
        make_document(served[1])
        yield served


@pytest.fixture
def quiet(served: tuple[str, Path]) -> Iterator[tuple[str, Path]]:
    """The service, whose log has no traceback afterwards."""
    yield served
    assert "Traceback" not in (served[1] / "service.log").read_text()


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_document_is_a_file_open_for_reading(quiet: tuple[str, Path], kind: str) -> None:
    address, folder = quiet

    async def main() -> None:
        async with client.connect(address) as desk:
            wrong = Descriptor(UNREADABLE[kind](folder))
            with pytest.raises(client.BusError) as refused:
                await desk.submit_document(wrong, wrong, TO)  # type: ignore[arg-type]
            os.close(wrong.fileno())
            assert refused.value.code is ErrorCode.BAD_DOCUMENT, refused.value
            assert "file" in str(refused.value)

    asyncio.run(main())


@pytest.mark.parametrize("kind", UNWRITABLE)
def test_a_target_is_a_file_open_for_writing(quiet: tuple[str, Path], kind: str) -> None:
    address, folder = quiet

    async def main() -> None:
        async with client.connect(address) as desk:
            with (folder / "document.tif").open("rb") as pages:
                job = await desk.submit_document(pages, pages, TO)
            wrong = Descriptor(UNWRITABLE[kind](folder))
            with pytest.raises(client.BusError) as refused:
                await desk.read_job(job, wrong)  # type: ignore[arg-type]
            os.close(wrong.fileno())
            assert refused.value.code is ErrorCode.BAD_ORDER, refused.value
            assert "write" in str(refused.value)

    asyncio.run(main())
