# SPDX-License-Identifier: GPL-3.0-or-later
"""A real mail server (aiosmtpd), in a thread of its own, which can be as rude as real ones are.

    with RudeServer(tls=True, password="secret") as server:
        server.rude("DATA", "451 not now")      # once; then it is polite again

What it has taken is in `taken`, also what it took and never said so.
"""

from __future__ import annotations

import email.policy
import queue
import socket
import ssl
import threading
from collections import defaultdict
from collections.abc import Callable
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from types import TracebackType
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

Rudeness = str | Callable[[SMTP], str]
"""An answer, or what makes one: it may close the connection, or end a process, before."""


class RudeServer:
    """The server on a port of this machine."""

    def __init__(
        self, tls: bool = False, password: str = "", size: int = 33_554_432, folder: Path | None = None
    ) -> None:
        """With `tls`, it wants STARTTLS, and `certificates` is whom to trust, in this folder."""
        self.taken: list[EmailMessage] = []
        self.senders: list[str] = []
        self.steps: list[str] = []
        """What it was asked."""
        self.came: queue.Queue[EmailMessage] = queue.Queue()
        self.at_step: Callable[[str], None] = lambda _step: None
        """Hears of each step before it is answered, in the server's thread."""
        self.port = 0
        self.certificates: Path | None = None
        self._rude: dict[str, list[Rudeness]] = defaultdict(list)
        self._lock = threading.Lock()
        options: dict[str, Any] = {"data_size_limit": size}
        if tls:
            assert folder is not None
            authority = trustme.CA()
            self.certificates = folder / "authority.pem"
            authority.cert_pem.write_to_path(self.certificates)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("localhost").configure_cert(context)
            options |= {"tls_context": context, "require_starttls": True}
        if password:
            options |= {"authenticator": _knows(password), "auth_required": True, "auth_require_tls": tls}
        self._options = options
        self._controller: Controller | None = None

    def __enter__(self) -> RudeServer:
        self._controller = _Controller(self, hostname="localhost", port=_free_port(), **self._options)
        self._controller.start()
        self.port = self._controller.port
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        assert self._controller is not None
        self._controller.stop()

    def rude(self, step: str, *how: Rudeness) -> None:
        """Be rude at this step (EHLO, MAIL, RCPT, DATA, TAKEN: the mail is ours already), once for each `how`."""
        with self._lock:
            self._rude[step] += how

    def answer(self, step: str, smtp: SMTP) -> str | None:
        """Give the rude answer to a step; None: be polite."""
        self.at_step(step)
        with self._lock:
            self.steps.append(step)
            how = self._rude[step].pop(0) if self._rude[step] else None
        return how(smtp) if callable(how) else how

    def take(self, envelope: Envelope) -> None:
        """Keep a mail."""
        octets = envelope.content
        assert isinstance(octets, bytes)
        mail = BytesParser(policy=email.policy.default).parsebytes(octets)
        assert isinstance(mail, EmailMessage)
        self.taken.append(mail)
        self.senders.append(envelope.mail_from or "")
        self.came.put(mail)


def cut(smtp: SMTP) -> str:
    """Close the connection without an answer."""
    assert smtp.transport is not None
    smtp.transport.abort()
    return "451 nobody hears this"


class _Handler:
    def __init__(self, server: RudeServer) -> None:
        self._server = server

    async def handle_EHLO(
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        rude = self._server.answer("EHLO", server)
        return responses if rude is None else [rude]

    async def handle_MAIL(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        rude = self._server.answer("MAIL", server)
        if rude is not None:
            return rude
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        rude = self._server.answer("RCPT", server)
        if rude is not None:
            return rude
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        rude = self._server.answer("DATA", server)
        if rude is not None:
            return rude
        self._server.take(envelope)
        return self._server.answer("TAKEN", server) or "250 taken"


class _Controller(Controller):
    def __init__(self, server: RudeServer, **options: Any) -> None:
        super().__init__(_Handler(server), **options)


def _knows(password: str) -> Callable[..., AuthResult]:
    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        right = mechanism in ("LOGIN", "PLAIN") and data.login == b"facteur" and data.password == password.encode()
        return AuthResult(success=right, handled=False)

    return authenticate


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port: int = free.getsockname()[1]
        return port
