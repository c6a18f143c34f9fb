# SPDX-License-Identifier: GPL-3.0-or-later
"""A printing system of our own, with the printer *Fax*: cupsd with its own tree, our PPD, our backend.

As root, cupsd runs backends as `lp`, who may not be able to read the checkout (one under /root, say): there, the
backend gets a Python of its own in the demonstration's folder, with a copy of the packages that it uses. As an
ordinary user cupsd runs everything as that user, and the checkout's own Python serves.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sysconfig
import time
from pathlib import Path

import cups
from processes import CHECKOUT, Stage, Trouble, python

from faxcore.cups import printer
from faxcore.cups.backend_file import write_backend

BACKEND_PACKAGES = (
    *("faxcore", "dbus_next", "cattrs", "attrs", "attr", "typing_extensions.py"),
    *("PIL", "pillow.libs", "pillow_heif", "pillow_heif.libs", "_pillow_heif*.so", "cups.*.so"),
    *("pikepdf", "pikepdf.libs", "pypdfium2", "pypdfium2_raw", "pypdfium2_cfg", "ghostscript", "fpdf"),
    *("img2pdf.py", "phonenumbers", "defusedxml", "fontTools", "charset_normalizer", "*__mypyc*.so"),
    *("lxml", "packaging"),
)
"""The packages that are copied for cupsd's user, as patterns; what cattrs and pikepdf need themselves is among them."""

FILES = """ServerRoot {folder}/etc
ServerBin {folder}/lib
DataDir /usr/share/cups
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
CacheDir {folder}/cache
StateDir {folder}/run
AccessLog {folder}/log/access_log
ErrorLog {folder}/log/error_log
PageLog {folder}/log/page_log
{who}
CreateSelfSignedCerts no
ServerKeychain {folder}/etc/ssl
SyncOnClose No
SetEnv DBUS_SYSTEM_BUS_ADDRESS {bus}
"""

DAEMON = """LogLevel debug
MaxLogSize 0
LogTimeFormat usecs
Listen {folder}/run/cups.sock
Browsing Off
WebInterface No
DefaultAuthType Basic
IdleExitTimeout 0
JobRetryInterval 1
JobRetryLimit 1
PreserveJobHistory Yes
PreserveJobFiles 86400
<Location />
  Order allow,deny
  Allow localhost
</Location>
<Location /admin>
  Order allow,deny
  Allow localhost
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  SubscriptionPrivateAccess default
  SubscriptionPrivateValues default
  <Limit Create-Job Print-Job Print-URI Validate-Job>
    Order deny,allow
  </Limit>
  <Limit Send-Document Send-URI {of_a_job}>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
<Policy authenticated>
  JobPrivateAccess default
  JobPrivateValues default
  SubscriptionPrivateAccess default
  SubscriptionPrivateValues default
  <Limit Create-Job Print-Job Print-URI Validate-Job>
    AuthType Default
    Order deny,allow
  </Limit>
  <Limit Send-Document Send-URI {of_a_job}>
    AuthType Default
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
"""As Debian's, but that everybody on this machine may change the printers of this cupsd."""
OF_A_JOB = (
    "Hold-Job Release-Job Restart-Job Purge-Jobs Set-Job-Attributes Cancel-Job Cancel-Current-Job Cancel-My-Jobs"
    " Close-Job CUPS-Move-Job CUPS-Get-Document"
)


