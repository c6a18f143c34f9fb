# SPDX-License-Identifier: GPL-3.0-or-later
"""Invoices go to the customers by mail: once, with the PDF, and what has become of them is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import facturx
import pytest
from sqlalchemy import select

from faxcore.api.api_error import ApiError
from faxcore.config import Config
from faxcore.contract.bus import ErrorCode
from faxcore.contract.invoiced import InvoiceMail, InvoiceMailing, MonthClosing
from faxcore.service import FaxService
from faxcore.store import bill_tables
from faxcore.store.deliveries import Channel
from tests.service.test_invoices import ELECTRONIC, read_words
from tests.service.test_mail import attachments, mailing, nothing_waits, open_mails, text_of
from tests.service.test_office_lines import Clock
from tests.support.invoiced_calls import COMPANY, FRENCH, NOW, SMITH, Office, bill
from tests.support.rude_smtp import RudeServer
from tests.support.service_parts import ME, administrator, running

LENOIR_MAIL = "compta@lenoir.example"
LENOIR = replace(ELECTRONIC, mail=LENOIR_MAIL)
NUMBER, OTHER = "FX-2026-0001", "FX-2026-0002"


def billing(folder: Path, server: RudeServer, **changes: Any) -> Config:
    """A house whose invoices go by mail, with a customer who has an address and one who has none; each with a call."""
    made = bill(folder, customers=(LENOIR, SMITH), company=replace(COMPANY, country="FR"))
    made = replace(
        made, billing=replace(made.billing, mail_invoices=True, **changes), mail=mailing(folder, server).mail
    )
    office = Office(folder, made)
    office.call("2026-10-01T10:00:00+00:00", 1)
    office.call("2026-10-01T10:00:00+00:00", 1, "C-2")
    office.store.close()
    return made


def serve(config: Config, folder: Path, work: Callable[[FaxService], Awaitable[None]], *, closes: bool = True) -> None:
    """Close the month, if it is to be, and do some work with the service."""
    clock = Clock(NOW.isoformat())

    async def main() -> None:
        async with running(folder, config, **clock.parts()) as (service, _listener):
            if closes:
                await service.invoicing.close("root", MonthClosing("2026-10"))
                await nothing_waits(service)
            await work(service)

    asyncio.run(main())


async def show_mails(service: FaxService, number: str = NUMBER) -> tuple[InvoiceMail, ...]:
    return (await administrator(service).show_invoice(ME, number)).mails


async def send(service: FaxService, number: str = NUMBER, to: str = "", *, again: bool = False) -> InvoiceMail:
    sent = await administrator(service).send_invoice(ME, InvoiceMailing(number, to, again))
    await nothing_waits(service)
    return sent


def read_paper(mail: EmailMessage, folder: Path) -> str:
    ((_name, octets),) = attachments(mail)
    (folder / "mailed.pdf").write_bytes(octets)
    return " ".join(read_words(folder / "mailed.pdf"))


def test_a_closing_mails_the_invoices(tmp_path: Path) -> None:
    async def work(service: FaxService) -> None:
        (mail,) = await show_mails(service)
        assert (mail.address, mail.given_up, mail.next_try) == (LENOIR_MAIL, False, "") and mail.sent
        assert await show_mails(service, OTHER) == ()

    with RudeServer() as server:
        config = billing(tmp_path, server)
        serve(config, tmp_path, work)
        # A restart sends nothing again.
        serve(config, tmp_path, work, closes=False)
    (mail,) = server.taken
    assert mail["To"] == LENOIR_MAIL and mail["Subject"] == f"Facture {NUMBER} de Maison Facteur"
    assert "0.16 EUR" in text_of(mail) and "2026-12-17" in text_of(mail)
    ((name, octets),) = attachments(mail)
    assert name == f"{NUMBER}.pdf"
    xml_name, xml = facturx.get_facturx_xml_from_pdf(octets, check_xsd=True, check_schematron=False)
    assert xml_name == "factur-x.xml" and NUMBER.encode() in xml
    words = read_paper(mail, tmp_path)
    assert f"Facture {NUMBER}" in words and FRENCH in words


def test_numbers_of_others_are_short_in_mails_if_the_house_wants_it(tmp_path: Path) -> None:
    async def work(_service: FaxService) -> None:
        pass

    with RudeServer() as server:
        serve(billing(tmp_path, server, short_numbers=True), tmp_path, work)
    words = read_paper(server.taken[0], tmp_path)
    assert FRENCH not in words and "+3319900****" in words


@pytest.mark.parametrize(
    ("house", "customer", "goes"),
    [(True, None, True), (True, False, False), (False, True, True), (False, None, False)],
)
def test_house_and_customer_say_whether_it_goes(house: bool, customer: bool | None, goes: bool, tmp_path: Path) -> None:
    async def work(service: FaxService) -> None:
        assert bool(await show_mails(service)) is goes

    with RudeServer() as server:
        config = billing(tmp_path, server)
        customers = (replace(LENOIR, mail_invoices=customer), SMITH)
        serve(
            replace(config, billing=replace(config.billing, mail_invoices=house), customers=customers), tmp_path, work
        )
    assert len(server.taken) == int(goes)


def test_it_is_sent_once_unless_it_is_said_again(tmp_path: Path) -> None:
    async def work(service: FaxService) -> None:
        with pytest.raises(ApiError) as already:
            await send(service)
        assert already.value.code is ErrorCode.STATE and LENOIR_MAIL in str(already.value.sentence)
        assert len(server.taken) == 1
        await send(service, again=True)
        await send(service, to="chef@lenoir.example")
        assert [mail.address for mail in await show_mails(service)] == [LENOIR_MAIL, "chef@lenoir.example"]
        for number, to, code, why in (
            ("none", "", ErrorCode.UNKNOWN, "no invoice"),
            (OTHER, "", ErrorCode.STATE, "Smith Ltd has no mail address"),
            (NUMBER, "a@b, c@d", ErrorCode.BAD_ORDER, "not a valid mail address"),
        ):
            with pytest.raises(ApiError) as refused:
                await send(service, number, to)
            assert refused.value.code is code and why in str(refused.value.sentence)
        service.config.value = replace(service.config.value, mail=replace(service.config.value.mail, server=""))
        with pytest.raises(ApiError) as silent:
            await send(service, to="b@lenoir.example")
        assert silent.value.code is ErrorCode.STATE

    with RudeServer() as server:
        serve(billing(tmp_path, server), tmp_path, work)
    assert [mail["To"] for mail in server.taken] == [LENOIR_MAIL, LENOIR_MAIL, "chef@lenoir.example"]
    assert len({mail["Message-ID"] for mail in server.taken}) == 3


def test_what_the_server_will_never_take_is_given_up_and_may_be_sent_again(tmp_path: Path) -> None:
    async def work(service: FaxService) -> None:
        (mail,) = await show_mails(service)
        assert mail.given_up and not mail.sent and "no such mailbox" in str(mail.reason)
        (open_,) = open_mails(service)
        assert (open_.kind, open_.subject, open_.address) == ("invoice", NUMBER, LENOIR_MAIL)
        await send(service)
        (mail,) = await show_mails(service)
        assert mail.sent and not mail.given_up and open_mails(service) == ()

    with RudeServer() as server:
        server.rude("RCPT", "550 no such mailbox")
        serve(billing(tmp_path, server), tmp_path, work)
    assert len(server.taken) == 1


def test_where_an_invoice_was_sent_is_kept(tmp_path: Path) -> None:
    async def work(service: FaxService) -> None:
        service.store.deliveries.add_for_address("test", "x", Channel.MAIL, "x@example.org")
        await nothing_waits(service)
        assert service.store.retention.remove_news(0) == 1
        assert len(await show_mails(service)) == 1

    with RudeServer() as server:
        serve(billing(tmp_path, server), tmp_path, work)


def test_a_credit_note_says_so(tmp_path: Path) -> None:
    async def work(service: FaxService) -> None:
        await service.invoicing.close("root", MonthClosing("2026-11"))
        await nothing_waits(service)

    async def rest(_service: FaxService) -> None:
        pass

    with RudeServer() as server:
        config = billing(tmp_path, server)
        serve(config, tmp_path, rest)
        office = Office(tmp_path, config)
        billed = bill_tables.invoice_call
        call = office.store.database.value(select(billed.c.call).where(billed.c.invoice == 1))
        office.correct(str(call), 0)
        office.store.close()
        serve(config, tmp_path, work, closes=False)
    invoice, note = server.taken
    assert invoice["Subject"].startswith("Facture") and note["Subject"].startswith("Avoir")
    assert "0.16 EUR" in text_of(note)
