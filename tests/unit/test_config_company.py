# SPDX-License-Identifier: GPL-3.0-or-later
"""[company]: who sends invoices, and what is wrong in it is refused where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from faxcore.config import CompanyConfig, Config, ConfigError, load
from faxcore.config.reload import changes

HOUSE = '[company]\nname = "Maison Facteur"\naddress = ["1, rue de Bretagne", "75003 Paris"]\n'


def read(folder: Path, text: str) -> Config:
    (folder / "facteur.toml").write_text(text)
    return load(folder / "facteur.toml")


def test_the_house(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    config = read(
        tmp_path,
        f'{HOUSE}vat_id = "FR40303265045"\nregistration = "RCS Paris 303 265 045, capital 10 000 €"\n'
        'iban = "fr14 2004 1010 0505 0001 3M02 606"\nbic = "PSSTFRPP"\nlogo = "logo.svg"\npayment_days = 14\n'
        'invoice_number = "FX-{year}-"\n',
    )
    assert config.company == CompanyConfig(
        "Maison Facteur",
        ("1, rue de Bretagne", "75003 Paris"),
        "FR40303265045",
        "RCS Paris 303 265 045, capital 10 000 €",
        "FR1420041010050500013M02606",
        "PSSTFRPP",
        tmp_path / "logo.svg",
        14,
        "FX-{year}-",
    )
    before = read(tmp_path, "")
    assert before.company == CompanyConfig()
    found = changes(before, config)
    assert (found.sections, found.restart) == (("company",), ())


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('[company]\naddress = ["1, rue Haute"]\n', 2, "who sends it"),
        ('[company]\nname = ""\niban = "DE89370400440532013000"\n', 2, "who sends it"),
        ('[company]\nname = "Facteur"\n', 2, "the address of who sends it"),
        (f'{HOUSE}iban = "FR1420041010050500013M02607"\n', 4, "is no IBAN"),
        (f'{HOUSE}bic = "PSST"\n', 4, "is no BIC"),
        (f"{HOUSE}payment_days = -1\n", 4, "from 0 to 365"),
        (f'{HOUSE}invoice_number = "{{month}}-"\n', 4, "{year}"),
        (f'{HOUSE}invoice_number = ""\n', 4, "{year}"),
        (f'{HOUSE}logo = "none.png"\n', 4, "there is no file"),
        (f'{HOUSE}logo = "facteur.toml"\n', 4, "neither a PNG nor an SVG"),
        (f'{HOUSE}registration = "two\\nlines"\n', 4, "one line"),
        (f'{HOUSE}country = "France"\n', 4, "two letters"),
        (f'{HOUSE}country = ""\n', 4, "two letters"),
        (f'{HOUSE}city = "two\\nlines"\n', 4, "one line"),
        (f'{HOUSE}phone = "1"\n', 4, "unknown key"),
        (HOUSE.replace("1, rue", "\\u0007"), 3, "one line"),
    ],
)
def test_what_is_wrong_is_refused_where_it_stands(text: str, line: int, why: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path}/facteur.toml:{line}: ") and why in str(error.value)
