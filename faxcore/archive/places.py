# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder in which a sent fax is archived, by the rules of the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from faxcore.config import ArchiveRule, Config
from faxcore.dialling.numbers import number_key
from faxcore.model.folding import fold
from faxcore.model.text import safe_file_name
from faxcore.store.sent_copies import SentCopyRow


def find_place(copy: SentCopyRow, archive: Path, config: Config) -> Path:
    """Find the folder of a copy: that of the first rule that it fits, else the archive itself."""
    rule = next((rule for rule in config.archive.rules if _fits(copy, rule, config)), None)
    if rule is None:
        return archive
    sent = datetime.fromisoformat(copy.started).astimezone()
    fields = {
        "year": sent.strftime("%Y"),
        "month": sent.strftime("%m"),
        "person": safe_file_name(copy.owner, otherwise="unknown"),
        "number": safe_file_name(copy.destination, otherwise="unknown"),
        "recipient": safe_file_name(copy.recipient.display_name(), otherwise="unknown"),
        "payer": safe_file_name(copy.payer, otherwise="unpaid"),
    }
    return archive / rule.folder.format(**fields)


def _fits(copy: SentCopyRow, rule: ArchiveRule, config: Config) -> bool:
    to = copy.recipient
    names = {_plain(name) for name in (to.last_name, to.person(), to.company) if name}
    return (
        (not rule.persons or copy.owner in {config.find_person(name) for name in rule.persons})
        and (not rule.numbers or copy.destination in _keys(rule.numbers, config))
        and (not rule.payers or copy.payer in rule.payers)
        and (not rule.recipients or not names.isdisjoint(map(_plain, rule.recipients)))
    )


def _keys(numbers: Sequence[str], config: Config) -> set[str]:
    """Every way in which the store may have these numbers: E.164, or an internal one as it is dialled."""
    keys = {number_key(number, config.dialling) for number in numbers}
    return keys | {"".join(char for char in number if char in "0123456789*#") for number in numbers}


def _plain(name: str) -> str:
    return " ".join(fold(name).split())
