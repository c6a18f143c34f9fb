# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `faxctl`: what the windows do, for a terminal and for scripts.

    faxctl status | list | show FAX | send --to NUMBER FILE | cancel FAX | resolve FAX arrived|again
    faxctl show --costs FAX                why each call of a fax cost what it did, step by step
    faxctl send --to NUMBER --sub-address DIGITS --password - FILE     for whom, and what its machine wants to hear
    faxctl fetch NUMBER [--selective DIGITS] [--password -] what a fax machine offers, into the received faxes
    faxctl offer FILE [--selective DIGITS] [--password -] [--times N|--until TIME] [--number NUMBER]
    faxctl offers list | show|withdraw OFFER
    faxctl change FAX --to NUMBER --at TIME --until TIME --header ID --priority PRIORITY
    faxctl broadcast send --list CSV FILE | list | show|cancel|hold|release BROADCAST
    faxctl limits [lift ...]               how much is left of what you may fax this month or year
    faxctl payers [--everybody]            budget lines and customers that may pay for your faxes (send --payer CODE)
    faxctl receipt FAX --output FILE       what became of a fax, with its first page, as PDF
    faxctl assign FAX NAME ...             a received fax to somebody else
    faxctl contacts list [WORD ...] | add --to NUMBER | remove CONTACT | import FILE | export [--csv]   address books
    faxctl headers list | add --name NAME ... | change|remove HEADER | preview HEADER --output FILE   as whom you send
    faxctl unassigned                      received faxes that are nobody's, for the administrator
    faxctl drafts [--discard ID] | receptions | get RECEPTION FILE
    faxctl list [--folder FOLDER] [--search WORD ...] [--most N]
    faxctl line send|receive|poll ...      one call on one modem, without the service
    faxctl modem probe DEVICE              what a modem is and can do
    faxctl modem test DEVICE --to NUMBER   a test page to another line
    faxctl setup                           a telephone line from a modem that is found, by questions; see setup --help
    faxctl config check FILE               what is wrong with a configuration
    faxctl config reload                   have the running service read its configuration again
    faxctl number NUMBER                   what would be dialled for a number, or why it is refused
    faxctl route --called N --caller N     whose a fax would be that came in, and which rule says so
    faxctl tariff check FILE | quote --tariff FILE --to NUMBER --seconds S --pages N   what a call costs, step by step
    faxctl destinations [show|forget|lock|unlock NUMBER]   what calls have taught of the numbers called
    faxctl printer install|check|remove    the printer Fax on this machine
    faxctl log [--since TIME] [--number NUMBER] [--failed]   every call, also as --csv, --json or --xferfaxlog
    faxctl statistics [--by person|number|line|destination|country|month|cause]   calls, pages, minutes, failures
    faxctl statement [--by person|line|number|payer|month] [--month 2026-10] [--calls] [--csv FILE]   what calls cost
    faxctl mail test ADDRESS               a test mail, and what the mail server says, for the administrator
    faxctl deliveries list | retry         what has not gone out by mail, printer or command, for the administrator
    faxctl ledger verify [--seals FILE] | seal   whether the ledger of calls is as it was written
    faxctl ledger correct CALL --seconds S|--confirmed N|--not-answered --reason TEXT   what a call really was
    faxctl invoice close MONTH [--dry-run] [--leave-unpriced]   bill the calls of a month to the customers
    faxctl invoice list | show NUMBER            all invoices, and the lines of one
    faxctl invoice write NUMBER --output FILE [--short-numbers]   an invoice as PDF
    faxctl archive verify [FAX ...]        whether the files of filed faxes are what was filed
    faxctl doctor [--report FILE]          what is wrong, and what to do; a report with names and numbers hidden
    faxctl metrics                         figures of the service for Prometheus, for the administrator
    faxctl backup FOLDER                   everything of the service as it is now, while it works
    faxctl restore FOLDER [--configuration] [--check]   a backup, on a machine without faxes; the service is stopped
    faxctl release FAX | --restored        let a held fax go on, or all those that came from a backup
    faxctl store migrate --to URL          another database for the service, which is stopped
    faxctl import hylafax [--spool FOLDER] [--dry-run]   the faxes and the log of a HylaFAX; the service is stopped

Exit status: 0 done; 1 refused, with one sentence on standard error; 2 wrong usage; 3 the service is not there;
4 imported, but for what is named;
130 broken off with Ctrl-C; 141 whoever read the output (a pager, head) has enough.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from importlib import import_module

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.cli import fax_commands
from faxcore.cli.clean_stream import CleanStream
from faxcore.cli.command_parser import CommandParser
from faxcore.i18n import gettext as _

