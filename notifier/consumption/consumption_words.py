# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the consumption window: keys of sums, amounts and limits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PyQt6.QtCore import QDate, QLocale

from faxcore.contract.limited import Counted, LimitLevel, LimitPeriod, LimitState
from faxcore.contract.priced import write_amount
from faxcore.contract.recorded import CallGrouping, CallTotals
from faxcore.i18n import gettext as _
from faxcore.model.call import Outcome
from faxcore.model.sentence import mark
from faxcore.model.text import clean_text
from notifier.cost_words import write_costs
from notifier.fax import count_pages

_CAUSES: Final = {
    Outcome.OK_PARTIAL: mark("broken off after some pages"),
    Outcome.UNCONFIRMED: mark("may have arrived"),
    Outcome.BUSY: mark("line busy"),
    Outcome.NO_ANSWER: mark("no answer"),
    Outcome.NO_DIALTONE: mark("no dial tone"),
    Outcome.NO_FAX: mark("no fax machine"),
    Outcome.INCOMPATIBLE: mark("machines do not fit"),
    Outcome.CANNOT_TRAIN: mark("line too bad"),
    Outcome.REJECTED: mark("call rejected"),
    Outcome.PASSWORD: mark("wrong password"),
    Outcome.NO_DOCUMENT: mark("no document to fetch"),
    Outcome.RX_INCAPABLE: mark("machine cannot receive"),
    Outcome.REMOTE_DCN: mark("hung up by the other machine"),
    Outcome.TIMEOUT: mark("no answer in the call"),
    Outcome.LINE_LOST: mark("call cut off"),
    Outcome.PROTOCOL: mark("machines misunderstood each other"),
    Outcome.LOCAL_ABORT: mark("stopped here"),
    Outcome.MODEM: mark("modem does not work"),
    Outcome.STORAGE: mark("no room on disk"),
}
_MILLISECONDS: Final = 60_000
"""Of a minute."""


def describe_key(key: str, by: CallGrouping) -> str:
    """Say what the calls of a row have in common."""
    if by is CallGrouping.MONTH and len(key) == len("2026-11"):
        month = QDate(int(key[:4]), int(key[5:]), 1)
        name = QLocale().standaloneMonthName(month.month())
        return f"{name} {month.year()}"
    if by is CallGrouping.CAUSE:
        cause = next((words for outcome, words in _CAUSES.items() if outcome.value == key), "")
        return _(cause) if cause else clean_text(key, 60)
    return clean_text(key, 60) or _("not known")


def write_minutes(seconds: float) -> str:
    """Write seconds in minutes, with one digit."""
    return QLocale().toString(seconds / 60, "f", 1)


def describe_cost(totals: CallTotals) -> str:
    """Say what the calls of a row cost, and how many of them have no price."""
    return write_costs(totals.costs, totals.unpriced)


def describe_limits(states: Iterable[LimitState]) -> list[str]:
    """Say of each limit how much of it is used and left, those that are used up first."""
    order = (LimitLevel.REACHED, LimitLevel.WARNED, LimitLevel.FINE)
    return [_describe_limit(state) for state in sorted(states, key=lambda state: order.index(state.level))]


def _describe_limit(state: LimitState) -> str:
    used, left, bound = (_write_counted(state, count) for count in (state.used + state.queued, state.left, state.bound))
    day = QLocale().toString(QDate.fromString(state.last_day, "yyyy-MM-dd"), QLocale.FormatType.ShortFormat)
    values = {"limit": clean_text(state.name, 60), "used": used, "left": left, "bound": bound, "day": day}
    if state.per is LimitPeriod.MONTH:
        said = _("{limit}: {used} of {bound} a month used, {left} left until {day}.").format(**values)
    else:
        said = _("{limit}: {used} of {bound} a year used, {left} left until {day}.").format(**values)
    if state.level is LimitLevel.FINE:
        return said
    return f"{said} {_explain_level(state)}"


def _explain_level(state: LimitState) -> str:
    if state.level is LimitLevel.WARNED:
        return _("It is soon used up.") if state.left else _("It is used up; faxes still go out.")
    contact = clean_text(state.contact, 120)
    if contact:
        return _("Further faxes are refused until then; {contact} can lift the limit.").format(contact=contact)
    return _("Further faxes are refused until then.")


def _write_counted(state: LimitState, count: int) -> str:
    if state.counted is Counted.PAGES:
        return count_pages(count)
    if state.counted is Counted.MINUTES:
        return _("{minutes} minutes").format(minutes=write_minutes(count / _MILLISECONDS * 60))
    return f"{write_amount(count)} {state.currency}"
