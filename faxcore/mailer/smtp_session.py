# SPDX-License-Identifier: GPL-3.0-or-later
"""One connection to the mail server (RFC 5321), kept for the mails that follow.

An answer belongs either to the mail (no such mailbox, too large, not now) or to the way to the server (no connection,
no TLS, no login, sender refused): with the latter no mail fares better, and none is to blame. A server that has the
whole mail and goes without an answer may have taken it. Then it is sent again, under the same Message-ID: late rather
than never, and twice only where SMTP itself cannot know (RFC 5321, 4.2.5, 6.1).

Encryption is never less than what is configured: a server that offers no STARTTLS gets nothing.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from faxcore.contract.mail_messages import MailEnd, MailResult, MailServer
from faxcore.model.sentence import Sentence, literal, mark
from faxcore.model.text import clean_text

log = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 60.0
"""Seconds that the server has for each answer."""
_TOO_LARGE: Final = (552, 523)
_NO_SERVICE: Final = 421

Refuse = Callable[[str], str]


class SmtpFailure(Exception):
    """A mail has not been taken."""

    def __init__(self, end: MailEnd, reason: Sentence, too_large: bool = False) -> None:
        super().__init__(str(reason))
        self.result = MailResult(end, reason)
        self.too_large = too_large


class SmtpSession:
    """A way to the server: opened with the first mail, and again when it was lost."""

    def __init__(self, server: MailServer, password: str, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._server = server
        self._password = password
        self._seconds = answer_seconds
        self._smtp: smtplib.SMTP | None = None

    def send(self, to: str, octets: bytes) -> None:
        """Hand a mail to the server. SmtpFailure if it does not take it."""
        kept = self._smtp is not None
        smtp = self._smtp or self._open()
        try:
            if kept and not _is_alive(smtp):
                self._drop()
                smtp = self._open()
            self._hand_over(smtp, to, octets)
        except SmtpFailure as failure:
            if failure.result.end is MailEnd.NO_SERVER:
                self._drop()
            else:
                # The next mail begins anew.
                _is_alive(smtp)
            raise

    def close(self) -> None:
        """End the connection."""
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException) as error:
                log.info("the mail server did not say goodbye: %s", error)
        self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _open(self) -> smtplib.SMTP:
        server = self._server
        with _told(mark("The mail server {server} cannot be reached: {reason}"), server.server):
            context = ssl.create_default_context(cafile=server.certificates or None)
        if server.encryption == "tls":
            with _told(mark("There is no safe connection to the mail server {server}: {reason}"), server.server):
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.server, server.port, timeout=self._seconds, context=context
                )
        else:
            with _told(mark("The mail server {server} cannot be reached: {reason}"), server.server):
                smtp = smtplib.SMTP(server.server, server.port, timeout=self._seconds)
        try:
            if server.encryption == "starttls":
                with _told(mark("There is no safe connection to the mail server {server}: {reason}"), server.server):
                    smtp.starttls(context=context)
            if server.user:
                with _told(mark("The mail server {server} does not accept the login: {reason}"), server.server):
                    smtp.login(server.user, self._password)
            else:
                with _told(mark("The mail server {server} cannot be reached: {reason}"), server.server):
                    smtp.ehlo_or_helo_if_needed()
        except SmtpFailure:
            smtp.close()
            raise
        self._smtp = smtp
        return smtp

    def _hand_over(self, smtp: smtplib.SMTP, to: str, octets: bytes) -> None:
        name = self._server.server
        most = smtp.esmtp_features.get("size", "")
        if most.isdecimal() and 0 < int(most[:18]) < len(octets):
            raise _too_large(f"SIZE {most[:18]}")
        options = [f"size={len(octets)}"] if smtp.has_extn("size") else []
        lost = mark("The connection to the mail server {server} was lost: {reason}")
        with _told(lost, name):
            code, answer = smtp.mail(self._server.sender, options)
        if code in _TOO_LARGE:
            raise _too_large(_words(answer))
        if code // 100 != 2:
            refused = mark("The mail server {server} does not take mail from us: {reason}")
            raise _fail(MailEnd.NO_SERVER, refused, name, code, answer)
        with _told(lost, name):
            code, answer = smtp.rcpt(to)
        _refuse_mail(name, code, answer, mark("The mail server {server} does not take mail for this address: {reason}"))
        after = mark("The mail server {server} has not said whether it took the mail: {reason}")
        with _told(after, name, MailEnd.LATER):
            try:
                code, answer = smtp.data(octets)
            except smtplib.SMTPDataError as error:
                code, answer = error.smtp_code, _to_octets(error.smtp_error)
        _refuse_mail(name, code, answer, mark("The mail server {server} does not take the mail: {reason}"))


def _refuse_mail(server: str, code: int, answer: bytes, message: str) -> None:
    if code // 100 == 2:
        return
    if code == _NO_SERVICE:
        raise _fail(MailEnd.NO_SERVER, message, server, code, answer)
    if code in _TOO_LARGE or b"5.3.4" in answer:
        raise _too_large(_words(answer))
    raise _fail(MailEnd.NEVER if code // 100 == 5 else MailEnd.LATER, message, server, code, answer)


def _fail(end: MailEnd, message: str, server: str, code: int, answer: bytes) -> SmtpFailure:
    reason = f"{code} {_words(answer)}".strip()
    return SmtpFailure(end, Sentence(message, {"server": server, "reason": reason}))


def _too_large(why: str) -> SmtpFailure:
    sentence = Sentence("The mail is too large for the mail server ({reason}).", {"reason": why})
    return SmtpFailure(MailEnd.NEVER, sentence, too_large=True)


def _is_alive(smtp: smtplib.SMTP) -> bool:
    """Begin anew on a connection (RSET); False if it is gone."""
    try:
        return smtp.rset()[0] // 100 == 2
    except (OSError, smtplib.SMTPException):
        return False


@contextmanager
def _told(message: str, server: str, end: MailEnd = MailEnd.NO_SERVER) -> Iterator[None]:
    """Make an SmtpFailure of whatever goes wrong on the way to the server."""
    try:
        yield
    except SmtpFailure:
        raise
    except smtplib.SMTPResponseException as error:
        reason = f"{error.smtp_code} {_words(_to_octets(error.smtp_error))}".strip()
        raise SmtpFailure(end, Sentence(message, {"server": server, "reason": reason})) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise SmtpFailure(end, Sentence(message, {"server": server, "reason": _explain(error)})) from error


def _explain(error: Exception) -> Sentence:
    match error:
        case TimeoutError():
            return Sentence("it does not answer.")
        case ssl.SSLCertVerificationError():
            return Sentence("its certificate is not trusted ({cause}).", {"cause": clean_text(error.verify_message)})
        case smtplib.SMTPNotSupportedError():
            return Sentence("it does not offer what is configured ({cause}).", {"cause": clean_text(str(error))})
        case smtplib.SMTPServerDisconnected():
            return Sentence("it has closed the connection.")
        case OSError() if error.strerror and not isinstance(error, ssl.SSLError):
            return literal(clean_text(error.strerror))
        case _:
            return literal(clean_text(str(error)))


def _to_octets(answer: bytes | str) -> bytes:
    return answer if isinstance(answer, bytes) else answer.encode("utf-8", "replace")


def _words(answer: bytes) -> str:
    return clean_text(answer.decode("utf-8", "replace"))


def read_password(path: str) -> str:
    """Read the password of the mail server; empty if there is none. OSError or ValueError if it cannot be read."""
    return Path(path).read_text(encoding="utf-8").strip("\r\n") if path else ""
