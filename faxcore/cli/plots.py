# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums of calls as a picture: pages, minutes, failures, and what they cost in each currency, a panel each.

Keys of months stand in a row with those between them that have no calls; others below each other, the one with the most
calls first, and what is beyond MOST of them together as the last. Names are a stranger's text: nothing in them is taken
for a formula. The same sums make the same octets.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from faxcore.contract.priced import MILLION
from faxcore.contract.recorded import CallGrouping, CallTotals
from faxcore.i18n import gettext as _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENDINGS: Final = (".png", ".svg")
MOST: Final = 25
"""Keys that have a bar of their own."""
_INCH_A_BAR: Final = 0.28
_LONGEST_KEY: Final = 32
_SETTINGS: Final[Any] = {"svg.hashsalt": "facteur", "font.family": "DejaVu Sans", "text.parse_math": False}


@dataclass(frozen=True)
class Panel:
    """The bars of one quantity."""

    title: str
    values: tuple[float, ...]
    color: str


def plot(totals: Sequence[CallTotals], by: CallGrouping, file: Path) -> None:
    """Draw sums into a file whose name ends in one of ENDINGS. OSError if it cannot be written."""
    # It takes half a second, which only those who want a picture pay.
    import matplotlib as mpl

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    mpl.use("agg")
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    shown = fill_months(totals) if by is CallGrouping.MONTH else gather(totals)
    panels = list_panels(shown)
    keys = [_shorten(each.key) for each in shown]
    along = by is CallGrouping.MONTH
    with rc_context(_SETTINGS):
        height = 0.5 + 1.5 * len(panels) if along else 1.0 + max(3, len(keys)) * _INCH_A_BAR
        size = (max(6.0, 0.5 * len(keys)), height) if along else (3.2 * len(panels), height)
        figure = Figure(figsize=size, layout="constrained")
        places: Any = figure.subplots(*((len(panels), 1) if along else (1, len(panels))), squeeze=False)
        for panel, axes in zip(panels, places.flat, strict=True):
            _draw(axes, panel, keys, along)
        # The keys stand once, below all panels or left of them.
        for axes in places.flat[:-1] if along else places.flat[1:]:
            axes.tick_params(labelbottom=not along, labelleft=along)
        figure.savefig(file, dpi=120, metadata={"Date": None} if file.suffix == ".svg" else {"Software": None})


def _draw(axes: Axes, panel: Panel, keys: Sequence[str], along: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    places = range(len(keys))
    if along:
        axes.bar(places, panel.values, color=panel.color, width=0.7)
        axes.set_xticks(places, keys, rotation=45, ha="right")
        axes.set_ylim(bottom=0)
    else:
        axes.barh(places, panel.values, color=panel.color, height=0.7)
        axes.set_yticks(places, keys)
        axes.invert_yaxis()
        axes.set_xlim(left=0)
    if all(isinstance(value, int) for value in panel.values):
        (axes.yaxis if along else axes.xaxis).set_major_locator(MaxNLocator("auto", integer=True))
    axes.set_title(panel.title, loc="left", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y" if along else "x", color="#dddddd")
    axes.set_axisbelow(True)


def list_panels(totals: Sequence[CallTotals]) -> list[Panel]:
    """List what there is to show: costs only in currencies that occur."""
    panels = [
        Panel(_("Pages"), tuple(each.pages for each in totals), "#2f6fa7"),
        Panel(_("Minutes"), tuple(each.seconds / 60 for each in totals), "#5f8f3f"),
        Panel(_("Failed calls"), tuple(each.failures for each in totals), "#b5482f"),
    ]
    for currency in sorted({cost.currency for each in totals for cost in each.costs}):
        sums = (sum(cost.net for cost in each.costs if cost.currency == currency) / MILLION for each in totals)
        panels.append(Panel(_("Cost in {currency}, without VAT").format(currency=currency), tuple(sums), "#8a5a9e"))
    if any(each.unpriced for each in totals):
        # What they cost is in no bar of the others.
        panels.append(Panel(_("Calls without a price"), tuple(each.unpriced for each in totals), "#777777"))
    return panels


def fill_months(totals: Sequence[CallTotals]) -> list[CallTotals]:
    """Put in the months between the first and the last in which there were no calls."""
    by_key = {each.key: each for each in totals if each.key}
    if not by_key:
        return list(totals)
    first, last = (12 * int(key[:4]) + int(key[5:]) - 1 for key in (min(by_key), max(by_key)))
    keys = (f"{month // 12}-{month % 12 + 1:02}" for month in range(first, last + 1))
    return [by_key.get(key, CallTotals(key)) for key in keys]


def gather(totals: Sequence[CallTotals]) -> list[CallTotals]:
    """Sort by the number of calls, and add up those beyond MOST."""
    ordered = sorted(totals, key=lambda each: (-each.calls, each.key))
    shown, others = ordered[:MOST], ordered[MOST:]
    if not others:
        return shown
    return [
        *shown,
        CallTotals(
            _("others ({count})").format(count=len(others)),
            sum(each.calls for each in others),
            sum(each.faxes for each in others),
            sum(each.pages for each in others),
            sum(each.seconds for each in others),
            sum(each.failures for each in others),
            tuple(cost for each in others for cost in each.costs),
            sum(each.unpriced for each in others),
        ),
    ]


def _shorten(key: str) -> str:
    """Shorten a name to what fits beside its bar."""
    key = key or _("not known")
    return key if len(key) <= _LONGEST_KEY else key[: _LONGEST_KEY - 1] + "…"
