# SPDX-License-Identifier: GPL-3.0-or-later
"""Message buses of our own: a system bus with Facteur's policy, and a session bus where there is none."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from processes import CHECKOUT, Stage, Trouble, first_line

POLICY = CHECKOUT / "packaging/dbus/org.facteur.Facteur.conf"

SYSTEM_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Introspectable"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Properties"/>
  </policy>
  <include>{policy}</include>
</busconfig>
"""


def system_bus(stage: Stage) -> str:
    """Start a system bus on which this user may be the service; its address, which the stage's processes use."""
    folder = stage.folder / "bus"
    folder.mkdir()
    folder.chmod(0o755)
    policy = folder / "org.facteur.Facteur.conf"
    policy.write_text(POLICY.read_text().replace("@SERVICE_USER@", pwd.getpwuid(os.getuid()).pw_name))
    config = folder / "system.conf"
    config.write_text(SYSTEM_BUS.format(socket=folder / "system", policy=policy))
    address = _start(stage, "system-bus", [f"--config-file={config}"])
    stage.environment["DBUS_SYSTEM_BUS_ADDRESS"] = address
    return address


def session_bus(stage: Stage) -> str:
    """Start a session bus, as a desktop has one."""
    address = _start(stage, "session-bus", ["--session"])
    stage.environment["DBUS_SESSION_BUS_ADDRESS"] = address
    return address


def _start(stage: Stage, name: str, arguments: list[str]) -> str:
    command: list[str | Path] = ["/usr/bin/dbus-daemon", *arguments, "--nofork", "--nopidfile", "--print-address=1"]
    process = stage.start(name, command, stdout=subprocess.PIPE)
    address = first_line(process, 10, "dbus-daemon")
    if not address:
        raise Trouble(f"dbus-daemon did not start: see {stage.log(name)}")
    return address
