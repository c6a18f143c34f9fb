# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of `faxctl setup` behind the confirmed summary: each is whole or not at all, and says what it has done or
what is wrong and what to do.

The configuration comes first, and is looked at before it takes the place of the one before: where it cannot be used,
nothing has changed. What follows hangs on no other step, so a run that ended in the middle is simply made again.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore.billing.tariffs import read_tariffs
from faxcore.bus.client import BusError, ServiceUnavailable, connect, connect_admin
from faxcore.cli import udev_rule
from faxcore.cli.setup_plan import NAME
from faxcore.cli.trial_call import test_page
from faxcore.config import Config, ConfigError, load
from faxcore.config.configuration import find_and_load
from faxcore.config.reload import changes
from faxcore.config.toml_source import FOLDER
from faxcore.contract.order import Order
from faxcore.document.tiff import write_pages
from faxcore.i18n import gettext as _

SERVICE_USER: Final = "facteur"


@dataclass(frozen=True)
class Done:
    """The end of a step."""

    step: str
    """A word for programs."""
    good: bool
    sentence: str


def find_user(name: str = SERVICE_USER) -> pwd.struct_passwd:
    """Find the account that the service runs as: its own, or where there is none this user's."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return pwd.getpwuid(os.getuid())


def check_new(main: Path, text: str) -> Config:
    """Read the configuration as it would be with this text in setup's file. ConfigError if it cannot be used."""
    with tempfile.TemporaryDirectory(prefix="facteur-setup-") as name:
        there = Path(name)
        (there / FOLDER).mkdir()
        for place in (main.parent, main.parent / FOLDER):
            into = there / place.relative_to(main.parent)
            for each in sorted(place.iterdir()) if place.is_dir() else []:
                # What stands beside the configuration is found beside this one, too: tariffs, and such.
                if each.name not in (FOLDER, NAME):
                    (into / each.name).symlink_to(each)
        (there / FOLDER / NAME).write_text(text, "utf-8")
        if not (there / main.name).exists():
            (there / main.name).write_text("")
        try:
            config = load(there / main.name)
            read_tariffs(config)
        except ConfigError as error:
            raise ConfigError(str(error).replace(name, str(main.parent))) from error
        return config


def make_folder(folder: Path, user: pwd.struct_passwd) -> Done:
    """Make the folder of received faxes, if it is not there, and try it as the service would."""
    made = _find_missing(folder)
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        if os.getuid() == 0:
            for each in made:
                os.chown(each, user.pw_uid, user.pw_gid)
    except OSError as error:
        sentence = _("The folder {folder} cannot be made: {reason}").format(folder=folder, reason=error.strerror)
        return Done("folder", False, sentence)
    if not _try_as(user, folder):
        for each in reversed(made):
            shutil.rmtree(each, ignore_errors=True)
        sentence = _(
            "The service, which runs as {user}, cannot write in {folder}: give the folder to that user, and open those"
            " above it to them, or choose another."
        )
        return Done("folder", False, sentence.format(user=user.pw_name, folder=folder))
    return Done("folder", True, _("Received faxes go to {folder}").format(folder=folder))


def _find_missing(folder: Path) -> list[Path]:
    """List the folders that have to be made, the outermost first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    return missing[::-1]


def _try_as(user: pwd.struct_passwd, folder: Path) -> bool:
    """Return whether this user can make a file there, by trying it: nobody else knows what counts on this disk."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if os.getuid() == 0:
                os.initgroups(user.pw_name, user.pw_gid)
                os.setgid(user.pw_gid)
                os.setuid(user.pw_uid)
            with tempfile.TemporaryFile(dir=folder):
                status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def write_whole(path: Path, text: str) -> None:
    """Write a file that everybody may read, whole or not at all. OSError."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        os.chmod(name, 0o644)
        os.rename(name, path)
    except BaseException:
        os.unlink(name)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def configure(main: Path, text: str, bus: str | None) -> list[Done]:
    """Put the configuration in place, and in force where the service runs. A service that refuses it keeps the one that
    it has, and so does the disk.
    """
    path = main.parent / FOLDER / NAME
    try:
        new = check_new(main, text)
    except ConfigError as error:
        return [Done("configuration", False, str(error))]
    restart = changes(_load_present(main), new).restart
    before = path.read_text("utf-8") if path.exists() else None
    try:
        write_whole(path, text)
    except OSError as error:
        sentence = _("{path} cannot be written: {reason}. Try it with sudo.")
        return [Done("configuration", False, sentence.format(path=path, reason=error.strerror))]
    written = Done("configuration", True, _("The configuration is in {path}.").format(path=path))
    try:
        asyncio.run(_reload(bus))
    except ServiceUnavailable:
        sentence = _("The fax service is not running; start it with “systemctl start facteur”.")
        return [written, Done("service", True, sentence)]
    except BusError as error:
        if restart:
            sentence = _("The service takes this on when it is started anew: “systemctl restart facteur”.")
            return [written, Done("service", True, sentence)]
        if before is None:
            path.unlink()
        else:
            write_whole(path, before)
        sentence = _("The service refuses the configuration, which is as it was before: {reason}")
        return [Done("service", False, sentence.format(reason=error))]
    return [written, Done("service", True, _("The service has taken the configuration on."))]


def _load_present(main: Path) -> Config:
    try:
        return find_and_load(main if main.exists() else None)
    except (ConfigError, OSError):
        # It is this one that is to be mended.
        return Config()


async def _reload(bus: str | None) -> None:
    async with connect_admin(bus) as admin:
        await admin.reload()


def keep_modem_manager_away(devices: list[Path], rules: Path, ttys: Path) -> list[Done]:
    """Write the rule for udev that keeps ModemManager away from these modems."""
    path = rules / udev_rule.NAME
    text = udev_rule.format_rules(devices, ttys)
    if not text:
        return []
    try:
        write_whole(path, text)
    except OSError as error:
        sentence = _("{path} cannot be written: {reason}. ModemManager may disturb the modem.")
        return [Done("udev", False, sentence.format(path=path, reason=error.strerror))]
    if wrong := udev_rule.verify(path):
        path.unlink(missing_ok=True)
        sentence = _("udev does not take the rule that keeps ModemManager away: {reason}")
        return [Done("udev", False, sentence.format(reason=wrong))]
    udev_rule.put_in_force()
    return [Done("udev", True, _("ModemManager leaves the modem alone, by {path}.").format(path=path))]


def make_printer(install: Callable[[], list[str]]) -> Done:
    """Make the printer; `install` gives a sentence for each fault."""
    faults = install()
    if faults:
        advice = _("When that is mended: “faxctl printer install”.")
        return Done("printer", False, " ".join([*faults, advice]))
    return Done("printer", True, _("The printer Fax is ready."))


def send_test_page(number: str, bus: str | None) -> Done:
    """Hand a test page in for this number."""
    try:
        job = asyncio.run(_send(number, bus))
    except (BusError, ServiceUnavailable) as error:
        return Done("test", False, _("The test page is not sent: {reason}").format(reason=error))
    sentence = _("A test page is on its way to {number}: “faxctl show {job}” says how it went.")
    return Done("test", True, sentence.format(number=number, job=job))


async def _send(number: str, bus: str | None) -> str:
    with tempfile.TemporaryDirectory(prefix="facteur-setup-") as folder:
        page = Path(folder) / "page.tif"
        write_pages(page, [test_page(_("a new line"))])
        async with connect(bus) as desk:
            with page.open("rb") as pages:
                return await desk.submit_document(pages, None, Order(number=number, title=_("Test page")))
