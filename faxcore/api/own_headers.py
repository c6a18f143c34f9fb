# SPDX-License-Identifier: GPL-3.0-or-later
"""The header of a fax whose sender chooses none, those that its sender has made, what a header has of its sender, and
the lines on which a fax that is not called yet may go out.
"""

from __future__ import annotations

from dataclasses import replace

from faxcore.config import Config, LineConfig, NumberConfig
from faxcore.contract.order import OwnHeader
from faxcore.dialling.refusal import NumberRefused
from faxcore.dialling.ruling import permit
from faxcore.model.header import Header
from faxcore.model.sentence import literal
from faxcore.queue.carrying import find_carriers
from faxcore.routing.own_numbers import find_own_number
from faxcore.store.store import Store

_COVER = "standard"
"""The cover page of a header of one's own."""


def with_own(config: Config, store: Store, person: str, id: str) -> Config:
    """Give the configuration with the header of this id, too, if it is one that the person has made."""
    if not id or config.header(id) is not None:
        return config
    own = store.own_headers.get(person, id)
    return config if own is None else add_own(config, own)


def add_own(config: Config, own: OwnHeader) -> Config:
    """Give the configuration with a header of somebody's own behind the others."""
    like = config.header(own.logo) if own.logo else None
    header = Header(
        own.id,
        literal(own.name),
        own.heading,
        own.sender,
        _COVER if own.cover else None,
        own.language,
        logo=like.logo if like is not None and not own.picture else "",
        picture=own.picture,
    )
    return replace(config, headers=(*config.headers, header))


def list_sending_lines(config: Config, person: str, number: str) -> list[LineConfig]:
    """List the lines on which a person's fax to a number may go out, in their order; to a number that is not named yet,
    or is not called for them, those that dial at all.
    """
    if number:
        sender = config.find_sender(person)
        try:
            return find_carriers(config.all_lines(), permit(number, config, sender).key, sender, config)
        except NumberRefused:
            pass
    return [line for line in config.all_lines() if line.dials]


def find_own_header(config: Config, person: str, number: str = "") -> Header:
    """Find the header of a person's fax for which they choose none: that of their own number on the first line which
    may carry it and where that has one, else the first of all.
    """
    own = _list_own_numbers(config, person, number)
    header = config.header(next((each.header for each in own if each.header), ""))
    assert header is not None, "the configuration has a header, and no number names one that is not there"
    return header


def make_own(header: Header, config: Config, person: str, number: str) -> Header:
    """Give a header the full name of its sender, and one that has no language of its own that of the sender's number,
    found as its header would be. Both are the fax's from then on: with others, the cover page might have another
    length.
    """
    own = _list_own_numbers(config, person, number) if not header.language else []
    language = next((each.language for each in own if each.language), header.language)
    return replace(header, language=language, person=config.describe_person(person).full_name)


def _list_own_numbers(config: Config, person: str, number: str) -> list[NumberConfig]:
    if not any(each.header or each.language for line in config.lines for each in line.numbers):
        return []
    lines = list_sending_lines(config, person, number)
    return list(filter(None, (find_own_number(line, person, config) for line in lines)))
