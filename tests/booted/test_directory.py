# SPDX-License-Identifier: GPL-3.0-or-later
"""People whom only a directory server knows. SSSD asks an LDAP server for them by name, and lists nobody: neither
`getent passwd` nor `getent group` has them. They print, own numbers by name and by group, and see their faxes.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.booted.conftest import RELEASE
from tests.booted.machine import Machine, until
from tests.booted.office import count_idle, prepare_modems

PACKAGES = ("slapd", "sssd-ldap", "libnss-sss")
BASE = "dc=town,dc=example"
LDIF = f"""\
dn: {BASE}
objectClass: dcObject
objectClass: organization
dc: town
o: Town

dn: uid=carol,{BASE}
objectClass: account
objectClass: posixAccount
uid: carol
cn: Carol
uidNumber: 20001
gidNumber: 20000
homeDirectory: /home/carol

dn: uid=dave,{BASE}
objectClass: account
objectClass: posixAccount
uid: dave
cn: Dave
uidNumber: 20002
gidNumber: 20003
homeDirectory: /home/dave

dn: cn=town-hall,{BASE}
objectClass: posixGroup
cn: town-hall
gidNumber: 20000

dn: cn=mayors-office,{BASE}
objectClass: posixGroup
cn: mayors-office
gidNumber: 20002
memberUid: carol

dn: cn=registry,{BASE}
objectClass: posixGroup
cn: registry
gidNumber: 20003
"""
SLAPD = f"""\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile /run/slapd/slapd.pid
database mdb
suffix "{BASE}"
directory /var/lib/ldap
"""
SSSD = f"""\
[sssd]
services = nss
domains = town
[domain/town]
id_provider = ldap
auth_provider = none
ldap_uri = ldap://127.0.0.1
ldap_search_base = {BASE}
ldap_id_use_start_tls = false
"""
LINES = """
[[line]]
name = "front"
device = "/srv/modems/line-1"
owners = ["anne"]
numbers = [{ number = "0199000001" }]

[[line]]
name = "back"
device = "/srv/modems/line-2"
numbers = [
    { number = "0199000002", owners = ["carol"] },
    { number = "0199000012", owners = ["mayors-office"] },
]

