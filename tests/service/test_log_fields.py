# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P23: whatever goes wrong, the log names nobody; its records say which job, call and line they are about."""

import logging
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.config import LineConfig, NumberConfig
from faxcore.config.mail import MailConfig
from faxcore.log_fields import read_fields
from faxcore.store import schema
from faxcore.store.deliveries import Channel
from faxcore.store.store import Store
from faxcore.store.store_error import StoreError
from tests.support.service_parts import ME, configured, document, log, running, script, submit
from tests.support.waiting import async_test, until

PRIVATE = ("Kanar", "199000002", "199000003", "199000011", "199000012")


class Fields(logging.Handler):
    """Keeps what each record is about."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append((record.getMessage(), dict(read_fields())))


@async_test
async def test_the_log_names_nobody_whatever_goes_wrong(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rings = [
        {"pages": 1, "end": "ok", "called": "0199000012"},
        {"pages": 1, "end": "ok", "called": "0199000011", "station": b"Kanarstation".hex()},
    ]
    script(tmp_path, {"0199000002": ["busy"], "0199000003": ["ok", "die"]}, ring={"line-1": rings})
    numbers = (NumberConfig("0199000011", ("Kanarperson",)), NumberConfig("0199000012", (ME,), answer=False))
    line = LineConfig("line-1", Path("/nowhere/line-1"), "+33199000001", numbers)
    mail = MailConfig(
        server="127.0.0.1",
        port=1,
        encryption="none",
        sender="Kanarmail@example.org",
        operators=("Kanarchef@example.org",),
    )
    config = replace(configured(tmp_path), lines=(line,), mail=mail, sorters=("Kanarsorter", ME))
    (tmp_path / "received").write_text("a file where the folder should be")
    async with running(tmp_path, config) as (service, listener):
        (arrived,) = await listener.until_arrived(1)
        await listener.until_job(await submit(service, document(tmp_path), title="Kanartitel"), "failed")
        for _each in range(2):
            job = await submit(service, document(tmp_path), "0199000003", title="Kanartitel")
            await listener.until_job(job, "done", "uncertain", "sleeping", "failed")
        service.store.deliveries.add_for_address("reception", arrived.id, Channel.MAIL, "Kanarmail@example.org")
        await until("the mail that does not go", lambda: "nothing can be told by mail" in caplog.text)
    for said in ("a call is left to ring", "is there no more", "cannot be filed yet", "process has ended"):
        assert said in caplog.text, said
    assert len(caplog.records) > 8
    assert [line for line in caplog.text.splitlines() for word in PRIVATE if word in line] == []
    assert log(tmp_path), "something was dialled"


@async_test
async def test_a_record_says_what_it_is_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path, {"0199000002": ["ok", "silent", "ok"]}, ring={"line-1": {"pages": 1, "end": "ok"}})
    fields = Fields()
    logging.getLogger("faxcore").addHandler(fields)
    try:
        async with running(tmp_path) as (service, listener):
            await listener.until_arrived(1)

            def fail(*_anything: Any, **_named: Any) -> None:
                raise OSError(28, "No space left on device")

            monkeypatch.setattr("faxcore.queue.outgoing_call.compose_pages", fail, raising=False)
            monkeypatch.setattr(type(service.store), "call_folder", fail)
            job = await submit(service, document(tmp_path))
            await until("the record", lambda: any(f"job {job}" in text for text, _about in fields.found))
            (about, *_others) = [about for text, about in fields.found if f"job {job}" in text]
            monkeypatch.undo()
    finally:
        logging.getLogger("faxcore").removeHandler(fields)
    assert about["job"] == job and about["line"] == "line-1" and len(about["call"]) == 36


def test_an_error_of_the_database_has_no_values(tmp_path: Path) -> None:

    number = f"Kanar{tmp_path.name[:1]}"  # the traceback shows these lines, too
    store = Store(tmp_path / "state")
    with pytest.raises(StoreError) as error:
        for _twice in range(2):
            store.database.add(schema.destination, number=number, error_correction=True)
    store.close()
    assert number not in "".join(traceback.format_exception(error.value))
