# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of `faxctl line`, and what they mean to the engine."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from faxcore.cli.selection_options import add_password, parse_selection
from faxcore.i18n import gettext as _
from faxcore.model.call import CAN_BE_LEFT_OUT, RATES
from faxcore.model.page import Resolution
from faxcore.t30.capabilities import ECM_FRAME, SHORT_ECM_FRAME, Terminal
from faxcore.t30.frames import clean_selection
from faxcore.t30.internet_address import is_address
from faxcore.t30.left_out import list_codings, list_modulations
from faxcore.t30.selective import Selection


def add_commands(parser: argparse.ArgumentParser) -> None:
    """The commands of `faxctl line` and their options."""
    commands = parser.add_subparsers(dest="line_command", required=True, metavar="COMMAND")
    commands.add_parser("send", help=_("send documents in one call"), add_options=_add_sending)
    receive = _("wait for one call and receive it, or be polled")
    commands.add_parser("receive", help=receive, add_options=_add_receiving)
    commands.add_parser("poll", help=_("fetch a document that another fax machine offers"), add_options=_add_polling)


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--device", required=True, metavar="TTY", help=_("the modem's serial device, for instance /dev/ttyACM0")
    )
    command.add_argument(
        "--station-id", default="", metavar="ID", help=_("the number that the other fax machine shows")
    )
    command.add_argument(
        "--max-rate",
        type=int,
        default=RATES[0],
        choices=RATES,
        metavar="BITS",
        help=_("bits a second at most: 14400, 12000, 9600, 7200, 4800 or 2400"),
    )
    command.add_argument(
        "--frame-size",
        type=int,
        default=ECM_FRAME,
        choices=(ECM_FRAME, SHORT_ECM_FRAME),
        metavar="OCTETS",
        help=_("of a frame of error correction, 256 or 64"),
    )
    correction = command.add_mutually_exclusive_group()
    correction.add_argument("--no-ecm", action="store_true", help=_("without error correction"))
    correction.add_argument("--jbig", action="store_true", help=_("with JBIG, where the other end has it"))
    for option, what in (
        ("--no-mmr", _("without the coding MMR (T.6)")),
        ("--no-mr", _("without the coding MR")),
        ("--no-v17", _("without the modulation V.17")),
        ("--no-v29", _("without the modulation V.29; for what is received, that means without V.17 too")),
    ):
        command.add_argument(option, action="store_true", help=what)
    command.add_argument(
        "--transcript", metavar="FILE", type=Path, help=_("write every frame of the call into this file")
    )
    command.add_argument(
        "--modem-log",
        metavar="FILE",
        type=Path,
        help=_("write what is said to the modem, and what it says, into this file"),
    )


def _add_sending(sending: argparse.ArgumentParser) -> None:
    sending.add_argument("--to", required=True, metavar="NUMBER", help=_("the number to call"))
    sending.add_argument(
        "--resolution", choices=[resolution.value for resolution in Resolution], default=Resolution.FINE.value
    )
    sending.add_argument("--sub-address", type=parse_selection, metavar="DIGITS", help=_("for whom it is (SUB)"))
    sending.add_argument(
        "--internet-address",
        type=_internet_address,
        metavar="ADDRESS",
        help=_("where a gateway that answers is to send it on, as fax@example.org (IRA)"),
    )
    add_password(sending, _("what the other fax machine wants to hear"))
    sending.add_argument(
        "--no-resend", action="store_true", help=_("hang up when the last page is refused, instead of sending it again")
    )
    sending.add_argument(
        "--apart",
        action="store_true",
        help=_("each file as a document of its own, in the same call (EOM between them)"),
    )
    sending.add_argument("files", nargs="+", metavar="FILE", type=Path, help=_("a PDF or a TIFF"))
    _add_common(sending)


def _add_receiving(receiving: argparse.ArgumentParser) -> None:
    _add_place(receiving)
    receiving.add_argument(
        "--timeout", type=float, metavar="S", help=_("give up when nobody calls for so many seconds")
    )
    receiving.add_argument(
        "--offer",
        action="append",
        default=[],
        type=_offer,
        metavar="[DIGITS=]FILE",
        help=_("a PDF or a TIFF that the caller may fetch, and under which number (SEP); may be given again"),
    )
    receiving.add_argument(
        "--sub-address",
        type=parse_selection,
        metavar="DIGITS",
        help=_("under which a file without a number of its own is offered (SEP)"),
    )
    add_password(receiving, _("what the caller has to say"))
    receiving.set_defaults(resolution=Resolution.FINE.value)
    _add_common(receiving)


def _add_polling(polling: argparse.ArgumentParser) -> None:
    polling.add_argument("--to", required=True, metavar="NUMBER", help=_("the number to call"))
    _add_place(polling)
    polling.add_argument(
        "--sub-address", type=parse_selection, metavar="DIGITS", help=_("which document to fetch (SEP)")
    )
    polling.add_argument(
        "--polled-sub-address", type=parse_selection, metavar="DIGITS", help=_("whose document to fetch (PSA)")
    )
    add_password(polling, _("what the other fax machine wants to hear"))
    _add_common(polling)


@dataclass(frozen=True)
class LineOffer:
    """A file that callers may fetch, and the number under which they do; empty: none of its own."""

    file: Path
    document: str = ""


def _offer(text: str) -> LineOffer:
    """FILE or DIGITS=FILE; a file whose name looks like that is given as ./DIGITS=FILE."""
    number, equals, file = text.partition("=")
    if equals and number and number == clean_selection(number):
        return LineOffer(Path(file), number)
    return LineOffer(Path(text))


def _add_place(command: argparse.ArgumentParser) -> None:
    command.add_argument("--folder", required=True, metavar="DIR", type=Path, help=_("where the fax is put"))
    command.add_argument(
        "--name",
        type=_file_name,
        metavar="NAME",
        help=_("of its files, without .tif and .pdf, in place of date and time"),
    )


def _file_name(text: str) -> str:
    """The name of a file that is made in the folder itself, and seen there."""
    if not text.isprintable() or text.startswith((".", "-")) or "/" in text or not 0 < len(text.encode()) <= 200:
        raise argparse.ArgumentTypeError(_("it may not be empty or long, begin with . or -, or contain /"))
    return text


def _internet_address(text: str) -> str:
    """An internet address, if a frame can carry it."""
    if not is_address(text):
        raise argparse.ArgumentTypeError(_("it may have up to 77 letters, digits and signs, and no spaces"))
    return text


def terminal(options: argparse.Namespace) -> Terminal:
    """The settings of the call that these options ask for."""
    address = options.sub_address or ""
    without = [name for name in CAN_BE_LEFT_OUT if getattr(options, f"no_{name.replace('.', '').lower()}")]
    modulations = list_modulations(without)
    return Terminal(
        options.station_id,
        not options.no_ecm,
        list_codings(options.jbig, without),
        sends=modulations,
        receives=modulations,
        resend_last_page=not getattr(options, "no_resend", False),
        max_rate=options.max_rate,
        frame_size=options.frame_size,
        selection=Selection(
            password=options.password or "",
            sub_address=address if options.line_command == "send" else "",
            document="" if options.line_command == "send" else address,
            polled_sub_address=getattr(options, "polled_sub_address", None) or "",
            internet_address=getattr(options, "internet_address", None) or "",
        ),
        # A SUB stands in the JSON object: whoever runs the command does something with it, or does not.
        takes_sub_address=options.line_command == "receive",
    )
