# SPDX-License-Identifier: GPL-3.0-or-later
"""The header of a fax whose sender chooses none, and the lines on which a fax that is not called yet may go out."""

from __future__ import annotations

from faxcore.config import Config, LineConfig
from faxcore.dialling.refusal import NumberRefused
from faxcore.dialling.ruling import permit
from faxcore.model.header import Header
from faxcore.queue.carrying import find_carriers
from faxcore.routing.own_numbers import find_own_number


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
    id = ""
    if any(each.header for line in config.lines for each in line.numbers):
        lines = list_sending_lines(config, person, number)
        own = filter(None, (find_own_number(line, person, config) for line in lines))
        id = next((each.header for each in own if each.header), "")
    header = config.header(id)
    assert header is not None, "the configuration has a header, and no number names one that is not there"
    return header
