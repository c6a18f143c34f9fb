# SPDX-License-Identifier: GPL-3.0-or-later
"""Print a received fax: python -m faxcore.cups.print_received PRINTER TITLE FILE.

It cannot ask whether the queue has this fax already: cupsd shows the names of jobs to nobody who has not logged in.

Exit status: 0 the queue has it; 1 it did not take it; 3 there is no such queue; 4 the printing system is not there.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

import cups

from faxcore.cups.printer import PrinterFailed, connect

NO_PRINTER: Final = 3
NO_CUPSD: Final = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; its exit status."""
    printer, title, file = sys.argv[1:] if arguments is None else arguments
    try:
        connection = connect()
        if printer not in connection.getPrinters() and printer not in connection.getClasses():
            return NO_PRINTER
        connection.printFile(printer, file, title, {"print-scaling": "fit"})
    except PrinterFailed as error:
        print(error.fault.sentence, file=sys.stderr)
        return NO_CUPSD
    except cups.IPPError as error:
        print(error.args[1], file=sys.stderr)
        return 1
    except (cups.HTTPError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return NO_CUPSD
    return 0


if __name__ == "__main__":
    sys.exit(main())
