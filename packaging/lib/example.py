# SPDX-License-Identifier: GPL-3.0-or-later
"""The faxes of an example, as the service would tell them: what the pictures of the manual show.

The numbers are of those that the French numbering plan keeps for fiction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from faxcore.contract.address_book import Book, Contact, ContactKind
from faxcore.contract.limited import Counted, LimitLevel, LimitPeriod, LimitState
from faxcore.contract.listed import Folder, FolderCount, NumberCount
from faxcore.contract.order import HeaderChoice, OwnHeader
from faxcore.contract.paying import PayerChoice, PayerKind
from faxcore.contract.priced import MILLION, CostSum
from faxcore.contract.printed import Draft, DraftPart
from faxcore.contract.received_fax import Reception
from faxcore.contract.recorded import CallTotals
from faxcore.contract.sent_fax import Call, Job, LiveCall
from faxcore.contract.service_status import Line, LineState
from faxcore.model.call import Outcome
from faxcore.model.header import Header
from faxcore.model.job import State
from faxcore.model.page import Resolution
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import NOTHING, Sentence, literal

HOUSE = "Mairie de Test"
SENDER = ("1 place de la République", "00100 Test")
STATION = "+33 1 99 00 00 01"
DOCTOR = Recipient("01 99 00 00 02", "Martin", "Anne", company="Cabinet Martin")
LOST = Sentence("All pages were sent, but the last confirmation did not come back: the fax may have arrived.")


@dataclass(frozen=True)
class Words:
    """The texts that the people of the example have written, in their language."""

    letter: str
    subject: str
    message: str
    contract: str
    invoice: str
    minutes: str
    header: str


_MESSAGE_EN = "Dear Dr Martin,\n\nhere are the dates for the next quarter. Please confirm by fax.\n\nPaul Durand"
_MESSAGE_FR = "Docteur,\n\nvoici les dates du prochain trimestre. Merci de confirmer par fax.\n\nPaul Durand"

WORDS = {
    "en": Words(
        "Meetings.pdf", "Dates of the meetings", _MESSAGE_EN, "Contract 2026-114", "Invoice 88", "Minutes", "Town hall"
    ),
    "fr": Words(
        "Réunions.pdf", "Dates des réunions", _MESSAGE_FR, "Contrat 2026-114", "Facture 88", "Procès-verbal", "Mairie"
    ),
}


def make_draft(words: Words) -> Draft:
    """The letter that was just printed."""
    parts = (DraftPart("1", words.letter, 1, 1, Resolution.FINE),)
    printed = _time(0, "10:42")
    about = (f"{printed} draft", words.letter, printed, 1, Resolution.FINE)
    return Draft(*about, parts=parts, redrawable=True)


def make_choices(words: Words) -> list[HeaderChoice]:
    """The headers that the dialog offers."""
    return [HeaderChoice("house", literal(words.header), HOUSE, SENDER, True)]


def make_payers() -> list[PayerChoice]:
    """The budget lines of the house."""
    return [
        PayerChoice("4711", "Urbanisme", PayerKind.BUDGET, is_default=True),
        PayerChoice("4712", HOUSE, PayerKind.BUDGET),
    ]


def make_own_headers(words: Words) -> list[OwnHeader]:
    """The headers that somebody of the house has made."""
    return [
        OwnHeader("own", words.header, HOUSE, SENDER, cover=True, language="fr", message=words.message),
        OwnHeader("other", "Urbanisme", HOUSE),
    ]


def make_header(words: Words) -> Header:
    """The header that is chosen, as the cover page has it."""
    return Header("house", literal(words.header), HOUSE, SENDER, "standard")


def make_jobs(words: Words) -> list[Job]:
    """Faxes that go out: waiting, under way, done, failed, and one of which nobody knows."""
    busy = Sentence("The number is busy.")
    none = Sentence("Nobody answered.")
    return [
        _job("1", State.ACTIVE, "01 99 00 00 04", "Tribunal de Test", words.contract, _time(0, "10:38"), 6, 2),
        _job("2", State.SLEEPING, "01 99 00 00 98", "Paul Durand", words.invoice, _time(0, "10:12"), 2, reason=busy),
        _job("3", State.UNCERTAIN, "01 99 00 00 03", "Étude Lenoir", words.contract, _time(0, "09:51"), 3, 2, LOST),
        _job("4", State.DONE, DOCTOR.number, "Anne Martin", words.subject, _time(1, "16:20"), 2, 2),
        _job("5", State.FAILED, "01 99 00 00 99", "Garage Petit", words.invoice, _time(1, "11:05"), 1, reason=none),
        _job("6", State.DONE, "01 99 00 00 04", "Tribunal de Test", words.minutes, _time(3, "15:32"), 12, 12),
    ]


def make_receptions() -> list[Reception]:
    """Faxes that came: whole, and broken off."""
    return [
        _reception("7", _time(0, "10:03"), "+33 1 99 00 00 02", "CABINET MARTIN", 2),
        _reception("8", _time(1, "14:47"), "+33 1 99 00 00 04", "TRIBUNAL DE TEST", 5),
        _reception("9", _time(2, "09:16"), "+33 1 99 00 00 03", "ETUDE LENOIR", 1, Outcome.OK_PARTIAL),
    ]


def make_counts() -> list[FolderCount]:
    """What waits in the folders."""
    counts = {Folder.INBOX: (3, 1), Folder.TO_COMPLETE: (1, 1), Folder.OUTBOX: (2, 2), Folder.SENT: (2, 2)}
    counts |= {Folder.FAILED: (1, 1), Folder.UNCERTAIN: (1, 1)}
    return [FolderCount(folder, *count) for folder, count in counts.items()]


def make_numbers(words: Words) -> list[NumberCount]:
    """The numbers whose faxes the person gets."""
    return [NumberCount("01 99 00 00 01", words.header, 2, 1), NumberCount("01 99 00 00 05", "Urbanisme", 1, 0)]


def make_calls() -> list[Call]:
    """The calls of the fax of which nobody knows."""
    busy = Call(_time(0, "09:52"), "line-1", Outcome.BUSY, Sentence("The number is busy."))
    call = Call(_time(0, "09:55"), "line-1", Outcome.UNCONFIRMED, LOST, 3, 2, 14400, "ETUDE LENOIR", 96.0)
    return [busy, call]


def make_contacts() -> list[Contact]:
    """The address books, in the order of the names: persons, companies, and a group of some of them."""
    shared, company = Book.SHARED, ContactKind.COMPANY
    return [
        _contact("1", "01 99 00 00 99", book=shared, kind=company, company="Garage Petit"),
        _contact("2", "01 99 00 00 03", last_name="Lenoir", first_name="Élise", company="Étude Lenoir"),
        _contact("3", DOCTOR.number, last_name="Martin", first_name="Anne", company=DOCTOR.company, note="08:00"),
        Contact("4", shared, ContactKind.GROUP, "Quartier", members=("3", "1", "5")),
        _contact("5", "01 99 00 00 04", book=shared, kind=company, company="Tribunal de Test"),
    ]


def make_totals() -> list[CallTotals]:
    """The sums of the months of this year."""
    pages, year = (41, 77, 63, 102, 38), date.today().year
    return [
        CallTotals(
            f"{year}-{month:02}",
            calls=count // 2,
            faxes=count // 2 - month,
            pages=count,
            seconds=count * 41.0,
            failures=month,
            costs=(CostSum("EUR", 20 * MILLION, count * 60_000, untaxed=count * 60_000),),
            unpriced=1 if month == 2 else 0,
        )
        for month, count in enumerate(pages, 1)
    ]


def make_limits() -> list[LimitState]:
    """A limit that is soon used up, and one that is not."""
    day = date.today().replace(day=28).isoformat()
    pages = ("Pages", "anne", "", "", Counted.PAGES, LimitPeriod.MONTH, 200, 0, 176, 4, 20, day, LimitLevel.WARNED)
    costs = ("EUR", "anne", "", "", Counted.AMOUNT, LimitPeriod.YEAR, 90 * MILLION, 0, 19_260_000, 0, 70_740_000, day)
    return [LimitState(*pages, True, "Élise"), LimitState(*costs, LimitLevel.FINE, True, "", "EUR")]


def make_lines() -> tuple[Line, ...]:
    """The lines of the office: one sends, one has no modem."""
    gone = Sentence("The device {device} does not answer like a modem.", {"device": "/dev/ttyACM3"})
    states = (LineState.IDLE, LineState.SENDING, LineState.IDLE)
    lines = [Line(f"line-{number}", state) for number, state in enumerate(states, 1)]
    return (*lines, Line("line-4", LineState.ABSENT, gone))


def _contact(id: str, number: str, **about: Any) -> Contact:
    return Contact(id, number=number, shown=number, **about)


def _job(
    id: str,
    state: State,
    number: str,
    name: str,
    subject: str,
    created: str,
    pages: int,
    confirmed: int = 0,
    reason: Sentence = NOTHING,
) -> Job:
    page = Sentence("sending page {page} of {pages}", {"page": confirmed + 1, "pages": pages})
    live = LiveCall("line-1", page=confirmed + 1, rate=14400, seconds_left=75)
    return Job(
        id=f"{created} {id}",  # lists are in the order of the ids
        state=state,
        title=subject,
        number=number,
        recipient=name,
        subject=subject,
        header="house",
        created=created,
        changed=created,
        pages=pages,
        confirmed=confirmed,
        dials=1,
        reason=reason,
        progress=page if state is State.ACTIVE else NOTHING,
        live=live if state is State.ACTIVE else None,
    )


def _reception(
    id: str, received: str, caller: str, station: str, pages: int, outcome: Outcome = Outcome.OK
) -> Reception:
    reason = NOTHING if outcome is Outcome.OK else Sentence("The call ended before the last page.")
    file = f"/srv/fax/{received[:10]} {station.title()}.pdf"
    about = (f"{received} {id}", received, "line-1", "01 99 00 00 01", caller, station, outcome, pages)
    return Reception(*about, reason=reason, pdf=file, read=id != "7")


def _time(days: int, clock: str) -> str:
    """So many days ago, at this time of the day."""
    day = datetime.now().astimezone().date() - timedelta(days=days)
    return datetime.fromisoformat(f"{day}T{clock}").astimezone().isoformat()
