# SPDX-License-Identifier: GPL-3.0-or-later
"""The people whose a received fax is, by the configuration: its route, who of them there still is, and its folder."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from faxcore.config import Config, FileNaming
from faxcore.model.sentence import Sentence
from faxcore.routing.fitting import Arrival
from faxcore.routing.routes import NOBODY, Route, nobody, route
from faxcore.store.receptions import ReceptionRow

log = logging.getLogger(__name__)


def find_route(reception: ReceptionRow, station: str, config: Config) -> Route:
    """Find the route of a reception whose sender's machine has said this station id."""
    if reception.fetched_for:
        why = Sentence("order: {person} has had it fetched", {"person": reception.fetched_for})
        return Route((reception.fetched_for,), None, "order", (why,))
    line = next((line for line in config.all_lines() if line.name == reception.line), None)
    if line is None:
        return nobody(Sentence("nobody: there is no line {line} any more", {"line": reception.line}))
    at = datetime.fromisoformat(reception.received).astimezone()
    arrival = Arrival(reception.called, reception.sub_address, reception.caller, station, at)
    return route(line, arrival, config.dialling, config.routes)


def leave_out_gone(found: Route, config: Config) -> Route:
    """Make a route nobody's of whose owners there is none any more."""
    if not found.owners or find_existing(found.owners, config):
        return found
    gone = Sentence("nobody: there is no {owners} any more", {"owners": ", ".join(found.owners)})
    return replace(found, rule=NOBODY, trace=(*found.trace, gone))


def find_folder(found: Route, config: Config) -> Path:
    """Find the folder in which the files of a fax belong."""
    return found.folder or config.received


def find_naming(reception: ReceptionRow, config: Config) -> FileNaming:
    """Find the names and formats of a reception's files, as the configuration has them now."""
    return find_route(reception, reception.remote_id, config).naming.or_else(config.received_naming)


def find_owners(found: Route, config: Config) -> frozenset[str]:
    """Find the people whose a fax is: those of its route or, if there are none, those who sort it."""
    owners = find_existing(found.owners, config)
    return owners if owners or found.confidential else find_existing(config.sorters, config)


def find_existing(names: Iterable[str], config: Config) -> frozenset[str]:
    """Find people by their one name, whoever is in these groups now. One that is not known any more is left out, as the
    log says.
    """
    existing: frozenset[str] = frozenset()
    for name in names:
        owners = config.find_owners(name)
        if not owners:
            log.error("a user or group whose a fax would be is there no more: faxctl route --called NUMBER names them")
            log.debug("there is no user or group %r with anybody in it any more, whose a fax would be", name)
        existing |= owners or frozenset()
    return existing
