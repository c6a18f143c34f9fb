# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue of the printer *Fax* in cupsd: made, checked, mended and removed.

What the queue is:
- device fax:/, our backend; PPD cups-backend/fax.ppd, whose defaults the administrator may change;
- error policy retry-job: a document waits until the service is there, and never stops the queue for the others;
- not shared: a user's name that comes over the network is anybody's, and faxes are paid for;
- operation policy authenticated, as cupsd is delivered with it: who prints, holds or cancels is who the kernel says, on
  cupsd's own socket without a password. With policy default it is who they say, as `lp -U anybody`. Another policy of
  the administrator's stays.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import cups

from faxcore.cups.backend_file import find_shipped
from faxcore.cups.fault import Fault, Kind
from faxcore.i18n import gettext as _

PRINTER: Final = "Fax"
DEVICE: Final = "fax:/"
ERROR_POLICY: Final = "retry-job"
OPERATION_POLICY: Final = "authenticated"
ANYBODYS_POLICY: Final = "default"
"""The one that believes the name in a print job."""
STOPPED: Final = 5
"""IPP's printer-state."""

ATTRIBUTES: Final = (
    "device-uri",
    "printer-state",
    "printer-state-message",
    "printer-is-accepting-jobs",
    "printer-is-shared",
    "printer-error-policy",
    "printer-op-policy",
)

_DENIED: Final = (
    cups.IPP_FORBIDDEN,
    cups.IPP_NOT_AUTHENTICATED,
    cups.IPP_NOT_AUTHORIZED,
    cups.IPP_AUTHENTICATION_CANCELED,
)
_HTTP_DENIED: Final = (cups.HTTP_UNAUTHORIZED, cups.HTTP_FORBIDDEN)


class PrinterFailed(Exception):
    """cupsd is not there, or does not do what it was asked; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.sentence)
        self.fault = fault


def connect(server: str | None = None) -> cups.Connection:
    """Connect to this cupsd, or to the one of CUPS_SERVER or the machine. PrinterFailed if it is not there."""
    # Nobody is asked for a password: whoever may do this is root, or in the group lpadmin and known by the socket.
    cups.setPasswordCB(lambda _prompt: "")
    try:
        return cups.Connection(host=server) if server else cups.Connection()
    except RuntimeError as error:
        sentence = _("The printing system cannot be reached ({reason}): start it with “systemctl start cups”.")
        raise PrinterFailed(Fault(Kind.CUPSD, sentence.format(reason=error))) from error


def list_queues() -> set[str]:
    """List the names of the queues and classes of this machine's printing system. PrinterFailed if it is not there."""
    connection = connect()
    try:
        return {*connection.getPrinters(), *connection.getClasses()}
    except (cups.IPPError, cups.HTTPError, RuntimeError) as error:
        sentence = _("The printing system does not say which printers it has: {reason}")
        raise PrinterFailed(Fault(Kind.CUPSD, sentence.format(reason=error))) from error


def install(connection: cups.Connection, name: str = PRINTER) -> None:
    """Make the queue, or put it right; what the administrator may choose stays. PrinterFailed if cupsd refuses."""
    ppd = find_shipped("fax.ppd")
    with _translate_errors():
        found = _read_attributes(connection, name)
        if found is None:
            connection.addPrinter(name, filename=str(ppd), device=DEVICE, info="Fax")
        elif not _has_ppd(connection, name, ppd):
            connection.addPrinter(name, filename=str(ppd), device=DEVICE)
        else:
            connection.setPrinterDevice(name, DEVICE)
        if found is None or found.get("printer-op-policy", ANYBODYS_POLICY) == ANYBODYS_POLICY:
            _set_policy(connection, name)
        connection.setPrinterErrorPolicy(name, ERROR_POLICY)
        connection.setPrinterShared(name, False)
        connection.enablePrinter(name)
        connection.acceptJobs(name)


def check(connection: cups.Connection, name: str = PRINTER) -> list[Fault]:
    """Find what is wrong with the queue. PrinterFailed if cupsd does not say."""
    with _translate_errors():
        found = _read_attributes(connection, name)
        if found is None:
            return [Fault(Kind.MISSING, _("There is no printer {name}.").format(name=name))]
        faults = list(_check_attributes(name, found))
        if not _has_ppd(connection, name, find_shipped("fax.ppd")):
            faults.append(Fault(Kind.PPD, _("The printer {name} has another printer's description.").format(name=name)))
        return faults


def remove(connection: cups.Connection, name: str = PRINTER) -> bool:
    """Remove the queue, and the print jobs that wait in it; False if there is none. PrinterFailed if cupsd refuses."""
    with _translate_errors():
        if _read_attributes(connection, name) is None:
            return False
        connection.deletePrinter(name)
        return True


