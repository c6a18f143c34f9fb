# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of `faxctl` that ask the service; with --json, one JSON value for scripts."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from faxcore.bus.client import BusError, Client, connect, connect_admin
from faxcore.cli import change_command, list_commands, show_command
from faxcore.cli.document_files import STANDARD_INPUT, CannotBeDrawn, draw_files, name_of
from faxcore.cli.exit_codes import find_fax_status
from faxcore.cli.fax_end import wait_for_end
from faxcore.cli.handing_in import add_key, hand_in
from faxcore.cli.payer_commands import add_payer
from faxcore.cli.plain_output import format_fax, print_json
from faxcore.cli.repeat_notice import tell_repeats
from faxcore.cli.selection_options import add_password, parse_selection
from faxcore.cli.send_time import parse_time
from faxcore.cli.status_command import status
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from faxcore.contract.received_fax import ReceptionFile
from faxcore.contract.sent_fax import Verdict
from faxcore.document.renderer import STYLES
from faxcore.document.undrawn import find_undrawn
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.page import Resolution
from faxcore.model.priority import Priority
from faxcore.model.recipient import RECIPIENT_NAMES, Recipient
from faxcore.model.sentence import Sentence


def add_commands(commands: Any) -> None:
    """The commands and their options."""

    def command(name: str, run: Any, help: str, add_options: Callable[[ArgumentParser], object] | None = None) -> None:
        def add_all(made: ArgumentParser) -> None:
            made.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
            if add_options is not None:
                add_options(made)
            made.set_defaults(run_there=run)

        commands.add_parser(name, help=help, add_options=add_all)

    def fax(made: ArgumentParser) -> None:
        made.add_argument("fax", metavar="FAX")

    def listing(made: ArgumentParser) -> None:
        list_commands.add_folder(made)
        list_commands.add_choice(made)

    command("status", status, _("the service and its lines"))
    command("send", send, _("send a document"), _add_sending)
    about_fetching = _("fetch the document that a fax machine offers, into your received faxes")
    command("fetch", fetch, about_fetching, _add_fetching)
    command("list", list_commands.list_faxes, _("your faxes, newest first"), listing)
    about_received = _("your received faxes, newest first")
    command("receptions", list_commands.list_receptions, about_received, list_commands.add_choice)
    command("show", show_command.show, _("one fax and its calls"), show_command.add_options)
    command("cancel", cancel, _("cancel a fax"), fax)
    command("resend", resend, _("send a fax again, to the same number or another"), _add_resending)
    about_change = _("change number, header, times, priority or payer of a fax that has not ended")
    command("change", change_command.change, about_change, change_command.add_options)
    command("hold", hold, _("hold a fax back until it is released"), fax)
    command("release", release, _("let a held fax go on"), _add_releasing)
    command("resolve", resolve, _("say what became of an uncertain fax"), _add_resolving)
    about_drafts = _("printed documents without a recipient")
    command("drafts", list_commands.list_drafts, about_drafts, list_commands.add_discard)
    command("comment", comment, _("note something of a fax, to find it by; without text, no more"), _add_commenting)
    command("receipt", receipt, _("a receipt of a fax that has ended, as PDF"), _add_receipt)
    command("get", get, _("fetch a received fax"), _add_getting)


def _add_commenting(commenting: ArgumentParser) -> None:
    commenting.add_argument("fax", metavar="FAX")
    commenting.add_argument("text", nargs="?", default="", metavar="TEXT")


def _add_releasing(releasing: ArgumentParser) -> None:
    which = releasing.add_mutually_exclusive_group(required=True)
    which.add_argument("fax", nargs="?", metavar="FAX")
    which.add_argument(
        "--restored", action="store_true", help=_("all that are held because they come from a backup; as administrator")
    )


def _add_sending(sending: ArgumentParser) -> None:
    add_recipient(sending, number_required=True)
    about_again = _("the same number typed a second time: another one is refused")
    sending.add_argument("--to-again", default="", metavar="NUMBER", help=about_again)
    sending.add_argument("--wait", action="store_true", help=_("until the fax has ended; 0 only if it arrived"))
    add_drawing(sending, may_be_none=True)


def add_drawing(parser: ArgumentParser, may_be_none: bool = False) -> None:
    """The options of a document that is drawn from files."""
    parser.add_argument("--title", default="", metavar="TEXT", help=_("what lists call it (default: the file's name)"))
    parser.add_argument("--resolution", default="fine", choices=[resolution.value for resolution in Resolution])
    parser.add_argument("--style", default=STYLES[0], choices=STYLES)
    about_files = _("PDF, PostScript, pictures or text, in the order of the pages; - for standard input")
    if may_be_none:
        about_files = _(
            "PDF, PostScript, pictures or text, in the order of the pages; - for standard input; none: the cover page"
            " is the fax"
        )
    parser.add_argument("files", nargs="*" if may_be_none else "+", type=Path, metavar="FILE", help=about_files)


