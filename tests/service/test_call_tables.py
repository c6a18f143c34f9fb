# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl log` and `faxctl statistics`: for a person, for scripts, for spreadsheets and for HylaFAX's programs."""

import asyncio
import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.bus.client import BusError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.priced import NO_PRICE, CallPrice, Pricing
from faxcore.contract.recorded import CallPage, CallQuery, TotalsQuery
from faxcore.model.call import AnswerKnown, Direction, Outcome
from faxcore.model.sentence import Sentence
from tests.support.bus_fixture import private_bus
from tests.support.fake_service import ME, FakeDesk, serve
from tests.support.hostile_text import HOSTILE, assert_harmless

FORMULA = HOSTILE["a formula"]


def run(desk: FakeDesk, folder: Path, work: Callable[[Callable[..., str]], None], **environment: str) -> None:
    """Do some work with `faxctl` and a service that has these calls."""

    async def main(address: str) -> None:
        def faxctl(*arguments: str, code: int = 0) -> str:
            done = subprocess.run(
                [sys.executable, "-m", "faxcore.cli.main", "--bus", address, *arguments],
                capture_output=True,
                timeout=60,
                env=os.environ | environment,
            )
            assert done.returncode == code and b"Traceback" not in done.stderr, done
            return (done.stderr if code else done.stdout).decode()

        bus = await serve(desk, address)
        await asyncio.to_thread(work, faxctl)
        await bus.close()

    with private_bus(folder / "bus") as address:
        asyncio.run(main(address))


def make_desk() -> FakeDesk:
    """A fax that was busy and then sent, and one that has come."""
    desk = FakeDesk()
    job = desk.add_job(pages=2)
    for outcome in (Outcome.BUSY, Outcome.OK):
        desk.begin_call(job)
        desk.end_call(job, outcome)
    desk.add_reception(called="0199000001", caller="0198000001")
    return desk


def test_the_log(tmp_path: Path) -> None:
    def work(faxctl: Callable[..., str]) -> None:
        busy, sent, received = faxctl("log").splitlines()
        assert "sent" in busy and "The line is busy." in busy and "+33123456789" in busy
        assert "2/2" in sent and ME in sent and "14400 bit/s" in sent
        assert "received" in received and "0198000001" in received
        shown = json.loads(faxctl("log", "--json"))
        assert [(each["direction"], each["outcome"]) for each in shown] == [
            ("out", "busy"),
            ("out", "ok"),
            ("in", "ok"),
        ]
        assert shown[0]["reason"] == "The line is busy."
        lines = faxctl("log", "--xferfaxlog").splitlines()
        assert [line.split("\t")[1] for line in lines] == ["SEND", "SEND", "RECV"]
        assert {line.count("\t") for line in lines} == {18}

    run(make_desk(), tmp_path, work)


