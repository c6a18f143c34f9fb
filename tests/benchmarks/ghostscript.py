# SPDX-License-Identifier: GPL-3.0-or-later
"""Ghostscript's CCITTFaxEncode and CCITTFaxDecode filters, which make the fax devices' TIFF and read PDF's images.

One process serves all pages. What it takes is the processor's time that Linux counts for it: its own clock counts whole
milliseconds, and what else happens on the machine in one of those would be its fault.
"""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path
from time import sleep
from typing import Self

from tests.benchmarks.peer import CODINGS, MR_K, Sheet, Timed, installed, program

_TIMES = 8
_K = {"MH": 0, "MR": MR_K, "MMR": -1}

_PROGRAM = """
/buffer 65535 string def
/pump { % source, sink: copies the one to the other, and closes both
  /sink exch def /source exch def
  { source buffer readstring exch sink exch writestring not { exit } if } loop
  sink closefile source closefile
} bind def
/encode { % file, file, parameters
  /parameters exch def (w) file /out exch def (r) file out parameters /CCITTFaxEncode filter pump out closefile
} bind def
/decode {
  /parameters exch def (w) file /out exch def (r) file dup /in exch def parameters /CCITTFaxDecode filter out pump
  in closefile
} bind def
/repeated { % what to do, and how often: prints a line when it is done
  exch repeat (done) = flush
} bind def
{ ORDERS run } loop
"""


class Ghostscript:
    """A Ghostscript that runs what is written to a FIFO, again and again, and answers at its standard output.

    Its own standard input is no way in: it is read a whole buffer at a time.
    """

    name = "Ghostscript's filters"
    timing = f"processor time for {_TIMES} times over, divided; one process for all pages, from file to file"
    slow = True
    codings = CODINGS

    def __init__(self, scratch: Path) -> None:
        self._rows = scratch / "gs.rows"
        self._bits = scratch / "gs.bits"
        self._orders = scratch / "gs.orders"
        os.mkfifo(self._orders)
        program_file = scratch / "gs.ps"
        program_file.write_text(_PROGRAM.replace("ORDERS", f"({self._orders})"))
        command = [
            program("gs"),
            "-q",
            "-dNODISPLAY",
            "-dNOPAUSE",
            "-dBATCH",
            "-dSAFER",
            f"--permit-file-all={scratch}/",
        ]
        self._process = subprocess.Popen([*command, str(program_file)], stdout=subprocess.PIPE, text=True)

    def _order(self, text: str) -> None:
        """Have a program run; with RuntimeError if there is no Ghostscript any more, for a FIFO would wait for one."""
        while True:
            try:
                orders = os.open(self._orders, os.O_WRONLY | os.O_NONBLOCK)
                break
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
            if self._process.poll() is not None:
                raise RuntimeError("Ghostscript has ended")
            sleep(0.001)
        with open(orders, "w") as file:
            file.write(text)

    def _timed(self, verb: str, source: Path, made: Path, sheet: Sheet, coding: str) -> float:
        parameters = (
            f"<< /K {_K[coding]} /Columns {sheet.width} /Rows {sheet.length} /BlackIs1 true /EndOfBlock true "
            f"/EndOfLine {str(coding != 'MMR').lower()} >>"
        )
        begin = self._processor_time()
        self._order(f"{{ ({source}) ({made}) {parameters} {verb} }} {_TIMES} repeated")
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "done\n":
            raise RuntimeError("Ghostscript has not done it")
        return (self._processor_time() - begin) / _TIMES

    def _processor_time(self) -> float:
        """Seconds that the process has run so far (proc(5), /proc/pid/schedstat)."""
        return int(Path(f"/proc/{self._process.pid}/schedstat").read_text().split()[0]) / 1e9

    def encode(self, sheet: Sheet, coding: str) -> Timed:
        """What CCITTFaxEncode writes."""
        self._rows.write_bytes(sheet.data)
        taken = self._timed("encode", self._rows, self._bits, sheet, coding)
        return Timed(self._bits.read_bytes(), taken)

    def decode(self, bits: bytes, sheet: Sheet, coding: str) -> Timed:
        """What CCITTFaxDecode reads."""
        self._bits.write_bytes(bits)
        taken = self._timed("decode", self._bits, self._rows, sheet, coding)
        return Timed(self._rows.read_bytes(), taken)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._order("quit")
        self._process.communicate(timeout=10)

    def version(self) -> str:
        """The installed program's."""
        return installed("ghostscript")