def _add_resending(resending: ArgumentParser) -> None:
    resending.add_argument("fax", metavar="FAX")
    add_recipient(resending, number_required=False)


def add_recipient(parser: ArgumentParser, number_required: bool) -> None:
    """The options of an order, all but the document."""
    parser.add_argument("--to", required=number_required, default="", metavar="NUMBER")
    for field in RECIPIENT_NAMES:
        parser.add_argument(f"--{field.replace('_', '-')}", default="", metavar="TEXT")
    about_sub_address = _(
        "for whom it is behind the fax machine that answers (SUB); digits may stand behind # in NUMBER"
    )
    parser.add_argument("--sub-address", type=parse_selection, metavar="DIGITS", help=about_sub_address)
    add_password(parser, _("what the other fax machine wants to hear; nothing is sent to one that takes none"))
    add_order(parser)


def add_order(parser: ArgumentParser) -> None:
    """The options of an order, all but the document and the recipient."""
    parser.add_argument("--subject", default="", metavar="TEXT")
    about_message = _("what the cover page says below the subject; - reads it from standard input")
    parser.add_argument("--message", default="", metavar="TEXT", help=about_message)
    parser.add_argument("--header", default="", metavar="ID")
    add_payer(parser)
    add_key(parser)
    add_times(parser)


def add_times(parser: ArgumentParser) -> None:
    """The options of an order that say when."""
    about_time = _("not before this time: 18:30, 2026-12-24, 2026-12-24T18:30, +90m")
    parser.add_argument("--at", type=parse_time, metavar="TIME", help=about_time)
    about_end = _("give it up at this time, written in the same way; otherwise some hours behind its first call")
    parser.add_argument("--until", type=parse_time, metavar="TIME", help=about_end)
    about_priority = _("bulk goes when nothing else waits; urgent is for those whom the administrator has named")
    parser.add_argument("--priority", choices=[each.value for each in Priority], help=about_priority)


def _read_message(text: str) -> str:
    return sys.stdin.read() if text == "-" else text


def make_order(options: argparse.Namespace, title: str = "") -> Order:
    """The order that the options of `add_recipient`, or of `add_order` alone, make."""
    recipient: dict[str, Any] = {field: getattr(options, field, "") for field in RECIPIENT_NAMES}
    return Order(
        number=getattr(options, "to", ""),
        **recipient,
        subject=getattr(options, "subject", ""),
        message=_read_message(getattr(options, "message", "")),
        title=title,
        header=getattr(options, "header", ""),
        send_at=options.at.isoformat() if options.at is not None else "",
        give_up_at=options.until.isoformat() if options.until is not None else "",
        priority=Priority(options.priority) if options.priority else None,
        sub_address=getattr(options, "sub_address", None) or "",
        password=getattr(options, "password", None) or "",
        key=getattr(options, "key", ""),
        payer=getattr(options, "payer", ""),
        typed_again=tuple(filter(None, [getattr(options, "to_again", "")])),
    )


def _add_fetching(fetching: ArgumentParser) -> None:
    fetching.add_argument("to", metavar="NUMBER")
    about_selective = _("which of its documents (SEP), where it offers several")
    fetching.add_argument(
        "--selective", dest="sub_address", type=parse_selection, metavar="DIGITS", help=about_selective
    )
    add_password(fetching, _("what the other fax machine wants to hear"))
    fetching.add_argument("--wait", action="store_true", help=_("until it has ended; 0 only if a document came"))
    add_payer(fetching)
    add_key(fetching)
    add_times(fetching)


def _add_resolving(resolving: ArgumentParser) -> None:
    resolving.add_argument("fax", metavar="FAX")
    resolving.add_argument("verdict", choices=[verdict.value for verdict in Verdict])


def _add_receipt(receipt: ArgumentParser) -> None:
    receipt.add_argument("fax", metavar="FAX")
    receipt.add_argument("--output", required=True, type=Path, metavar="FILE")


def _add_getting(getting: ArgumentParser) -> None:
    getting.add_argument("fax", metavar="RECEPTION")
    getting.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help=_("ends in .tif, .pdf or .txt (the transcript, also of a fax that was sent)"),
    )


async def run(options: argparse.Namespace) -> int:
    """Run the command that was given."""
    async with connect(options.bus) as desk:
        return cast(int, await options.run_there(desk, options))


