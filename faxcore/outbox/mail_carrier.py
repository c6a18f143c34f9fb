# SPDX-License-Identifier: GPL-3.0-or-later
"""News by mail: to whom, of what, in which language and with which documents, as the configuration is when it goes."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from faxcore.announce.contact_names import ContactNames
from faxcore.config import Config
from faxcore.config.current import CurrentConfig
from faxcore.config.mail import PORTS
from faxcore.config.telling import TellingConfig
from faxcore.contract.mail_messages import MailEnd, MailOrder, MailResult, MailServer, MailText
from faxcore.dialling.numbers import show_number, show_station
from faxcore.fax_folders.own_copies import own_copies
from faxcore.model.job import State
from faxcore.model.sentence import Sentence
from faxcore.outbox.mail_texts import (
    write_fetching,
    write_invoice,
    write_job,
    write_limit,
    write_print_notice,
    write_received,
    write_retry,
    write_test,
)
from faxcore.outbox.mailer_process import MailerProcess
from faxcore.outbox.outbox import Attempt, Carrying
from faxcore.routing.routes import find_number, find_telling
from faxcore.store import deliveries
from faxcore.store.deliveries import DeliveryRow
from faxcore.store.ids_and_times import new_id
from faxcore.store.jobs import JobRow
from faxcore.store.receptions import KNOWN, ReceptionRow
from faxcore.store.store import Store

MakeReceipt = Callable[[str, JobRow, Path], Awaitable[bool]]
"""Writes the receipt of a person's job to a file that is not there yet; False if there is none."""
MakeInvoice = Callable[[str, Path], Awaitable[None]]
"""Writes the PDF of the invoice with this number to a file that is not there yet."""

NEWS: Final = {
    deliveries.RECEPTION: "received",
    deliveries.FETCHING: "sent",
    deliveries.PRINT_NOTICE: "failed",
    deliveries.LIMIT: "limits",
    f"{deliveries.JOB}-{State.DONE.value}": "sent",
    f"{deliveries.JOB}-{State.FAILED.value}": "failed",
    f"{deliveries.JOB}-{State.UNCERTAIN.value}": "failed",
}
"""The kind of news, as the configuration has it, of each kind of delivery; of none other is told by mail."""
_ENDS: Final = {
    MailEnd.SENT: Carrying.TOLD,
    MailEnd.LATER: Carrying.LATER,
    MailEnd.NEVER: Carrying.NEVER,
    MailEnd.NO_SERVER: Carrying.DOWN,
}


@dataclass(frozen=True)
class News:
    """What a mail tells, and with which files."""

    text: MailText
    files: tuple[tuple[str, Path], ...] = ()
    """The name of each, and where it is."""
    language: str = ""
    """Of those who do not say which they read."""


def is_mailed(config: Config, person: str, kind: str) -> bool:
    """Return whether a person hears of this kind of delivery by mail."""
    described = config.describe_person(person)
    news = deliveries.JOB_RETRY if kind.startswith(deliveries.JOB_RETRY) else kind
    wanted = config.mail.news if described.mail_news is None else described.mail_news
    name = "retried" if news == deliveries.JOB_RETRY else NEWS.get(kind)
    return bool(config.mail.server and described.mail) and name in wanted


def describe_server(config: Config) -> MailServer:
    """Tell the mailer the way to the server."""
    mail = config.mail
    return MailServer(
        server=mail.server,
        port=mail.port or PORTS[mail.encryption],
        encryption=mail.encryption,
        sender=mail.sender,
        sender_name=config.station_name,
        certificates=str(mail.certificates or ""),
        user=mail.user,
        password_file=str(mail.password_file or ""),
        templates=str(mail.templates or ""),
    )


