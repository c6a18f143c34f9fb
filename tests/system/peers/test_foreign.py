# SPDX-License-Identifier: GPL-3.0-or-later
"""Our engine against foreign fax programs, both ways: what they receive is what we sent, and the other way round.

Pages are compared at the receiving end, to the pixel, and so is what both ends say of the call. Two peers change a
page on purpose, and only that is forgiven: efax puts white rows for its header line above each page that it sends,
and HylaFAX, efax and libspandsp keep all else as it is. Whether errors are corrected is decided by our end, for
HylaFAX and libspandsp do what they are asked; efax can't.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from faxcore.document.tiff import write_pages
from faxcore.exchange import Exchange, ExchangeSettings, Impairments, default_lines
from faxcore.model.call import CallReport
from faxcore.model.call import Outcome as End
from faxcore.model.page import Page, Resolution
from faxcore.t30.capabilities import Terminal, codings
from tests.support.calls import Answerer, Listener, send_from, send_two
from tests.support.pages import dithered_page, read_tiff, text_page, write_tiff
from tests.support.peers import efax, hylafax
from tests.support.peers.efax import Efax
from tests.support.peers.hylafax import HylaFax
from tests.support.peers.peer import Outcome, assert_same, holds
from tests.support.peers.spandsp import Spandsp, terminal_line

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(300)]

SPEED: Final = {"hylafax": 20.0, "spandsp": 20.0, "efax": 5.0}
"""efax divides by the whole seconds that a page takes, and dies of a page that takes none."""
OURS, NOISY, PEER = 1, 2, 3
"""The lines of an exchange: ours, ours with noise on it, and the foreign program's."""
NOISE: Final = {
    "hylafax": Impairments(noise_dbm0=-50, attenuation_db=16),
    "efax": Impairments(noise_dbm0=-50, attenuation_db=16),
    # libspandsp's terminal often misses short training from 14 dB on, and gives up as a sender, for it has no CTC.
    "spandsp": Impairments(noise_dbm0=-50, attenuation_db=13),
}

MISSING: Final = {"hylafax": hylafax.missing(), "efax": efax.missing(), "spandsp": None}


@dataclass
class Bench:
    """A foreign program on its line, and our two lines."""

    exchange: Exchange
    peer: HylaFax | Efax | Spandsp

    def number(self, line: int) -> str:
        """The number at which a line is called."""
        return self.exchange.numbers(line)[0]

    def to_peer(
        self, folder: Path, pages: list[Page], terminal: Terminal, line: int = OURS
    ) -> tuple[CallReport, Outcome]:
        """A call from us to the foreign program: what each end says of it."""
        document = folder / "document.tif"
        write_pages(document, pages)
        if isinstance(self.peer, Efax | HylaFax):
            self.peer.answer()
        transcript: list[str] = []
        sent = send_from(self.exchange, line, document, self.number(PEER), terminal, Listener(), transcript)
        (folder / "transcript").write_text("\n".join(transcript))
        return sent, self.peer.wait_received(120)

    def from_peer(
        self, folder: Path, pages: list[Page], terminal: Terminal, line: int = OURS
    ) -> tuple[Outcome, CallReport, list[Page]]:
        """A call from the foreign program to us: what each end says of it, and our pages."""
        document = write_tiff(folder / "document.tif", pages)
        answerer = Answerer(self.exchange, line, folder / "received", terminal)
        said = self.peer.send(document, self.number(line), 200)
        received = answerer.result()
        (folder / "transcript").write_text("\n".join(answerer.transcript))
        return said, received, answerer.pages()


MAKERS: Final = {"hylafax": HylaFax, "efax": Efax, "spandsp": Spandsp}


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Bench]]:
    """The bench of each peer: set up when it is first asked for, for HylaFAX needs ten seconds to start. Behind the
    peer's name may stand why it is to be another bench.
    """
    with ExitStack() as stack:

        @cache
        def bench_of(name: str) -> Bench:
            name = name.split()[0]
            folder = tmp_path_factory.mktemp(name)
            clean, noisy, theirs = default_lines(3)
            lines = (clean, replace(noisy, impairments=NOISE[name]), terminal_line(3) if name == "spandsp" else theirs)
            settings = ExchangeSettings(folder / "exchange", lines, speed=SPEED[name], seed=5)
            exchange = stack.enter_context(Exchange(settings))
            return Bench(exchange, stack.enter_context(MAKERS[name](folder, exchange, PEER)))

        yield bench_of


