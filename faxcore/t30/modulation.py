# SPDX-License-Identifier: GPL-3.0-or-later
"""The modulations of the image carrier and the order in which a call steps down through them (T.30, 5.3.6.2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Modulation:
    """A modulation at one rate. `dcs` holds bits 11 to 14 of a DCS that asks for it."""

    name: str
    rate: int
    dcs: str

    def __str__(self) -> str:
        return f"{self.name} {self.rate}"

    @property
    def short_training(self) -> bool:
        """True if it has a short training sequence, for use after it has trained once (V.17)."""
        return self.name == "V.17"


V17_14400: Final = Modulation("V.17", 14400, "0001")
V17_12000: Final = Modulation("V.17", 12000, "0101")
V17_9600: Final = Modulation("V.17", 9600, "1001")
V17_7200: Final = Modulation("V.17", 7200, "1101")
V29_9600: Final = Modulation("V.29", 9600, "1000")
V29_7200: Final = Modulation("V.29", 7200, "1100")
V27_4800: Final = Modulation("V.27ter", 4800, "0100")
V27_2400: Final = Modulation("V.27ter", 2400, "0000")

ALL: Final = (V17_14400, V17_12000, V17_9600, V17_7200, V29_9600, V29_7200, V27_4800, V27_2400)

OFFERS: Final[dict[str, tuple[Modulation, ...]]] = {
    "0000": (V27_2400,),
    "0100": (V27_4800, V27_2400),
    "1000": (V29_9600, V29_7200),
    "1100": (V29_9600, V29_7200, V27_4800, V27_2400),
    # V.17 at 7200 is left out: V.29 at the same rate trains on more lines.
    "1101": (V17_14400, V17_12000, V17_9600, V29_9600, V29_7200, V27_4800, V27_2400),
}
"""Bits 11 to 14 of a DIS, and the rungs of the ladder that they offer, fastest first."""


def read_offer(bits: str) -> tuple[Modulation, ...]:
    """Read the rungs that bits 11 to 14 of a DIS offer; for a reserved value, the safest subset."""
    return OFFERS.get(bits, OFFERS["0100"])


def list_permitted(bits: str) -> tuple[Modulation, ...]:
    """List the modulations that a DCS or CTC may ask for after a DIS with these bits 11 to 14: a terminal that has V.17
    has it at 7200 too.
    """
    rungs = read_offer(bits)
    return (*rungs, V17_7200) if V17_14400 in rungs else rungs


def choose_offer(max_rate: int, receives: tuple[Modulation, ...] = ALL) -> str:
    """Choose bits 11 to 14 of our DIS: the most modulations that are not faster than `max_rate` and can be received
    here; at least V.27ter at 2400.
    """
    return max(
        (
            code
            for code, rungs in OFFERS.items()
            if rungs[0].rate <= max(max_rate, V27_2400.rate) and set(rungs) <= {*receives, V27_2400}
        ),
        key=lambda code: (OFFERS[code][0].rate, len(OFFERS[code])),
    )


def find_modulation(bits: str) -> Modulation | None:
    """Find the modulation that bits 11 to 14 of a DCS ask for; None if that value is reserved."""
    return next((modulation for modulation in ALL if modulation.dcs == bits), None)


def list_rungs_from(rung: str) -> tuple[Modulation, ...]:
    """List the modulations from the one of this name ("V.29 9600") downwards; all of them if the name is unknown."""
    names = [str(each) for each in ALL]
    return ALL[names.index(rung) :] if rung in names else ALL


def make_ladder(
    offer: tuple[Modulation, ...], max_rate: int, sends: tuple[Modulation, ...] = ALL
) -> tuple[Modulation, ...]:
    """List the rungs of an offer that this end may use and can send, fastest first. Never empty unless the offer was
    empty.
    """
    usable = tuple(rung for rung in offer if rung.rate <= max_rate and rung in sends)
    return usable or offer[-1:]


def keep_below(rung: Modulation, ladder: tuple[Modulation, ...]) -> tuple[Modulation, ...]:
    """Keep of a new ladder this rung and those below it, because those above have failed; if there are none, the lowest
    one that is left. Never empty unless the ladder was empty.
    """
    return tuple(each for each in ladder if ALL.index(each) >= ALL.index(rung)) or ladder[-1:]
