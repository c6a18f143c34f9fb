# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a sent fax is archived."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from faxcore.archive.places import find_place
from faxcore.config import ArchiveConfig, ArchiveRule, Config, DiallingConfig, PersonConfig
from faxcore.config.written_folders import list_archive_folders
from faxcore.fax_folders.names import make_sent_name
from faxcore.store.sent_copies import Copying, SentCopyRow
from tests.support.hostile_text import NAMES, TEXTS, assert_harmless

ARCHIVE = Path("/srv/sent")
COPY = SentCopyRow(
    id="an-id",
    state=Copying.WAITING,
    folder="",
    tiff="",
    pdf="",
    tiff_sha256="",
    pdf_sha256="",
    owner="dr.roux",
    title="Bill",
    destination="+33199000002",
    last_name="Müller",
    first_name="Änne",
    company="Mairie de Lutèce",
    payer="4711/A",
    call="a-call",
    started="2026-12-31T23:30:00.000Z",
)


@pytest.fixture(autouse=True)
def paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def place(*rules: ArchiveRule, copy: SentCopyRow = COPY) -> str:
    config = Config(
        archive=ArchiveConfig(folder=ARCHIVE, rules=rules),
        dialling=DiallingConfig(internal=("2XX",)),
        persons=(PersonConfig("dr.roux"), PersonConfig("anne.x")),
    )
    return str(find_place(copy, ARCHIVE, config))


def test_without_a_rule_that_fits_it_is_the_archive_itself() -> None:
    assert place() == place(ArchiveRule("a", persons=("anne.x",))) == "/srv/sent"


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (ArchiveRule("a"), True),
        (ArchiveRule("a", persons=("anne.x", "dr.roux")), True),
        (ArchiveRule("a", numbers=("01 99 00 00 02",)), True),
        (ArchiveRule("a", numbers=("0199000003",)), False),
        (ArchiveRule("a", recipients=("MULLER",)), True),
        (ArchiveRule("a", recipients=("anne  müller",)), True),
        (ArchiveRule("a", recipients=("mairie de lutece",)), True),
        (ArchiveRule("a", recipients=("Mairie",)), False),
        (ArchiveRule("a", payers=("4711", "4711/A")), True),
        (ArchiveRule("a", payers=("4711",)), False),
        (ArchiveRule("a", persons=("dr.roux",), numbers=("0199000003",)), False),
        (ArchiveRule("a", persons=("dr.roux",), numbers=("+33199000002",), recipients=("Müller",)), True),
    ],
)
def test_a_rule_fits_if_each_of_its_conditions_does(rule: ArchiveRule, fits: bool) -> None:
    assert place(rule) == ("/srv/sent/a" if fits else "/srv/sent")


def test_the_first_rule_that_fits_counts() -> None:
    assert place(ArchiveRule("a", persons=("anne.x",)), ArchiveRule("b"), ArchiveRule("c")) == "/srv/sent/b"


def test_an_internal_number_is_known_as_it_is_dialled() -> None:
    assert place(ArchiveRule("a", numbers=("201",)), copy=replace(COPY, destination="201")) == "/srv/sent/a"


def test_folders_are_by_local_month_person_number_and_recipient() -> None:
    assert place(ArchiveRule("{year}-{month}/{person}")) == "/srv/sent/2027-01/dr roux"
    assert place(ArchiveRule("/else/{number}/{recipient}")) == "/else/33199000002/Änne Müller"


def test_a_payer_has_a_folder_and_so_has_what_nobody_pays() -> None:
    assert place(ArchiveRule("budget/{payer}")) == "/srv/sent/budget/4711 A"
    assert place(ArchiveRule("budget/{payer}"), copy=replace(COPY, payer="")) == "/srv/sent/budget/unpaid"


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_hostile_text_stays_in_the_archive(text: str) -> None:
    hostile = replace(COPY, owner=text, last_name=text, first_name="", company=text, title=text, destination=text)
    found = Path(place(ArchiveRule("{person}/{recipient}/{number}"), copy=hostile))
    assert found.parents[2] == ARCHIVE and ".." not in found.parts
    for part in found.relative_to(ARCHIVE).parts:
        assert_harmless(part)
    name = make_sent_name(
        "{document} {recipient} {number} {person}",
        datetime.fromisoformat(COPY.started),
        document=text,
        number=text,
        recipient=text,
        person=text,
        id="an-id",
    )
    assert_harmless(name)
    assert len(name.encode()) <= 200 and name[0] not in ".-" and not set(name) & set('/\\:*?"<>|')


def test_what_is_watched_is_what_is_the_same_for_every_fax() -> None:
    rules = (ArchiveRule("court/{year}"), ArchiveRule("/else/{month}/x"), ArchiveRule("{year}"))
    assert list_archive_folders(Config(archive=ArchiveConfig(folder=ARCHIVE, rules=rules))) == {
        ARCHIVE,
        ARCHIVE / "court",
        Path("/else"),
    }
    assert list_archive_folders(Config(archive=ArchiveConfig(rules=rules))) == set()
