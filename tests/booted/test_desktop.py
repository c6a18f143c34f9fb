# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at a desktop: what they print brings the dialog up in their session, goes out, and its arrival is announced
to the person whose number was called.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.booted.conftest import copy_package
from tests.booted.desk import SCREEN, Desk
from tests.booted.machine import Machine, until
from tests.booted.office import count_idle


def test_what_is_printed_is_asked_for_on_the_screen_and_announced_on_arrival(
    boot: Callable[..., Machine], tmp_path: Path
) -> None:
    machine = boot("desk", network=True)
    install = ("apt-get", "install", "-y", "-q", "--no-install-recommends", *SCREEN)
    machine.run("apt-get", "update", "-q", seconds=300)
    machine.run(
        "env", "DEBIAN_FRONTEND=noninteractive", *install, copy_package(machine, "facteur-desktop"), seconds=600
    )
    assert (machine.root / "etc/xdg/autostart/org.facteur.Notifier.desktop").exists()
    units = machine.root / "usr/lib/systemd/user"
    assert (units / "default.target.wants/facteur-hand-over.path").is_symlink()
    assert (units / "facteur-hand-over.service").exists() and (units / "facteur-hand-over.path").exists()
    machine.write("/etc/facteur/facteur.d/20-anne.toml", '[exchange]\nowners = ["anne"]\n')
    machine.write("/etc/facteur/facteur.d/10-setup.toml", "")
    machine.run("systemctl", "reload", "facteur")
    desk = Desk(machine, "anne")
    desk.log_in()
    until("the lines to be ready", lambda: count_idle(machine) == 4)
    desk.run("lp", "-d", "Fax", "-t", "A letter", "letter.txt")
    desk.focus("--class", "faxdialog")
    desk.type("0199000002")
    for key in ("Tab", "space", "Tab"):  # the name stands among the details, which are opened
        desk.press(key)
    desk.type("Martin")
    desk.take_picture(tmp_path / "dialog.png")
    desk.press("Return")
    until("the fax to be sent", lambda: " done " in desk.run("faxctl", "list"), 180)
    until("the popup of its arrival", lambda: desk.find_windows("--class", "Dunst"), 60)
    desk.take_picture(tmp_path / "popup.png")
    assert machine.failed() == []