async def send(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl send`."""
    if not options.files:
        return await _tell(options, await _send_cover(desk, options))
    order = make_order(options, options.title or make_title(options.files))
    with tempfile.TemporaryFile() as original, tempfile.TemporaryFile() as pages:
        await asyncio.to_thread(draw, original, pages, options)
        await _warn_of_undrawn(desk, order)

        async def submit(desk: Client, order: Order) -> str:
            pages.seek(0)
            original.seek(0)
            return await desk.submit_document(pages, original, order)

        job = await hand_in(desk, options.bus, order, order.title, submit)
    await tell_repeats(options.bus, job, order)
    return await _tell(options, job)


async def _send_cover(desk: Client, options: argparse.Namespace) -> str:
    """Send a cover page alone; the id of the fax."""
    order = make_order(options, options.title)
    await _warn_of_undrawn(desk, order)
    named = order.title or order.subject or _("cover page")
    return await hand_in(desk, options.bus, order, named, lambda desk, order: desk.submit_cover(order))


async def fetch(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl fetch NUMBER`."""
    order = make_order(options)
    job = await hand_in(desk, options.bus, order, order.number, lambda desk, order: desk.fetch_document(order))
    return await _tell(options, job)


async def _tell(options: argparse.Namespace, job: str) -> int:
    """Tell of a new job, or with --wait of its end."""
    if not options.wait:
        return print_json({"job": job}) if options.json else _print(job)
    found = await wait_for_end(options.bus, job)
    if options.json:
        print_json(found)
    else:
        print(format_fax(found.job))
    return find_fax_status(found)


async def _warn_of_undrawn(desk: Client, order: Order) -> None:
    """Say which letters will be question marks on the page."""
    to = Recipient.named_as(order.number, order)
    chosen = next((each for each in await desk.headers() if order.header in ("", each.id)), None)
    cover = None
    if chosen is not None and chosen.cover:
        cover = (order.subject, *order.message.splitlines(), chosen.heading, *chosen.sender)
    letters = await asyncio.to_thread(find_undrawn, to, cover)
    if letters:
        warning = _("There is no font for {letters}: a question mark stands for them on the page.")
        print(warning.format(letters=letters), file=sys.stderr)


async def cancel(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl cancel FAX`."""
    await desk.cancel_job(options.fax)
    return 0


async def resend(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl resend FAX [--to NUMBER]`."""
    order = make_order(options)
    job = await hand_in(desk, options.bus, order, options.fax, lambda desk, order: desk.send_again(options.fax, order))
    return print_json({"job": job}) if options.json else _print(job)


async def hold(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl hold FAX`."""
    await desk.hold_job(options.fax)
    return 0


async def release(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl release FAX`, or all that a backup has brought."""
    if not options.restored:
        await desk.release_job(options.fax)
        return 0
    async with connect_admin(options.bus) as admin:
        released = await admin.release_restored()
    if options.json:
        return print_json(released)
    print(ngettext("{count} fax goes on.", "{count} faxes go on.", released.faxes).format(count=released.faxes))
    return 0


async def resolve(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl resolve FAX arrived|again`."""
    await desk.resolve_job(options.fax, Verdict(options.verdict))
    return 0


async def comment(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl comment FAX TEXT`."""
    await desk.comment_fax(options.fax, options.text)
    return 0


async def get(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl get RECEPTION FILE`."""
    kinds = {
        ".tif": ReceptionFile.TIFF,
        ".tiff": ReceptionFile.TIFF,
        ".pdf": ReceptionFile.PDF,
        ".txt": ReceptionFile.TRANSCRIPT,
    }
    kind = kinds.get(options.file.suffix.lower())
    if kind is None:
        raise BusError(ErrorCode.UNKNOWN, Sentence("The name of the file must end in .tif, .pdf or .txt."))
    with tempfile.TemporaryFile() as fetched:
        if kind is ReceptionFile.TRANSCRIPT:
            await desk.read_transcript(options.fax, fetched)
        else:
            await desk.read_reception(options.fax, kind, fetched)
        fetched.seek(0)
        options.file.write_bytes(fetched.read())
    return 0


async def receipt(desk: Client, options: argparse.Namespace) -> int:
    """`faxctl receipt FAX --output FILE`."""
    with tempfile.TemporaryFile() as fetched:
        await desk.write_receipt(options.fax, fetched)
        fetched.seek(0)
        options.output.write_bytes(fetched.read())
    return 0


def make_title(files: Sequence[Path]) -> str:
    first = name_of(files[0]) if files[0] == STANDARD_INPUT else files[0].stem
    return first if len(files) == 1 else _("{first} and {count} more").format(first=first, count=len(files) - 1)


def draw(original: BinaryIO, pages: BinaryIO, options: argparse.Namespace) -> None:
    """Make the pages of the files."""
    try:
        draw_files(options.files, Resolution(options.resolution), options.style, original, pages)
    except CannotBeDrawn as error:
        raise BusError(ErrorCode.BAD_DOCUMENT, error.sentence) from error


def _print(text: str) -> int:
    print(text)
    return 0
