# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl tariff`: whether a tariff can be used, and what one call costs by it; without a service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faxcore.cli.main import main
from tests.support import CHECKOUT

EXAMPLE = CHECKOUT / "packaging/tariff-example.toml"


@pytest.fixture
def quote(tmp_path: Path) -> list[str]:
    """A quote by the example, in an office in France with numbers of its own."""
    config = tmp_path / "facteur.toml"
    config.write_text('[dialling]\nregion = "FR"\nprefix = "0,"\ninternal = ["2XX"]\n')
    return ["tariff", "quote", "--config", str(config), "--tariff", str(EXAMPLE)]


@pytest.fixture
def evening() -> list[str]:
    return ["--at", "2026-11-27T17:59:00+01:00"]


def test_a_tariff_that_can_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tariff", "check", str(EXAMPLE)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Example, business lines: prices in EUR, times of Europe/Paris"
    assert [line.partition(": ")[2] for line in said[1:-1]] == [
        "France: FR; until 2026-12-31",
        "France, from 2027 on: FR; from 2027-01-01 on",
        "Mobiles of France: +336, +337",
        "Near countries: BE, CH, DE, ES, GB, IT, LU",
        "Numbers of the house: internal",
        "All other numbers: all other numbers",
        "Received: all other numbers; calls that come in",
    ]
    assert said[-1] == f"{EXAMPLE} can be used."
    first = EXAMPLE.read_text().splitlines()[int(said[1].partition(":")[0]) - 1]
    assert first.startswith("[[rule]]")


def test_one_that_cannot_is_refused_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tariff.toml"
    path.write_text(EXAMPLE.read_text().replace('currency = "EUR"', 'currency = "euro"'))
    line = EXAMPLE.read_text().splitlines().index('currency = "EUR"') + 1
    problem = f"{path}:{line}: currency: 'euro' is no code of a currency (ISO 4217), as EUR"
    for command in (["check", str(path)], ["quote", "--tariff", str(path), "--to", "0199000001", "--seconds", "1"]):
        assert main(["tariff", *command]) == 1
        told = capsys.readouterr()
        assert (told.out, told.err.strip()) == ("", problem)


def test_a_quote_says_each_step(quote: list[str], evening: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*quote, *evening, "--to", "01 99 00 00 01", "--seconds", "95", "--pages", "3"]) == 0
    place = EXAMPLE.read_text().splitlines().index('name = "France"')
    # 17:59:00 a whole minute, 0.024; from 18:00:00 on 35 s at 0.012 a minute, 0.007; 0.08.
    assert capsys.readouterr().out.splitlines() == [
        "Number: +33199000001",
        "Rule:   France",
        "Price:  0.1110 EUR",
        f"      1. Rule “France” of the tariff Example, business lines ({EXAMPLE}:{place}): "
        "+33199000001 is a number of FR.",
        "      2. It began on 2026-11-27 17:59:00 (Europe/Paris), in none of the named hours.",
        "      3. Connection charge: 0.0800 EUR",
        "      4. 95 s connected; each period begun counts, 60 s first, 1 s each after that: 95 s are charged.",
        "      5. 60 s begun at other hours, at 0.0240 EUR a minute: 0.0240 EUR",
        "      6. 35 s begun in the hours “off-peak”, at 0.0120 EUR a minute: 0.0070 EUR",
        "      7. Price of the call: 0.1110 EUR",
        "      8. VAT is added on the invoice line: 20 %",
    ]


