# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that mean harm (promises P17 and P18): a clear refusal in bounded time, and nothing left behind."""

import asyncio
import os
import signal
import struct
import tempfile
import time
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from faxcore.document import check, clean_logo, compose, renderer, sandbox, tiff
from faxcore.document.document_error import Reason, RenderFailed
from faxcore.document.program import Program
from tests.support.documents import failure, pattern, pdf, raw_pdf, rendered
from tests.support.waiting import async_test, until


@pytest.fixture
def two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renderers get two seconds of processor time rather than sixty."""
    monkeypatch.setattr(renderer, "RENDERER", replace(renderer.RENDERER, cpu_seconds=2))


@pytest.fixture
def one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renderers get a second by the clock on the wall rather than sixty."""
    monkeypatch.setattr(renderer, "RENDERER", replace(renderer.RENDERER, seconds=1.0))


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the processes' own folders are made."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.mark.usefixtures("two_seconds")
@pytest.mark.parametrize(
    "data",
    [
        raw_pdf(b"0 0 m 500 800 l 3 w S\n" * 500_000),
        b"%!PS\n{ } loop\n",
        b"%!PS\n{ showpage } loop\n",
    ],
    ids=["strokes", "loop", "pages"],
)
def test_documents_without_an_end(tmp_path: Path, folders: Path, data: bytes) -> None:
    assert failure(tmp_path, data) is Reason.OUT_OF_TIME
    assert not list(folders.iterdir())


@pytest.mark.usefixtures("one_second")
def test_the_clock_on_the_wall_counts_too(tmp_path: Path, folders: Path) -> None:
    began = time.monotonic()
    assert failure(tmp_path, b"%!PS\n{ } loop\n") is Reason.OUT_OF_TIME
    assert time.monotonic() - began >= 1.0
    assert not list(folders.iterdir())


def test_no_program_may_take_longer_than_a_minute() -> None:
    for program in (renderer.RENDERER, check.CHECKER, compose.COMPOSER, clean_logo.LOGO_CLEANER):
        assert program.seconds <= 60.0
        assert program.cpu_seconds <= 60


@pytest.mark.parametrize("style", renderer.STYLES)
def test_a_page_tree_that_bites_its_tail(tmp_path: Path, style: renderer.Style) -> None:
    looped = raw_pdf(b"0 0 9 9 re f", count=9).replace(b"Kids[3 0 R]", b"Kids[2 0 R]")
    assert failure(tmp_path, looped, style) in (Reason.DAMAGED, Reason.PAGES_MISSING, Reason.NO_PAGES)


@pytest.mark.parametrize(
    "hungry",
    [
        b"%!PS\n/a 100000 array def 0 1 99999 { a exch 65000 string put } for showpage\n",
        raw_pdf(b"0 0 m 500 800 l 3 w S\n" * 3_000_000),
    ],
    ids=["PostScript", "PDF"],
)
def test_documents_that_eat_memory(tmp_path: Path, hungry: bytes) -> None:
    assert failure(tmp_path, hungry) is Reason.OUT_OF_MEMORY


@pytest.mark.parametrize(
    "attack",
    [
        b"(/etc/passwd) (r) file 100 string readstring pop show",
        b"(%pipe%touch {place}/touched) (w) file closefile",
        b"({place}/touched) (w) file closefile",
        b"(/etc/passwd) deletefile",
        b"(/etc/*) { pop } 100 string filenameforall currentfile",
        b"(../../etc/passwd) run",
        b"<< /OutputFile ({place}/touched) >> setpagedevice 0 0 9 9 rectfill showpage",
        b"<< /OutputFile (%pipe%touch {place}/touched) >> setpagedevice 0 0 9 9 rectfill showpage",
        b"<< /HWResolution [9999 9999] >> setpagedevice 0 0 9 9 rectfill showpage",
        b"<< /OutputDevice /pngmono >> setpagedevice showpage",
    ],
)
def test_postscript_that_reaches_for_files(tmp_path: Path, attack: bytes) -> None:
    place = tmp_path / "reach"
    place.mkdir()
    program = b"%!PS\n" + attack.replace(b"{place}", os.fsencode(place)) + b"\n"
    if b"OutputFile" in attack or b"HWResolution" in attack or b"OutputDevice" in attack or b"*" in attack:
        try:
            pages = rendered(tmp_path, program)
        except RenderFailed as error:
            assert error.reason in (Reason.DAMAGED, Reason.NO_PAGES)
        else:
            assert {page.length for page in pages} <= {2287}
    else:
        assert failure(tmp_path, program) is Reason.DAMAGED
    assert not list(place.iterdir())
    assert Path("/etc/passwd").exists()