[[line]]
name = "side"
device = "/srv/modems/line-3"
numbers = [{ number = "0199000003", owners = ["dave"] }]
"""


def set_up_directory(machine: Machine) -> None:
    """Set up an LDAP server with two people and their groups, and SSSD, which asks it."""
    machine.run("systemctl", "stop", "slapd", "facteur")
    machine.write("/etc/ldap/slapd.conf", SLAPD)
    machine.write("/root/town.ldif", LDIF)
    machine.run("sh", "-c", "rm -rf /var/lib/ldap/* /etc/ldap/slapd.d")
    machine.run("slapadd", "-f", "/etc/ldap/slapd.conf", "-l", "/root/town.ldif")
    machine.run("chown", "-R", "openldap:", "/var/lib/ldap", "/etc/ldap/slapd.conf")
    machine.run("sed", "-i", "s|^SLAPD_CONF=.*|SLAPD_CONF=/etc/ldap/slapd.conf|", "/etc/default/slapd")
    machine.write("/etc/sssd/sssd.conf", SSSD, 0o600)
    if RELEASE != "12":
        # There sssd runs as its own user.
        machine.run("chown", "sssd:", "/etc/sssd/sssd.conf")
    # What sssd starts itself, as its configuration says, no socket is to start, too.
    machine.run("systemctl", "disable", "--now", "sssd-nss.socket")
    machine.run("systemctl", "start", "slapd")
    machine.run("systemctl", "restart", "sssd")
    until("the directory's people", lambda: knows(machine, "passwd", "carol") and knows(machine, "passwd", "dave"))
    for person, number in (("carol", 20001), ("dave", 20002)):
        machine.run("install", "-d", "-o", str(number), f"/home/{person}")
        machine.write(f"/home/{person}/letter.txt", "Dear Martin,\n\nthis is a letter.\n")


def knows(machine: Machine, database: str, name: str) -> bool:
    """Return whether the machine knows an account or a group by its name."""
    return machine.run("getent", database, name, check=False).returncode == 0


def set_up_lines(machine: Machine) -> None:
    """Configure three lines, whose numbers are the directory's people's."""
    prepare_modems(machine)
    machine.run("systemctl", "enable", "--now", "modems")
    machine.write("/etc/facteur/facteur.d/20-office.toml", LINES)
    machine.run("systemctl", "start", "facteur")
    until("the lines to be ready", lambda: count_idle(machine) == 3)


def list_received(machine: Machine, person: str) -> list[str]:
    """List the numbers at which somebody has got a fax."""
    said = machine.run("faxctl", "list", "--folder", "inbox", "--json", user=person).stdout
    return sorted(each["called"] for each in json.loads(said))


def test_people_of_a_directory_print_own_numbers_and_see_their_faxes(boot: Callable[..., Machine]) -> None:
    office = boot(packages=PACKAGES)
    set_up_directory(office)
    listed = office.run("getent", "passwd").stdout + office.run("getent", "group").stdout
    assert "carol" not in listed and "mayors-office" not in listed
    set_up_lines(office)
    office.run("lp", "-d", "Fax", "-o", "fax-number=0199000002", "letter.txt", user="carol")
    # One call after the other: who finds a line busy tries again in minutes.
    until("Carol's first fax", lambda: list_received(office, "carol") == ["0199000002"], 120)
    for number in ("0199000012", "0199000003"):
        office.run("faxctl", "send", "--to", number, "letter.txt", "--wait", user="dave", seconds=300)
    until("Carol's faxes", lambda: list_received(office, "carol") == ["0199000002", "0199000012"], 120)
    until("Dave's fax", lambda: list_received(office, "dave") == ["0199000003"])
    assert "0199000002" in office.run("faxctl", "list", user="carol").stdout.replace(" ", "")
    assert list_received(office, "anne") == list_received(office, "bob") == []
    look_at_a_group_without_listed_members(office)
    # The server is away when the machine starts: SSSD remembers.
    office.run("systemctl", "disable", "slapd")
    office.shut_down()
    office.boot()
    assert not office.run("pidof", "slapd", check=False).stdout
    until("Carol's faxes", lambda: list_received(office, "carol") == ["0199000002", "0199000012"])
    start_without_a_directory(office)
    assert office.failed() == []


def start_without_a_directory(machine: Machine) -> None:
    """SSSD remembers nobody and its server is away: the service waits, and is up when the server is."""
    machine.run("systemctl", "stop", "facteur", "sssd")
    machine.run("sh", "-c", "rm -f /var/lib/sss/db/* /var/lib/sss/mc/*")
    machine.run("systemctl", "start", "sssd")
    machine.run("systemctl", "start", "--no-block", "facteur")
    until(
        "the service to wait", lambda: "may not answer yet" in machine.run("journalctl", "-b", "-u", "facteur").stdout
    )
    assert not is_up(machine)
    machine.run("systemctl", "start", "slapd")
    until("the service", lambda: is_up(machine), 120)
    until("the lines to be ready", lambda: count_idle(machine) == 3)


def is_up(machine: Machine) -> bool:
    return machine.run("systemctl", "is-active", "facteur", check=False).stdout.strip() == "active"


def look_at_a_group_without_listed_members(machine: Machine) -> None:
    """A directory does not list whose first group it is: who names such a group is told, and what to do."""
    line = '[[route]]\nname = "registry"\nowners = ["registry"]\n'
    machine.write("/etc/facteur/facteur.d/30-registry.toml", line)
    refused = machine.run("faxctl", "config", "check", "/etc/facteur/facteur.toml", check=False)
    assert refused.returncode and "nobody is in the group 'registry' of this machine" in refused.stderr, refused
    assert "[[group]] can name members" in refused.stderr
    machine.run("rm", "/etc/facteur/facteur.d/30-registry.toml")
