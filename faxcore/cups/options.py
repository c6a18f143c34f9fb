# SPDX-License-Identifier: GPL-3.0-or-later
"""The print job as cupsd tells it to a backend: its argument list, and the options in it, as typed values.

The options are one string of `name`, `name=value`, `name="quoted value"` or `name={collection}` with white space
between them and a backslash before any character that is meant literally (cupsParseOptions(3)). All of it is
somebody else's text: it comes from any program that can print. Everything is cleaned here, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from faxcore.contract.printed import Claim
from faxcore.model.page import Resolution
from faxcore.model.text import clean_text

_MAX_OPTIONS: Final = 65_536
"""Characters of options that are looked at."""

_SPACE: Final = frozenset(" \t\n\r\f\v")
"""The signs between options. Other spaces, as U+2009 in a number or U+00A0 in a name, cupsd does not mark."""

_NUMBERS: Final = ("fax-number", "phone", "destination-uris")
"""Names of the recipient's number: ours, that of CUPS, and that of IPP FaxOut (PWG 5100.15) with one tel: URI as text.
cupsd keeps a whole collection `destination-uris` for itself: such a document waits for its recipient.
"""
_PREFIX: Final = "faxprefix"
"""CUPS's `faxPrefix`, typed before the number."""
_LONGEST_NUMBER: Final = 200
"""Characters of a number that are looked at; a longer one is refused whole."""

_SWITCHES: Final = frozenset(
    {
        *("blackplot", "collate", "crop-to-fit", "duplex", "emit-jcl", "even-duplex", "fit-to-page", "fitplot"),
        *("hwmargins", "ipp-attribute-fidelity", "landscape", "mirror", "pdfautorotate", "prettyprint", "psdebug"),
        *("raw", "wrap"),
    }
)
"""Options of CUPS and its filters that stand without a value, or with `no` before them."""

_ARRANGING: Final = {
    "page-ranges": (),
    "page-set": ("all",),
    "outputorder": ("normal",),
    "number-up": ("1",),
    "orientation-requested": ("3",),
    "landscape": ("false",),
    "mirror": ("false",),
    "booklet": ("false", "off", "none"),
    "scaling": ("100",),
    "natural-scaling": ("100",),
    "ppi": (),
    "page-border": ("none",),
    "page-label": (),
    "position": ("center",),
    "fill": ("false",),
    "crop-to-fit": ("false",),
}
"""Options of CUPS's filters that choose, order, turn or lay out pages, with the values that change nothing."""
_SIZING: Final = {
    "media": (),
    "pagesize": (),
    "pageregion": (),
    "fit-to-page": ("false",),
    "fitplot": ("false",),
    "print-scaling": ("auto", "auto-fit"),
}
"""Those that put pages on paper of a size: a picture is put on paper anyway."""
_TEXT_LAYOUT: Final = {
    *("cpi", "lpi", "columns", "prettyprint", "wrap", "nowrap"),
    *("page-left", "page-right", "page-top", "page-bottom"),
}
"""Options of CUPS's filter for texts."""
_MOST_COPIES: Final = 500
"""More copies than a fax may have pages are as many as that: it is refused for its pages."""

_FIELDS: Final = {
    "fax-last-name": "last_name",
    "fax-first-name": "first_name",
    "fax-role": "role",
    "fax-department": "department",
    "fax-company": "company",
    "fax-subject": "subject",
    "fax-message": "message",
    "fax-header": "header",
    "fax-sub-address": "sub_address",
    "fax-password": "password",
}
"""Options of `lp -o` that send without a dialog, and what the bus contract calls them."""
_PAYER: Final = "fax-budget"
"""The option with the code of whoever pays, budget line or customer. It stands with or without a number."""

RESOLUTIONS: Final = {
    "204x98dpi": Resolution.STANDARD,
    "204x196dpi": Resolution.FINE,
    "204x391dpi": Resolution.SUPERFINE,
    **{resolution.value: resolution for resolution in Resolution},
}
"""The choices of the PPD's option Resolution, and the words that `lp -o Resolution=` takes as well."""


class BadArguments(Exception):
    """cupsd does not start backends like this."""


