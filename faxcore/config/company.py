# SPDX-License-Identifier: GPL-3.0-or-later
"""[company]: the house as its invoices name it, and how these are numbered and paid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import phonenumbers

from faxcore.config.table import MOST_WORDS, Table

MOST_LINES: Final = 8
"""Of the address."""
MOST_LOGO: Final = 2 * 1024 * 1024
"""Octets."""
_PREFIX: Final = re.compile(r"(?:[A-Za-z0-9._/-]|\{year\}){1,30}", re.ASCII)
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)
_VAT_ID: Final = re.compile(r"([A-Z]{2})[A-Z0-9+*]{2,13}", re.ASCII)
_VAT_COUNTRIES: Final = frozenset({*phonenumbers.SUPPORTED_REGIONS, "EL", "XI"})
"""With the letters of Greece and of Northern Ireland."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class CompanyConfig:
    """The house that bills its customers."""

    name: str = ""
    """Empty: no invoices are made."""
    address: tuple[str, ...] = ()
    vat_id: str = ""
    registration: str = ""
    """Words that the law of the house wants at the foot of an invoice, as the number in its register."""
    iban: str = ""
    """The account to which customers pay, without spaces; empty: none is named."""
    bic: str = ""
    logo: Path | None = None
    """A picture for the head of each invoice, PNG or SVG."""
    payment_days: int = 30
    """From the date of an invoice to the day on which it is due."""
    invoice_number: str = "{year}-"
    """The text before the number of an invoice in its series, with the year of its date for {year}."""
    country: str = ""
    """Two letters; it, the postcode and the city are what the electronic form of an invoice says."""
    postcode: str = ""
    city: str = ""

    @property
    def printed_address(self) -> tuple[str, ...]:
        """The address with the place."""
        return print_address(self.address, self.postcode, self.city)


def read_company(table: Table) -> CompanyConfig:
    """[company]."""
    company = CompanyConfig(
        name=table.words("name"),
        address=read_address(table),
        vat_id=table.words("vat_id"),
        registration=_read_registration(table),
        iban=_read_account(table, "iban"),
        bic=_read_account(table, "bic"),
        logo=_read_logo(table),
        payment_days=table.whole("payment_days", CompanyConfig.payment_days, 0, 365),
        invoice_number=table.text("invoice_number", CompanyConfig.invoice_number),
        **read_place(table),
    )
    table.finish()
    if not company.name and company != CompanyConfig():
        key = "name" if "name" in table else table.names()[0]
        raise table.error(key, "an invoice says who sends it: name must be how the house is called")
    if company.name and not company.address:
        raise table.error("address" if "address" in table else "name", "an invoice has the address of who sends it")
    if not _PREFIX.fullmatch(company.invoice_number):
        raise table.error(
            "invoice_number",
            f"{company.invoice_number!r}: must be letters, digits, '-', '_', '.', '/' and {{year}}, 30 at most",
        )
    if company.iban and not _is_iban(company.iban):
        raise table.error("iban", f"{table.text('iban')!r} is no IBAN: a digit or a letter in it is wrong")
    if company.bic and not _BIC.fullmatch(company.bic):
        raise table.error("bic", f"{table.text('bic')!r} is no BIC, which has 8 or 11 letters and digits")
    return company


def read_address(table: Table) -> tuple[str, ...]:
    """The lines of an address."""
    lines = table.texts("address")
    for index, line in enumerate(lines):
        if not line.strip() or len(line) > MOST_WORDS or not line.isprintable():
            raise table.error("address", f"{line!r}: must be one line of at most {MOST_WORDS} characters", index)
    if len(lines) > MOST_LINES:
        raise table.error("address", f"has {len(lines)} lines, and may have {MOST_LINES}")
    return lines


def read_place(table: Table) -> dict[str, Any]:
    """The country, the postcode and the city."""
    country = table.text("country", "")
    if "country" in table and country not in phonenumbers.SUPPORTED_REGIONS:
        raise table.error("country", f"{country!r} is not a country; two letters, as FR")
    return {"country": country, "postcode": table.words("postcode"), "city": table.words("city")}


def print_address(address: tuple[str, ...], postcode: str, city: str) -> tuple[str, ...]:
    """Give an address as it is printed: with the postcode and the city as its last line."""
    place = " ".join(filter(None, (postcode, city)))
    return (*address, place) if place else address


def is_vat_id(text: str) -> bool:
    """Return whether this may be a VAT number: the letters of a country, and what that country has behind them."""
    found = _VAT_ID.fullmatch(text.replace(" ", ""))
    return found is not None and found[1] in _VAT_COUNTRIES


def _read_registration(table: Table) -> str:
    words = table.text("registration", "").strip()
    if len(words) > 4 * MOST_WORDS or not words.isprintable():
        raise table.error("registration", f"must be one line of at most {4 * MOST_WORDS} characters")
    return words


def _read_account(table: Table, key: str) -> str:
    return table.text(key, "").replace(" ", "").upper()


def _is_iban(text: str) -> bool:
    """Return whether the two check digits are those of the rest (ISO 13616)."""
    if not _IBAN.fullmatch(text):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def _read_logo(table: Table) -> Path | None:
    name = table.text("logo", "")
    if not name:
        return None
    path = table.source.files[0].parent / name
    if "\0" in name or not path.is_file():
        raise table.error("logo", f"there is no file {str(path)!r}: name a picture, PNG or SVG")
    try:
        with path.open("rb") as file:
            picture = file.read(MOST_LOGO + 1)
    except OSError as error:
        raise table.error("logo", f"{str(path)!r} cannot be read: {error.strerror}") from error
    if len(picture) > MOST_LOGO:
        raise table.error("logo", f"{str(path)!r} has more than {MOST_LOGO} octets: name a smaller picture")
    if not picture.startswith(_PNG) and b"<svg" not in picture[:4096]:
        raise table.error("logo", f"{str(path)!r} is neither a PNG nor an SVG")
    return path
