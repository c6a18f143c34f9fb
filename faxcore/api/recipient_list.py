# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a list of recipients, and find every fault before anything is sent.

A list is a table of people (`contact_files/people_table`). One with a fault is refused as a whole, with the line of
each: half a circular is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.api.orders import check_password, check_sub_address
from faxcore.contact_files.people_table import ListRefused, read_table
from faxcore.dialling.numbers import Destination
from faxcore.dialling.refusal import NumberRefused
from faxcore.dialling.sub_address import add_sub_address
from faxcore.model.recipient import RECIPIENT_NAMES, Recipient
from faxcore.model.sentence import Sentence, Value
from faxcore.store.submissions import Addressee

Permit = Callable[[str], Destination]
"""Finds the destination of a number that may be called; NumberRefused for any other."""

MOST_RECIPIENTS: Final = 20_000
MOST_TOLD: Final = 10
"""Faults that a refusal names."""


def read_recipients(octets: bytes, permit: Permit) -> tuple[Addressee, ...]:
    """Read the recipients of a list, in its order. Several lines with the same number are one recipient, the first.
    ListRefused names each line that cannot be used, those whose number is not permitted among them.
    """
    addressees: dict[tuple[str, str], Addressee] = {}
    faults: list[Sentence] = []
    for line in read_table(octets):
        found = line.fault or _read_line(line.cells, permit)
        if isinstance(found, Sentence):
            faults.append(line.blame(found))
        else:
            addressees.setdefault((found.to.key, found.to.sub_address), found)
        if len(addressees) > MOST_RECIPIENTS:
            raise _too_many()
    return _conclude(addressees, faults, Sentence("The list has no recipients."))


def check_recipients(recipients: Sequence[Recipient], permit: Permit) -> tuple[Addressee, ...]:
    """Check the recipients that a person has chosen one by one. ListRefused names those that cannot be used."""
    addressees: dict[tuple[str, str], Addressee] = {}
    faults: list[Sentence] = []
    for recipient in recipients[: MOST_RECIPIENTS + 1]:
        try:
            to = permit(recipient.number)
            addressees.setdefault((to.key, to.sub_address), Addressee(recipient.cleaned(), to))
        except NumberRefused as refused:
            named: dict[str, Value] = {"recipient": recipient.cleaned().display_name(), "reason": refused.sentence}
            faults.append(Sentence("{recipient}: {reason}", named))
    if len(recipients) > MOST_RECIPIENTS:
        raise _too_many()
    return _conclude(addressees, faults, Sentence("The fax has no recipients."))


def _read_line(cells: Mapping[str, str], permit: Permit) -> Addressee | Sentence:
    """Read a recipient; or say why there is none."""
    number = cells.get("number", "").strip()
    if not number:
        return Sentence("there is no number.")
    try:
        to = add_sub_address(permit(number), check_sub_address(cells.get("sub_address", "")))
        password = check_password(cells.get("password", ""))
    except (NumberRefused, ApiError) as refused:
        return refused.sentence
    names = {field: cells.get(field, "") for field in RECIPIENT_NAMES}
    return Addressee(Recipient(number, **names).cleaned(), to, password)


def _conclude(
    addressees: Mapping[tuple[str, str], Addressee], faults: Sequence[Sentence], nobody: Sentence
) -> tuple[Addressee, ...]:
    """Give the recipients. ListRefused if there was a fault, or nobody."""
    if faults:
        raise ListRefused(_tell(faults))
    if not addressees:
        raise ListRefused(nobody)
    return tuple(addressees.values())


def _too_many() -> ListRefused:
    return ListRefused(Sentence("The list has more than {count} recipients: divide it.", {"count": MOST_RECIPIENTS}))


def _tell(faults: Sequence[Sentence]) -> Sentence:
    told = faults[:MOST_TOLD]
    values = {f"fault{place}": fault for place, fault in enumerate(told)}
    each_on_a_line = "\n".join(f"{{{name}}}" for name in values)
    lines = Sentence(each_on_a_line, values)
    if len(faults) == len(told):
        return Sentence("Nothing is sent, because the list has faults:\n{faults}", {"faults": lines})
    return Sentence(
        "Nothing is sent, because the list has faults:\n{faults}\nFurther lines with a fault: {count}",
        {"faults": lines, "count": len(faults) - len(told)},
    )