class MailCarrier:
    """Carries deliveries to the mail server."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        mailer: MailerProcess,
        receipt: MakeReceipt,
        invoice: MakeInvoice,
    ) -> None:
        self._store = store
        self._config = config
        self._mailer = mailer
        self._receipt = receipt
        self._invoice = invoice
        self._names = ContactNames(store, config)

    @property
    def is_open(self) -> bool:
        """True if there is a mail server."""
        return bool(self._config.value.mail.server)

    @property
    def give_up_seconds(self) -> float:
        """Seconds after which a mail is given up."""
        return self._config.value.mail.give_up_days * 86_400.0

    async def rest(self) -> None:
        """End the mailer: nothing is due."""
        await self._mailer.rest()

    def explain_down(self, reason: Sentence, waiting: int) -> Sentence:
        """Say that no mail goes out."""
        return Sentence("No mail goes out (waiting: {count}): {reason}", {"reason": reason, "count": waiting})

    def explain_given_up(self, count: int) -> Sentence:
        """Say that mails were given up."""
        return Sentence(
            "Mails could not be delivered today: {count}. `faxctl deliveries list` says which, and why.",
            {"count": count},
        )

    async def carry(self, delivery: DeliveryRow) -> Attempt:
        """Send one mail."""
        to = delivery.address or self._config.value.describe_person(delivery.person).mail
        with ExitStack() as held:
            folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="facteur-mail-")))
            news = await self._find(delivery, folder) if to else None
            if news is None:
                return Attempt(Carrying.NEEDLESS)
            language = self._config.value.describe_person(delivery.person).language or news.language
            result = await self._send(delivery.id, to, delivery.created, news, language)
        return Attempt(_ENDS[result.end], result.reason)

    async def send_test(self, to: str, host: str) -> MailResult:
        """Send a test to this address at once."""
        created = self._store.database.now()
        return await self._send(new_id(), to, created, News(write_test(host)), "")

    async def send_now(self, id: str, to: str, text: MailText) -> MailResult:
        """Send a mail that is no delivery."""
        return await self._send(id, to, self._store.database.now(), News(text), "")

    async def _send(self, id: str, to: str, created: str, news: News, language: str) -> MailResult:
        names = tuple(name for name, _path in news.files)
        order = MailOrder(id, to, created, news.text, (language,) if language else (), names)
        try:
            return await self._mailer.send(
                describe_server(self._config.value), order, [path for _name, path in news.files]
            )
        except OSError as error:
            reason = Sentence("The mail cannot be made: {reason}", {"reason": error.strerror or str(error)})
            return MailResult(MailEnd.LATER, reason)

    # ------------------------------------------------------------ what is told

    async def _find(self, delivery: DeliveryRow, folder: Path) -> News | None:
        """Find what a delivery tells; None if there is nothing to tell any more."""
        kind, subject = delivery.kind, delivery.subject
        if kind == deliveries.RECEPTION:
            reception = self._store.receptions.get(subject)
            gone = reception is None or reception.state not in KNOWN
            return None if reception is None or gone else self._tell_received(reception, delivery.person)
        if kind == deliveries.FETCHING:
            return next((News(write_fetching(row)) for row in self._store.offers.several_fetchings([subject])), None)
        if kind == deliveries.PRINT_NOTICE:
            notices = self._store.print_notices.several([subject])
            return next((News(write_print_notice(row)) for row in notices if row.refused), None)
        if kind == deliveries.LIMIT:
            return next((News(write_limit(row)) for row in self._store.limit_warnings.several([subject])), None)
        if kind == deliveries.INVOICE:
            return await self._tell_invoice(subject, folder)
        job = self._store.jobs.get(subject)
        if job is None:
            return None
        if kind.startswith(deliveries.JOB_RETRY):
            current = job.state is State.SLEEPING and kind == f"{deliveries.JOB_RETRY}-{job.dials}"
            return News(write_retry(job)) if current else None
        return await self._tell_job(job, folder) if kind == f"{deliveries.JOB}-{job.state.value}" else None

    def _tell_received(self, reception: ReceptionRow, person: str) -> News:
        config = self._config.value
        known_by = reception.caller or reception.remote_id
        name = self._names.find(person, [known_by]).get(known_by, "")
        reception = replace(reception, caller_name=name or reception.caller_name)
        line = next((line for line in config.all_lines() if line.name == reception.line), None)
        number = None if line is None else find_number(line, reception.called, config.dialling)
        reception = replace(
            reception,
            caller=show_number(reception.caller, config.dialling),
            called=show_number(reception.called, config.dialling),
            remote_id=show_station(reception.remote_id, config.dialling),
        )
        told = TellingConfig() if line is None else find_telling(line, number)
        wanted = next(
            each
            for each in (config.describe_person(person).mail_documents, told.mail_documents, config.mail.documents)
            if each is not None
        )
        own = own_copies(self._store.call_folder(reception.call))
        stem = f"fax {datetime.fromisoformat(reception.received).astimezone():%Y-%m-%d %H%M%S}"
        known = {"pdf": (f"{stem}.pdf", own.pdf), "tiff": (f"{stem}.tif", own.tiff)}
        files = tuple(known[each] for each in wanted if known[each][1].exists())
        closing = Sentence("The document does not come with this mail: it is in the program Faxes.")
        if files and self._is_too_much(files):
            closing, files = Sentence("The document is too large for a mail: it is in the program Faxes."), ()
        language = "" if number is None else number.language
        if not files:
            return News(write_received(reception, [closing]), (), language)
        text = replace(
            write_received(reception, []),
            attached=Sentence("The document comes with this mail."),
            not_attached=Sentence("The document is too large for a mail: it is in the program Faxes."),
        )
        return News(text, files, language)

    def _is_too_much(self, files: Sequence[tuple[str, Path]]) -> bool:
        size = sum(path.stat().st_size for _name, path in files)
        return size > self._config.value.mail.most_megabytes * 1_000_000

    async def _tell_job(self, job: JobRow, folder: Path) -> News:
        calls = self._store.calls.of_job(job.id)
        if job.recipient.display_name() == job.number:
            job = replace(job, last_name=self._names.find(job.owner, [job.number]).get(job.number, ""))
        text = write_job(job, len(calls), [])
        receipt = folder / "receipt.pdf"
        if job.state is State.UNCERTAIN or not await self._receipt(job.owner, job, receipt):
            return News(text)
        return News(replace(text, attached=Sentence("The receipt comes with this mail.")), (("receipt.pdf", receipt),))

    async def _tell_invoice(self, number: str, folder: Path) -> News | None:
        found = self._store.invoices.find(number)
        if found is None:
            return None
        invoice, company = found
        paper = folder / "invoice.pdf"
        await self._invoice(number, paper)
        return News(write_invoice(invoice, company["name"]), ((f"{number}.pdf", paper),), invoice.language)
