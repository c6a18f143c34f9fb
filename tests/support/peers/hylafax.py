# SPDX-License-Identifier: GPL-3.0-or-later
"""HylaFAX at a line of the exchange: faxq and faxgetty on a private spool, nothing of the machine's touched.

HylaFAX insists on starting as root and works as the user uucp, so its spool can't lie below pytest's own folder
(which only root may enter): it is made beside it and removed at the end. The scripts that it runs when a job
or a reception is over are ours: they write their arguments to files that the driver waits for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from faxcore.exchange import Exchange
from faxcore.model.page import Resolution
from tests.support.pages import read_tiff
from tests.support.peers.peer import Outcome, PeerFailed, end, wait_until

SYSTEM_SPOOL = Path("/var/spool/hylafax")
SYSTEM_SETUP = Path("/etc/hylafax")
FOLDERS = (
    *("archive", "bin", "client", "config", "dev", "docq", "doneq", "etc", "info", "log", "pollq", "recvq"),
    *("results", "sendq", "status", "tmp"),
)
READY_SECONDS = 60

VR_FINE, VR_R8 = 0x01, 0x02
"""HylaFAX's bits for fine and superfine pages in its database of known fax machines."""

CONFIG = """
CountryCode: 33
AreaCode: 1
LongDistancePrefix: 0
InternationalPrefix: 00
DialStringRules: etc/dialrules
UseJobTSI: true
LogFacility: daemon
ContCoverPage: ""
MaxDials: 1
MaxTries: 1
UUCPLockDir: {spool}/locks
"""

# No flow control: with XON/XOFF HylaFAX empties its input behind CONNECT, and loses the first rows of a page when it is
# not quick enough; the pseudo-terminal holds back by itself.
MODEM = """
CountryCode: 33
AreaCode: 1
FAXNumber: {number}
LongDistancePrefix: 0
InternationalPrefix: 00
DialStringRules: etc/dialrules
ServerTracing: 0xFFF
SessionTracing: 0xFFF
RecvFileMode: 0644
LogFileMode: 0644
DeviceMode: 0666
RingsBeforeAnswer: 1
SpeakerVolume: off
UUCPLockDir: {spool}/locks
PollLockWait: 1
PollModemWait: 1
LocalIdentifier: {station_id}
TagLineFormat: ""
MaxRecvPages: 200
GettyArgs: ""
ModemType: Class1
ModemFlowControl: none
ModemResetCmds: "ATH1\\nAT+VCID=1"
ModemReadyCmds: ATH0
ModemResetDelay: 100
Class1AdaptRecvCmd: AT+FAR=1
Class1TMConnectDelay: 400
Class1ECMSupport: {ecm}
Class1JBIGSupport: {jbig}
CallIDPattern: "NMBR="
CallIDPattern: "NAME="
CallIDPattern: "NDID="
"""

DIALRULES = """
CanonicalNumber := [
]
DialString := [
[^0-9+]+ =
]
DisplayNumber := [
]
"""

SCRIPT = """#!/bin/sh
{{ for each in "$@"; do printf '%s\\n' "$each"; done; }} > results/{name}.$$.new
mv results/{name}.$$.new results/{name}.$$
"""

JOB = """tts:0
killtime:{expires}
retrytime:0
state:6
npages:0
totpages:0
nskip:0
skippages:
ncover:0
ntries:0
ndials:0
totdials:0
maxdials:1
tottries:0
maxtries:1
pagewidth:{width}
resolution:{resolution}
pagelength:0
priority:127
schedpri:127
minbr:0
desiredbr:5
desiredst:0
desiredec:{ecm}
desireddf:{format}
desiredtl:0
useccover:0
usexvres:{fine}
external:{number}
number:{number}
mailaddr:test@localhost
sender:Test
jobid:{job}
groupid:{job}
owner:test
jobtype:facsimile
modem:any
pagechop:none
notify:none
doneop:remove
client:localhost
status:
tiff:0::docq/doc{job}.tif
"""


def missing() -> str | None:
    """Why HylaFAX can't be used here, or None."""
    if shutil.which("faxgetty", path="/usr/sbin") is None:
        return "hylafax-server is not installed"
    if os.getuid() != 0:
        return "HylaFAX only starts as root"
    return None


