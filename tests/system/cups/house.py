# SPDX-License-Identifier: GPL-3.0-or-later
"""A house with a real cupsd, a real bus and the real service, in which documents are printed."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

import cups

from faxcore.bus.client import connect
from faxcore.contract.printed import Draft, PrintNotice
from faxcore.document.tiff import read_pages
from faxcore.model.page import Page
from tests.support.stage import PrintingSystem, Stage, python, system_bus, write_letter

IPP_HELD, IPP_PROCESSING, IPP_STOPPED, IPP_CANCELLED, IPP_ABORTED, IPP_COMPLETED = 4, 5, 6, 7, 8, 9
ENDS: Final = (IPP_HELD, IPP_STOPPED, IPP_CANCELLED, IPP_ABORTED, IPP_COMPLETED)
PATIENCE: Final = 60.0

FOREIGN: Final = """#!/bin/sh
# Somebody's filter: the document says which PDF it writes, whether it reports an error, and how it exits.
read -r _ pdf error code < "$6"
cat "$pdf"
[ "$error" = none ] || echo "ERROR: $error" >&2
exit "$code"
"""


def add_foreign_filter(printing: PrintingSystem) -> None:
    """Teach cupsd a type, and a filter that makes PDF of it."""
    (printing.folder / "etc/foreign.types").write_text('text/x-foreign string(0,"FOREIGN") priority(200)\n')
    (printing.folder / "etc/foreign.convs").write_text("text/x-foreign application/pdf 10 foreign\n")
    program = printing.folder / "lib/filter/foreign"
    program.write_text(FOREIGN)
    program.chmod(0o755)


class House:
    """A printing system, a bus, and the service on it, which may be stopped and started."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        system_bus(stage)
        self.printing = PrintingSystem(stage)
        add_foreign_filter(self.printing)
        self.printing.start()
        self.connection = cups.Connection(host=str(self.printing.socket))
        config = stage.folder / "facteur.toml"
        folder = stage.folder
        budget = '[[budget]]\ncode = "4711"\nname = "Legal advice"\n'
        config.write_text(f'[folders]\nstate = "{folder}/state"\nreceived = "{folder}/received"\n{budget}')
        self._service: subprocess.Popen[bytes] | None = None
        self.letter = write_letter(folder / "letter.pdf")

    def start_service(self, *start: str) -> None:
        """faxcore, until it is on the bus; `start` begins it in another way."""
        log = self.stage.log("faxcore")
        before = log.read_text().count("ready:") if log.exists() else 0
        begin = start or ("-m", "faxcore.daemon")
        command = [python(), *begin, "--config", self.stage.folder / "facteur.toml"]
        self._service = self.stage.start("faxcore", [*command, "--log-level", "INFO"])
        self.stage.until("faxcore", lambda: log.read_text().count("ready:") > before, PATIENCE)

    def stop_service(self) -> None:
        """faxcore is down, as after a crash of the machine's own making."""
        assert self._service is not None
        self.stage.end("faxcore", self._service)

    def until_dead(self) -> None:
        """The service has been killed at the place that it was started for."""
        assert self._service is not None
        assert self._service.wait(PATIENCE) == -signal.SIGKILL
        self.stop_service()

    def restart_cupsd(self) -> None:
        """cupsd ends and begins again."""
        self.connection = self.printing.restart()

    def print(self, *arguments: str | Path, title: str = "letter") -> int:
        """A document on the printer; the job's number."""
        said = self.stage.run(["lp", "-d", "Fax", "-t", title, *arguments])
        return int(said.split("Fax-")[1].split()[0])

    def state(self, job: int) -> int:
        """The state of a print job, as IPP numbers it."""
        return int(self.connection.getJobAttributes(job, ["job-state"])["job-state"])

    def until_state(self, job: int, *states: int) -> int:
        """Wait for a state of a print job."""
        return int(self.stage.until("the job", lambda: self.state(job) in states and self.state(job), PATIENCE))

    def ask(self, method: str, *arguments: Any) -> Any:
        """One question to the service, as this user."""

        async def question() -> Any:
            async with connect(self.stage.environment["DBUS_SYSTEM_BUS_ADDRESS"]) as desk:
                return await getattr(desk, method)(*arguments)

        return asyncio.run(question())

    def said(self) -> str:
        """Everything that cupsd has logged."""
        return self.printing.errors.read_text(errors="replace")

    def said_of(self, job: int) -> str:
        """What cupsd has logged of a job."""
        return "\n".join(line for line in self.said().splitlines() if f"[Job {job}]" in line)

    def pages(self, draft: Draft) -> list[Page]:
        """Read the pages of a draft."""
        with tempfile.TemporaryFile() as out:
            self.ask("read_draft", draft.id, out)
            out.seek(0)
            return list(read_pages(out))

    def fax(self, *arguments: str | Path, title: str = "letter") -> list[Page]:
        """Print without a number; the pages of the one draft that this becomes."""
        before = {draft.id for draft in self.ask("list_drafts")}
        job = self.print(*arguments, title=title)
        assert self.until_state(job, *ENDS) == IPP_COMPLETED, self.said_of(job)
        (draft,) = self.fresh_drafts(before)
        return self.pages(draft)

    def told(self) -> list[PrintNotice]:
        """What this user's programs hear of print jobs, of all that has not been told yet."""

        async def listen() -> list[PrintNotice]:
            heard: list[PrintNotice] = []
            async with connect(self.stage.environment["DBUS_SYSTEM_BUS_ADDRESS"]) as desk:
                desk.on_print_noticed = heard.append
                await desk.register()
                # What waits comes in batches, before the answer to a question that was asked after them.
                known = -1
                while known != len(heard):
                    known = len(heard)
                    await desk.status()
            return heard

        return asyncio.run(listen())

    def refused(self, *arguments: str | Path) -> str:
        """Print what cannot be faxed: nothing is, the job is cancelled, and its person is told the reason that cupsd
        was told; that.
        """
        self.told()
        before = {draft.id for draft in self.ask("list_drafts")}
        job = self.print(*arguments)
        assert self.until_state(job, *ENDS) == IPP_CANCELLED, self.said_of(job)
        assert not self.fresh_drafts(before)
        (notice,) = self.told()
        assert (notice.title, notice.refused) == ("letter", True)
        assert str(notice.sentence) in self.said_of(job)
        return self.said_of(job)

    def fresh_drafts(self, before: set[str]) -> list[Draft]:
        """Drafts that were not there before."""
        return [draft for draft in self.ask("list_drafts") if draft.id not in before]
