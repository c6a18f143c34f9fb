# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages between faxcore and the mailer, one JSON object a packet over a socket pair (SOCK_SEQPACKET).

The mailer is started as `python -m faxcore.mailer.mail_worker` with its end of the pair as standard input. It has the
network and the password of the mail server, and nothing else: no database, no bus, no file but those whose descriptors
come with an order. MailServer comes first; then each MailOrder is answered by one MailResult.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

from faxcore.contract.codec import decode, encode
from faxcore.model.sentence import NOTHING, Sentence

T = TypeVar("T")

LONGEST_PACKET: Final = 128 * 1024
MOST_DOCUMENTS: Final = 4
"""Documents in one mail."""


@dataclass(frozen=True)
class MailServer:
    """The way to the mail server, and where mails come from."""

    server: str
    port: int
    encryption: str
    """ "starttls", "tls" or "none"."""
    sender: str
    sender_name: str = ""
    certificates: str = ""
    user: str = ""
    password_file: str = ""
    templates: str = ""
    """The folder of the office's own templates; empty: there are none."""


@dataclass(frozen=True)
class MailFact:
    """A line of a mail: what it is about, and what is known of that."""

    key: str
    """Its name in templates."""
    name: Sentence
    value: Sentence


@dataclass(frozen=True)
class MailText:
    """The contents of a mail, in no language yet."""

    kind: str
    """Which templates it is written by."""
    subject: Sentence
    opening: tuple[Sentence, ...] = ()
    facts: tuple[MailFact, ...] = ()
    closing: tuple[Sentence, ...] = ()
    attached: Sentence = NOTHING
    """Said at its end if documents go with it."""
    not_attached: Sentence = NOTHING
    """Said at its end if they do not after all, because the server takes no mail of that size."""


@dataclass(frozen=True)
class MailOrder:
    """One mail to one address. The descriptors of its documents come with the packet, in their order."""

    id: str
    """The same for the same mail, however often it is sent: it becomes its Message-ID."""
    to: str
    created: str
    """ISO 8601; the Date of the mail."""
    text: MailText
    languages: tuple[str, ...] = ()
    """The reader's, first choice first; empty: the service's."""
    documents: tuple[str, ...] = ()
    """Their names, with a suffix that says what they are."""


class MailEnd(Enum):
    """The ends of an order."""

    SENT = "sent"
    LATER = "later"
    """The server does not take this mail now."""
    NEVER = "never"
    """The server will not take this mail, or there is no such mailbox."""
    NO_SERVER = "no-server"
    """Not because of this mail: the server cannot be reached, or does not want us."""


@dataclass(frozen=True)
class MailResult:
    """The end of one order."""

    end: MailEnd
    reason: Sentence = NOTHING
    warning: str = ""
    """Something for the log: the office's own template could not be used."""


def pack_mail(message: MailServer | MailOrder | MailResult) -> bytes:
    """Write one packet. ValueError if it would be too long."""
    packet = json.dumps(encode(message), ensure_ascii=False).encode()
    if len(packet) > LONGEST_PACKET:
        raise ValueError(f"a message of {len(packet)} octets is too long for the mailer")
    return packet


def unpack_mail(packet: bytes, kind: type[T]) -> T:
    """Read one packet. ValueError if it is not one."""
    try:
        return decode(json.loads(packet), kind)
    except RecursionError as error:
        raise ValueError("not a message of the mailer") from error
