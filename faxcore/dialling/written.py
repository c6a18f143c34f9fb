# SPDX-License-Identifier: GPL-3.0-or-later
"""A number as people write, copy and paste it, read into its digits: the one place for every way in.

    what is written                            what is read
    hidden signs, spaces, dashes, scripts      `faxcore.dialling.signs`
    Fax: Télécopie : Fax-Nr. tel: fax:         a label: it goes
    ;ext= ;isub= ;phone-context= ...           parameters of RFC 3966 (and of RFC 2806: ;tsub= is T.30's sub-address)
    ext. 12, poste 12                          refused: a fax machine cannot dial it
    0800 FACTEUR                               letters stay, for whoever knows which numbers are spelt (E.161)

A word, a sign or a parameter that is none of this is never left out: the number is refused, and it is named.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from faxcore.dialling.refusal import NumberRefused
from faxcore.dialling.signs import plain_signs
from faxcore.model.sentence import Sentence, mark
from faxcore.model.text import clean_text

LONGEST_TEXT: Final = 200
"""Characters in which a number may be written: hidden signs, labels and all."""
_LONGEST_SHOWN: Final = 40
_LONGEST_DIGITS: Final = 30

_WORDS: Final = (
    r"(?:t[eé]l[eé])?fax(?:e|nummer|number|nr|no)?|(?:tele)?faks(?:nr)?|(?:теле)?факс|فاكس|传真|傳真|ファックス|ファクス|팩스"
    r"|t[eé]l[eé]c(?:opie(?:ur)?)?|telekopie|fernkopie|t[eé]l(?:[eé]phone|[eé]fono|efon)?|phone|ph|tlf|[tf](?=[ .:])"
)
_COUNTED: Final = r"n[o°º]|№|nr|num(?:ber|mer|[eé]ro)?|de|du"
_LABEL: Final = rf"(?:(?:(?:{_COUNTED})[ .:/-]*)*(?:{_WORDS})(?:[ .:/-]*(?:{_COUNTED}))*(?![^\W\d_])[ .:/-]*)+(?://)?"
_LABELLED: Final = re.compile(rf"\s*{_LABEL}\s*", re.IGNORECASE)
_LABEL_BEHIND: Final = re.compile(r"\s*(?:\((?:tele)?fax\)|(?<![^\W_])(?:tele)?fax)\s*$", re.IGNORECASE)
_LABEL_WITHIN: Final = re.compile(rf"(?<![^\W\d_]){_LABEL}", re.IGNORECASE)
_URI: Final = re.compile(r"\s*(?:tel|fax):\S+\s*", re.IGNORECASE)
_EXTENSION: Final = re.compile(
    r"(?<![^\W\d_])(?:extension|extn?|x|poste|durchwahl|dw|nebenstelle|interno|int|anexo|toestel)\s*[.:]?\s*\d{1,8}\s*$",
    re.IGNORECASE,
)
_PARTING_WORD: Final = re.compile(r"[|&]|(?<![^\W_])(?:and|or|et|ou|und|oder)(?![^\W_])", re.IGNORECASE)
PARTING: Final = "/,\n"
"""Signs that part two numbers, or stand in the middle of one."""
_GROUPING: Final = re.compile(r"[ \n./()\-]")

_NONE: Final = mark("“{number}” is not a telephone number.")
_MORE: Final = mark("“{number}” is not a telephone number: “{what}” is no part of one. Please enter the number alone.")
_TWO: Final = mark("“{number}” may be more than one number; please enter only one.")
_TOO_LONG: Final = mark("“{number}” is too long for a telephone number.")
_EXTENDED: Final = mark(
    "“{number}” has an extension, which cannot be dialled for a fax; please enter the direct number."
)
_SUB_ADDRESSED: Final = mark("“{number}” has a sub-address that is not one of at most 20 digits.")
_ELSEWHERE: Final = mark("“{number}” is a local number of “{where}”; please enter it as it is dialled here.")


@dataclass(frozen=True)
class Written:
    """What stands in a text, with its separators: nothing that is dialled yet."""

    shown: str
    """The text, harmless to show."""
    text: str
    """Plain signs, without label and parameters: digits, letters, + * # and what people group them with."""
    sub_address: str = ""
    context: str = ""
    """+ and digits that stand before a number which a URI calls local; empty: none."""

    @property
    def digits(self) -> str:
        """The same without the signs that only group."""
        return _GROUPING.sub("", self.text)

    def parts(self, sign: str) -> list[str]:
        """List the digits between the places of one sign of `PARTING`; sub-addresses are left out."""
        parts = [_GROUPING.sub("", part.partition("#")[0]) for part in self.text.split(sign)]
        return [part for part in parts if part] or [""]

    @property
    def is_parted_by_words(self) -> bool:
        """True if a word or a sign that joins two numbers, and nothing else, stands between digits."""
        return any(
            re.search(r"[0-9]", self.text[: found.start()]) and re.search(r"[0-9]", self.text[found.end() :])
            for found in _PARTING_WORD.finditer(self.text)
        )

    def cuts(self) -> list[tuple[str, str]]:
        """List every way to cut the digits in two where something stands between them."""
        places = [found.span() for found in re.finditer(r"[ \n./,;()\-]+", self.text)]
        pairs = ((self.text[:start], self.text[end:]) for start, end in places)
        return [(_GROUPING.sub("", one), _GROUPING.sub("", other)) for one, other in pairs if one and other]


