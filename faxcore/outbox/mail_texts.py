# SPDX-License-Identifier: GPL-3.0-or-later
"""The contents of mails: what happened, to which fax, and what to do. Values only; the mailer puts them into words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from faxcore.contract.invoiced import Invoice
from faxcore.contract.mail_messages import MailFact, MailText
from faxcore.contract.priced import write_amount
from faxcore.model.call import Outcome
from faxcore.model.job import JobKind, State
from faxcore.model.sentence import NOTHING, Sentence, Value, literal, mark
from faxcore.store.jobs import JobRow
from faxcore.store.limit_warnings import WarningRow
from faxcore.store.offers import FetchingRow
from faxcore.store.print_notices import PrintNoticeRow
from faxcore.store.receptions import ReceptionRow

RECEIVED: Final = "received"
SENT: Final = "sent"
FAILED: Final = "failed"
RETRIED: Final = "retried"
ALARM: Final = "alarm"
INVOICE: Final = "invoice"
LIMIT: Final = "limit"
TEST: Final = "test"

_UNKNOWN: Final = Sentence("an unknown caller")


def write_received(row: ReceptionRow, closing: Iterable[Sentence]) -> MailText:
    """Tell of a received fax."""
    station, caller = row.remote_id.strip(), row.caller.strip()
    values: dict[str, Value] = {"caller": row.caller_name or station or caller or _UNKNOWN, "pages": row.pages}
    whole = row.outcome is Outcome.OK
    from_whom, partly = mark("Fax from {caller}, pages: {pages}"), mark("Incomplete fax from {caller}, pages: {pages}")
    opening = [Sentence("A fax was received.") if whole else Sentence("A fax was received, but not all of it.")]
    facts = [
        _fact("caller", mark("Caller"), " ".join(filter(None, (row.caller_name, caller)))),
        _fact("station", mark("Other station"), station),
        _fact("called", mark("Number called"), " ".join(filter(None, (row.called_name, row.called)))),
        _fact("sub_address", mark("Sub-address"), row.sub_address or ""),
        _fact("time", mark("Received"), _local(row.received)),
        _fact("pages", mark("Pages"), str(row.pages)),
        _fact("line", mark("Line"), row.line),
        MailFact("reason", Sentence("Reason"), NOTHING if whole else row.reason),
        _fact("file", mark("File"), row.pdf or row.tiff),
    ]
    return MailText(
        RECEIVED,
        Sentence(from_whom if whole else partly, values),
        tuple(opening),
        tuple(facts),
        (row.waiting, *closing),
    )


def write_job(job: JobRow, calls: int, closing: Iterable[Sentence]) -> MailText:
    """Tell the sender what has become of a fax that has ended, or may have."""
    fetched = job.kind is JobKind.FETCH
    values: dict[str, Value] = {"recipient": job.recipient.display_name(), "pages": job.pages}
    kind, subject, opening = {
        State.DONE: (SENT, mark("Fax to {recipient} has arrived"), Sentence("The fax has arrived.")),
        State.UNCERTAIN: (
            FAILED,
            mark("Fax to {recipient} may have arrived"),
            Sentence(
                "All pages went out, but the last confirmation was lost. Ask the recipient whether the fax arrived,"
                " then say so in the program Faxes, or with `faxctl resolve`."
            ),
        ),
        State.FAILED: (
            FAILED,
            mark("Document of {recipient} was not fetched") if fetched else mark("Fax to {recipient} was not sent"),
            Sentence("The document was not fetched.") if fetched else Sentence("The fax was not sent."),
        ),
    }[job.state]
    facts = (*_list_job_facts(job), _fact("calls", mark("Calls"), str(calls)))
    return MailText(kind, Sentence(subject, values), (opening,), facts, tuple(closing))


def write_retry(job: JobRow) -> MailText:
    """Tell the sender that a call for a fax has failed, and when the next one is made."""
    subject, opening = mark("Fax to {recipient} will be tried again"), mark("A call for this fax has failed.")
    if job.kind is JobKind.FETCH:
        subject = mark("Document of {recipient} will be fetched later")
        opening = mark("A call that was to fetch a document has failed.")
    by_itself = Sentence("It is tried again by itself; nothing is to be done.")
    facts = (*_list_job_facts(job), _fact("next_try", mark("Next try"), _local(job.next_try or "")))
    about = Sentence(subject, {"recipient": job.recipient.display_name()})
    return MailText(RETRIED, about, (Sentence(opening), by_itself), facts)


def write_fetching(row: FetchingRow) -> MailText:
    """Tell whoever offers a document that a caller has fetched it."""
    values: dict[str, Value] = {"title": row.title, "caller": row.remote_id or row.caller or _UNKNOWN}
    facts = (
        _fact("document", mark("Document"), row.title),
        _fact("station", mark("Other station"), row.remote_id),
        _fact("caller", mark("Caller"), row.caller),
        _fact("time", mark("Time"), _local(row.started)),
        _pages(row.fetched, row.pages),
        _fact("line", mark("Line"), row.line),
    )
    opening = Sentence("A caller has fetched a document that you offer.")
    return MailText(SENT, Sentence("{title} was fetched by {caller}", values), (opening,), facts)


def write_print_notice(row: PrintNoticeRow) -> MailText:
    """Tell whoever printed why it is not faxed."""
    facts = (_fact("document", mark("Document"), row.title), _fact("time", mark("Time"), _local(row.created)))
    return MailText(FAILED, Sentence("{title} is not faxed", {"title": row.title}), (row.sentence,), facts)


def write_limit(row: WarningRow) -> MailText:
    """Tell that a limit is nearly used up."""
    facts = (_fact("limit", mark("Limit"), row.name), _fact("time", mark("Time"), _local(row.created)))
    closing = (Sentence("`faxctl limits` says how it is now."),)
    return MailText(LIMIT, Sentence("Limit “{limit}”", {"limit": row.name}), (row.sentence,), facts, closing)


def write_invoice(invoice: Invoice, company: str) -> MailText:
    """Tell a customer what a month has cost."""
    sum_ = invoice.sum
    is_credit = sum_.gross < 0
    values: dict[str, Value] = {"number": sum_.number, "company": company}
    subject = mark("Credit note {number} of {company}") if is_credit else mark("Invoice {number} of {company}")
    invoice_is, credit_is = mark("This is the invoice for your faxes."), mark("This is the credit note for your faxes.")
    opening = Sentence(credit_is if is_credit else invoice_is)
    facts = (
        _fact("number", mark("Number"), sum_.number),
        _fact("date", mark("Date"), sum_.issued),
        _fact("period", mark("Period"), sum_.month),
        _fact("amount", mark("Amount"), f"{write_amount(abs(sum_.gross))} {sum_.currency}"),
        _fact("due", mark("To be paid until"), "" if sum_.gross <= 0 else invoice.due),
    )
    return MailText(
        INVOICE,
        Sentence(subject, values),
        (opening,),
        facts,
        attached=Sentence("It comes with this mail."),
        not_attached=Sentence("It is too large for a mail: please ask for it."),
    )


def write_alarm(host: str, begun: Sequence[Sentence], over: Sequence[Sentence]) -> MailText:
    """Tell the operator what is to be seen to, and what is well again."""
    opening = [*begun, *(Sentence("No more: {sentence}", {"sentence": sentence}) for sentence in over)]
    subject = mark("The fax service on {host} needs you") if begun else mark("The fax service on {host} is well again")
    closing = (Sentence("`faxctl status` says how it is now."),)
    return MailText(ALARM, Sentence(subject, {"host": host}), tuple(opening), (), closing)


def write_test(host: str) -> MailText:
    """Say that mail works."""
    opening = Sentence("This is a test: news of faxes can be sent to this address.")
    return MailText(TEST, Sentence("Test mail of the fax service on {host}", {"host": host}), (opening,))


def _list_job_facts(job: JobRow) -> tuple[MailFact, ...]:
    to = job.recipient
    return (
        _fact("recipient", mark("Recipient"), to.person()),
        _fact("company", mark("Company"), to.company),
        _fact("number", mark("Number"), job.number),
        _fact("subject_of_fax", mark("Subject"), job.subject),
        _fact("document", mark("Document"), job.title),
        _pages(job.confirmed, job.pages),
        MailFact("reason", Sentence("Reason"), job.reason),
        _fact("time", mark("Time"), _local(job.changed)),
    )


def _pages(confirmed: int, pages: int) -> MailFact:
    of = Sentence("{confirmed} of {pages}", {"confirmed": confirmed, "pages": pages})
    return MailFact("pages", Sentence("Pages"), of)


def _fact(key: str, name: str, value: str) -> MailFact:
    return MailFact(key, Sentence(name), literal(value))


def _local(time: str) -> str:
    return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M}" if time else ""
