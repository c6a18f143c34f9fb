# SPDX-License-Identifier: GPL-3.0-or-later
"""faxcore: what is started, in which order, and how it stops.

    faxcore [--config FILE] [--bus ADDRESS] [--socket PATH] [--log-level LEVEL]

The state folder is locked, the store opened and put in order, the simulated exchange started if there are no lines,
then the lines' workers and the queue, and last our own socket and the bus: whoever finds us there finds us working.
Should the bus go, calls go on, and it is joined again. SIGTERM lets calls come to their end, for `[queue] stop_seconds`
at most; SIGINT, and a second SIGTERM, break them off as T.30 has it. SIGHUP has the configuration read again.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from faxcore import people, watchdog
from faxcore.api.admin import AdminApi
from faxcore.api.api_error import ApiError
from faxcore.bus.doorway import Doorway
from faxcore.bus.gate import Gate, NameTaken
from faxcore.bus.programs import Programs
from faxcore.bus.rights import Rights
from faxcore.bus.shared_bus import join
from faxcore.bus.wire import BUS_TROUBLE
from faxcore.config import Config, ConfigError
from faxcore.config.configuration import CONFIG, find_and_load
from faxcore.config.patient_loading import load_patiently
from faxcore.config.toml_source import UnknownName
from faxcore.contract.methods import ADMIN, DESK, INTAKE
from faxcore.descriptor_limit import raise_descriptor_limit
from faxcore.document.walls import CHOICE
from faxcore.health import CHECK_SECONDS
from faxcore.i18n import gettext as _
from faxcore.journal import set_up_log
from faxcore.line.codecs import implementation
from faxcore.lines.exchange_process import ExchangeKeeper
from faxcore.no_core import leave_no_core
from faxcore.outbox.mailer_process import MailerProcess
from faxcore.service import FaxService, Parts
from faxcore.store.state_lock import StateLocked, lock_state_folder
from faxcore.store.store_error import StoreError

log = logging.getLogger("faxcore")

BUS_AGAIN_SECONDS: Final = 2.0
SWITCH_SECONDS: Final = 0.0005
"""Seconds after which the thread of the event loop takes the interpreter back from one that packs a long answer. With
Python's five thousandths it waited so long after each of its system calls, ten times for a fax that is handed in.
"""


UNUSABLE_CONFIGURATION: Final = 78
"""The exit status (EX_CONFIG of sysexits.h) by which the init system knows that another try is of no use."""
TRY_LATER: Final = 75
"""The exit status (EX_TEMPFAIL) for names that nobody knows now, on a machine whose directory may be away."""


class Broken(Exception):
    """A part of the service has stopped by a fault of ours, which the log tells."""


class Daemon:
    """The service, from its first step to its last."""

    def __init__(
        self,
        config: Config,
        bus_address: str | None = None,
        parts: Parts | None = None,
        read: Callable[[], Config] | None = None,
        socket: Path | None = None,
    ) -> None:
        """`read` reads the configuration again; without it, it is always this one. At `socket` the service listens
        besides.
        """
        self._config = config
        self._read = read or (lambda: config)
        self._admin: AdminApi | None = None
        self._bus_address = bus_address
        self._socket = socket
        self._programs = Programs()
        self._exchange = ExchangeKeeper()
        self._parts = parts
        self._service: FaxService | None = None
        self._finishing: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self.left_calls = False
        """Calls that come in have been left to their workers: our process must end without ending them."""
        self.ready = asyncio.Event()
        """The service is on the bus."""

    def stop(self) -> None:
        """Make `run` return: calls are broken off, as T.30 has it."""
        self._stopping.set()

    def finish(self) -> None:
        """Make `run` return once the calls that are going on have come to their end; asked again, at once."""
        if self._service is None or self._finishing is not None:
            self.stop()
        else:
            watchdog.tell("STOPPING=1")
            self._finishing = asyncio.ensure_future(self._finish_calls(self._service))

    async def _finish_calls(self, service: FaxService) -> None:
        try:
            self.left_calls = await service.finish_calls(service.config.value.queue.stop_seconds)
        finally:
            self.stop()

    async def reload(self) -> None:
        """Read the configuration again, and take it on if it can be used; the log says why if not."""
        if self._admin is not None:
            with suppress(ApiError):  # it is in the log already
                await self._admin.reload("a signal")

    async def run(self) -> None:
        """Until `stop`. NameTaken, StoreError or OSError if the service cannot begin."""
        await self._exchange.start(self._config)
        try:
            service = FaxService(self._config, self._programs, self._parts)
            self._admin = AdminApi(
                self._read,
                partial(self._take_on, service),
                service.verifying,
                service.destinations,
                service.assigning,
                service.records,
                service.open_deliveries,
                service.sealing,
                service.config,
                service.stating,
                service.correcting,
                service.bill_limits,
                service.invoicing,
                service.papers,
                service.backups,
                service.metrics.text,
                service.invoice_mails,
            )
            # Until the service has looked at its own health for the first time, it is starting.
            fed = asyncio.create_task(watchdog.feed(lambda: service.health.checked, 3 * CHECK_SECONDS))
            try:
                await service.start()
                self._service = service
                await self._be_reached(service, self._admin)
            finally:
                watchdog.tell("STOPPING=1")
                fed.cancel()
                if self._finishing is not None:
                    self._finishing.cancel()
                await service.stop()
        finally:
            await self._exchange.stop()

    def _take_on(self, service: FaxService, config: Config) -> tuple[str, ...]:
        """Put a configuration in force, with the simulated exchange or without; what has changed. ConfigError."""
        _check_exchange(config)
        changed = service.take_on(config)
        self._exchange.follow(config, service.wait_for_retired)
        return changed

    async def _be_reached(self, service: FaxService, admin: AdminApi) -> None:
        handlers = {DESK: service.api, INTAKE: service.intake, ADMIN: admin}
        gate = Gate(handlers, self._programs, Rights(lambda: service.config.value))
        doorway = Doorway(self._socket, gate) if self._socket is not None else None
        try:
            if doorway is not None:
                await doorway.start()
            await self._on_the_bus(service, gate)
        finally:
            await gate.stop()
            if doorway is not None:
                await doorway.stop()

    async def _on_the_bus(self, service: FaxService, gate: Gate) -> None:
        first = True
        while not self._stopping.is_set():
            if service.broken.is_set():
                raise Broken(_("a part of the service has stopped; start it again"))
            try:
                await self._one_bus(service, gate)
            except NameTaken:
                if first:
                    raise
                log.exception("the name on the bus")
            except BUS_TROUBLE as error:
                log.error("the bus: %s", error)
            first = False
            if not service.broken.is_set():
                await self._pause(BUS_AGAIN_SECONDS)

    async def _one_bus(self, service: FaxService, gate: Gate) -> None:
        """One connection to the bus, as long as it lasts."""
        bus, shared = await join(self._bus_address, gate)
        try:
            await shared.start()
            log.info("ready: %d lines, received faxes go to %s", len(service.lines), service.config.value.received)
            # What is there now stays: the garbage collector takes a twentieth of the time without it.
            gc.collect()
            gc.freeze()
            self.ready.set()
            watchdog.tell("READY=1")
            ends = [asyncio.ensure_future(end) for end in (bus.gone(), self._stopping.wait(), service.broken.wait())]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                end.cancel()
            await shared.stop()
            if bus.connected:
                await gate.finish()
        finally:
            gate.forget_way(shared)
            await bus.close()

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    parser = argparse.ArgumentParser(prog="faxcore", description=_("The fax service."))
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help=_("configuration (default: {path})").format(path=CONFIG)
    )
    parser.add_argument(
        "--bus", metavar="ADDRESS", help=_("the bus (default: DBUS_SYSTEM_BUS_ADDRESS, or the system's)")
    )
    parser.add_argument(
        "--socket",
        type=Path,
        metavar="PATH",
        help=_("listen there, too (default: none; under systemd, in its RuntimeDirectory)"),
    )
    parser.add_argument(
        "--documents",
        type=Path,
        metavar="PATH",
        help=_("have documents opened by the unit that listens there (default: by processes of its own)"),
    )
    parser.add_argument(
        "--mailer",
        type=Path,
        metavar="PATH",
        help=_("have mail sent by the unit that listens there (default: by a child)"),
    )
    parser.add_argument("--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    return parser


def main(arguments: Sequence[str] | None = None, parts: Parts | None = None) -> int:
    """The command `faxcore`; tests and benchmarks replace some of its parts."""
    options = make_parser().parse_args(arguments)
    leave_no_core()
    raise_descriptor_limit()
    set_up_log(options.log_level, "faxcore", "%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Folders 0750 and files 0640, whatever we were started with.
    os.umask(0o027)
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        CHOICE.unit = options.documents
        read = partial(find_and_load, options.config, for_service=True)
        config = load_patiently(read)
        log.info("configuration: %s", ", ".join(map(str, config.files)) or "none, every default")
        _check_exchange(config)
        codec, why = implementation()
        log.info("codec: %s%s", codec, f", because: {why}" if why else "")
        with lock_state_folder(config.state):
            parts = replace(parts or Parts(), mailer=MailerProcess(unit=options.mailer))
            socket = options.socket or _find_socket()
            asyncio.run(_run(Daemon(config, options.bus, parts, read=read, socket=socket)))
    except StateLocked as error:
        print("faxcore: " + _("another faxcore is using {path}").format(path=error.folder), file=sys.stderr)
        return 1
    except ConfigError as error:
        print(f"faxcore: {error}", file=sys.stderr)
        return TRY_LATER if isinstance(error, UnknownName) and people.has_directory() else UNUSABLE_CONFIGURATION
    except (Broken, NameTaken, StoreError, OSError) as error:
        print(f"faxcore: {error}", file=sys.stderr)
        return 1
    return 0


def _check_exchange(config: Config) -> None:
    """Check that the simulated exchange can run if it is needed. Raises ConfigError: a real server may lack numpy."""
    if config.simulated and find_spec("numpy") is None:
        raise ConfigError(
            _(
                "no [[line]] is configured, and the simulated telephone exchange that takes the place of one needs "
                'numpy: configure a line, or install Facteur with the extra "exchange"'
            )
        )


def _find_socket() -> Path | None:
    """Find where systemd wants a service's sockets to be; None if it has not started us, or has made no folder."""
    folders = os.environ.get("RUNTIME_DIRECTORY", "")
    return Path(folders.split(":")[0]) / "socket" if folders else None


async def _run(daemon: Daemon) -> None:
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()

    def reload() -> None:
        task = loop.create_task(daemon.reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    loop.add_signal_handler(signal.SIGHUP, reload)
    loop.add_signal_handler(signal.SIGTERM, daemon.finish)
    loop.add_signal_handler(signal.SIGINT, daemon.stop)
    await daemon.run()
    log.info("stopped")
    if daemon.left_calls:
        # Anything more orderly would end the workers too: asyncio kills the children that it forgets.
        logging.shutdown()
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
