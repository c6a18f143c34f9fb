# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers of `faxctl setup`: what can be guessed before a person is asked, and what is wrong with an answer."""

from __future__ import annotations

import os
from pathlib import Path

import phonenumbers

from faxcore import people
from faxcore.i18n import gettext as _


def guess_country() -> str:
    """Guess by the language of this terminal."""
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    country = spoken.partition(".")[0].partition("_")[2]
    return country if country in phonenumbers.SUPPORTED_REGIONS else "FR"


def guess_person() -> str:
    return os.environ.get("SUDO_USER") or people.name_of(os.getuid())


def format_station(number: str, country: str) -> str:
    """Format a number as a station id: in international form."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)[:20]


def judge_country(answer: str) -> str:
    return "" if answer.upper() in phonenumbers.SUPPORTED_REGIONS else _("two letters, for instance FR")


def judge_station(answer: str) -> str:
    return "" if len(answer) <= 20 and answer.isascii() else _("at most 20 letters and digits, without accents")


def judge_owner(name: str) -> str:
    known = people.find(name) is not None or people.is_group(name)
    return "" if known else _("nobody, and no group, is called {name} here").format(name=name)


def judge_number(number: str) -> str:
    return "" if any(map(str.isdigit, number)) else _("{number} is not a telephone number").format(number=number)


def judge_folder(folder: str) -> str:
    return "" if Path(folder).is_absolute() else _("a folder with its whole path, from / on")