@pytest.fixture
def bench(request: pytest.FixtureRequest, benches: Callable[[str], Bench]) -> Bench:
    """The bench of the peer that the test names."""
    name: str = request.param
    if missing := MISSING[name.split()[0]]:
        pytest.skip(missing)
    return benches(name)


def letter(resolution: Resolution, count: int) -> list[Page]:
    """So many pages of text, all different: the first is a whole A4 page, the others are shorter."""
    rows = {Resolution.STANDARD: 300, Resolution.FINE: 600, Resolution.SUPERFINE: 1200}[resolution]
    return [text_page(resolution, seed, rows=rows if seed else None) for seed in range(count)]


CALLS: Final = [
    pytest.param(peer, resolution, count, correct, id="-".join((peer, resolution.value, str(count), how)))
    for peer in MAKERS
    for resolution in Resolution
    for count in (1, 3)
    for correct, how in ((True, "ecm"), (False, "plain"))
    if peer != "efax" or (resolution is not Resolution.SUPERFINE and not correct)
]


@pytest.mark.parametrize(("bench", "resolution", "count", "correct"), CALLS, indirect=["bench"])
def test_what_we_send_arrives(bench: Bench, tmp_path: Path, resolution: Resolution, count: int, correct: bool) -> None:
    pages = letter(resolution, count)
    sent, theirs = bench.to_peer(tmp_path, pages, Terminal("0199000001", correct))
    assert_same(pages, theirs.pages())
    assert theirs.ok, theirs.said
    assert (sent.outcome, sent.sent, sent.confirmed) == (End.OK, count, count), sent
    assert sent.error_correction == correct


@pytest.mark.parametrize("correct", [True, False], ids=["ecm", "plain"])
@pytest.mark.parametrize("bench", ["hylafax", "spandsp"], indirect=True)
def test_two_faxes_in_one_call_arrive(bench: Bench, tmp_path: Path, correct: bool) -> None:
    """With EOM between them, in two formats: HylaFAX makes a fax of each, libspandsp one of both."""
    faxes = letter(Resolution.STANDARD, 2), letter(Resolution.FINE, 1)
    documents = (tmp_path / "first.tif", tmp_path / "second.tif")
    for path, pages in zip(documents, faxes, strict=True):
        write_pages(path, pages)
    if isinstance(bench.peer, HylaFax):
        bench.peer.answer()
    transcript: list[str] = []
    terminal = Terminal("0199000001", correct)
    sent = send_two(bench.exchange, OURS, documents, bench.number(PEER), terminal, transcript)
    (tmp_path / "transcript").write_text("\n".join(transcript))
    assert [(each.outcome, each.confirmed) for each in sent] == [(End.OK, 2), (End.OK, 1)], transcript
    theirs = [bench.peer.wait_received(120) for _ in (faxes if isinstance(bench.peer, HylaFax) else [faxes])]
    assert all(each.ok for each in theirs), theirs
    arrived = sorted(file for each in theirs for file in each.files)
    assert_same([*faxes[0], *faxes[1]], [page for file in arrived for page in read_tiff(file)])


@pytest.mark.parametrize(("bench", "resolution", "count", "correct"), CALLS, indirect=["bench"])
def test_what_they_send_arrives(
    bench: Bench, tmp_path: Path, resolution: Resolution, count: int, correct: bool
) -> None:
    pages = letter(resolution, count)
    theirs, received, arrived = bench.from_peer(tmp_path, pages, Terminal("0199000001", correct))
    assert theirs.ok, theirs.said
    assert_same(pages, arrived, exactly=not isinstance(bench.peer, Efax))
    assert (received.outcome, received.received, received.confirmed) == (End.OK, count, count), received
    assert (received.error_correction, received.bad_rows) == (correct, 0)


