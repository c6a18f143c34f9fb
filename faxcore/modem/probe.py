# SPDX-License-Identifier: GPL-3.0-or-later
"""Identity and abilities of a modem, found out with the test commands of V.250, T.31 and V.253.

An unknown command may be answered ERROR, or OK and nothing else: only an answer with contents counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from faxcore.modem.commands import AtDialogue
from faxcore.modem.known import KnownModem, find_known
from faxcore.modem.modulations import choose_class_1, parse_modulations, parse_service_classes, parse_values
from faxcore.modem.port import Port
from faxcore.modem.reset import reset
from faxcore.t30.modulation import Modulation

ANSWER_SECONDS = 3.0
IDENTITIES = ("I", "I3", "+GMI", "+GMM", "+GMR", "+FMI?", "+FMM?", "+FMR?")
"""Commands for the maker, the model and the revision: the old ones, V.250's and T.31's."""


@dataclass(frozen=True)
class Abilities:
    """A modem's own account of itself."""

    device: str
    identity: tuple[str, ...]
    """Its answers to the commands for its identity, each once."""
    classes: tuple[str, ...]
    """Its service classes as it prints them: 0 data, 1 and 1.0 what Facteur uses, 2, 2.0 and 2.1 others, 8 voice."""
    sends: tuple[Modulation, ...]
    """The modulations that it sends, fastest first."""
    receives: tuple[Modulation, ...]
    adaptive: bool
    """True if it tells by itself that the other kind of carrier is there (+FAR)."""
    carrier_loss: bool
    """True if the time for which a carrier may be gone can be set (+FCL)."""
    inactivity: bool
    """True if it hangs up by itself when its computer falls silent (+FIT)."""
    caller_id: bool
    row: KnownModem | None
    """Its row in the table of known modems."""

    @property
    def usable(self) -> bool:
        """True if faxes can be sent and received with it."""
        return has_class_1(self.classes) and bool(self.sends) and bool(self.receives)


def probe(port: Port) -> Abilities:
    """Reset the modem and ask for all its abilities. ModemFailed if the device does not answer like a modem."""
    dialogue = AtDialogue(port)
    reset(port, dialogue)
    dialogue.command("E0V1Q0")

    def ask(command: str) -> list[str]:
        result, lines = dialogue.ask(command, ANSWER_SECONDS)
        echo = f"AT{command}"
        return [line for line in lines if line != echo] if result == "OK" else []

    identity = tuple(dict.fromkeys(line for command in IDENTITIES for line in ask(command)))
    row = find_known(identity)
    for command in row.setup if row is not None else ():
        dialogue.command(command)
    said = ask("+FCLASS=?")
    classes = parse_service_classes(said)
    if fax := choose_class_1(said):
        dialogue.command(f"+FCLASS={fax}")
    try:
        return Abilities(
            device=port.device,
            identity=identity,
            classes=classes,
            sends=parse_modulations(ask("+FTM=?")),
            receives=parse_modulations(ask("+FRM=?")),
            adaptive=1 in parse_values(ask("+FAR=?")),
            carrier_loss=bool(parse_values(ask("+FCL=?"))),
            inactivity=bool(parse_values(ask("+FIT=?"))),
            caller_id=1 in parse_values(ask("+VCID=?")) or 1 in parse_values(ask("#CID=?")),
            row=row,
        )
    finally:
        dialogue.command("+FCLASS=0")


def has_class_1(classes: tuple[str, ...]) -> bool:
    """Return whether the service classes include one that Facteur uses."""
    return bool({"1", "1.0"} & set(classes))
