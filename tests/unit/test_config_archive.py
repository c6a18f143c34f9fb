# SPDX-License-Identifier: GPL-3.0-or-later
"""[archive] and its rules: what can never do what its writer wants is refused, with file, line and what to do."""

import re
from pathlib import Path

import pytest

from faxcore.config import ArchiveRule, ConfigError, load

PERSON = '[[person]]\nname = "dr.roux"\n'
ARCHIVE = '[archive]\nfolder = "/srv/sent"\n'


def read(folder: Path, text: str) -> tuple[ArchiveRule, ...]:
    (folder / "facteur.toml").write_text(text)
    return load(folder / "facteur.toml").archive.rules


def rule(**values: object) -> str:
    """A rule in the file."""
    lines = [f"{key} = {[value] if isinstance(value, str) else value}" for key, value in values.items()]
    return "\n".join(["[[archive.rule]]", *lines]).replace("folder = ['", "folder = '").replace("/x']", "/x'") + "\n"


def test_an_archive_and_its_names(tmp_path: Path) -> None:
    (tmp_path / "facteur.toml").write_text(ARCHIVE + 'sent_name = "{date} {recipient}"')
    archive = load(tmp_path / "facteur.toml").archive
    assert (archive.folder, archive.sent_name) == (Path("/srv/sent"), "{date} {recipient}")
    (tmp_path / "facteur.toml").write_text("")
    assert load(tmp_path / "facteur.toml").archive.folder is None


def test_rules_are_read_in_their_order(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        PERSON
        + ARCHIVE
        + rule(persons="dr.roux", numbers="01 99 00 00 02", folder="a/x")
        + rule(persons="dr.roux", folder="b/x")
        + rule(folder="/c/{year}-{month}/x"),
    )
    assert found == (
        ArchiveRule("a/x", ("dr.roux",), ("01 99 00 00 02",)),
        ArchiveRule("b/x", ("dr.roux",)),
        ArchiveRule("/c/{year}-{month}/x"),
    )
    assert [str(each.fixed_folder) for each in found] == ["a/x", "b/x", "/c"]


REFUSED = {
    "no archive": ("[archive]\n" + rule(folder="a/x"), 2, "there is no archive for these rules"),
    "an unknown person": (ARCHIVE + rule(persons="nobody-here", folder="a/x"), 4, "there is no user 'nobody-here'"),
    "no folder": (ARCHIVE + rule(persons=[]), 3, "'folder' is missing"),
    "an unknown field": (ARCHIVE + rule(folder="{day}/x"), 4, "is not a pattern of {year}"),
    "a folder above": (ARCHIVE + rule(folder="../x"), 4, "must be a folder below the archive"),
    "nobody's name": (ARCHIVE + rule(recipients=" ", folder="a/x"), 4, "is nobody's name"),
    "an empty condition": (ARCHIVE + rule(numbers=[], folder="a/x"), 4, "is empty, so this rule can never match"),
    "no number": (ARCHIVE + rule(numbers="fax", folder="a/x"), 4, "is not a telephone number"),
    "a country without faxes": (ARCHIVE + rule(numbers="+49 30 123456", folder="a/x"), 4, "can never match: no fax"),
    "behind one that takes all": (ARCHIVE + rule(folder="a/x") + rule(numbers="17", folder="b/x"), 7, "facteur.toml:4"),
    "the same again": (
        ARCHIVE + rule(recipients=["Roux", "Petit"], folder="a/x") + rule(recipients="PETIT", folder="b/x"),
        8,
        "this rule can never match: the one at",
    ),
    "an unknown payer": (
        '[[budget]]\ncode = "4711"\n' + ARCHIVE + rule(payers=["4711", "4712"], folder="a/x"),
        6,
        "there is no [[budget]] and no [[customer]] with the code '4712'; did you mean '4711'?",
    ),
    "no payer": (ARCHIVE + rule(payers=[], folder="a/x"), 4, "is empty, so this rule can never match"),
    "behind one with more payers": (
        '[[budget]]\ncode = "a"\n[[budget]]\ncode = "b"\n'
        + ARCHIVE
        + rule(payers=["a", "b"], folder="a/x")
        + rule(payers="b", folder="b/x"),
        12,
        "this rule can never match: the one at",
    ),
    "an unknown key": (ARCHIVE + rule(person="anne", folder="a/x"), 4, "did you mean 'persons'"),
}


@pytest.mark.parametrize(("text", "line", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_rule_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, text)
    assert words in str(refused.value), refused.value
    assert re.search(rf"facteur\.toml:{line}\b|line {line}\b", str(refused.value)), refused.value


def test_rules_that_overlap_are_in_order(tmp_path: Path) -> None:
    """The first counts; the second still takes what the first does not."""
    read(tmp_path, ARCHIVE + rule(numbers=["0199000002"], folder="a/x") + rule(recipients="Roux", folder="b/x"))
    read(tmp_path, ARCHIVE + rule(recipients="Roux", folder="a/x") + rule(recipients=["Roux", "Petit"], folder="b/x"))