def _set_policy(connection: cups.Connection, name: str) -> None:
    """Set the policy by which cupsd asks the kernel who prints. PrinterFailed if it does not know that policy."""
    # What pycups says of a policy that is not there is another error's number.
    key = "printer-op-policy-supported"
    if OPERATION_POLICY not in connection.getPrinterAttributes(name, requested_attributes=[key]).get(key, ()):
        sentence = _(
            "The printing system has no policy “{policy}”, by which nobody prints in another's name: put it back into"
            " cupsd.conf, as it is delivered."
        )
        raise PrinterFailed(Fault(Kind.OPERATION_POLICY, sentence.format(policy=OPERATION_POLICY)))
    connection.setPrinterOpPolicy(name, OPERATION_POLICY)


def _check_attributes(name: str, found: dict[str, Any]) -> Iterator[Fault]:
    device = found.get("device-uri", "")
    if device != DEVICE:
        sentence = _("The printer {name} prints to {device} instead of {right}.")
        yield Fault(Kind.DEVICE, sentence.format(name=name, device=device or "?", right=DEVICE))
    if found["printer-state"] == STOPPED:
        reason = found.get("printer-state-message") or "?"
        yield Fault(Kind.STOPPED, _("The printer {name} is stopped ({reason}).").format(name=name, reason=reason))
    if not found["printer-is-accepting-jobs"]:
        yield Fault(Kind.REJECTING, _("The printer {name} does not accept jobs.").format(name=name))
    policy = found.get("printer-error-policy", ERROR_POLICY)
    if policy != ERROR_POLICY:
        sentence = _("The printer {name} has the error policy {policy} instead of {right}.")
        yield Fault(Kind.ERROR_POLICY, sentence.format(name=name, policy=policy, right=ERROR_POLICY))
    if found.get("printer-op-policy") == ANYBODYS_POLICY:
        sentence = _("The printer {name} believes any name: with “lp -U”, anybody could send faxes in another's name.")
        yield Fault(Kind.OPERATION_POLICY, sentence.format(name=name))
    if found.get("printer-is-shared"):
        sentence = _("The printer {name} is shared: anybody on the network could send faxes in anybody's name.")
        yield Fault(Kind.SHARED, sentence.format(name=name))


def _read_attributes(connection: cups.Connection, name: str) -> dict[str, Any] | None:
    """Ask cupsd about the queue; None if there is none."""
    try:
        return dict(connection.getPrinterAttributes(name, requested_attributes=list(ATTRIBUTES)))
    except cups.IPPError as error:
        if error.args[0] == cups.IPP_NOT_FOUND:
            return None
        raise


def _has_ppd(connection: cups.Connection, name: str, ours: Path) -> bool:
    """Tell if the queue's PPD is ours, whatever defaults have been chosen in it."""
    try:
        copy = Path(connection.getPPD(name))
    except cups.IPPError as error:
        if error.args[0] == cups.IPP_NOT_FOUND:
            # A queue without a PPD.
            return False
        raise
    try:
        return _read_ppd(copy) == _read_ppd(ours)
    finally:
        copy.unlink(missing_ok=True)


def _read_ppd(path: Path) -> list[str]:
    """The lines that say something: neither comments nor chosen defaults."""
    lines = (line.rstrip() for line in path.read_text("utf-8", errors="replace").splitlines())
    return [line for line in lines if line and not line.startswith(("*Default", "*%"))]


@contextlib.contextmanager
def _translate_errors() -> Iterator[None]:
    """Turn what pycups raises into PrinterFailed."""
    try:
        yield
    except (cups.IPPError, cups.HTTPError) as error:
        code, *texts = error.args
        if isinstance(error, cups.HTTPError):
            denied, reason = code in _HTTP_DENIED, f"HTTP {code}"
        else:
            denied, reason = code in _DENIED, str(texts[0] if texts and texts[0] else code)
        if denied:
            fault = Fault(Kind.NOT_ALLOWED, _("Only root and the group lpadmin may do this: try it with sudo."))
        else:
            fault = Fault(Kind.REFUSED, _("The printing system refuses it: {reason}").format(reason=reason))
        raise PrinterFailed(fault) from error
    except UnicodeEncodeError as error:
        raise PrinterFailed(Fault(Kind.REFUSED, _("No printer can have this name."))) from error
    except RuntimeError as error:
        sentence = _("The printing system does not answer any more ({reason}).").format(reason=error)
        raise PrinterFailed(Fault(Kind.CUPSD, sentence)) from error
