# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration file: what is right becomes frozen values; what is wrong names its file, line and remedy."""

import getpass
import grp
import re
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from faxcore import people
from faxcore.config import Config, ConfigError, FileNaming, LineConfig, NumberConfig, SubAddressConfig, load
from faxcore.config.telling import TellingConfig
from faxcore.lines.worker_line import worker_command
from faxcore.model.call import Outcome
from faxcore.model.header import Header
from faxcore.model.paper import LongPages
from faxcore.routing.routes import rung_number
from tests.support import CHECKOUT
from tests.unit.test_config_codes import write_codes

USER = getpass.getuser()

WHOLE = f"""
[station]
id = "+33 1 99 00 00 01"
name = "Mairie"

[folders]
state = "/var/lib/facteur"
received = "/srv/fax"

[archive]
name = "{{date}} {{station}}"

[dialling]
region = "FR"
allowed_countries = ["FR", "BE"]
prefix = "0,"
internal = ["01990000XX", "2."]

[queue]
tries = 3
[queue.wait]
busy = 20

[[line]]
name = "line-1"
device = "/dev/ttyACM0"
owners = ["{USER}"]
numbers = [
    {{number = "0199000001", owners = ["{USER}"]}},
    {{number = "0199000011", folder = "/srv/legal"}},
]

[[header]]
id = "office"
name = "Office"
heading = "Mairie de Lutèce"
sender = ["1, place de Grève"]
cover = "standard"
"""


def read(folder: Path, text: str) -> Config:
    path = folder / "facteur.toml"
    path.write_text(text)
    return load(path)


def test_everything_said_arrives(tmp_path: Path) -> None:
    config = read(tmp_path, WHOLE)
    assert config.station_name == "Mairie"
    assert config.received == Path("/srv/fax")
    assert config.dialling.allowed_countries == ("FR", "BE")
    assert config.queue.tries == 3
    assert config.queue.seconds(Outcome.BUSY) == 20
    assert config.queue.seconds(Outcome.NO_ANSWER) == 300
    (line,) = config.all_lines()
    assert not config.simulated
    assert line.station_id == "+33 1 99 00 00 01"
    assert line.numbers[0].owners == (USER,)
    assert line.numbers[1].folder == Path("/srv/legal")
    assert config.header("") == config.header("office")
    assert config.header("nothing") is None


def test_long_pages_are_reduced_unless_they_are_to_be_cut(tmp_path: Path) -> None:
    assert read(tmp_path, "").document.long_pages is LongPages.REDUCE
    assert read(tmp_path, '[document]\nlong_pages = "cut"').document.long_pages is LongPages.CUT


def test_an_empty_file_gives_a_simulated_exchange_of_four_lines(tmp_path: Path) -> None:
    config = read(tmp_path, "")
    assert config.simulated
    assert [line.name for line in config.all_lines()] == ["line-1", "line-2", "line-3", "line-4"]
    assert config.all_lines()[2].numbers[1].number == "0199000013"
    assert config.all_lines()[0].owners == (USER,)
    assert [header.id for header in config.headers] == ["plain", "cover"]


