# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls that a line answers: not those of unwanted callers, nor those for a telephone, nor, if so configured, those
whose fax would be nobody's.
"""

from __future__ import annotations

from faxcore.config import Config, LineConfig
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.routing.fitting import Arrival, is_among
from faxcore.routing.routes import is_answered, may_be_somebodys


def find_unanswered(line: LineConfig, arrival: Arrival, config: Config, *, withheld: bool = False) -> Sentence:
    """Find why a call is left to ring; nothing if it is answered. `withheld`: its caller hides his number."""
    if not line.answers:
        return Sentence("This line is for sending only.")
    if not is_answered(line, arrival.called, config.dialling):
        return Sentence("The number called is a telephone's.")
    if withheld and config.unanswered.withheld:
        return Sentence("Callers who hide their number are unwanted.")
    if arrival.caller and is_among(arrival.caller, config.unanswered.unwanted, config.dialling):
        return Sentence("The caller is unwanted.")
    if config.unanswered.for_nobody and not may_be_somebodys(line, arrival, config.dialling, config.routes):
        return Sentence("A fax from this caller to this number would be nobody's.")
    return NOTHING
