# SPDX-License-Identifier: GPL-3.0-or-later
"""[[budget]] and [[customer]]: who pays, and what is wrong is said with its file and line."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from faxcore import people
from faxcore.billing.call_price import NO_MARK_UP, MarkUp
from faxcore.billing.tariffs import Side, read_tariffs
from faxcore.cli.main import main
from faxcore.config import BudgetConfig, Config, ConfigError, CustomerConfig, NamedPeople, load
from faxcore.config.reload import changes
from tests.support import CHECKOUT
from tests.support.tariffs import TOP, UNPRICED, rule

PEOPLE = """[[person]]
name = "anne"
[[person]]
name = "bob"
[[group]]
name = "sales"
members = ["anne", "bob"]
[[group]]
name = "desk"
members = ["bob"]
"""
"""Ten lines."""
LINE = '[[line]]\nname = "a"\ndevice = "/dev/a"\n'


def budget(code: str, *lines: str) -> str:
    return "\n".join(("[[budget]]", f'code = "{code}"', f'name = "Line {code}"', *lines, ""))


def customer(code: str, *lines: str) -> str:
    return budget(code, *lines).replace("[[budget]]", "[[customer]]")


def write_tariff(path: Path, currency: str = "EUR") -> None:
    text = TOP.replace('"Test"', f'"{path.stem}"').replace("EUR", currency)
    path.write_text(text + UNPRICED + rule("per_page = 0.10"), encoding="utf-8")


def read(folder: Path, text: str) -> Config:
    (folder / "facteur.toml").write_text(PEOPLE + text)
    return load(folder / "facteur.toml")


def test_what_is_said_arrives_and_needs_no_restart(tmp_path: Path) -> None:
    write_tariff(tmp_path / "special.toml")
    dates = ("valid_from = 2026-01-01", "valid_until = 2026-12-31")
    config = read(
        tmp_path,
        budget("4711", 'owner = "sales"', *dates, 'users = ["sales"]', 'default_for = ["bob"]')
        + customer(
            "C/1", 'address = ["1 rue Haute", "Lyon"]', 'language = "fr"', 'vat_id = "FR1"', 'tariff = "special.toml"'
        ),
    )
    year, people_of_sales = (date(2026, 1, 1), date(2026, 12, 31)), NamedPeople((), ("sales",))
    assert config.budgets == (
        BudgetConfig("4711", "Line 4711", *year, people_of_sales, NamedPeople(("bob",)), owner="sales"),
    )
    (found,) = config.customers
    assert (found.code, found.address, found.language, found.vat_id) == ("C/1", ("1 rue Haute", "Lyon"), "fr", "FR1")
    assert [payer.code for payer in config.payers] == ["4711", "C/1"]
    before = read(tmp_path, budget("4711"))
    assert (changes(before, config).sections, changes(before, config).restart) == (("budget", "customer"), ())


def test_a_customer_has_a_tariff_or_a_mark_up(tmp_path: Path) -> None:
    write_tariff(tmp_path / "ours.toml")
    write_tariff(tmp_path / "special.toml")
    text = '[billing]\nsale = "ours.toml"\n' + budget("B") + customer("T", 'tariff = "special.toml"')
    tariffs = read_tariffs(read(tmp_path, text + customer("M", "markup = 12.5")))
    names = {code: found.name for code in ("", "B", "T", "M") if (found := tariffs.find(Side.SALE, "a", code))}
    assert names == {"": "ours", "B": "ours", "T": "special", "M": "ours"}
    assert tariffs.find_mark_up(Side.SALE, "M") == MarkUp(Decimal("12.5"))
    assert (tariffs.find_mark_up(Side.SALE, "T"), tariffs.find_mark_up(Side.PURCHASE, "M")) == (NO_MARK_UP, NO_MARK_UP)


def test_a_tariff_in_another_currency_is_said_where_it_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tariff(tmp_path / "ours.toml")
    write_tariff(tmp_path / "swiss.toml", "CHF")
    config = read(tmp_path, '[billing]\nsale = "ours.toml"\n' + customer("T", 'tariff = "swiss.toml"'))
    with pytest.raises(ConfigError, match=r"facteur\.toml:16: customer 1, tariff: is in CHF, .* in EUR"):
        read_tariffs(config)
    assert main(["config", "check", str(tmp_path / "facteur.toml")]) == 1
    assert "facteur.toml:16: customer 1, tariff: is in CHF" in capsys.readouterr().err


def test_a_rule_and_a_number_name_their_payer(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        LINE
        + 'numbers = [{ number = "0199000001", payer = "C1" }]\n'
        + budget("4711")
        + customer("C1")
        + '[[rule]]\nname = "r"\npayer = "4711"\n',
    )
    assert (config.rules[0].payer, config.lines[0].numbers[0].payer) == ("4711", "C1")
    assert changes(read(tmp_path, LINE), config).sections == ("line", "rule", "budget", "customer")


def test_one_default_may_follow_another(tmp_path: Path) -> None:
    text = budget("A", 'default_for = ["anne", "sales"]', "valid_until = 2026-12-31")
    assert (
        len(read(tmp_path, text + budget("B", 'default_for = ["anne", "sales"]', "valid_from = 2027-01-01")).budgets)
        == 2
    )


def test_a_default_by_name_settles_what_two_groups_would_have(tmp_path: Path) -> None:
    two = budget("A", 'default_for = ["sales"]') + budget("B", 'default_for = ["desk"]')
    assert len(read(tmp_path, two + budget("C", 'default_for = ["bob"]')).budgets) == 3
    until = budget("C", 'default_for = ["bob"]', "valid_until = 2026-12-31")
    assert (
        len(read(tmp_path, two + until + budget("D", 'default_for = ["bob"]', "valid_from = 2027-01-01")).budgets) == 4
    )


def test_groups_of_this_machine_are_asked_when_a_payer_names_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "groups_of", lambda _name: frozenset({"root"}))
    assert read(tmp_path, budget("A", 'users = ["sales"]')).find_sender("anne").groups == {"sales"}
    monkeypatch.setattr(people, "is_group", lambda name: name == "wheel")
    monkeypatch.setattr(people, "members_of", lambda _group: frozenset({"anne"}))
    assert read(tmp_path, budget("A", 'users = ["wheel"]')).find_sender("anne").groups == {"sales", "root"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (budget("A") + customer("A"), r":15: customer 1, code: 'A' is there twice, first at .*:12$"),
        (budget("A b"), r":12: budget 1, code: 'A b': up to forty letters, digits"),
        (budget(""), r":12: budget 1, code: '': up to forty"),
        ('[[budget]]\ncode = "A"\n', r":11: budget 1: 'name' is missing"),
        (budget("A", 'owner = "nobody9"'), r":14: budget 1, owner: there is no user or group 'nobody9'"),
        (budget("A", 'users = ["anne", "nobody9"]'), r":14: budget 1, users 2: there is no user or group 'nobody9'"),
        (budget("A", 'default_for = ["nobody9"]'), r":14: budget 1, default_for 1: there is no user or group"),
        (
            budget("A", "valid_from = 2026-02-01", "valid_until = 2026-01-31"),
            r":15: budget 1, valid_until: 2026-01-31 is before valid_from, 2026-02-01: it would never be valid",
        ),
        (budget("A", 'tariff = "x"'), r":14: budget 1, tariff: unknown key"),
        (customer("A", 'tariff = "none.toml"'), r":14: customer 1, tariff: there is no file"),
        (customer("A", "markup = 5"), r":14: customer 1, markup: is added to .* sale, and there is none$"),
        (customer("A", "markup = -1"), r":14: customer 1, markup: must be a number from 0 to 1000"),
        (customer("A", 'language = "xx"'), r":14: customer 1, language: 'xx' is none of"),
        (customer("A", 'address = ["a\\nb"]'), r":14: customer 1, address 1: .* must be one line of at most 60"),
        (customer("A", 'country = "France"'), r":14: customer 1, country: 'France' is not a country; two letters"),
        ('[billing]\nmay_see_all = ["no-such-one"]\n', r"may_see_all 1: there is no user or group 'no-such-one'"),
        (customer("A", 'mail = "lenoir"'), r":14: customer 1, mail: 'lenoir' is not one mail address"),
        (customer("A", "mail_invoices = true"), r":14: customer 1, mail_invoices: an invoice goes to an address"),
        (
            customer("A", 'mail = "a@example.org"', "mail_invoices = true") + "[mail]\n",
            r"mail, server: invoices are to go by mail",
        ),
        (customer("A", 'vat_free = "no"'), r":14: customer 1, vat_free: 'no' is none of"),
        (
            customer("A", 'vat_free = "exempt"'),
            r":14: customer 1, vat_free: .* vat_free and vat_free_reason go together",
        ),
        (
            customer("A", 'vat_free = "zero"', 'vat_free_reason = "so"'),
            r":15: customer 1, vat_free_reason: .* \"zero\" has no reason",
        ),
        (customer("A", f"address = {['x'] * 9}"), r":14: customer 1, address: has 9 lines, and may have 8"),
        ("[billing]\npayer_required = true\n", r":12: billing, payer_required: refuses every fax: there is no"),
        (
            budget("A", 'default_for = ["anne"]') + budget("B", 'default_for = ["anne"]', "valid_from = 2027-01-01"),
            r":18: budget 2, default_for: 'anne' has two defaults at the same time, .*, as on 2027-01-01: take",
        ),
        (
            budget("A", 'default_for = ["sales"]') + customer("B", 'default_for = ["sales"]'),
            r":18: customer 1, default_for: 'sales' has two defaults at the same time, this one and 'A' at .*:14: take",
        ),
        (
            budget("A", 'default_for = ["sales"]') + budget("B", 'default_for = ["desk"]'),
            r":18: budget 2, default_for: 'bob', by the groups desk and sales, has two .* 'bob' in one default_for",
        ),
        (
            budget("A", 'default_for = ["sales"]')
            + budget("B", 'default_for = ["desk"]')
            + budget("C", 'default_for = ["bob"]', "valid_until = 2026-12-31")
            + budget("D", 'default_for = ["bob"]', "valid_from = 2027-01-02"),
            r":18: budget 2, default_for: 'bob', by the groups desk and sales, .*:14, as on 2027-01-01: name",
        ),
        (
            budget("A", 'default_for = ["anne"]', 'users = ["bob"]'),
            r":14: budget 1, default_for: 'anne' may not use it: add the name to users",
        ),
        (
            budget("A", 'default_for = ["sales"]', 'users = ["desk"]'),
            r":14: budget 1, default_for: 'anne', who is in the group 'sales', may not use it",
        ),
        (
            budget("4711") + '[[rule]]\nname = "r"\npayer = "4712"\n',
            r":16: rule 1, payer: there is no \[\[budget\]\] and no .* with the code '4712'; did you mean '4711'",
        ),
        (
            budget("A") + '[[rule]]\nname = "r"\npayer = "A"\nrefuse = true\n',
            r":16: rule 1, payer: contradicts refuse = true",
        ),
        (
            LINE + 'numbers = [{ number = "1", payer = "A" }]\n',
            r":14: line 1, numbers 1, payer: there is no \[\[budget",
        ),
        (
            budget("A") + LINE + 'numbers = [{ number = "1", payer = "A", answer = false }]\n',
            r":17: line 1, numbers 1, payer: is for calls that come in",
        ),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        read(tmp_path, text)


def test_a_customer_with_two_prices_is_refused(tmp_path: Path) -> None:
    write_tariff(tmp_path / "ours.toml")
    text = '[billing]\nsale = "ours.toml"\n' + customer("A", 'tariff = "ours.toml"', "markup = 5")
    with pytest.raises(ConfigError, match=r":17: customer 1, markup: .* this customer has another"):
        read(tmp_path, text)


def test_the_examples_in_the_shipped_configuration_have_every_key() -> None:
    shipped = (CHECKOUT / "packaging/facteur.toml").read_text()
    examples = shipped[shipped.index("# [[budget]]") : shipped.index("# Who may send where")]
    known = {field.name for kind in (BudgetConfig, CustomerConfig) for field in fields(kind)}
    assert not {name for name in known if f" {name} = " not in examples}


def test_a_customer_is_a_value(tmp_path: Path) -> None:
    assert read(tmp_path, customer("A")).customers == (CustomerConfig("A", "Line A"),)
