# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that are typed a second time: by them a slip of a finger is found before the fax is at a stranger's.

An order carries the second spellings. Where one is given it must be the same number, whoever orders; where the
administrator wants it, a draft goes to a new number only with one, so that no window can forget to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from faxcore.api.api_error import ApiError
from faxcore.config import Config
from faxcore.contract.bus import ErrorCode
from faxcore.dialling.numbers import Destination
from faxcore.dialling.refusal import NumberRefused
from faxcore.dialling.ruling import permit
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.store.used_numbers import UsedNumbers


def refuse_slips(typed_again: Iterable[str], to: Sequence[Destination], config: Config, person: str) -> frozenset[str]:
    """Give the keys of the numbers that were typed a second time. ApiError if one of them is not where the fax goes."""
    wanted = {each.key for each in to}
    keys = set()
    for number in typed_again:
        key = _find_key(number, config, person)
        if key not in wanted:
            named = {"number": clean_text(number, 60)}
            sentence = Sentence("“{number}” is not the number that was typed first. Compare both.", named)
            raise ApiError(ErrorCode.OTHER_NUMBER, sentence)
        keys.add(key)
    return frozenset(keys)


def refuse_new_numbers(
    used: UsedNumbers, config: Config, person: str, to: Sequence[Destination], typed_again: Iterable[str]
) -> None:
    """Raise ApiError for the first number that is new here and was not typed a second time, where that is wanted."""
    typed = refuse_slips(typed_again, to, config, person)
    if not config.dialog.type_new_numbers_twice:
        return
    new = used.find_new(person, {each.key for each in to}) - typed
    for each in to:
        if each.key in new:
            named = {"number": each.shown}
            sentence = Sentence("No fax has gone to {number} from here yet. Type this number a second time.", named)
            raise ApiError(ErrorCode.NEW_NUMBER, sentence)


def _find_key(number: str, config: Config, person: str) -> str:
    try:
        return permit(number, config, config.find_sender(person)).key
    except NumberRefused:
        return ""
