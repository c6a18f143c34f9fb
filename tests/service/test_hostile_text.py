# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P19: hostile text in every field that the service takes is text, whatever is then done with it."""

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.codec import encode
from faxcore.contract.listed import FaxQuery
from faxcore.contract.order import Order
from faxcore.contract.printed import Claim
from faxcore.document.compose import compose
from faxcore.model.sentence import Sentence
from faxcore.service import FaxService
from faxcore.t30.frames import REVERSED
from tests.support.hostile_text import HOSTILE, TEXTS, assert_harmless
from tests.support.service_parts import ME, WORKER, document, log, running, script

IDS = re.compile(r"[0-9a-f-]{36}(\.\w+)*")
"""All that the names of files and folders for faxes are made of."""
DRAWN = ("a shell", "markup", "too many marks", "orders to a terminal")
FREE = ("last_name", "first_name", "role", "department", "company", "subject", "title")
"""The fields of an order that are a person's words."""
_started: list[list[str]] | None = None


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen" and _started is not None:
        _started.append([str(word) for word in arguments[1]])


sys.addaudithook(_note)  # it cannot be taken away again, so it notes nothing unless it is told to


@contextmanager
def started() -> Iterator[list[list[str]]]:
    """The arguments of every process that is started meanwhile."""
    global _started
    _started = noted = []
    try:
        yield noted
    finally:
        _started = None


async def submit(service: FaxService, path: Path, order: Order) -> str:
    with path.open("rb") as pages, path.open("rb") as original:
        return await service.api.submit_document(ME, pages.fileno(), original.fileno(), order)


def all_texts(value: object) -> list[str]:
    """Every text of a value of the contract, sentences as people read them."""
    if isinstance(value, Sentence):
        return [str(value)]
    if isinstance(value, dict):
        return [text for each in value.values() for text in all_texts(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in all_texts(each)]
    if hasattr(value, "__dataclass_fields__"):
        return [text for each in fields(value) for text in all_texts(getattr(value, each.name))]
    return [value] if isinstance(value, str) else []


def test_hostile_text_is_harmless_once_it_is_in(tmp_path: Path) -> None:
    """In every field of an order at once; what is listed, told, dialled, started and written is looked at."""

    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            for text in TEXTS:
                path = document(tmp_path)
                job = await submit(service, path, Order("0199000002", **dict.fromkeys(FREE, text), key=text))
                await listener.until_job(job, "done")
                shown = await service.api.show_job(ME, job)
                page = await service.api.list_faxes(ME, FaxQuery(words=text[:200]))
                for each in all_texts([shown, page, *(value for _who, _name, value in listener.heard)]):
                    assert_harmless(each, 500)
                listener.heard.clear()
                assert encode(shown), "and it can be sent"
            assert len(await service.api.list_jobs(ME)) == len(TEXTS)

    script(tmp_path, {"0199000002": ["ok"]})
    with started() as processes:
        asyncio.run(main())
    assert {word for line in log(tmp_path) for word in line.split()} <= {
        *("dial", "page", "complete", "0199000002", "0", "1", "2")
    }
    # FOLDER LINE, and then what the service adds.
    assert {words[words.index(str(WORKER)) + 2] for words in processes if str(WORKER) in words} == {"line-1"}
    assert_names(tmp_path)


def assert_names(folder: Path) -> None:
    """Nothing is where it does not belong: ids in the state folder, and nothing beside it."""
    assert {path.name for path in folder.iterdir()} <= {*("state", "received", "script.json", "log", "document.tif")}
    for place in ("documents", "calls"):
        for path in (folder / "state" / place).iterdir():
            assert IDS.fullmatch(path.name), path


def test_hostile_text_is_drawn_and_starts_nothing_else(tmp_path: Path) -> None:
    """Header line and cover page of the real composer: a process with nothing of the order among its arguments."""

    async def main() -> None:
        async with running(tmp_path, composer=compose) as (service, _listener):
            with document(tmp_path).open("rb") as pages:
                claim = Claim(user=ME, title="x", key="urn:uuid:1")
                draft = (await service.intake.submit("lp", pages.fileno(), pages.fileno(), claim)).id
            for name in DRAWN:
                text = HOSTILE[name]
                order = Order("0199000002", **dict.fromkeys(FREE, text), header="cover")
                with (tmp_path / "document.tif").open("w+b") as out:
                    await service.api.compose_draft(ME, draft, order, out.fileno())
                    assert out.seek(0, 2) > 1000

    script(tmp_path)
    with started() as processes:
        asyncio.run(main())
    composed = [words for words in processes if any("compose" in word for word in words)]
    assert len(composed) >= len(DRAWN)
    # Each has a folder of its own.
    said = {re.sub(r"facteur-\w+(-\w+)*", "FOLDER", " ".join(words)) for words in composed}
    assert len(said) == 1, "the same, whatever the order says"


@pytest.mark.parametrize("field", ["number", "header", "user"])
def test_hostile_text_where_a_known_word_must_be_is_refused(tmp_path: Path, field: str) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            path = document(tmp_path)
            for text in filter(str.strip, TEXTS):
                claim = Claim(**{"number": "0199000002", "user": ME, "title": "x", field: text})
                with pytest.raises(ApiError) as refused, path.open("rb") as pages:
                    await service.intake.submit("lp", pages.fileno(), pages.fileno(), claim)
                assert refused.value.code in (ErrorCode.BAD_NUMBER, ErrorCode.BAD_ORDER)
                assert_harmless(str(refused.value.sentence), 400)
            assert await service.api.list_jobs(ME) == []
            assert list(service.store.documents.folder.iterdir()) == []

    script(tmp_path)
    asyncio.run(main())


def test_a_hostile_station_is_text_and_its_fax_stays_in_the_folder(tmp_path: Path) -> None:
    """Octets as a frame brings them, read by the frames' own reader."""
    stations = [text.encode("utf-8", "replace")[:200] for text in TEXTS if text]
    rings = [{"pages": 1, "end": "ok", "station": said.translate(REVERSED)[::-1].hex()} for said in stations]

    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            await listener.until(lambda _p, _name, _v: _count(listener.heard) == len(rings))
            for reception in await service.api.list_receptions(ME):
                for text in all_texts(reception):
                    assert_harmless(text)
                for path in (Path(reception.tiff), Path(reception.pdf)):
                    assert path.parent == tmp_path / "received" and path.exists()
                    assert not set(path.name) & set("/\\$<>;%=|&'\"\0\x1b\n") and path.name[0] not in ".-"

    script(tmp_path, ring={"line-1": rings})
    asyncio.run(main())
    assert len(list((tmp_path / "received").iterdir())) == 2 * len(rings)
    assert_names(tmp_path)


def _count(heard: list[tuple[str, str, Any]]) -> int:
    return len({value.id for _person, name, value in heard if name == "ReceptionArrived"})
