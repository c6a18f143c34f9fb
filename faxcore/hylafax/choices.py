# SPDX-License-Identifier: GPL-3.0-or-later
"""The administrator's choices for an import, and what follows from them and the configuration: who is who, and which
line is which modem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from faxcore.config import Config

EVERYBODY_ELSE: Final = "*"


class UnknownPeople(Exception):
    """HylaFAX names people who are nobody here: `names` are theirs, each with the number of calls or jobs."""

    def __init__(self, names: Mapping[str, int]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class NobodyHere(Exception):
    """The administrator names somebody, or a line, that is not there: `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Choices:
    """The administrator's options of the import."""

    persons: Mapping[str, str] = field(default_factory=dict)
    """HylaFAX's names of people, each with ours; "*" is everybody else. Empty: nobody's."""
    lines: Mapping[str, str] = field(default_factory=dict)
    """HylaFAX's names of modems, each with the name of our line."""
    owner: str = ""
    """The person or group whose received faxes are; empty: the configuration says."""
    read: bool = False
    """True if received faxes are marked as read."""
    dry: bool = False
    """True if nothing is written."""


class Directory:
    """Finds people and lines."""

    def __init__(self, config: Config, choices: Choices) -> None:
        """NobodyHere if a choice names somebody or a line that is not there."""
        for name in filter(None, choices.persons.values()):
            if config.find_person(name) is None:
                raise NobodyHere(name)
        names = {line.name for line in config.all_lines()}
        for name in choices.lines.values():
            if name not in names:
                raise NobodyHere(name)
        if choices.owner and not config.find_owners(choices.owner):
            raise NobodyHere(choices.owner)
        self._config = config
        self._choices = choices
        self._lines = {_name_modem(str(line.device)): line.name for line in config.all_lines()} | dict(choices.lines)

    def find_person(self, name: str) -> str | None:
        """Find our name of a person whom HylaFAX calls so; "" for nobody, None if it is not known who it is."""
        persons = self._choices.persons
        found = persons.get(name)
        if found is None:
            found = self._config.find_person(name) if name else None
        found = persons.get(EVERYBODY_ELSE) if found is None else found
        return self._config.find_person(found) if found else found

    def check(self, names: Iterable[str]) -> None:
        """Check that all these people are known. UnknownPeople if not."""
        unknown: dict[str, int] = {}
        for name in names:
            if name in unknown or self.find_person(name) is None:
                unknown[name] = unknown.get(name, 0) + 1
        if unknown:
            raise UnknownPeople(dict(sorted(unknown.items(), key=lambda each: (-each[1], each[0]))))

    def find_line(self, modem: str) -> str:
        """Find the name of the line on which a modem is now; its own name, if it is on none."""
        return self._lines.get(modem, modem)


def _name_modem(device: str) -> str:
    """Name a modem as HylaFAX does, by its device."""
    return device.removeprefix("/dev/").replace("/", "_")
