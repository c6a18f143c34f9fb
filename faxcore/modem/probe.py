# SPDX-License-Identifier: GPL-3.0-or-later
"""What a modem is and can do, asked with the test commands of V.250, T.31 and V.253.

A command that is not known may be answered ERROR, or OK and nothing else: only an answer with contents counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from faxcore.modem.commands import AtDialogue
from faxcore.modem.known import Known, known
from faxcore.modem.modulations import class_1, modulations, service_classes, values
from faxcore.modem.port import Port
from faxcore.modem.reset import reset
from faxcore.t30.modulation import Modulation

ANSWER_SECONDS = 3.0
IDENTITIES = ("I", "I3", "+GMI", "+GMM", "+GMR", "+FMI?", "+FMM?", "+FMR?")
"""Who made it, what it is called, and its revision, the old way, V.250's and T.31's."""


@dataclass(frozen=True)
class Abilities:
    """What a modem says of itself."""

    device: str
    identity: tuple[str, ...]
    """Its answers to the questions who it is, each once."""
    classes: tuple[str, ...]
    """Its service classes as it prints them: 0 data, 1 and 1.0 what Facteur uses, 2, 2.0 and 2.1 others, 8 voice."""
    sends: tuple[Modulation, ...]
    """The modulations that it sends, fastest first."""
    receives: tuple[Modulation, ...]
    adaptive: bool
    """It tells by itself that the other kind of carrier is there (+FAR)."""
    carrier_loss: bool
    """How long a carrier may be gone can be set (+FCL)."""
    inactivity: bool
    """It hangs up by itself if its computer falls silent (+FIT)."""
    caller_id: bool
    row: Known | None
    """What is known of it besides."""

    @property
    def usable(self) -> bool:
        """Whether faxes can be sent and received with it."""
        return has_class_1(self.classes) and bool(self.sends) and bool(self.receives)


def probe(port: Port) -> Abilities:
    """Reset the modem and ask it all. ModemFailed if what is there does not answer as a modem."""
    dialogue = AtDialogue(port)
    reset(port, dialogue)
    dialogue.command("E0V1Q0")

    def ask(command: str) -> list[str]:
        result, lines = dialogue.ask(command, ANSWER_SECONDS)
        echo = f"AT{command}"
        return [line for line in lines if line != echo] if result == "OK" else []

    identity = tuple(dict.fromkeys(line for command in IDENTITIES for line in ask(command)))
    row = known(identity)
    for command in row.setup if row is not None else ():
        dialogue.command(command)
    said = ask("+FCLASS=?")
    classes = service_classes(said)
    if fax := class_1(said):
        dialogue.command(f"+FCLASS={fax}")
    try:
        return Abilities(
            device=port.device,
            identity=identity,
            classes=classes,
            sends=modulations(ask("+FTM=?")),
            receives=modulations(ask("+FRM=?")),
            adaptive=1 in values(ask("+FAR=?")),
            carrier_loss=bool(values(ask("+FCL=?"))),
            inactivity=bool(values(ask("+FIT=?"))),
            caller_id=1 in values(ask("+VCID=?")) or 1 in values(ask("#CID=?")),
            row=row,
        )
    finally:
        dialogue.command("+FCLASS=0")


def has_class_1(classes: tuple[str, ...]) -> bool:
    """Whether the service classes have the one that Facteur uses."""
    return bool({"1", "1.0"} & set(classes))