def test_an_exchange_without_lines_is_no_line_yet(tmp_path: Path) -> None:
    config = read(tmp_path, "[exchange]\nlines = 0\n")
    assert not config.simulated
    assert config.all_lines() == ()
    config = read(tmp_path, '[exchange]\nlines = 0\n[[line]]\nname = "line-1"\ndevice = "/dev/ttyS0"\n')
    assert [line.name for line in config.all_lines()] == ["line-1"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("tries = 3", "tris = 3", 20, "did you mean 'tries'"),
        ("tries = 3", 'tries = "3"', 20, "whole number"),
        ("tries = 3", "tries = 0", 20, "from 1 to 100"),
        ("busy = 20", "bussy = 20", 22, "did you mean 'busy'"),
        ("[queue]", "[queues]", 19, "did you mean 'queue'"),
        ('region = "FR"', 'region = "XX"', 14, "not a country"),
        ('prefix = "0,"', 'prefix = "0;"', 16, "digits"),
        ('"2."', '"2.3."', 17, "one dot at the end"),
        ("{date}", "{day}", 11, "{date}"),
        ('device = "/dev/ttyACM0"', 'device = "ttyACM0"', 26, "absolute"),
        ('device = "/dev/ttyACM0"', "", 24, "'device' is missing"),
        ('name = "line-1"', 'name = "../1"', 25, "letters, digits"),
        ('name = "line-1"', 'name = "line-1"\njbig = 1', 26, "true or false"),
        ('name = "line-1"', 'name = "line-1"\nflow = "rts"', 26, "'rts/cts'"),
        ('name = "line-1"', 'name = "line-1"\nkind = "t38"', 26, "'modem'"),
        ('device = "/dev/ttyACM0"', 'kind = "sip"', 26, "is none of: 'modem'"),
        ('name = "line-1"', 'name = "line-1"\nsetup = ["AT&K4"]', 26, "without its AT"),
        ('name = "line-1"', 'name = "line-1"\nmax_rate = 28800', 26, "14400"),
        ('name = "line-1"', 'name = "line-1"\nmax_rate = 9000', 26, "9600"),
        ('name = "line-1"', 'name = "line-1"\nwithout = ["V.29", "V17"]', 26, "one of V.17, V.29, MMR, MR"),
        ('name = "line-1"', 'name = "line-1"\nsub_addresses = [{address = "4a"}]', 26, "twenty digits"),
        ('name = "line-1"', 'name = "line-1"\nsub_addresses = [{address = "4"}, {address = "4"}]', 26, "twice"),
        ('name = "line-1"', 'name = "line-1"\njbigg = true', 26, "did you mean 'jbig'"),
        ('name = "line-1"', 'name = "line-1"\njbig = true\nerror_correction = false', 26, "needs error_correction"),
        (f'{{number = "0199000001", owners = ["{USER}"]}}', '{number = "0199000001", ovners = []}', 29, "'owners'"),
        (f'{{number = "0199000001", owners = ["{USER}"]}}', '{number = "x"}', 29, "not a telephone number"),
        (f'{{number = "0199000001", owners = ["{USER}"]}}', '{number = "1", owners = ["no-such"]}', 29, "no user"),
        ('id = "+33 1 99 00 00 01"', 'id = "+33 1 99 00 00 01 and more"', 3, "20 printable"),
        ('sender = ["1, place de Grève"]', 'sender = "1, place"', 37, "list of texts"),
        ('cover = "standard"', "cover = true", 38, "text in quotes"),
        ('cover = "standard"', 'cover = "standrad"', 38, "did you mean 'standard'"),
        ("[folders]", "[folders", 6, "not TOML"),
        ("[queue]", '[store]\nurl = "mysql://x/y"\n[queue]', 20, "postgresql://facteur@localhost/facteur"),
        ("[queue]", '[store]\nurl = "postgresql://x"\n[queue]', 20, "postgresql://facteur@localhost/facteur"),
        ("[queue]", "[retention]\nsent = -1\n[queue]", 20, "from 0 to 36500"),
        ("[queue]", '[document]\nlong_pages = "cut off"\n[queue]', 20, "is none of: 'cut', 'reduce'"),
        ("[queue]", "[retention]\nbinn = 1\n[queue]", 20, "did you mean 'bin'"),
    ],
)
def test_an_error_names_the_file_the_line_and_the_remedy(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in WHOLE
    with pytest.raises(ConfigError) as error:
        read(tmp_path, WHOLE.replace(old, new, 1))
    assert str(error.value).startswith(f"{tmp_path}/facteur.toml:{line}: "), error.value
    assert words in str(error.value)


def test_names_are_there_once(tmp_path: Path) -> None:
    again = '\n[[line]]\nname = "line-1"\ndevice = "/dev/ttyACM1"\n'
    with pytest.raises(ConfigError, match=r"line 2, name: 'line-1' is there twice"):
        read(tmp_path, WHOLE + again)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "nothing.toml")
    (tmp_path / "latin.toml").write_bytes(b"# \xe9")
    with pytest.raises(ConfigError, match="UTF-8"):
        load(tmp_path / "latin.toml")


SHIPPED = CHECKOUT / "packaging/facteur.toml"


def test_the_shipped_configuration_is_the_default() -> None:
    config = load(SHIPPED)
    assert replace(config, queue=Config().queue) == Config()
    assert {outcome: config.queue.seconds(outcome) for outcome in Outcome} == {
        outcome: Config().queue.seconds(outcome) for outcome in Outcome
    }


LINE = """
[[line]]
name = "line-1"
device = "/dev/ttyACM0"
station_id = "1"
"""


@pytest.mark.parametrize(
    ("said", "jbig"), [("", False), ("jbig = true", True), ("jbig = false\nerror_correction = false", False)]
)
def test_jbig_is_off_unless_a_line_has_it(tmp_path: Path, said: str, jbig: bool) -> None:
    (line,) = read(tmp_path, LINE + said).all_lines()
    assert line.jbig is jbig