def png_bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    header = struct.pack(">LLBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes((width + 7) // 8 + 1) * min(height, 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(30_000, 30_000), (50_000, 1000), (65_535, 65_535), (2_000_000_000, 1)])
def test_pictures_too_large_for_any_fax(tmp_path: Path, size: tuple[int, int]) -> None:
    assert failure(tmp_path, png_bomb(*size)) in (Reason.TOO_LARGE, Reason.DAMAGED)


def test_the_process_gets_nothing_of_the_callers(
    tmp_path: Path, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GS_OPTIONS", "-sDEVICE=nullpage")
    monkeypatch.setenv("PYTHONSTARTUP", "/nonexistent")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ghostscript.py").write_text("raise SystemExit('taken over')")
    assert len(rendered(tmp_path, pdf())) == 1
    assert not list(folders.iterdir())


@pytest.mark.parametrize(
    "start", [("-m", "this"), ("-m", "faxcore.document.absent"), ("-c", "import os; os.write(0, b'rubbish')")]
)
def test_a_process_that_says_nothing_of_its_wall_gets_no_document(tmp_path: Path, start: tuple[str, ...]) -> None:
    assert len(rendered(tmp_path, pdf())) == 1  # there is a wall
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output:
        with pytest.raises(RenderFailed) as caught:
            sandbox.run(Program(start), {}, source, output)
        assert caught.value.reason is Reason.NO_WALL


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b'{"pages": []}',
        b'{"pages": 7}',
        b'{"reason": "because"}',
        b'{"reason": []}',
        b'{"reason": "no-wall"}',
        b'{"pages": [{"width": 9, "resolution": "fine", "length": 1}]}',
        b'{"pages": [' + b"9" * 1_000_000,
        b"\xff\xfe",
    ],
)
def test_answers_that_no_process_of_ours_gives(answer: bytes) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(answer)
        with pytest.raises(RenderFailed) as caught:
            sandbox._read_answer(0, file)
        assert caught.value.reason is Reason.CRASHED


@async_test
async def test_cancelling_ends_the_process(folders: Path) -> None:
    with tempfile.TemporaryFile() as source:
        source.write(b"%!PS\n{ } loop\n")
        job = asyncio.create_task(renderer.render_async(source))
        await until("the process", lambda: [path for path in folders.glob("*/source") if path.stat().st_size])
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
    assert not list(folders.iterdir())


@pytest.mark.parametrize(("code", "reason"), [(-signal.SIGXCPU, Reason.OUT_OF_TIME), (-signal.SIGKILL, Reason.KILLED)])
def test_a_process_that_was_killed_is_no_fault_of_its_document(code: int, reason: Reason) -> None:
    with tempfile.TemporaryFile() as file, pytest.raises(RenderFailed) as caught:
        sandbox._read_answer(code, file)
    assert caught.value.reason is reason
    assert reason.passes == (code == -signal.SIGKILL)


# ---------------------------------------------------------------- pages that users hand in


def checked(folder: Path, data: bytes) -> bytes:
    source = folder / "handed-in"
    source.write_bytes(data)
    with source.open("rb") as file, tempfile.TemporaryFile() as output:
        sizes = check.check_pages(file, output)
        clean = output.read()
        output.seek(0)
        assert [renderer.PageSize.of(page) for page in tiff.read_pages(output)] == sizes
    return clean


def test_pages_are_written_anew_without_anything_else(tmp_path: Path) -> None:
    pages = [pattern(rows=50), pattern(rows=60)]
    tiff.write_pages(tmp_path / "fax.tif", pages, description="%n <b>secret</b>")
    clean = checked(tmp_path, (tmp_path / "fax.tif").read_bytes() + b"appended secret")
    assert b"secret" not in clean
    (tmp_path / "clean.tif").write_bytes(clean)
    assert list(tiff.read_pages(tmp_path / "clean.tif")) == pages


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", Reason.EMPTY), (pdf(), Reason.UNKNOWN_FORMAT), (png_bomb(9, 9), Reason.UNKNOWN_FORMAT)],
    ids=["empty", "pdf", "png"],
)
def test_what_is_no_fax_is_not_taken(tmp_path: Path, data: bytes, reason: Reason) -> None:
    with pytest.raises(RenderFailed) as caught:
        checked(tmp_path, data)
    assert caught.value.reason is reason


def test_mutated_tiffs_are_pages_or_refused(tmp_path: Path) -> None:
    """In this process, where a crash would be seen; every octet of the directory, and some of the strip."""
    tiff.write_pages(tmp_path / "fax.tif", [pattern(rows=20)])
    data = (tmp_path / "fax.tif").read_bytes()
    for at in [*range(12), *range(len(data) - 260, len(data))]:
        for value in (0x00, 0x7F, 0xFF):
            mutated = tmp_path / "mutated.tif"
            mutated.write_bytes(data[:at] + bytes([value]) + data[at + 1 :])
            try:
                for page in tiff.read_pages(mutated):
                    assert page.length <= 12_000
            except tiff.DocumentError:
                continue
