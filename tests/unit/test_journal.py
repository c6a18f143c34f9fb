# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of the log as the journal gets them: with fields, and whatever is in a text, it makes no other field."""

import logging
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.journal import JournalHandler, find_priority, is_journal, set_up_log
from faxcore.log_fields import about, about_its_call, read_fields
from faxcore.model.sentence import NOTHING, Sentence, without_texts
from tests.support.waiting import async_test


class Journal:
    """Takes records, as systemd-journald does."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "journal")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.settimeout(5)

    def take(self) -> dict[str, str]:
        """The fields of the next record, by the protocol."""
        data, fields = self._socket.recv(1 << 20), {}
        while data:
            line, _, rest = data.partition(b"\n")
            name, equals, value = line.partition(b"=")
            if not equals:
                (size,) = struct.unpack("<Q", rest[:8])
                value, rest = rest[8 : 8 + size], rest[8 + size + 1 :]
            assert name.decode() not in fields
            fields[name.decode()], data = value.decode(), rest
        return fields

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path)
    yield made
    made.close()


@pytest.fixture
def log(journal: Journal) -> Iterator[logging.Logger]:
    logger = logging.getLogger("test.of.the.journal")
    handler = JournalHandler("faxcore", journal.address)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    yield logger
    logger.removeHandler(handler)
    handler.close()


def test_a_record_has_its_fields(journal: Journal, log: logging.Logger) -> None:
    with about(line="line-1"), about(call="c", job=""):
        log.warning("page %d is late", 3)
    found = journal.take()
    assert found["MESSAGE"] == "page 3 is late" and found["PRIORITY"] == "4"
    assert (found["FACTEUR_LINE"], found["FACTEUR_CALL"], "FACTEUR_JOB" in found) == ("line-1", "c", False)
    assert found["SYSLOG_IDENTIFIER"] == "faxcore" and found["FACTEUR_LOGGER"] == log.name
    assert found["CODE_FILE"].endswith("test_journal.py") and int(found["CODE_LINE"]) > 0
    log.info("over")
    assert "FACTEUR_LINE" not in journal.take()


def test_no_text_makes_a_field(journal: Journal, log: logging.Logger) -> None:
    log.error("%s", "a\nPRIORITY=0\nMESSAGE_ID=1")
    found = journal.take()
    assert found["MESSAGE"] == "a\nPRIORITY=0\nMESSAGE_ID=1" and found["PRIORITY"] == "3"
    assert "MESSAGE_ID" not in found
    log.error("%s", "x" * 10**6)
    assert 10**4 < len(journal.take()["MESSAGE"]) < 10**6


def test_an_error_has_its_traceback(journal: Journal, log: logging.Logger) -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        log.exception("a fault")
    assert journal.take()["MESSAGE"].endswith("ZeroDivisionError")


def test_without_a_journal_records_go_to_standard_error(
    journal: Journal, log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    os.unlink(journal.address)
    with about(line="line-1"):
        log.error("nobody listens")
    log.info("nobody cares")
    said = capsys.readouterr().err
    assert said == "<3>test.of.the.journal (line line-1): nobody listens\n<6>test.of.the.journal: nobody cares\n"


def test_priorities_are_those_of_syslog() -> None:
    levels = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)
    assert [find_priority(level) for level in levels] == [7, 6, 4, 3, 2]


def test_the_journal_is_known_by_its_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = os.fstat(2)
    assert is_journal(f"{ours.st_dev}:{ours.st_ino}")
    assert not is_journal("1:2") and not is_journal("")
    made: list[dict[str, object]] = []
    monkeypatch.setattr(logging, "basicConfig", lambda **settings: made.append(settings))
    for stream in (f"{ours.st_dev}:{ours.st_ino}", "1:2"):
        monkeypatch.setenv("JOURNAL_STREAM", stream)
        set_up_log("INFO", "faxcore", "%(message)s")
    assert "handlers" in made[0] and made[1]["format"] == "%(message)s"
    made[0]["handlers"][0].close()  # type: ignore[index]


@async_test
async def test_a_method_is_about_its_call_as_long_as_it_lasts() -> None:
    class Call:
        fields = {"job": "j", "call": "c"}

        @about_its_call
        async def run(self) -> dict[str, str]:
            return dict(read_fields())

    assert await Call().run() == {"job": "j", "call": "c"}
    assert read_fields() == {}


def test_a_sentence_for_the_log_names_nobody() -> None:
    inner = Sentence("{answer} ({code})", {"answer": "<anne@example.org> unknown", "code": 550})
    assert str(without_texts(Sentence("{a}: {b}", {"a": "anne", "b": inner}))) == "…: … (550)"
    assert without_texts(NOTHING) == NOTHING