@dataclass(frozen=True)
class PrintJob:
    """One print job: who claims to have printed what, and how it shall be faxed."""

    number: int
    """cupsd's number of the job."""
    user: str
    """The user as cupsd names him: a claim that the service checks."""
    title: str
    options: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    """Names that stand without a value."""
    copies: int = 1

    @property
    def numbers(self) -> list[str]:
        """List the recipient's numbers: one, but for a contradiction; none if the document waits for its recipient."""
        given = [self.options[name] for name in _NUMBERS if self.options.get(name)]
        prefix = self.options.get(_PREFIX, "")
        return list(dict.fromkeys(f"{prefix} {number}".strip() for number in given))

    @property
    def has_words_left_over(self) -> bool:
        """True if a number is given, and a word that is no option: the rest of a value with spaces, as lp takes
        `-o "fax-number=0199000002 #42"` and `-o fax-last-name=de la Tour` apart, in no order that is to be mended.
        """
        left = (word for word in self.words if word not in _SWITCHES and word.removeprefix("no") not in _SWITCHES)
        return any(name in self.options for name in _NUMBERS) and any(left)

    @property
    def has_secret_for_nobody(self) -> bool:
        """True if a sub-address or a password is given, but no number: a dialog that asks for one would drop them."""
        return not self.numbers and any(self.options.get(name) for name in ("fax-sub-address", "fax-password"))

    @property
    def has_one_number_at_most(self) -> bool:
        """False for different numbers by different names, and for one that is no number by its length."""
        return len(self.numbers) < 2 and all(len(number) <= _LONGEST_NUMBER for number in self.numbers)

    @property
    def identity(self) -> Claim:
        """The claim of the bus contract, without a recipient: whose print job it is, and cupsd's name for it."""
        # cupsd's own name for the job is unique, its number is not: a job that is handed over again is the same.
        key = clean_text(self.options.get("job-uuid", "")) or f"number:{self.number}"
        return Claim(user=self.user, title=self.title, key=key)

    @property
    def claim(self) -> Claim:
        """The claim of the bus contract: who pays, and the recipient's fields if a number is given."""
        claim = replace(self.identity, payer=clean_text(self.options.get(_PAYER, "")))
        order: dict[str, Any] = {
            ours: clean_text(self.options[cups]) for cups, ours in _FIELDS.items() if cups in self.options
        }
        number = clean_text(self.numbers[0], _LONGEST_NUMBER) if self.numbers else ""
        return replace(claim, number=number, **order) if number else claim

    def arranges_pages(self, is_picture: bool) -> bool:
        """True if the options choose, order, turn or lay out the pages of a document otherwise than it does itself."""
        meant = _ARRANGING if is_picture else _ARRANGING | _SIZING
        return any(self.options.get(name, "").lower() not in ("", *neutral) for name, neutral in meant.items())

    @property
    def lays_out_text(self) -> bool:
        """True if the options say how a text stands on its pages."""
        return not _TEXT_LAYOUT.isdisjoint(self.options)

    def choice(self, option: str, otherwise: str) -> str:
        """Give the job's choice for an option of the PPD, else the printer's own default."""
        return self.options.get(option.lower(), otherwise)

    @classmethod
    def from_arguments(cls, argv: Sequence[str]) -> PrintJob:
        """The job of `backend job user title copies options [file]`. BadArguments if it is nothing like that.

        Copies that are no number are one.
        """
        if len(argv) not in (6, 7) or not (argv[1].isascii() and argv[1].isdigit()) or len(argv[1]) > 9:
            raise BadArguments
        copies = int(argv[4]) if argv[4].isascii() and argv[4].isdigit() and len(argv[4]) <= 9 else 1
        return cls(
            number=int(argv[1]),
            user=clean_text(argv[2]),
            title=clean_text(argv[3]),
            options=parse_options(argv[5]),
            words=parse_words(argv[5]),
            copies=max(1, min(copies, _MOST_COPIES)),
        )


def parse_options(text: str) -> dict[str, str]:
    """Names (in small letters, as option names are compared without case) and values; of twins, the last."""
    options = {name: "true" if value is None else value for name, value in _pairs(text)}
    options.pop("", None)
    return options


def parse_words(text: str) -> tuple[str, ...]:
    """The names that stand without a value, in small letters."""
    return tuple(name for name, value in _pairs(text) if value is None and name)


def _pairs(text: str) -> Iterator[tuple[str, str | None]]:
    rest = iter(text[:_MAX_OPTIONS])
    for char in rest:
        if char in _SPACE:
            continue
        name, ended = _name(char, rest)
        yield clean_text(name).lower(), None if ended else _value(rest)


def _name(first: str, rest: Iterator[str]) -> tuple[str, bool]:
    """An option's name, and whether it ended without a value."""
    name = ["" if first == "=" else first]
    if first == "=":
        return "", False
    for char in rest:
        if char == "=":
            return "".join(name), False
        if char in _SPACE:
            break
        name.append(char)
    return "".join(name), True


def _value(rest: Iterator[str]) -> str:
    """An option's value: up to white space that stands outside quotes and brackets."""
    value: list[str] = []
    quote, depth = "", 0
    for char in rest:
        if char == "\\":
            value.append(next(rest, ""))
        elif quote:
            if char == quote:
                quote = ""
            else:
                value.append(char)
        elif char in "'\"" and not depth:
            quote = char
        elif char in _SPACE and not depth:
            break
        else:
            if depth or not value:  # a bracket inside a word is only a character
                depth += (char == "{") - (char == "}" and depth > 0)
            value.append(char)
    return "".join(value)
