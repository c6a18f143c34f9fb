# SPDX-License-Identifier: GPL-3.0-or-later
"""The foot of the dialog: how many pages go out, about how long the call lasts, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from faxcore.contract.estimated import Estimate
from faxcore.contract.priced import Pricing, describe_costs, sum_prices
from faxcore.contract.printed import DraftPart, Preview
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext, translate

STEP: Final = 5
"""Seconds to which a length is rounded: nobody knows it better."""


def describe_call(told: Preview) -> str:
    """Say what will go out: "3 pages · about 1 min 10 s"."""
    said = [ngettext("{count} page", "{count} pages", told.pages).format(count=told.pages)]
    if told.estimate is not None:
        said += [_("about {time}").format(time=write_length(told.estimate.seconds)), describe_price(told.estimate)]
    return " · ".join(filter(None, said))


def describe_left_out(parts: Sequence[DraftPart]) -> str:
    """Say how many pages are left out; nothing if none is."""
    count = sum(len(part.left_out) for part in parts)
    return ngettext("{count} page left out", "{count} pages left out", count).format(count=count) if count else ""


def describe_recipients(count: int) -> str:
    """Say that this is for each of several recipients; nothing for one."""
    if count < 2:
        return ""
    return ngettext("for each of {count} recipient", "for each of {count} recipients", count).format(count=count)


def write_length(seconds: int) -> str:
    """Write how long a call lasts, as nearly as that is known."""
    minutes, rest = divmod(max(STEP, STEP * round(seconds / STEP)), 60)
    if not minutes:
        return _("{seconds} s").format(seconds=rest)
    if not rest:
        return _("{minutes} min").format(minutes=minutes)
    return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)


def describe_price(estimate: Estimate) -> str:
    """Say what the call costs; nothing where no tariff is configured."""
    if estimate.price.state is Pricing.UNPRICED:
        return _("without a price")
    return ", ".join(map(translate, describe_costs(sum_prices([estimate.price]), 0)))