# JBIG, where both ends have it: HylaFAX has, through libjbig; Debian's libspandsp 0.0.6 and efax have not.

WITH_JBIG: Final = Terminal("0199000001", codings=codings(jbig=True))
IN_JBIG: Final = pytest.mark.parametrize(
    "pages",
    [
        letter(Resolution.STANDARD, 1),
        letter(Resolution.FINE, 3),
        letter(Resolution.SUPERFINE, 1),
        [dithered_page(Resolution.FINE, rows=1200)],
    ],
    ids=["standard", "fine-3-pages", "superfine", "photo"],
)


@pytest.mark.parametrize("bench", ["hylafax"], indirect=True)
@IN_JBIG
def test_what_we_send_in_jbig_arrives(bench: Bench, tmp_path: Path, pages: list[Page]) -> None:
    sent, theirs = bench.to_peer(tmp_path, pages, WITH_JBIG)
    assert_same(pages, theirs.pages())
    assert theirs.ok, theirs.said
    assert (sent.outcome, sent.confirmed, sent.coding) == (End.OK, len(pages), "JBIG"), sent
    assert_in_jbig(tmp_path, len(pages), "= code page {page} JBIG")


@pytest.mark.parametrize("bench", ["hylafax"], indirect=True)
@IN_JBIG
def test_what_they_send_in_jbig_arrives(bench: Bench, tmp_path: Path, pages: list[Page]) -> None:
    theirs, received, arrived = bench.from_peer(tmp_path, pages, WITH_JBIG)
    assert theirs.ok, theirs.said
    assert_same(pages, arrived)
    assert (received.outcome, received.confirmed, received.coding) == (End.OK, len(pages), "JBIG"), received
    assert_in_jbig(tmp_path, len(pages), "= kept page {page} ")


def assert_in_jbig(folder: Path, pages: int, each: str) -> None:
    """The transcript says so: what was agreed on, and each page."""
    transcript = (folder / "transcript").read_text()
    assert re.search(r"# DCS V\.17 14400 JBIG \w+ A4 ECM\n", transcript), transcript
    assert all(each.format(page=page) in transcript for page in range(1, pages + 1)), transcript


@pytest.mark.parametrize("bench", ["spandsp"], indirect=True)
def test_jbig_is_not_used_with_an_end_that_has_none(bench: Bench, tmp_path: Path) -> None:
    pages = letter(Resolution.FINE, 1)
    sent, theirs = bench.to_peer(tmp_path, pages, WITH_JBIG)
    assert_same(pages, theirs.pages())
    assert (sent.outcome, sent.coding) == (End.OK, "MMR"), sent
    (tmp_path / "back").mkdir()
    theirs, received, arrived = bench.from_peer(tmp_path / "back", pages, WITH_JBIG)
    assert_same(pages, arrived)
    assert (received.outcome, received.coding) == (End.OK, "MMR"), received


# On the noisy line errors must be corrected, and a lower rate found.


def assert_it_was_noisy(folder: Path) -> None:
    """Something had to be sent again, or the training was refused."""
    transcript = (folder / "transcript").read_text()
    assert " PPR " in transcript or " FTT" in transcript, transcript


@pytest.mark.parametrize("bench", ["hylafax", "spandsp noisy"], indirect=True)
def test_what_we_send_over_a_noisy_line_arrives(bench: Bench, tmp_path: Path) -> None:
    pages = letter(Resolution.FINE, 2)
    sent, theirs = bench.to_peer(tmp_path, pages, Terminal("0199000002"), NOISY)
    assert_same(pages, theirs.pages())
    assert theirs.ok, theirs.said
    assert (sent.outcome, sent.confirmed) == (End.OK, 2), sent
    assert_it_was_noisy(tmp_path)