class PrintingSystem:
    """cupsd, running, with the printer *Fax*. `socket` is what CUPS_SERVER is set to."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.folder = stage.folder / "cups"
        self.socket = self.folder / "run/cups.sock"
        self.errors = self.folder / "log/error_log"
        self._lay_out()

    def _lay_out(self) -> None:
        for name in ("etc/ppd", "etc/ssl", "spool/tmp", "cache", "run/certs", "log", "lib/backend"):
            (self.folder / name).mkdir(parents=True)
        for name in (".", "etc", "lib", "lib/backend"):
            (self.folder / name).chmod(0o755)
        (self.folder / "spool").chmod(0o710)
        (self.folder / "spool/tmp").chmod(0o1770)
        for name in ("daemon", "driver", "cgi-bin", "monitor", "notifier"):
            (self.folder / "lib" / name).symlink_to(f"/usr/lib/cups/{name}")
        # A folder of its own: from it, ../backend leads to our backend.
        (self.folder / "lib/filter").mkdir()
        for program in Path("/usr/lib/cups/filter").iterdir():
            (self.folder / "lib/filter" / program.name).symlink_to(program)
        bus = self.stage.environment["DBUS_SYSTEM_BUS_ADDRESS"]
        files, daemon = self.folder / "etc/cups-files.conf", self.folder / "etc/cupsd.conf"
        files.write_text(FILES.format(folder=self.folder, who=_who(), bus=bus))
        daemon.write_text(DAEMON.format(folder=self.folder, of_a_job=OF_A_JOB))
        self._install_backend()

    def _install_backend(self) -> None:
        self._program = python() if os.getuid() else self._python_for_lp()
        self.write_program()

    def write_program(self) -> None:
        """The backend with a first line that names a Python which cupsd's user can read."""
        write_backend(self.folder / "lib/backend/fax", self._program)

    def _python_for_lp(self) -> Path:
        """A Python with the backend's packages, in the demonstration's folder."""
        home = self.folder / "python"
        subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip", str(home)], check=True)
        ours = Path(sysconfig.get_paths()["purelib"])
        theirs = next(home.glob("lib/python3*/site-packages"))
        for name in BACKEND_PACKAGES:
            for source in [CHECKOUT / name] if name == "faxcore" else ours.glob(name):
                if source.is_dir():
                    shutil.copytree(source, theirs / source.name, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(source, theirs / source.name)
        program = home / "bin/python"
        # lp cannot write there: what is not compiled now is compiled at each print job.
        subprocess.run([str(program), "-m", "compileall", "-q", str(theirs)], check=True)
        subprocess.run(["chmod", "-R", "a+rX", str(home)], check=True)
        test = subprocess.run(
            [*_as_lp(), str(program), "-I", "-c", "import faxcore.cups.backend, cups, pikepdf, pypdfium2"],
            capture_output=True,
            text=True,
        )
        if test.returncode:
            raise Trouble(f"cupsd's user lp cannot run the backend: {test.stderr.strip()}")
        return program

    def start(self) -> None:
        """cupsd, and the printer in it."""
        self._run_cupsd()
        self.stage.environment["CUPS_SERVER"] = str(self.socket)
        cups.setServer(str(self.socket))
        printer.install(self._connection())

    def restart(self) -> cups.Connection:
        """cupsd ends, with whatever it is doing, and begins again; a new connection to it."""
        self.stage.end("cupsd", self._cupsd)
        self.socket.unlink(missing_ok=True)
        self._run_cupsd()
        return self._connection()

    def _run_cupsd(self) -> None:
        etc = self.folder / "etc"
        command = ["/usr/sbin/cupsd", "-f", "-c", etc / "cupsd.conf", "-s", etc / "cups-files.conf"]
        self._cupsd = self.stage.start("cupsd", command)
        self.stage.until("cupsd", self.socket.exists, 20)

    def _connection(self) -> cups.Connection:
        deadline = time.monotonic() + 10
        while True:
            try:
                return printer.connect(str(self.socket))
            except printer.PrinterFailed as failure:
                if time.monotonic() > deadline:
                    raise Trouble(f"{failure} See {self.errors}") from failure
                time.sleep(0.05)


def _who() -> str:
    """Whom cupsd runs filters and backends as."""
    if os.getuid() == 0:
        return "User lp\nGroup lp\nSystemGroup root lpadmin"
    me = pwd.getpwuid(os.getuid())
    import grp

    return f"User {me.pw_name}\nGroup {grp.getgrgid(me.pw_gid).gr_name}"


def _as_lp() -> list[str]:
    return ["setpriv", "--reuid=lp", "--regid=lp", "--clear-groups"]