class HylaFax:
    """HylaFAX at one line: it answers what comes, and sends what it is given."""

    def __init__(
        self,
        folder: Path,
        exchange: Exchange,
        line: int,
        *,
        ecm: bool = True,
        coding: str = "JBIG",
        station_id: str = "HYLAFAX",
    ):
        """`coding` is the best that it uses."""
        self._log = folder / f"hylafax-{line}.log"
        self._device = exchange.device(line).resolve()
        self._number = exchange.numbers(line)[0]
        self._ecm = ecm
        self._coding = coding
        self._station_id = station_id
        self._spool = Path(tempfile.mkdtemp(prefix="facteur-hylafax-"))
        self._programs: list[subprocess.Popen[bytes]] = []
        self._jobs = 0
        self._seen: set[Path] = set()
        self.modem = str(self._device).removeprefix("/dev/").replace("/", "_")

    def __enter__(self) -> Self:
        self._make_spool()
        try:
            self._start("faxq", "-D")
            wait_until((self._spool / "FIFO").exists, READY_SECONDS, "faxq's FIFO")
            self._start("faxgetty", str(self._device))
            self.answer()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def spool(self) -> Path:
        """Its spool, which is gone when it is closed."""
        return self._spool

    def close(self) -> None:
        """End HylaFAX and remove its spool; its session logs are kept beside the test's files."""
        for program in reversed(self._programs):
            end(program)
        self._log.write_text(self.log())
        shutil.rmtree(self._spool)

    def _make_spool(self) -> None:
        spool = self._spool
        for name in [*FOLDERS, "locks"]:
            (spool / name).mkdir()
        for script in (SYSTEM_SPOOL / "bin").iterdir():
            if script.name not in ("faxrcvd", "notify"):
                (spool / "bin" / script.name).symlink_to(script.resolve())
        for name in ("faxrcvd", "notify"):
            own = spool / "bin" / name
            own.write_text(SCRIPT.format(name=name))
            own.chmod(0o755)
        for name in ("setup.cache", "setup.modem", "pagesizes", "typerules", "lutRS18.pcf"):
            shutil.copy(SYSTEM_SETUP / name, spool / "etc" / name)
        (spool / "etc" / "dialrules").write_text(DIALRULES)
        (spool / "etc" / "config").write_text(CONFIG.format(spool=spool))
        modem = MODEM.format(
            number=self._number,
            spool=spool,
            station_id=self._station_id,
            ecm="yes" if self._ecm else "no",
            jbig="true" if self._coding == "JBIG" else "false",
        )
        (spool / "etc" / f"config.{self.modem}").write_text(modem)
        for path in (spool, *spool.rglob("*")):
            if not path.is_symlink():
                shutil.chown(path, "uucp", "uucp")
        spool.chmod(0o755)

    def answer(self) -> None:
        """Be ready for a call: after one that it has made, HylaFAX looks for its modem every now and then only."""
        status = self._spool / "status" / self.modem
        wait_until(
            lambda: status.exists() and "idle" in status.read_text().lower(),
            READY_SECONDS,
            f"faxgetty ready ({self.log()})",
        )

    def _start(self, program: str, *arguments: str) -> None:
        with (self._spool / "tmp" / f"{program}.out").open("wb") as output:
            self._programs.append(
                subprocess.Popen(
                    [f"/usr/sbin/{program}", "-q", str(self._spool), *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=self._spool,
                )
            )

    def log(self) -> str:
        """All that HylaFAX has logged of its sessions."""
        files = [*sorted((self._spool / "log").glob("c*")), *(self._spool / "tmp").glob("*.out")]
        return "\n".join(f"{file.name}:\n{file.read_text(errors='replace')}" for file in files)

    def _next_result(self, name: str, timeout: float) -> list[str]:
        def fresh() -> list[Path]:
            found = {path for path in (self._spool / "results").glob(f"{name}.*") if path.suffix != ".new"}
            return sorted(found - self._seen, key=lambda path: path.stat().st_mtime_ns)

        try:
            wait_until(lambda: bool(fresh()), timeout, f"HylaFAX's {name}")
        except PeerFailed as failure:
            raise PeerFailed(f"{failure}\n{self.log()}") from failure
        path = fresh()[0]
        self._seen.add(path)
        return path.read_text().splitlines()

    def send(self, tiff: Path, number: str, timeout: float = 300) -> Outcome:
        """Queue a TIFF for a number and wait for the job's end."""
        page = read_tiff(tiff)[0]
        self._jobs += 1
        # HylaFAX remembers what the other end could do in the last call, and converts the pages for it before it calls.
        # Pages converted to MR for an end that then takes MMR are converted a second time, and have lost a row by then.
        (self._spool / "info" / number).unlink(missing_ok=True)
        if page.resolution is Resolution.SUPERFINE:
            # Without knowing the other end, HylaFAX converts superfine pages to fine ones before it calls.
            (self._spool / "info" / number).write_text(f"supportsVRes: {VR_FINE | VR_R8}\n")
        document = self._spool / "docq" / f"doc{self._jobs}.tif"
        shutil.copy(tiff, document)
        job = self._spool / "sendq" / f"q{self._jobs}"
        job.write_text(
            JOB.format(
                width={1728: 215, 2048: 255, 2432: 303}[page.width.value],
                resolution=page.resolution.dpi[1],
                ecm=2 if self._ecm else 0,
                format={"MH": 0, "MR": 1, "MMR": 3, "JBIG": 4}[self._coding],
                fine=int(page.resolution.dpi[1] > 196),
                number=number,
                job=self._jobs,
                expires=int(time.time()) + 3600,
            )
        )
        for path in (document, job, *(self._spool / "info").iterdir()):
            shutil.chown(path, "uucp", "uucp")
        fifo = os.open(self._spool / "FIFO", os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(fifo, f"S{self._jobs}\0".encode())
        finally:
            os.close(fifo)
        arguments = self._next_result("notify", timeout)
        done = self._spool / "doneq" / f"q{self._jobs}"
        status = done.read_text(errors="replace") if done.exists() else " ".join(arguments)
        return Outcome("done" in arguments[1:2], status)

    def wait_received(self, timeout: float = 300) -> Outcome:
        """Wait for the next call answered to be over: HylaFAX's own verdict, and the file."""
        arguments = self._next_result("faxrcvd", timeout)
        file = self._spool / arguments[0]
        said = arguments[3] if len(arguments) > 3 else ""
        kept = self._log.with_name(f"hylafax-{file.name}")
        if file.exists():
            _copy_readable(file, kept)
        return Outcome(said == "", said, (kept,) if file.exists() else ())


def _copy_readable(file: Path, copy: Path) -> None:
    """HylaFAX keeps pages as they came, and Pillow cannot read JBIG: the copy is in MMR then."""
    told = subprocess.run(["tiffinfo", str(file)], capture_output=True, text=True, check=True, timeout=60).stdout
    if "ISO JBIG" in told:
        subprocess.run(["tiffcp", "-c", "g4", str(file), str(copy)], check=True, timeout=60)
    else:
        shutil.copy(file, copy)