@pytest.mark.parametrize(
    ("call", "rule", "net"),
    [
        (["--to", "0612345678", "--seconds", "31"], "Mobiles of France", "0.0570"),
        (["--to", "+4930123456", "--seconds", "61"], "Near countries", "0.2200"),
        (["--to", "234", "--seconds", "61"], "Numbers of the house", "0.0000"),
        (["--to", "+81312345678", "--seconds", "61"], "All other numbers", "1.9500"),
        (["--to", "0199000001", "--unanswered"], "France", "0.0000"),
        (["--to", "0199000001", "--seconds", "60", "--at", "2027-01-04T10:00+01:00"], "France, from 2027 on", "0.1160"),
        (["--to", "0199000001", "--seconds", "60", "--at", "2026-11-11T10:00+01:00"], "France", "0.0920"),
        (["--to", "0199000001", "--seconds", "60", "--mark-up", "7.5"], "France", "0.1118"),
        (["--to", "0199000001", "--seconds", "9", "--incoming", "--pages", "5"], "Received", "0.2000"),
        (["--to", "1", "--seconds", "9", "--incoming", "--pages", "5", "--month-pages", "98"], "Received", "0.1700"),
    ],
)
def test_scripts_get_an_object(
    quote: list[str], evening: list[str], capsys: pytest.CaptureFixture[str], call: list[str], rule: str, net: str
) -> None:
    assert main([*quote, *evening, *call, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["priced"], said["rule"], said["net"], said["currency"]) == (True, rule, net, "EUR")
    assert (said["vat_percent"], said["vat"], said["gross"], said["reason"]) == ("20", "", "", "")
    assert said["steps"][-1] == "VAT is added on the invoice line: 20 %"


def test_a_price_with_vat_is_told(
    tmp_path: Path, quote: list[str], evening: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tariff.toml"
    path.write_text(EXAMPLE.read_text().replace('on = "invoice"', 'on = "call"').replace("0.0001", "0.01"))
    call = [*quote[:-1], str(path), *evening, "--to", "0199000001", "--seconds", "60"]
    assert main(call) == 0
    # 0.104, rounded; 20 % of 0.10.
    assert capsys.readouterr().out.splitlines()[2:4] == ["Price:    0.10 EUR", "With VAT: 0.12 EUR"]
    assert main([*call, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["net"], said["vat"], said["gross"]) == ("0.10", "0.02", "0.12")


def test_pages_sent_are_those_confirmed_unless_it_is_said(
    tmp_path: Path, quote: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tariff.toml"
    path.write_text(EXAMPLE.read_text().replace("per_page = 0.04", 'pages = "sent"\nper_page = 0.04'))
    call = [*quote[:-1], str(path), "--to", "0199000001", "--incoming", "--seconds", "60", "--pages", "3", "--json"]
    assert (main(call), json.loads(capsys.readouterr().out)["pages"]) == (0, 3)
    assert (main([*call, "--sent", "5"]), json.loads(capsys.readouterr().out)["pages"]) == (0, 5)


def test_a_call_without_a_price_is_no_free_one(
    tmp_path: Path, quote: list[str], evening: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tariff.toml"
    path.write_text(
        'name = "Small"\ncurrency = "EUR"\nzone = "UTC"\nunpriced = ["in", "out"]\n'
        'rounding = { unit = 0.01, mode = "up", on = "call" }\nvat = { percent = 20, on = "call" }\n'
        '[[rule]]\nname = "Germany"\nto = ["DE"]\nper_page = 1\n'
    )
    call = [*quote[:-1], str(path), *evening, "--to", "0199000001", "--seconds", "60"]
    reason = "The tariff Small has no price for a call to +33199000001 on 2026-11-27."
    assert main(call) == 1
    told = capsys.readouterr()
    assert (told.out, told.err.strip()) == ("", f"faxctl: {reason}")
    assert main([*call, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["priced"], said["net"], said["tariff"], said["reason"]) == (False, "", "Small", reason)


def test_a_number_that_is_none_has_no_price(quote: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*quote, "--to", "15", "--seconds", "60"]) == 1
    assert capsys.readouterr().err.strip() == "faxctl: 15 is an emergency number; no fax is sent to it."


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--seconds", "0"], "0 is not a whole number from 1 to 604800"),
        (["--seconds", "1.5"], "1.5 is not a whole number from 1 to 604800"),
        (["--seconds", "1", "--unanswered"], "not allowed with argument --seconds"),
        ([], "one of the arguments --seconds --unanswered is required"),
        (["--seconds", "1", "--pages", "-1"], "-1"),
        (["--seconds", "1", "--mark-up", "ten"], "ten is not a percentage, as 10 or 7.5"),
        (["--seconds", "1", "--at", "noon"], "noon is not a time"),
    ],
)
def test_wrong_options(quote: list[str], capsys: pytest.CaptureFixture[str], options: list[str], problem: str) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([*quote, "--to", "0199000001", *options])
    assert exit_.value.code == 2
    assert problem in capsys.readouterr().err


def test_a_configuration_that_cannot_be_used_is_said(
    tmp_path: Path, quote: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "facteur.toml").write_text('[dialling]\nregion = "France"\n')
    assert main([*quote, "--to", "0199000001", "--seconds", "60"]) == 1
    assert "facteur.toml:2" in capsys.readouterr().err
