# SPDX-License-Identifier: GPL-3.0-or-later
"""The right to administer: by the configuration and the groups of this machine, by either way in, and written down."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from faxcore.bus import client
from faxcore.cli.main import main
from faxcore.contract.bus import ErrorCode
from faxcore.contract.methods import ADMIN, METHODS
from tests.service.bus.test_service import RULES, administer
from tests.support import CHECKOUT
from tests.support.bus_fixture import private_bus
from tests.support.service_fixture import as_nobody, main_as, needs_root, public_folder, serving

pytestmark = needs_root

CHANGES, SEES, STRANGER = "nobody", "lp", "games"
FOLDERS = '[folders]\nstate = "{folder}/state"\nreceived = "{folder}/received"\n'
LINE = '[[line]]\nname = "line-1"\ndevice = "/nowhere/line-1"\n'
HOUSE = (
    FOLDERS
    # The one by their group of this machine, the other by a group of the configuration.
    + '[administration]\nmay_change = ["nogroup"]\nmay_see = ["care"]\n'
    + f'[[group]]\nname = "care"\nmembers = ["{SEES}"]\n'
    + LINE
)


@pytest.fixture(scope="module")
def house() -> Iterator[tuple[str, Path]]:
    with serving({"dial": {}}, config=HOUSE) as served:
        yield served


@pytest.fixture(params=["the bus", "its own socket"])
def way(request: pytest.FixtureRequest, house: tuple[str, Path]) -> str:
    """The address of one of the two ways in; the bus is as it is installed."""
    return house[0] if request.param == "the bus" else f"unix:path={house[1]}/socket"


def try_everything(address: str, user: str) -> dict[str, str]:
    """Ask for every method of the administrator's; by its name the code with which it was refused, or nothing."""

    async def ask() -> dict[str, str]:
        found = {}
        async with client.connect_admin(address) as admin:
            with tempfile.TemporaryFile() as out:
                for name, attempt in administer(admin, "no-such-fax", out).items():
                    try:
                        await attempt
                        found[name] = ""
                    except client.BusError as error:
                        found[name] = error.code.value
        return found

    found: dict[str, str] = as_nobody(ask, user)
    return found


def reload(address: str, user: str) -> str:
    """Reload the configuration as this user; the sentence with which it was refused, or nothing."""

    async def ask() -> str:
        async with client.connect_admin(address) as admin:
            try:
                await admin.reload()
            except client.BusError as error:
                assert error.code is ErrorCode.DENIED
                return str(error)
            return ""

    found: str = as_nobody(ask, user)
    return found


def test_every_method_says_which_right_it_needs() -> None:
    needed = {
        method.name: "may_see" if method.only_shows else "may_change" for method in METHODS if method.interface == ADMIN
    }
    assert needed == {name: rule for name, rule in RULES.items() if rule in ("may_see", "may_change")}


def test_who_may_change_may_do_everything(way: str) -> None:
    found = try_everything(way, CHANGES)
    assert set(found) == {name for name, rule in RULES.items() if rule in ("may_see", "may_change")}
    assert "denied" not in found.values()
    assert [found[name] for name in ("Reload", "ListAllCalls", "WriteSnapshot", "RetryDeliveries")] == [""] * 4


def test_who_may_see_changes_nothing(way: str) -> None:
    found = try_everything(way, SEES)
    assert {name for name, code in found.items() if code == "denied"} == {
        name for name, rule in RULES.items() if rule == "may_change"
    }
    assert [found[name] for name in ("ListAllCalls", "ReadMetrics", "CheckLedger")] == [""] * 3


def test_a_stranger_is_told_what_is_missing_and_who_can_give_it(way: str) -> None:
    assert set(try_everything(way, STRANGER).values()) == {"denied"}
    assert reload(way, STRANGER) == (
        "games may not do this: it is for root and the administrators of the fax service (nogroup). Root can make games"
        " one of them."
    )
    assert reload(way, SEES).startswith("lp may see this, but not change anything: that is for root and")


