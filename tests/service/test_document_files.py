# SPDX-License-Identifier: GPL-3.0-or-later
"""Files, pipes and standard input on the command line: `faxctl render`, and several files in one fax."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.document.document_error import Reason
from faxcore.document.draw_text import decode_text
from faxcore.document.tiff import read_pages, write_pages
from tests.support import CHECKOUT
from tests.support.documents import failure, ink, pattern, pdf, picture, raw_pdf, rendered
from tests.support.service_fixture import serving


def faxctl(folder: Path, command: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """A command line, as a shell takes it."""
    program = f"{sys.executable} -m faxcore.cli.main"
    done = subprocess.run(
        ["bash", "-c", command.replace("faxctl", program)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        env={"PYTHONPATH": str(CHECKOUT), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "letter.pdf").write_bytes(pdf(2))
    (tmp_path / "picture.png").write_bytes(picture("PNG"))
    (tmp_path / "note.txt").write_text("A note\n\fand its second page\n")
    (tmp_path / "cut.pdf").write_bytes(pdf(2)[:900])
    write_pages(tmp_path / "fax.tif", [pattern(rows=1000)])
    return tmp_path


def test_files_become_the_pages_that_would_be_sent(folder: Path) -> None:
    done = faxctl(folder, "faxctl render letter.pdf fax.tif picture.png note.txt --output out.tif --json")
    said = json.loads(done.stdout)
    pages = list(read_pages(folder / "out.tif"))
    assert (
        [page["rows"] for page in said["pages"]] == [page.length for page in pages] == [2287, 2287, 1000, *[2287] * 3]
    )
    assert pages[2] == pattern(rows=1000)
    assert said["refused"] == ""


@pytest.mark.parametrize(
    "command",
    [
        "cat letter.pdf | faxctl render - --output out.tif",
        "faxctl render <(cat letter.pdf) --output out.tif",
        "faxctl render - --output out.tif < letter.pdf",
        "faxctl render letter.pdf --output >(cat > out.tif) && sync",
    ],
)
def test_pipes_are_files_too(folder: Path, command: str) -> None:
    faxctl(folder, command)
    assert len(list(read_pages(folder / "out.tif"))) == 2


def test_what_cannot_be_faxed_is_said_of_its_file_and_nothing_is_written(folder: Path) -> None:
    (folder / "out.tif").write_bytes(b"what was there before")
    for command, refused in (
        ("faxctl render letter.pdf cut.pdf --output out.tif", "cut.pdf: The end of the document is missing"),
        ("echo -n | faxctl render - --output out.tif", "standard input: The document is empty"),
        ("faxctl render missing.pdf --output out.tif", "missing.pdf"),
    ):
        assert refused in faxctl(folder, command, 1).stderr
    said = json.loads(faxctl(folder, "faxctl render cut.pdf --output out.tif --json", 1).stdout)
    assert (said["refused"], said["pages"]) == ("truncated", [])
    assert (folder / "out.tif").read_bytes() == b"what was there before"
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_pages_are_made_to_fit_the_paper_that_is_named(folder: Path) -> None:
    (folder / "legal.pdf").write_bytes(raw_pdf(b"100 0 10 1008 re f", "0 0 612 1008"))
    for option, rows in (("", 2738), ("--paper unlimited", 2738), ("--paper b4", 2738), ("--paper a4", 2287)):
        said = json.loads(faxctl(folder, f"faxctl render legal.pdf --output out.tif --json {option}").stdout)
        [page] = read_pages(folder / "out.tif")
        assert said["pages"][0]["rows"] == page.length
        assert rows - round(4 * 7.7) <= page.length <= rows, "as long as it is, or less by the header line's room"
    assert "invalid choice: 'a5'" in faxctl(folder, "faxctl render legal.pdf --output out.tif --paper a5", 2).stderr


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Path]]:
    with serving({"dial": {"0199000002": ["ok", "ok", "ok"]}}) as served:
        yield served


@pytest.mark.parametrize(
    ("files", "pages", "title"),
    [
        ("- < letter.pdf", 2, "standard input"),
        ("<(cat letter.pdf)", 2, ""),
        ("letter.pdf fax.tif note.txt", 5, "letter and 2 more"),
    ],
)
def test_one_fax_of_whatever_is_given(
    served: tuple[str, Path], folder: Path, files: str, pages: int, title: str
) -> None:
    command = f"faxctl --bus '{served[0]}' send --to 0199000002 {files}"
    job = faxctl(folder, command).stdout.strip()
    shown = json.loads(faxctl(folder, f"faxctl --bus '{served[0]}' show --json {job}").stdout)["job"]
    assert shown["pages"] == pages
    assert title in shown["title"]


# ---------------------------------------------------------------- text


def test_a_text_is_eighty_letters_wide(tmp_path: Path) -> None:
    [page] = rendered(tmp_path, b"W" * 80 + b"\n" + b"i" * 81)
    assert ink(page, 18, 17, 195, 23) > 0.1  # the first line is full
    assert ink(page, 20, 27.5, 25, 31) > 0.0  # the 81st letter of the second
    assert ink(page, 26, 27.5, 190, 31) == 0.0


@pytest.mark.parametrize(
    ("text", "coding"),
    [
        ("Déjà vu, 5 €, et voilà l’été", "utf-8"),
        ("Déjà vu, 5 €, et voilà l’été", "utf-16"),
        ("Déjà vu, et voilà un été à Besançon", "cp1252"),
        ("Déjà vu, et voilà un été à Besançon", "iso8859_15"),
        ("für die Übersendung der Größe danke ich", "cp1252"),
        ("これは日本語の文書です。ファクスを送ります。", "shift_jis"),
        ("これは日本語の文書です。ファクスを送ります。", "euc_jp"),
        ("これは日本語の文書です。ファクスを送ります。", "iso2022_jp"),
        ("Уважаемые господа, направляем вам документы.", "cp1251"),
        ("Уважаемые господа, направляем вам документы.", "koi8_r"),
        ("Αγαπητοί κύριοι, σας στέλνουμε τα έγγραφα.", "cp1253"),
    ],
)
def test_a_text_has_its_own_coding(text: str, coding: str) -> None:
    assert decode_text((text + "\n").encode(coding)) == text + "\n"


def test_letters_that_cannot_be_drawn_are_no_boxes(tmp_path: Path) -> None:
    assert failure(tmp_path, "Deseret: 𐐀𐐁\n".encode()) is Reason.NO_LETTERS


@pytest.mark.parametrize(
    "source",
    [b"<!DOCTYPE html><p>Hello</p>", b"{\\rtf1 Hello}", b"PK\3\4 an office document", b"\xd0\xcf\x11\xe0 a .doc"],
)
def test_the_source_of_another_kind_of_document_is_no_text(tmp_path: Path, source: bytes) -> None:
    assert failure(tmp_path, source) is Reason.UNKNOWN_FORMAT