def test_statistics_as_a_picture(tmp_path: Path) -> None:
    def work(faxctl: Callable[..., str]) -> None:
        for name in ("calls.png", "calls.svg"):
            assert faxctl("statistics", "--by", "cause", "--plot", str(tmp_path / name)) == ""
        assert "must end in .png or .svg" in faxctl("statistics", "--plot", str(tmp_path / "calls.pdf"), code=2)
        assert "none" in faxctl("statistics", "--plot", str(tmp_path / "none" / "calls.png"), code=1)
        assert "not allowed" in faxctl("statistics", "--plot", str(tmp_path / "calls.png"), "--csv", code=2)

    run(make_desk(), tmp_path, work)
    assert (tmp_path / "calls.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (tmp_path / "calls.svg").read_bytes()


def test_a_call_out_that_somebody_may_have_answered_is_possibly_charged(tmp_path: Path) -> None:
    desk = make_desk()

    async def doubt(query: CallQuery) -> CallPage:
        page = await FakeDesk.list_calls(desk, query)
        return replace(page, calls=tuple(replace(call, answer_known=AnswerKnown.PERHAPS) for call in page.calls))

    desk.list_calls = doubt  # type: ignore[method-assign]

    def work(faxctl: Callable[..., str]) -> None:
        assert ["possibly charged" in line for line in faxctl("log").splitlines()] == [True, True, False]

    run(desk, tmp_path, work)


def test_what_is_asked_for(tmp_path: Path) -> None:
    desk = make_desk()
    asked: list[Any] = []

    async def note_calls(query: CallQuery) -> Any:
        asked.append(query)
        return await FakeDesk.list_calls(desk, query)

    async def note_sums(query: TotalsQuery) -> Any:
        asked.append(query)
        return await FakeDesk.sum_calls(desk, query)

    desk.list_all_calls, desk.sum_all_calls = note_calls, note_sums  # type: ignore[method-assign]

    def work(faxctl: Callable[..., str]) -> None:
        assert len(faxctl("log", "--sent").splitlines()) == 2
        assert len(faxctl("log", "--received", "--line", "line-1").splitlines()) == 1
        assert len(faxctl("log", "--failed").splitlines()) == 1
        assert len(faxctl("log", "--number", "01 98 00 00 01").splitlines()) == 1
        assert faxctl("log", "--since", "2026-03-05") == faxctl("log", "--until", "2026-03-03T12:00Z") == ""
        assert not asked, "one's own are asked of the desk"
        faxctl("log", "--person", "anne", "--since", "2026-03-01T00:00Z", "--sent")
        faxctl("statistics", "--everybody", "--until", "2026-03-01T00:00Z", "--by", "line")
        assert "choice" in faxctl("statistics", "--by", "colour", code=2)
        assert "not a time" in faxctl("log", "--since", "yesterday", code=2)
        assert "not allowed" in faxctl("log", "--csv", "--json", code=2)

    run(desk, tmp_path, work)
    calls, sums = asked
    assert (calls.person, calls.direction) == ("anne", Direction.OUT)
    assert (calls.since, calls.until) == ("2026-03-01T00:00:00+00:00", "")
    assert (sums.person, sums.by.value, sums.until) == ("", "line", "2026-03-01T00:00:00+00:00")


def test_statistics(tmp_path: Path) -> None:
    def work(faxctl: Callable[..., str]) -> None:
        assert faxctl("statistics").split() == (
            ["2026-03", "3", "calls,", "2", "faxes,", "4", "pages,", "0.0", "minutes,", "1", "failures"]
        )
        (total,) = json.loads(faxctl("statistics", "--by", "line", "--json"))
        counts = {"calls": 3, "faxes": 2, "pages": 4, "seconds": 0.0, "failures": 1, "unpriced": 0}
        assert total == {"key": "line-1", **counts, "costs": []}
        table = list(csv.reader(io.StringIO(faxctl("statistics", "--by", "destination", "--csv"))))
        assert table == [
            ["destination", "calls", "faxes", "pages", "seconds", "failures", "unpriced"],
            ["'+33123456789", "2", "1", "2", "0.0", "1", "0"],
        ]

    run(make_desk(), tmp_path, work)


def price_call(number: str, confirmed: int) -> CallPrice:
    """A quarter for a page to our one number, and nothing is known of others."""
    if number != "+33123456789":
        return CallPrice(Pricing.UNPRICED, tariff="ours", steps=(Sentence("The tariff has no price."),))
    steps = (Sentence("Pages: {pages}", {"pages": confirmed}), Sentence("20 % VAT"))
    net = 250_000 * confirmed
    return CallPrice(Pricing.PRICED, "EUR", net, 20_000_000, net // 5, "ours", FORMULA, steps)


def make_priced_desk() -> FakeDesk:
    """The same, with prices: the fax that has come has none."""
    desk = FakeDesk()
    desk.price = price_call
    job = desk.add_job(pages=2)
    for outcome in (Outcome.BUSY, Outcome.OK):
        desk.begin_call(job)
        desk.end_call(job, outcome)
    desk.add_reception(called="0199000001", caller="0198000001")
    return desk


def test_what_calls_cost(tmp_path: Path) -> None:
    desk = make_priced_desk()

    def work(faxctl: Callable[..., str]) -> None:
        busy, sent, received = faxctl("log").splitlines()
        assert "0.00 EUR" in busy and "0.50 EUR, with VAT 0.60 EUR" in sent and "no price" in received
        assert "bought" not in sent and "bought at 0.50 EUR" in faxctl("log", "--everybody")
        shown = json.loads(faxctl("log", "--json"))
        assert [each["price"].get("net") for each in shown] == [0, 500_000, None]
        assert {each["purchase"]["state"] for each in shown} == {"none"}
        header, *rows = csv.reader(io.StringIO(faxctl("log", "--csv")))
        table = [dict(zip(header, row, strict=True)) for row in rows]
        assert [each["price_net"] for each in table] == ["0.00", "0.50", ""]
        assert [each["price_vat"] for each in table] == ["0.00", "0.10", ""]
        assert [each["price_state"] for each in table] == ["priced", "priced", "unpriced"]
        assert table[1]["price_rule"] == f"'{FORMULA}" and table[1]["purchase_net"] == ""
        assert faxctl("statistics").strip().endswith("; 0.50 EUR, with VAT 0.60 EUR; calls without a price: 1")
        sums = list(csv.reader(io.StringIO(faxctl("statistics", "--by", "line", "--csv"))))
        assert [row[-4:] for row in sums] == [
            ["unpriced", "net_EUR", "vat_EUR", "gross_EUR"],
            ["1", "0.50", "0.10", "0.60"],
        ]

    run(desk, tmp_path, work)


def test_what_a_fax_cost(tmp_path: Path) -> None:
    """It is summed up over its calls; without a tariff, nothing is said of it."""
    desk = make_priced_desk()
    (job,) = desk.jobs
    nowhere = desk.add_job(number="0123456780")
    for each in (nowhere, free := desk.add_job()):
        if each == free:
            desk.price = lambda _number, _confirmed: NO_PRICE
        desk.begin_call(each)
        desk.end_call(each)

    def work(faxctl: Callable[..., str]) -> None:
        shown = faxctl("show", job)
        assert "cost:       0.50 EUR, with VAT 0.60 EUR\n" in shown
        busy, sent = shown.splitlines()[-2:]
        assert busy.endswith("  0.00 EUR") and sent.endswith("  0.50 EUR, with VAT 0.60 EUR")
        shown = faxctl("show", nowhere)
        assert "cost:       calls without a price: 1\n" in shown
        assert shown.splitlines()[-2].endswith("  no price")
        assert shown.splitlines()[-1] == "    The tariff has no price."
        assert "cost" not in faxctl("show", free)
        *_facts, sent, first, second = faxctl("show", "--costs", job).splitlines()
        assert sent.endswith("with VAT 0.60 EUR")
        assert (first, second) == ("    1. Pages: 2", "    2. 20 % VAT")
        assert faxctl("show", "--costs", nowhere).splitlines()[-1] == "    The tariff has no price."
        assert "no tariff was configured" in faxctl("show", "--costs", free)
        call = json.loads(faxctl("show", "--json", job))["calls"][1]
        assert (call["price"]["net"], call["price"]["steps"]) == (500_000, ["Pages: 2", "20 % VAT"])

    run(desk, tmp_path, work)


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "fr_FR.ISO-8859-1"])
def test_a_table_is_text_whatever_a_station_sent(locale: str, tmp_path: Path) -> None:
    """Promise P19: a formula in each field that comes from the line."""
    desk = FakeDesk()
    texts = [HOSTILE[name] for name in ("a formula", "markup", "text turned round", "a header of a mail", "a format")]
    for text in (*texts, "é ☎", "x;=1+1", "+33199000002"):
        desk.add_reception(remote_id=text, caller=text, called=text, line=text, reason=Sentence("{x}", {"x": text}))

    def work(faxctl: Callable[..., str]) -> None:
        header, *rows = csv.reader(io.StringIO(faxctl("log", "--csv")))
        assert header[:5] == ["id", "direction", "started", "line", "own_number"]
        assert len(rows) == 8 and {len(row) for row in rows} == {len(header)}
        for row in rows:
            for cell in row:
                assert_harmless(cell, 1001)
                assert not cell.startswith(("=", "+", "-", "@"))
        stations = [row[header.index("station_id")] for row in rows]
        assert stations[0] == f"'{FORMULA}" and stations[-3:] == ["é ☎", "x;'=1+1", "'+33199000002"]
        sums = faxctl("statistics", "--by", "line", "--csv")
        assert f"\n'{FORMULA}," in sums

    run(desk, tmp_path, work, LC_ALL=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")


def test_a_long_log_comes_by_pages(tmp_path: Path) -> None:
    desk = FakeDesk()
    for _number in range(1100):
        desk.add_reception()

    def work(faxctl: Callable[..., str]) -> None:
        assert len(faxctl("log", "--csv").splitlines()) == 1101

    run(desk, tmp_path, work)
    queries = [values[1] for values in desk.asked if values[0] == "list_calls"]
    assert len(queries) == len(set(queries)) == 3


def test_a_statement(tmp_path: Path) -> None:
    """Of the two calls out, in two parts and pages; into a file that is there only when it is whole."""
    desk = make_priced_desk()
    table = tmp_path / "statement.csv"

    def work(faxctl: Callable[..., str]) -> None:
        (mine,) = faxctl("statement").splitlines()
        assert mine.split()[0] == ME
        assert mine.endswith("2 calls, 2 pages, 0 s; net 0.50, VAT 0.10, with VAT 0.60 EUR")
        busy, sent, empty, _mine = faxctl("statement", "--calls", "--short-numbers").splitlines()
        assert "+3312345****" in busy and "0.00 EUR" in busy and "0.50 EUR, with VAT 0.60 EUR" in sent and not empty
        assert (
            faxctl("statement", "--csv", "-")
            == f"person,calls,pages,seconds,unpriced,net_EUR,vat_EUR,gross_EUR\n{ME},2,2,0.000,0,0.50,0.10,0.60\n"
        )
        assert faxctl("statement", "--calls", "--csv", str(table)) == ""
        header, *rows = csv.reader(table.read_text(encoding="utf-8").splitlines())
        assert [row[header.index("price_net")] for row in rows] == ["0.00", "0.50"]
        assert {row[header.index("price_rule")] for row in rows} == {f"'{FORMULA}"}
        assert {row[header.index("other_number")] for row in rows} == {"'+33123456789"}
        (line,) = json.loads(faxctl("statement", "--json", "--by", "line"))
        assert (line["key"], line["costs"][0]["net"]) == ("line-1", 500_000)
        assert len(json.loads(faxctl("statement", "--json", "--calls"))) == 2
        assert faxctl("statement", "--month", "2026-02").split()[:3] == ["all", "0", "calls,"]
        assert "not a month" in faxctl("statement", "--month", "May", code=2)
        assert "either --month" in faxctl("statement", "--month", "2026-03", "--since", "7d", code=2)
        assert "No such file" in faxctl("statement", "--csv", str(tmp_path / "no" / "where"), code=1)

    run(desk, tmp_path, work)
    assert [each.name for each in tmp_path.glob("statement*")] == ["statement.csv"]
    asked = [values[1] for values in desk.asked if values[0] == "sum_costs"]
    assert asked[0].by.value == "person" and {each.purchase for each in asked} == {False}


def test_a_statement_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    desk = make_priced_desk()
    desk.refuse["list_costs"] = BusError(ErrorCode.AWAY, Sentence("The database is away."))
    table = tmp_path / "statement.csv"
    table.write_text("of last month")

    def work(faxctl: Callable[..., str]) -> None:
        assert "The database is away." in faxctl("statement", "--calls", "--csv", str(table), code=1)

    run(desk, tmp_path, work)
    assert [each.read_text() for each in tmp_path.glob("statement*")] == ["of last month"]


def test_a_correction(tmp_path: Path) -> None:
    desk = make_priced_desk()

    def work(faxctl: Callable[..., str]) -> None:
        sent = faxctl("statement", "--calls").splitlines()[1].split()[-1]
        done = faxctl("ledger", "correct", sent, "--confirmed", "3", "--reason", "Three, by hand.").splitlines()
        assert "0.75 EUR" in done[0] and f"corrected by {ME}: Three, by hand.  {sent}" in done[0]
        assert done[1:] == ["    Pages: 3", "    20 % VAT"]
        assert "Three, by hand." in faxctl("statement", "--calls").splitlines()[1]
        assert "net 0.75" in faxctl("statement")
        shown = json.loads(faxctl("ledger", "correct", sent, "--not-answered", "--reason", "No.", "--json"))
        assert (shown["pages"], shown["remark"]) == (0, "No.")
        assert "required: --reason" in faxctl("ledger", "correct", sent, "--confirmed", "3", code=2)
        assert "no such call" in faxctl("ledger", "correct", "x", "--seconds", "3", "--reason", "No.", code=1)

    run(desk, tmp_path, work)
    asked = [values[1] for values in desk.asked if values[0] == "correct_call"]
    assert [(each.confirmed, each.seconds, each.answered) for each in asked] == [
        (3, None, True),
        (None, None, False),
        (None, 3, True),
    ]
