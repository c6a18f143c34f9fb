# SPDX-License-Identifier: GPL-3.0-or-later
"""The mailer as the service has it: started with the first mail, given one mail at a time, ended when there is none.

Where Facteur is installed it is no child: systemd starts it with the connection to a socket, in a unit of its own that
has the network, which the service has not.

A mailer that ends, or does not answer in time, has perhaps sent its mail: it is sent again, under the same Message-ID.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from faxcore.contract.mail_messages import (
    LONGEST_PACKET,
    MailEnd,
    MailOrder,
    MailResult,
    MailServer,
    pack_mail,
    unpack_mail,
)
from faxcore.lines.process import Child, Start, reap, start
from faxcore.model.sentence import Sentence

log = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 600.0
"""Seconds for one mail: the server has a minute for each of its answers."""
END_SECONDS: Final = 5.0
"""Seconds that it has to say goodbye to the server."""
COMMAND: Final = (sys.executable, "-P", "-m", "faxcore.mailer.mail_worker")
"""-P: it may read what it can load, and a current folder of "/" would be all there is."""


class MailerProcess:
    """Sends mails."""

    def __init__(
        self, starter: Start = start, answer_seconds: float = ANSWER_SECONDS, unit: Path | None = None
    ) -> None:
        """`unit`: the socket at which systemd starts a mailer; None: it is a child."""
        self._starter = starter
        self._unit = unit
        self._answer_seconds = answer_seconds
        self._turn = asyncio.Lock()
        self._server: MailServer | None = None
        self._line: socket.socket | None = None
        self._process: Child | None = None

    async def send(self, server: MailServer, order: MailOrder, documents: Sequence[Path]) -> MailResult:
        """Have a mail sent, with these files. OSError if a file cannot be read, or no mailer can be started."""
        async with self._turn:
            with ExitStack() as held:
                files = [held.enter_context(path.open("rb")) for path in documents]
                if self._server != server:
                    await self._end()
                if self._line is None:
                    await self._begin(server)
                return await self._ask(order, [file.fileno() for file in files])

    async def rest(self) -> None:
        """End the process: there is nothing to send now."""
        async with self._turn:
            await self._end()

    async def _ask(self, order: MailOrder, descriptors: Sequence[int]) -> MailResult:
        assert self._line is not None
        try:
            socket.send_fds(self._line, [pack_mail(order)], list(descriptors))
            async with asyncio.timeout(self._answer_seconds):
                packet = await asyncio.get_running_loop().sock_recv(self._line, LONGEST_PACKET)
            if packet:
                return unpack_mail(packet, MailResult)
            problem = Sentence("The program that sends mail has ended; it is started again.")
        except TimeoutError:
            problem = Sentence("The program that sends mail does not answer; it is started again.")
        except (OSError, ValueError) as error:
            log.error("the mailer: %s", error)
            problem = Sentence("The program that sends mail has ended; it is started again.")
        if self._process is not None:
            self._process.kill()
        await self._end()
        return MailResult(MailEnd.LATER, problem)

    async def _begin(self, server: MailServer) -> None:
        if self._unit is not None:
            ours = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.setblocking(False)
            try:
                await asyncio.get_running_loop().sock_connect(ours, str(self._unit))
            except OSError:
                ours.close()
                raise
        else:
            ours = await self._start_child()
        self._line, self._server = ours, server
        ours.send(pack_mail(server))

    async def _start_child(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._process = await self._starter(list(COMMAND), outlives_us=False, stdin=theirs.fileno())
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        ours.setblocking(False)
        return ours

    async def _end(self) -> None:
        line, self._line, self._server = self._line, None, None
        if line is not None:
            line.close()
        if self._process is not None:
            code = await reap(self._process, END_SECONDS)
            # Not before: who is cancelled while waiting for it comes back here.
            self._process = None
            if code:
                log.error("the mailer has ended with code %d", code)