REFUSED = 1
UNAVAILABLE = 3
INTERRUPTED = 130
"""As shells have it: 128 and the number of SIGINT."""
ENOUGH = 141
"""The same for SIGPIPE."""


def make_parser() -> CommandParser:
    """Every command; the options of each are made when it is given."""
    top = CommandParser(prog="faxctl", description=_("Fax from the command line."))
    top.add_argument("--bus", metavar="ADDRESS", help=_("the bus (default: DBUS_SYSTEM_BUS_ADDRESS, or the system's)"))
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    fax_commands.add_commands(commands)
    about_setup = _("make a telephone line: find the modem, configure, make the printer")
    for name, module, function, about in (
        ("broadcast", "broadcast_commands", "add_arguments", _("one document for many recipients")),
        ("estimate", "estimate_command", "add_arguments", _("how long the call for a fax will be, before it is sent")),
        ("offer", "offer_commands", "add_offer", _("offer a document to callers, who fetch it")),
        ("offers", "offer_commands", "add_offers", _("what you offer, and who has fetched it")),
        ("assign", "assign_commands", "add_assign", _("give a received fax to somebody else")),
        ("unassigned", "assign_commands", "add_unassigned", _("received faxes that are nobody's")),
        ("contacts", "contact_commands", "add_arguments", _("your address book, and the one that all share")),
        (
            "headers",
            "header_commands",
            "add_arguments",
            _("as whom you send: the headers to choose from, and your own"),
        ),
        ("payers", "payer_commands", "add_arguments", _("who may pay for your faxes")),
        ("limits", "limit_commands", "add_arguments", _("how much is left of what you may fax this month or year")),
        ("mail", "delivery_commands", "add_mail", _("whether news go out by mail")),
        ("deliveries", "delivery_commands", "add_deliveries", _("news that have not gone out")),
        ("line", "line_commands", "add_arguments", _("one call on one modem, without the service")),
        ("modem", "modem_commands", "add_arguments", _("what a modem can do, and whether it works")),
        ("config", "config_commands", "add_arguments", _("about the configuration file")),
        ("destinations", "destination_commands", "add_arguments", _("what calls have taught of the numbers called")),
        ("number", "number_commands", "add_arguments", _("what would be dialled for a number, or why not")),
        ("setup", "setup_command", "add_arguments", about_setup),
        ("route", "route_command", "add_arguments", _("whose a fax would be that came in, and which rule says so")),
        ("render", "render_command", "add_arguments", _("the pages of files as they would be sent, or why not")),
        ("printer", "printer_commands", "add_arguments", _("the printer Fax in the printing system")),
        ("log", "record_commands", "add_log", _("every call of your faxes, sent and received")),
        ("statistics", "record_commands", "add_statistics", _("sums of the calls of your faxes")),
        ("statement", "statement_command", "add_statement", _("what your calls cost, by the ledger")),
        ("ledger", "ledger_commands", "add_arguments", _("whether the ledger of calls is as it was written")),
        ("invoice", "invoice_commands", "add_arguments", _("invoices for the calls of a month")),
        ("archive", "archive_commands", "add_arguments", _("about the files of filed faxes, received and sent")),
        ("import", "import_commands", "add_arguments", _("what another fax program has received, sent and logged")),
        ("tariff", "tariff_commands", "add_arguments", _("about the file of a tariff, and what a call costs by it")),
        ("doctor", "doctor_command", "add_arguments", _("what is wrong on this machine, and what to do about it")),
        ("metrics", "metrics_command", "add_arguments", _("figures of the service, in the text format of Prometheus")),
        ("backup", "backup_commands", "add_backup", _("everything of the service, as it is now, into a folder")),
        ("restore", "backup_commands", "add_restore", _("what a backup has, into an empty service")),
        ("store", "store_commands", "add_arguments", _("about the database of the service")),
    ):
        commands.add_parser(name, help=about, add_options=partial(_add_options, module, function))
    return top


def _add_options(module: str, function: str, parser: CommandParser) -> None:
    """Load the module of a command that is given, and have it make its options. All of them together take a second."""
    getattr(import_module(f"faxcore.cli.{module}"), function)(parser)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; its exit status."""
    with redirect_stdout(CleanStream(sys.stdout)), redirect_stderr(CleanStream(sys.stderr)):
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        options = make_parser().parse_args(arguments)
        if hasattr(options, "run_here"):
            return int(options.run_here(options))
        return asyncio.run(fax_commands.run(options))
    except ServiceUnavailable as error:
        print(f"faxctl: {error}", file=sys.stderr)
        return UNAVAILABLE
    except BusError as error:
        print(f"faxctl: {error}", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        # What is left in the buffer has nowhere to go; Python would complain of it at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ENOUGH
    except OSError as error:
        print(f"faxctl: {error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