@pytest.mark.parametrize("bench", ["hylafax", "spandsp noisy"], indirect=True)
def test_what_they_send_over_a_noisy_line_arrives(bench: Bench, tmp_path: Path) -> None:
    pages = letter(Resolution.FINE, 2)
    theirs, received, arrived = bench.from_peer(tmp_path, pages, Terminal("0199000002"), NOISY)
    assert theirs.ok, theirs.said
    assert_same(pages, arrived)
    assert (received.outcome, received.confirmed) == (End.OK, 2), received
    assert_it_was_noisy(tmp_path)


# efax corrects no errors: what is wrong must be said, at whichever end it was found.


@pytest.mark.parametrize("bench", ["efax"], indirect=True)
def test_a_page_sent_without_correction_over_a_noisy_line_is_not_reported_better_than_it_is(
    bench: Bench, tmp_path: Path
) -> None:
    """Not than efax says: it answers MCF even to a page of which it has heard no row, and we can't know."""
    pages = letter(Resolution.STANDARD, 2)
    sent, theirs = bench.to_peer(tmp_path, pages, Terminal("0199000002"), NOISY)
    confirmations = (tmp_path / "transcript").read_text().count(" # MCF")
    assert sent.confirmed == confirmations, theirs.said
    assert (sent.outcome is End.OK) == (confirmations == 2), sent
    assert sent.outcome is End.OK or sent.reason


@pytest.mark.parametrize("bench", ["efax"], indirect=True)
def test_a_page_received_without_correction_over_a_noisy_line_is_not_reported_better_than_it_is(
    bench: Bench, tmp_path: Path
) -> None:
    pages = letter(Resolution.STANDARD, 2)
    theirs, received, arrived = bench.from_peer(tmp_path, pages, Terminal("0199000002"), NOISY)
    if received.outcome is End.OK:
        assert (received.confirmed, len(arrived)) == (2, 2)
        assert received.bad_rows or all(holds(page, sent) for page, sent in zip(arrived, pages, strict=True))
    assert not theirs.ok or received.confirmed == 2, theirs.said


# The same from the command line, without the service.


def faxctl(*arguments: str | Path) -> subprocess.Popen[str]:
    """`faxctl line ...`, running."""
    command = [sys.executable, "-m", "faxcore.cli.main", "line", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")


@pytest.mark.parametrize("bench", ["hylafax", "spandsp", "efax"], indirect=True)
def test_faxctl_line_sends(bench: Bench, tmp_path: Path) -> None:
    pages = letter(Resolution.FINE, 2)
    document = write_tiff(tmp_path / "document.tif", pages)
    if isinstance(bench.peer, Efax):
        bench.peer.answer()
    where = ("--device", bench.exchange.device(OURS), "--to", bench.number(PEER))
    with faxctl("send", *where, "--station-id", "0199000001", document) as program:
        told, said = program.communicate(timeout=120)
    theirs = bench.peer.wait_received(120)
    assert program.returncode == 0, said
    answer = json.loads(told)
    assert (answer["result"], answer["pages_sent"], answer["pages_confirmed"]) == ("ok", 2, 2)
    assert theirs.ok, theirs.said
    assert_same(pages, theirs.pages())


@pytest.mark.parametrize("bench", ["hylafax", "spandsp", "efax"], indirect=True)
def test_faxctl_line_receives(bench: Bench, tmp_path: Path) -> None:
    pages = letter(Resolution.FINE, 2)
    document = write_tiff(tmp_path / "document.tif", pages)
    where = ("--device", bench.exchange.device(OURS), "--folder", tmp_path / "in", "--timeout", "120")
    with faxctl("receive", *where, "--station-id", "0199000001") as program:
        assert program.stderr is not None
        assert program.stderr.readline()  # it waits for a call
        theirs = bench.peer.send(document, bench.number(OURS), 200)
        told, said = program.communicate(timeout=120)
    assert program.returncode == 0, said
    answer = json.loads(told)
    assert (answer["result"], answer["pages_received"], answer["bad_rows"]) == ("ok", 2, 0)
    assert theirs.ok, theirs.said
    received = read_tiff(Path(answer["files"][0]))
    assert_same(pages, received, exactly=not isinstance(bench.peer, Efax))
