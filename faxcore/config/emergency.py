# SPDX-License-Identifier: GPL-3.0-or-later
"""Emergency numbers of a country, and the dial strings that an exchange connects to one.

An exchange connects an emergency number as soon as it has heard it, whatever digits follow: what begins with 112 is a
call to 112. The numbers are those of phonenumbers, those that it is known to lack, and two that connect in most
networks besides the national ones (ITU-T E.161.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from phonenumbers import shortnumberinfo
from phonenumbers.phonemetadata import PhoneMetadata, PhoneNumberDesc

EVERYWHERE: Final = frozenset({"112", "911"})

_LACKING: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        # People who cannot speak, samu social, missing children, aeronautic and sea rescue, on-call doctors.
        "FR": frozenset({"114", "115", "119", "191", "196", "197", "116000", "116117"}),
        "ES": frozenset({"061", "062", "080", "085", "088", "091", "092"}),
    }
)

# fmt: off
KNOWN: Final = EVERYWHERE | frozenset({
    "15", "17", "18", "000", "061", "092", "110", "111", "113", "114", "115",
    "117", "118", "119", "120", "122", "133", "144", "191", "196", "197", "199",
    "933", "988", "995", "997", "998", "999", "116000", "116006", "116111", "116117", "116123",
})
"""Numbers that are for emergencies somewhere; in a country of which nothing is known, all of them are."""
# fmt: on

_SERVICE_CODE: Final = re.compile(r"\*[0-9_]{2}", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9_]+", re.ASCII)
_LONGEST_SEARCHED: Final = 6


def connects_by_library(heard: str, region: str) -> bool:
    """Return whether digits that an exchange hears are, or begin with, an emergency number that phonenumbers lists.

    In the three countries where it says that further digits undo an emergency number, beginnings do not count.
    """
    return bool(shortnumberinfo.connects_to_emergency_number(heard, region))


def connects(heard: str, region: str) -> bool:
    """Return whether an exchange connects these digits to an emergency number: by phonenumbers or our own list."""
    return connects_by_library(heard, region) or heard.startswith(tuple(_own(region)))


def heard_digits(dial: str) -> list[str]:
    """List what an exchange may take for a number in a dial string of 0-9 * # and the pause: the digits at its
    beginning, and those behind each pause and each code of a service, as *31# or *67.
    """
    pieces = [dial] + [dial[at + 1 :] for at, char in enumerate(dial) if char in ",#"]
    pieces += [piece[3:] for piece in pieces if _SERVICE_CODE.match(piece)]
    return [found[0] for piece in pieces if (found := _DIGITS.match(piece))]


def find_in_pattern(pattern: str, region: str) -> str | None:
    """Find an emergency number with which something may begin that this pattern of internal numbers matches (X is any
    digit, a dot at the end more of them); None if there is none.
    """
    # "_" stands for any digit.
    longest = pattern.rstrip(".").replace("X", "_") + ("_" * _LONGEST_SEARCHED if pattern.endswith(".") else "")
    for piece in heard_digits(longest):
        for number in sorted(emergency_numbers(region)):
            if len(piece) >= len(number) and all(
                mine in ("_", digit) for mine, digit in zip(piece, number, strict=False)
            ):
                return number
    return None


@lru_cache
def emergency_numbers(region: str) -> frozenset[str]:
    """List the emergency numbers of a country, two letters: those of phonenumbers, which has a pattern, and our own."""
    listed = _listed(region)
    if listed is None or listed.national_number_pattern is None:
        return _own(region)
    pattern = re.compile(listed.national_number_pattern, re.ASCII)
    lengths = [length for length in listed.possible_length if length <= _LONGEST_SEARCHED]
    every = (f"{number:0{length}}" for length in lengths for number in range(10**length))
    return _own(region) | {number for number in every if pattern.fullmatch(number)}


def _listed(region: str) -> PhoneNumberDesc | None:
    metadata = PhoneMetadata.short_metadata_for_region(region)
    return None if metadata is None else metadata.emergency


@lru_cache
def _own(region: str) -> frozenset[str]:
    return EVERYWHERE | _LACKING.get(region, frozenset()) | (KNOWN if _listed(region) is None else frozenset())
