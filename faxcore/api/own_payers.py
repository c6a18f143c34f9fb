# SPDX-License-Identifier: GPL-3.0-or-later
"""The payer of a person's faxes, as `billing.payer_choice` chooses it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from faxcore.api.api_error import ApiError
from faxcore.billing.payer_choice import PayerRefused, choose_payer, find_default, list_usable
from faxcore.config import Config, CustomerConfig, PayerConfig, Sender
from faxcore.contract.bus import ErrorCode
from faxcore.contract.paying import PayerChoice, PayerKind
from faxcore.dialling.ruling import find_rule
from faxcore.store.jobs import JobRow
from faxcore.store.submissions import Addressee


def find_payer(config: Config, person: str, to: str, day: date, chosen: str = "", kept: str = "") -> str:
    """Find the code of whoever pays for a person's fax that is handed in on this day; empty: nobody does. `to` is the
    number in international form, or an internal one; `kept` the payer of the fax that is sent again, who pays again if
    the person may choose it now. ApiError if the payer may not be chosen, or if there must be one.
    """
    sender = config.find_sender(person)
    if kept and not chosen:
        with suppress(ApiError):
            return _choose(config, sender, day, kept, "")
    return _choose(config, sender, day, chosen, find_rule(config, to, sender).payer)


def refuse_payer(config: Config, person: str, day: date, chosen: str) -> None:
    """Raise ApiError for a payer that this person may not choose on this day."""
    if chosen:
        _choose(config, config.find_sender(person), day, chosen, "")


def find_moved_payer(config: Config, job: JobRow, to: str, day: date) -> str:
    """Find the code of whoever pays for a job that is to go to another number: who was chosen for it still does, and in
    place of whoever paid by a rule or by default that of the other number does. ApiError if there is none and must be.
    """
    before = None
    with suppress(ApiError):
        before = find_payer(config, job.owner, job.destination, day)
    return find_payer(config, job.owner, to, day) if job.payer == before else job.payer


def add_payers(
    config: Config, person: str, addressees: Sequence[Addressee], day: date, chosen: str
) -> tuple[Addressee, ...]:
    """Add to each recipient of a broadcast who pays for their fax. ApiError as of one fax."""
    sender = config.find_sender(person)
    found: dict[str, str] = {}
    paid = []
    for each in addressees:
        rule = find_rule(config, each.to.key, sender).payer
        if rule not in found:
            found[rule] = _choose(config, sender, day, chosen, rule)
        paid.append(replace(each, payer=found[rule]))
    return tuple(paid)


def list_payers(config: Config, person: str, day: date) -> list[PayerChoice]:
    """List the payers that a person may choose on a day, by code."""
    sender, default = config.find_sender(person), None
    with suppress(PayerRefused):
        default = find_default(config.payers, sender, day)
    return _view(list_usable(config.payers, sender, day), default)


def list_all_payers(config: Config) -> list[PayerChoice]:
    """List all payers, by code."""
    return _view(config.payers, None)


def _choose(config: Config, sender: Sender, day: date, chosen: str, by_rule: str) -> str:
    try:
        found = choose_payer(config.payers, sender, day, chosen, by_rule, required=config.billing.payer_required)
    except PayerRefused as error:
        raise ApiError(ErrorCode.BAD_ORDER, error.sentence) from error
    return "" if found is None else found.code


def _view(payers: Sequence[PayerConfig], default: PayerConfig | None) -> list[PayerChoice]:
    return [
        PayerChoice(
            payer.code,
            payer.name,
            PayerKind.CUSTOMER if isinstance(payer, CustomerConfig) else PayerKind.BUDGET,
            "" if payer.valid_from is None else payer.valid_from.isoformat(),
            "" if payer.valid_until is None else payer.valid_until.isoformat(),
            payer is default,
        )
        for payer in sorted(payers, key=lambda payer: payer.code)
    ]
