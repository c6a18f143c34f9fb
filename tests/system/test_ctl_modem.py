# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl modem probe` and `faxctl modem test`, as a person types them, on the modems of the exchange."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore.cli import main
from faxcore.cli.trial_call import test_page as make_test_page
from faxcore.exchange import Exchange, ExchangeSettings, LineSettings, default_lines
from faxcore.exchange.settings import ALWAYS_BUSY
from faxcore.model.page import Resolution
from faxcore.modem.port import Port


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    folder = tmp_path_factory.mktemp("exchange")
    dead = LineSettings(numbers=("0199000050",), dialtone=False)
    with Exchange(ExchangeSettings(folder, (*default_lines(2), dead), speed=20.0, seed=3)) as running:
        yield running


def modem(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    status = main.main(["modem", *map(str, arguments)])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_probe_says_in_words_what_the_modem_is(exchange: Exchange, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = modem(capsys, "probe", exchange.device(1))
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"{exchange.device(1)}: spandsp, www.soft-switch.org, 0.0.6"
    assert lines[1] == "It is a fax modem of class 1: Facteur can use it."
    assert "Sends: V.17 14400, 12000, 9600, 7200; V.29 9600, 7200; V.27ter 4800, 2400 bit/s." in lines
    assert "Shows who calls: yes." in lines
    assert lines[-1].startswith("Known of it: This is libspandsp's soft modem")


def test_a_probe_for_scripts(exchange: Exchange, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = modem(capsys, "probe", exchange.device(1), "--json")
    found = json.loads(out)
    assert status == 0
    assert found["usable"]
    assert found["sends"][0] == "V.17 14400"
    assert found["classes"] == ["0", "1", "1.0"]


def test_what_is_no_modem_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = modem(capsys, "probe", tmp_path / "ttyACM0")
    assert (status, out) == (1, "")
    assert "is the modem plugged in" in err
    assert "is not a serial port" in modem(capsys, "probe", "/dev/null")[2]


def test_a_modem_that_is_in_use_is_said_so(exchange: Exchange, capsys: pytest.CaptureFixture[str]) -> None:
    port = Port(str(exchange.device(2)))
    try:
        assert "in use by another program" in modem(capsys, "probe", exchange.device(2))[2]
    finally:
        port.close()


def test_a_test_that_is_broken_off_leaves_the_modem_on_hook(
    exchange: Exchange, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-m", "faxcore.cli.main", "modem", "test", str(exchange.device(1)), "--to", "0199000002"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as testing:
        assert testing.stderr is not None
        assert "Calling" in testing.stderr.readline()
        testing.send_signal(signal.SIGINT)
        said = testing.communicate(timeout=60)[1]
    assert (testing.returncode, said) == (1, "faxctl: The test was broken off.\n")
    assert modem(capsys, "probe", exchange.device(1))[0] == 0


def test_a_test_page_from_one_modem_to_the_other(exchange: Exchange, capsys: pytest.CaptureFixture[str]) -> None:
    number = exchange.numbers(2)[0]
    status, out, err = modem(capsys, "test", exchange.device(1), "--to", number, "--with", exchange.device(2))
    assert status == 0, err
    assert out.splitlines()[0] == "V.17 at 14400 bit/s, MMR, with error correction."
    assert out.splitlines()[-2:] == ["It arrived as it was sent, to the last dot.", "The modem works."]
    assert "Training at 14400 bit/s" in err


def test_a_test_for_scripts(exchange: Exchange, capsys: pytest.CaptureFixture[str]) -> None:
    number, other = exchange.numbers(2)[0], exchange.device(2)
    status, out, _ = modem(capsys, "test", exchange.device(1), "--to", number, "--with", other, "--json")
    told = json.loads(out)
    assert status == 0
    assert (told["good"], told["arrived"], told["sent"]["outcome"], told["received"]["received"]) == (
        True,
        True,
        "ok",
        1,
    )


def test_a_test_that_fails_says_why(exchange: Exchange, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = modem(capsys, "test", exchange.device(1), "--to", ALWAYS_BUSY)
    assert (status, out.splitlines()) == (1, ["The number is busy.", "The test failed."])
    status, out, _ = modem(capsys, "test", exchange.device(3), "--to", exchange.numbers(1)[0])
    dead = "The modem reports no dial tone: the line is not plugged in or dead, or the call was rejected."
    assert (status, out.splitlines()[0]) == (1, dead)
    status, _, err = modem(capsys, "test", exchange.device(1), "--to", "home")
    assert (status, err) == (1, "faxctl: “home” is not a telephone number.\n")


def test_the_test_page_shows_every_row_that_is_lost() -> None:
    page = make_test_page("/dev/ttyACM0")
    assert page.resolution is Resolution.FINE
    rows = [page.rows[at : at + page.stride] for at in range(0, len(page.rows), page.stride)]
    assert all(above != below for above, below in zip(rows[200:], rows[201:], strict=False))