def test_faxctl_says_it_too(house: tuple[str, Path]) -> None:
    def faxctl(user: str, *arguments: str) -> tuple[int, str, str]:
        return main_as(user, main, "--bus", house[0], *arguments)

    assert faxctl(CHANGES, "config", "reload") == (0, "Nothing has changed.\n", "")
    code, _out, err = faxctl(SEES, "config", "reload")
    assert code == 1 and err.startswith("faxctl: lp may see this, but not change anything")
    assert faxctl(SEES, "log", "--everybody")[0] == 0
    code, _out, err = faxctl(STRANGER, "log", "--everybody")
    assert code == 1 and err.startswith("faxctl: games may not do this: it is for root")


def test_every_act_stands_in_the_log_with_who_did_it(house: tuple[str, Path], way: str) -> None:
    log = house[1] / "service.log"
    before = len(log.read_text())
    try_everything(way, CHANGES)
    try_everything(way, SEES)
    try_everything(way, STRANGER)
    said = log.read_text()[before:]
    acts = [line.partition("faxcore.bus.rights: ")[2] for line in said.splitlines() if "faxcore.bus.rights" in line]
    changing = {name for name, rule in RULES.items() if rule == "may_change"}
    assert sorted(changing) == sorted(next(name for name in changing if name in act) for act in acts)
    assert all(act.startswith("nobody (user 65534) ") for act in acts)
    assert "nobody (user 65534) has done RetryDeliveries" in acts
    assert "nobody (user 65534) was refused CorrectCall: unknown" in acts
    assert not [word for word in ("forged", "no-such-", "0199000002", "199000002", "example.org") if word in said]


# ---------------------------------------------------------------- at once


@contextmanager
def serving_with_groups_of_its_own(config: str) -> Iterator[tuple[str, Path, Path]]:
    """A service for which the file of groups is another: its socket, its folder, and that file."""
    with public_folder() as folder, private_bus(folder / "bus") as bus:
        groups = folder / "group"
        shutil.copy("/etc/group", groups)
        (folder / "script.json").write_text('{"dial": {}}')
        (folder / "facteur.toml").write_text(config.replace("{folder}", str(folder)))
        start = 'mount --bind "$1" /etc/group && shift && exec "$@"'
        service = [sys.executable, "-m", "tests.support.serve", str(folder), bus]
        command = ["unshare", "--mount", "sh", "-c", start, "sh", str(groups), *service]
        with (folder / "service.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=log)
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n", (folder / "service.log").read_text()
            yield f"unix:path={folder}/socket", folder, groups
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, (folder / "service.log").read_text()
            if process.stdout is not None:
                process.stdout.close()


def _may_mount() -> bool:
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(os.getuid() != 0 or not _may_mount(), reason="a file of groups of its own needs a mount")
def test_a_change_of_a_group_counts_at_once() -> None:
    def set_members(groups: Path, line: str) -> None:
        """Change the file where it lies: it is mounted."""
        kept = [each for each in groups.read_text().splitlines() if not each.startswith("facteur-admin:")]
        groups.write_text("\n".join([*kept, line, ""]))

    with serving_with_groups_of_its_own(FOLDERS + LINE) as (address, _folder, groups):
        # Nothing is said of it in the configuration, and there is no such group yet.
        assert "administrators of the fax service (facteur-admin)" in reload(address, STRANGER)
        set_members(groups, f"facteur-admin:x:64001:{STRANGER}")
        assert reload(address, STRANGER) == ""
        set_members(groups, "facteur-admin:x:64001:")
        assert "may not do this" in reload(address, STRANGER)


def test_another_configuration_counts_at_once() -> None:
    with serving({"dial": {}}, config=HOUSE) as (address, folder):
        file = folder / "facteur.toml"
        assert reload(address, STRANGER) != ""
        file.write_text(file.read_text().replace('["nogroup"]', f'["{STRANGER}"]'))
        assert reload(address, CHANGES) == "", "the old one is in force until it is read"
        assert reload(address, STRANGER) == ""
        assert reload(address, CHANGES) != ""