def read(text: str) -> Written:
    """Read a number. NumberRefused if something stands in it that is no part of one."""
    shown = clean_text(text, _LONGEST_SHOWN)
    if len(text) > LONGEST_TEXT:
        raise _refused(_TOO_LONG, shown)
    plain = unicodedata.normalize("NFC", plain_signs(text))
    if _URI.fullmatch(plain):
        plain = plain_signs(unquote(plain))
    if found := _LABELLED.match(plain):
        plain = plain[found.end() :]
    number, *parameters = plain.strip().split(";")
    if not any(char.isdigit() for char in number):
        raise _refused(_NONE, shown)
    if found := _LABEL_BEHIND.search(number):
        number = number[: found.start()]
    if _EXTENSION.search(number):
        raise _refused(_EXTENDED, shown)
    if _is_labelled_twice(number):
        raise two_numbers(shown)
    sub_address, context = _read_parameters(parameters, shown)
    return Written(shown, number.strip(), sub_address, context)


def two_numbers(shown: str) -> NumberRefused:
    """Give the refusal of a text in which two numbers stand, or may."""
    return _refused(_TWO, shown)


def left_over(written: Written) -> NumberRefused:
    """Give the refusal of a text in which there is more than a number: it names the first word or sign of it."""
    if len(written.digits) > _LONGEST_DIGITS and re.fullmatch(r"[+0-9*#]+", written.digits):
        return _refused(_TOO_LONG, written.shown)
    found = re.search(r"[^\W\d_]+|[^\s0-9+*#./()\-]", written.text)
    return _refused(_MORE, written.shown, what=found[0]) if found else _refused(_NONE, written.shown)


def _is_labelled_twice(number: str) -> bool:
    return any(
        re.search(r"\d", number[: found.start()]) and re.search(r"\d", number[found.end() :])
        for found in _LABEL_WITHIN.finditer(number)
    )


def _read_parameters(parameters: list[str], shown: str) -> tuple[str, str]:
    """Give the sub-address and the context of a URI's parameters; each may be empty."""
    sub_address = context = ""
    for parameter in parameters:
        name, _equals, value = (part.strip() for part in parameter.partition("="))
        match name.lower():
            case "isub" | "tsub" if re.fullmatch(r"[0-9]{1,20}", value, re.ASCII) and not sub_address:
                sub_address = value
            case "isub" | "tsub":
                raise _refused(_SUB_ADDRESSED, shown)
            case "ext" | "postd":
                raise _refused(_EXTENDED, shown)
            case "phone-context" if re.fullmatch(r"\+[0-9.()\-]{1,30}", value, re.ASCII) and not context:
                context = _GROUPING.sub("", value)
            case "phone-context":
                raise _refused(_ELSEWHERE, shown, where=value)
            case _:
                raise _refused(_MORE, shown, what=f";{parameter}")
    return sub_address, context


def _refused(sentence: str, shown: str, **named: str) -> NumberRefused:
    values = {name: clean_text(value, 40) for name, value in named.items()}
    return NumberRefused("characters", Sentence(sentence, {"number": shown, **values}))
