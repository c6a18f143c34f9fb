# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl invoice`, for the administrator: months are closed, and their invoices listed, shown and put on paper."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from faxcore.bus.client import connect_admin
from faxcore.cli.plain_output import format_time, print_json
from faxcore.contract.invoiced import (
    ClosedMonth,
    Invoice,
    InvoiceLine,
    InvoiceLineKind,
    InvoiceMail,
    InvoiceMailing,
    InvoiceSum,
    InvoiceVat,
    InvoiceWish,
    MonthClosing,
)
from faxcore.contract.page_reading import read_pages
from faxcore.contract.priced import write_amount, write_percent
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.sentence import Sentence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of `faxctl invoice`."""
    commands = parser.add_subparsers(required=True, metavar=_("COMMAND"))
    close = commands.add_parser("close", help=_("bill the calls of a month to the customers"))
    close.add_argument("month", metavar="MONTH", help=_("one that is over, as 2026-10"))
    close.add_argument("--dry-run", action="store_true", help=_("say what the invoices would be, and change nothing"))
    about_left = _("leave calls that have no price out; without it, they hold the closing back")
    close.add_argument("--leave-unpriced", action="store_true", help=about_left)
    close.set_defaults(run_here=lambda options: asyncio.run(_close(options)))
    list_ = commands.add_parser("list", help=_("all invoices, oldest first"))
    list_.set_defaults(run_here=lambda options: asyncio.run(_list(options)))
    show = commands.add_parser("show", help=_("the lines of an invoice"))
    show.add_argument("number", metavar="NUMBER", help=_("the number of the invoice"))
    show.set_defaults(run_here=lambda options: asyncio.run(_show(options)))
    write = commands.add_parser("write", help=_("an invoice as PDF"))
    write.add_argument("number", metavar="NUMBER", help=_("the number of the invoice"))
    write.add_argument("--output", required=True, type=Path, metavar="FILE")
    about_short = _("without the last four digits of the numbers of others")
    write.add_argument("--short-numbers", action="store_true", help=about_short)
    write.set_defaults(run_here=lambda options: asyncio.run(_write(options)))
    send = commands.add_parser("send", help=_("an invoice by mail, to the customer"))
    send.add_argument("number", metavar="NUMBER", help=_("the number of the invoice"))
    send.add_argument("--to", default="", metavar="ADDRESS", help=_("another mail address than the customer's"))
    send.add_argument("--again", action="store_true", help=_("also if it was sent there already"))
    send.set_defaults(run_here=lambda options: asyncio.run(_send(options)))
    for command in (close, list_, show):
        command.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))


async def _close(options: argparse.Namespace) -> int:
    async with connect_admin(options.bus) as admin:
        closed = await admin.close_month(MonthClosing(options.month, options.dry_run, options.leave_unpriced))
    if options.json:
        return print_json(closed)
    _print_sums(closed.invoices)
    _tell_unpriced(closed)
    _tell_obstacles(closed.obstacles)
    if options.dry_run:
        print(_("{month} would have {count} invoices.").format(month=closed.month, count=len(closed.invoices)))
    else:
        values = {"month": closed.month, "count": len(closed.invoices), "place": closed.place}
        print(_("{month} is closed: {count} invoices, by the ledger up to row {place}.").format(**values))
    return 0


async def _list(options: argparse.Namespace) -> int:
    invoices: list[InvoiceSum] = []
    async with connect_admin(options.bus) as admin:
        async for page in read_pages(admin.list_invoices):
            invoices += page.invoices
    if options.json:
        return print_json(invoices)
    _print_sums(invoices)
    return 0


async def _show(options: argparse.Namespace) -> int:
    async with connect_admin(options.bus) as admin:
        invoice = await admin.show_invoice(options.number)
    if options.json:
        return print_json(invoice)
    print(format_sum(invoice.sum))
    for line in invoice.lines:
        print(f"  {format_line(line)}")
    for each in invoice.vats:
        print(f"  {format_vat(each)}")
    _print_end(invoice)
    return 0


async def _write(options: argparse.Namespace) -> int:
    async with connect_admin(options.bus) as admin:
        with tempfile.TemporaryFile() as made:
            is_electronic = await admin.write_invoice(InvoiceWish(options.number, options.short_numbers), made)
            made.seek(0)
            options.output.write_bytes(made.read())
        obstacles = () if is_electronic else (await admin.show_invoice(options.number)).obstacles
    if not is_electronic:
        _tell_obstacles(obstacles or [Sentence("The log of the service says why.")])
    return 0


async def _send(options: argparse.Namespace) -> int:
    async with connect_admin(options.bus) as admin:
        mail = await admin.send_invoice(InvoiceMailing(options.number, options.to, options.again))
    print(_("{number} goes to {address}.").format(number=options.number, address=mail.address))
    return 0


def _print_sums(invoices: Sequence[InvoiceSum]) -> None:
    for each in invoices:
        print(format_sum(each))


def _tell_unpriced(closed: ClosedMonth) -> None:
    if closed.unpriced_calls:
        said = _("calls without a price: {count}").format(count=closed.unpriced_calls)
        print(f"faxctl: {said}: {' '.join(closed.unpriced)}", file=sys.stderr)


def _tell_obstacles(obstacles: Sequence[Sentence]) -> None:
    if obstacles:
        print("faxctl: " + _("without the electronic form (Factur-X):"), file=sys.stderr)
    for each in obstacles:
        print(f"faxctl: {translate(each)}", file=sys.stderr)


def _print_end(invoice: Invoice) -> None:
    print("  " + _("To be paid by {day}.").format(day=invoice.due))
    print("  " + _("The ledger: row {place}, seal {seal}").format(place=invoice.place, seal=invoice.seal))
    for mail in invoice.mails:
        print(f"  {format_mail(mail)}")
    for each in invoice.obstacles:
        print("  " + _("No electronic form: {reason}").format(reason=translate(each)))


def format_sum(each: InvoiceSum) -> str:
    """Write what an invoice comes to for a person."""
    amounts = {"net": each.net, "vat": each.vat, "gross": each.gross}
    values = {name: write_amount(value) for name, value in amounts.items()} | {"currency": each.currency}
    sums = _("net {net}, VAT {vat}, with VAT {gross} {currency}").format(**values)
    calls = _("{calls} calls").format(calls=each.calls)
    return f"{each.number or '-':16} {each.month}  {each.payer:12} {each.name}  {calls}  {sums}"


def format_line(line: InvoiceLine) -> str:
    """Write a line of an invoice for a person."""
    counts = {"calls": line.calls, "pages": line.pages, "seconds": line.seconds}
    said = _("{calls} calls, {pages} pages, {seconds} s").format(**counts)
    kind = _("correction of {month}").format(month=line.month) if line.kind is InvoiceLineKind.CORRECTION else ""
    amount = _("net {net}, VAT of {percent} %").format(
        net=write_amount(line.net), percent=write_percent(line.vat_percent)
    )
    return "  ".join(filter(None, (kind, line.rule, said, amount)))


def format_vat(each: InvoiceVat) -> str:
    """Write the VAT of a percentage for a person."""
    values = {"percent": write_percent(each.percent), "vat": write_amount(each.vat), "net": write_amount(each.net)}
    said = _("VAT {percent} % ({net}): {vat}").format(**values)
    rounding = _("rounding {amount}").format(amount=write_amount(each.rounding))
    return f"{said}  {rounding}" if each.rounding else said


def format_mail(mail: InvoiceMail) -> str:
    """Write what has become of a mail for a person."""
    if mail.sent:
        state = _("sent {time}").format(time=format_time(mail.sent))
    elif mail.given_up:
        state = _("given up")
    elif mail.next_try:
        state = _("tried again at {time}").format(time=format_time(mail.next_try))
    else:
        state = _("waits")
    said = _("By mail to {address}: {state}").format(address=mail.address, state=state)
    return f"{said}  {translate(mail.reason)}" if mail.reason else said