def test_the_configuration_in_the_manual_is_right(tmp_path: Path) -> None:
    page = (SHIPPED.parents[1] / "docs/lines.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    config = read(tmp_path, example.replace('"anne"', f'"{USER}"').replace('"paul"', f'"{USER}"'))
    assert config.lines[0].device == Path("/dev/ttyACM0")


def test_every_key_is_in_the_shipped_configuration(tmp_path: Path) -> None:
    """Its examples work as well, once they are no comments any more."""
    examples = [line.removeprefix("# ") for line in SHIPPED.read_text().split("A telephone line")[1].splitlines()[1:]]
    text = "\n".join(line for line in examples if not line.startswith(("A choice", "Without")))
    text = text.replace('"anne"', f'"{USER}"').replace(', "bob"', "").replace(', "accounting"', "")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    text = text.replace("/etc/facteur/logo.png", f"{tmp_path}/logo.png")
    (tmp_path / "carrier.toml").write_text(SHIPPED.with_name("tariff-example.toml").read_text())
    mail = '[mail]\nserver = "mail.example.org"\nsender = "fax@example.org"\n'
    payer = '[[customer]]\ncode = "C-17"\nname = "Lenoir"\n'
    config = read(tmp_path, f'{mail}{payer}[dialling]\naccess_codes = "{write_codes(tmp_path)}"\n{text}')
    assert config.lines[0].numbers[1].folder == Path("/srv/fax/legal")
    assert config.headers[0].sender_lines[0] == "1, place de Grève"
    kinds = (LineConfig, NumberConfig, SubAddressConfig, TellingConfig, FileNaming, Header)
    known = {field.name for kind in kinds for field in fields(kind)} - {
        "sender_lines",
        "person",
        "picture",
        "telling",
        "naming",
    }
    assert not {name for name in known if name not in text}


def test_a_modem_is_set_up_as_its_line_says(tmp_path: Path) -> None:
    said = 'max_rate = 9600\nwithout = ["V.17", "MR"]\nflow = "xon/xoff"\nsetup = ["&K4", "-SDR=7"]\n'
    said += 'numbers = [{ number = "0199000001", ring = "b" }]'
    (line,) = read(tmp_path, LINE + said).lines
    assert (line.max_rate, line.without) == (9600, ("V.17", "MR"))
    assert (line.flow, line.setup, line.numbers[0].ring) == ("xon/xoff", ("&K4", "-SDR=7"), "B")
    assert worker_command(line)[7:] == ["--flow", "xon/xoff", "--setup=&K4", "--setup=-SDR=7", f"--line={line.name}"]
    assert (rung_number(line, "B"), rung_number(line, "A"), rung_number(line, "")) == ("0199000001", "", "")


def test_a_ring_is_one_letter_or_digit(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="letter or digit that the modem says behind RING"):
        read(tmp_path, LINE + 'numbers = [{ number = "0199000001", ring = "long" }]')


def test_a_group_may_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the configuration, one of the machine; a person goes before a group of the same name."""
    groups = {"surgery": ["root", "nobody-any-more"], "root": ["daemon"], "empty": []}
    monkeypatch.setattr(grp, "getgrnam", lambda name: SimpleNamespace(gr_mem=groups[name], gr_gid=987_654))
    line = '[[line]]\nname = "a"\ndevice = "/dev/x"\nowners = ["{}"]\n'
    ours = '[[group]]\nname = "court"\nmembers = ["dr.roux", "daemon"]\n[[person]]\nname = "dr.roux"\n'
    config = read(tmp_path, line.format("court") + ours)
    assert config.lines[0].owners == ("court",)
    assert config.find_owners("court") == {"dr.roux", "daemon"}
    config = read(tmp_path, line.format("surgery"))
    assert (config.find_owners("surgery"), config.find_owners("root")) == ({"root"}, {"root"})
    assert config.find_owners("court") is None
    with pytest.raises(ConfigError, match=r":4: line 1, owners 1: there is no user or group 'court' on this machine"):
        read(tmp_path, line.format("court"))
    with pytest.raises(ConfigError, match=r":4: line 1, owners 1: nobody is in the group 'empty' of this machine"):
        read(tmp_path, line.format("empty"))


def test_whose_first_group_it_is_is_in_it() -> None:
    assert "root" in people.members_of(grp.getgrgid(0).gr_name)


def test_a_person_without_an_account_may_own(tmp_path: Path) -> None:
    line = '[[line]]\nname = "a"\ndevice = "/dev/x"\nowners = ["dr.roux"]\n'
    config = read(tmp_path, line + '[[person]]\nname = "dr.roux"\n')
    assert (config.lines[0].owners, config.find_person("dr.roux")) == (("dr.roux",), "dr.roux")
    assert config.find_person("nobody-at-all") is None
    with pytest.raises(ConfigError, match=r":4: line 1, owners 1: there is no user or group 'dr.roux' on this machine"):
        read(tmp_path, line)
    with pytest.raises(ConfigError, match="has an account"):
        read(tmp_path, '[[person]]\nname = "root"\n')
    with pytest.raises(ConfigError, match="letters, digits"):
        read(tmp_path, '[[person]]\nname = "uid:0"\n')
