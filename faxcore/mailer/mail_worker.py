# SPDX-License-Identifier: GPL-3.0-or-later
"""The mailer: mails are ordered on its standard input, one at a time, and each order is answered.

It reads the password, then gives up every right but to read what a connection and the templates need. What a mail
carries comes as open files with its order.
"""

from __future__ import annotations

import logging
import os
import select
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Final

from faxcore.contract.mail_messages import (
    LONGEST_PACKET,
    MOST_DOCUMENTS,
    MailEnd,
    MailOrder,
    MailResult,
    MailServer,
    pack_mail,
    unpack_mail,
)
from faxcore.document import landlock, namespaces
from faxcore.document.walls import list_readable
from faxcore.mailer.smtp_session import SmtpFailure, SmtpSession, read_password
from faxcore.mailer.write_mail import MailDocument, write_mail
from faxcore.model.sentence import Sentence
from faxcore.no_core import leave_no_core

log = logging.getLogger(__name__)

GOODBYE_SECONDS: Final = 3.0
"""Seconds to take leave of the mail server."""
MOST_OCTETS: Final = 100_000_000
"""Octets of a document."""
_RESOLVING: Final = (
    *("/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services"),
    *("/run/systemd/resolve", "/etc/ssl", "/etc/ca-certificates", "/dev/urandom"),
)
"""The places where a name becomes an address, and a certificate is trusted."""


def main() -> int:
    """Serve until the service closes its end."""
    leave_no_core()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="mailer: %(message)s")
    with socket.socket(fileno=os.dup(0)) as line:
        packet = line.recv(LONGEST_PACKET)
        if not packet:
            return 0
        server = unpack_mail(packet, MailServer)
        try:
            session: SmtpSession | None = SmtpSession(server, read_password(server.password_file))
        except (OSError, ValueError) as error:
            # The next mailer may find it: every mail of this one waits.
            session = None
            problem = Sentence(
                "The password of the mail server cannot be read: {reason}",
                {"reason": getattr(error, "strerror", None) or str(error)},
            )
        _build_wall(server)
        # Behind the wall: a thread that was there before would not be.
        Thread(target=_end_with_service, args=(line.fileno(),), daemon=True).start()
        while True:
            with ExitStack() as held:
                order, documents = _receive(line, held)
                if order is None:
                    break
                if session is None:
                    result = MailResult(MailEnd.NO_SERVER, problem)
                else:
                    result = _carry_out(order, documents, server, session)
                try:
                    line.send(pack_mail(result))
                except BrokenPipeError:
                    break  # the service has ended, and will order the mail again
        if session is not None:
            session.close()
    return 0


def _end_with_service(line: int) -> None:
    """End this process a moment after the service has let go of it, whatever the mail server keeps it waiting for: the
    mail is ordered again, and must not go out from here as well.
    """
    hung_up = select.poll()
    hung_up.register(line, select.POLLHUP)
    hung_up.poll()
    time.sleep(GOODBYE_SECONDS)
    os._exit(1)


def _receive(line: socket.socket, held: ExitStack) -> tuple[MailOrder | None, list[MailDocument]]:
    packet, descriptors, _flags, _address = socket.recv_fds(line, LONGEST_PACKET, MOST_DOCUMENTS)
    files = [held.enter_context(os.fdopen(descriptor, "rb")) for descriptor in descriptors]
    if not packet:
        return None, []
    order = unpack_mail(packet, MailOrder)
    return order, [
        MailDocument(name, file.read(MOST_OCTETS)) for name, file in zip(order.documents, files, strict=True)
    ]


def _carry_out(order: MailOrder, documents: list[MailDocument], server: MailServer, session: SmtpSession) -> MailResult:
    """Send a mail; without its documents, if it is too large with them."""
    try:
        octets, warning = write_mail(order, server, documents)
        try:
            session.send(order.to, octets)
        except SmtpFailure as failure:
            if not (failure.too_large and documents):
                raise
            octets, warning = write_mail(order, server, [])
            session.send(order.to, octets)
    except SmtpFailure as failure:
        return failure.result
    except (ValueError, LookupError) as error:
        log.exception("mail %s cannot be written", order.id)
        return MailResult(MailEnd.NEVER, Sentence("The mail cannot be written: {reason}", {"reason": str(error)}))
    return MailResult(MailEnd.SENT, warning=warning)


def _build_wall(server: MailServer) -> None:
    """Give up every file but those that a connection and the templates need, and every right to more."""
    namespaces.give_up_rights()
    named = (Path(each) for each in (server.templates, server.certificates) if each)
    needed = [*list_readable(), *map(Path, _RESOLVING), *named]
    try:
        log.info("behind Landlock %d", landlock.restrict(needed, [], network=True))
    except OSError as error:
        log.warning("no wall is around the mailer: %s", error)


if __name__ == "__main__":
    sys.exit(main())
