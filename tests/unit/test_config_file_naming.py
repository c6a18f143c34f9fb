# SPDX-License-Identifier: GPL-3.0-or-later
"""`file_name` and `formats` of received faxes: read where they may stand, inherited, refused where they are wrong."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from faxcore.config import Config, ConfigError, FileNaming, load
from faxcore.config.reload import changes
from faxcore.model.file_format import BOTH, FileFormat
from faxcore.routing.fitting import Arrival
from faxcore.routing.routes import route

USER = getpass.getuser()
PDF, TIFF = (FileFormat.PDF,), (FileFormat.TIFF,)
OFFICE = f"""
[receiving]
file_name = "{{date}} {{called_name}}"
formats = ["pdf"]
[[line]]
name = "one"
device = "/dev/one"
owners = ["{USER}"]
file_name = "{{time}} {{line}}"
numbers = [
    {{ number = "0199000001" }},
    {{ number = "0199000002", file_name = "two {{caller}}", formats = ["tiff"] }},
]
sub_addresses = [{{ address = "42", formats = ["tiff", "pdf"] }}]
[[line]]
name = "two"
device = "/dev/two"
numbers = [{{ number = "0199000003" }}]
[[route]]
name = "Orders"
callers = ["+4420"]
file_name = "order {{id}}"
"""


def read(folder: Path, text: str) -> Config:
    path = folder / "facteur.toml"
    path.write_text(text)
    return load(path)


@pytest.mark.parametrize(
    ("line", "arrival", "expected"),
    [
        ("one", Arrival("0199000001"), FileNaming("{time} {line}", PDF)),
        ("one", Arrival("0199000002"), FileNaming("two {caller}", TIFF)),
        ("one", Arrival("0199000002", sub_address="42"), FileNaming("{time} {line}", BOTH)),
        ("one", Arrival("0199000002", caller="+442079460000"), FileNaming("order {id}", TIFF)),
        ("two", Arrival("0199000003"), FileNaming("{date} {called_name}", PDF)),
        ("two", Arrival("0199000003", caller="+442079460000"), FileNaming("order {id}", PDF)),
    ],
)
def test_what_is_not_said_is_as_the_next_general_one_has_it(
    tmp_path: Path, line: str, arrival: Arrival, expected: FileNaming
) -> None:
    config = read(tmp_path, OFFICE)
    (found,) = [each for each in config.lines if each.name == line]
    arrival = Arrival(arrival.called, arrival.sub_address or "", arrival.caller)
    naming = route(found, arrival, config.dialling, config.routes).naming
    assert naming.or_else(config.received_naming) == expected


def test_without_a_word_both_are_filed_under_the_name_of_the_archive(tmp_path: Path) -> None:
    assert read(tmp_path, "").received_naming == FileNaming("{date} {time} {line} {station}", BOTH)
    assert read(tmp_path, '[archive]\nname = "{number_name}"\n').received_naming.file_name == "{number_name}"


def test_a_running_service_takes_them_on(tmp_path: Path) -> None:
    found = changes(read(tmp_path, ""), read(tmp_path, '[receiving]\nformats = ["pdf"]\n'))
    assert (found.sections, found.restart) == (("receiving",), ())


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ('file_name = "{day}"', "file_name: is not a pattern of {date}, {time}"),
        ('file_name = "{date:300000000}"', "is not a pattern of"),
        ('file_name = "{date"', "is not a pattern of"),
        ('file_name = " "', "is empty"),
        ('file_name = "{date}/{caller}"', "names a file, without any / in it"),
        ('file_name = "{date}\\u0007"', "names a file"),
        ("file_name = 7", "file_name"),
        ("formats = []", "are empty, and a fax has to be in a file"),
        ('formats = ["pdf", "doc"]', '\'doc\' is none: write "tiff", "pdf", or both'),
        ('formats = ["pdf", "pdf"]', "'pdf' stands there twice"),
        ('formats = "pdf"', "formats"),
    ],
)
@pytest.mark.parametrize(
    "place",
    [
        "[receiving]\n{said}\n",
        '[[line]]\n{said}\nname = "one"\ndevice = "/dev/one"\n',
        '[[line.numbers]]\n{said}\nnumber = "0199000001"\n',
        '[[line.sub_addresses]]\n{said}\naddress = "42"\n',
        '[[route]]\n{said}\nname = "x"\n',
    ],
    ids=["receiving", "line", "number", "sub-address", "route"],
)
def test_what_is_wrong_is_refused_with_its_line(tmp_path: Path, place: str, said: str, problem: str) -> None:
    before = '[[line]]\nname = "one"\ndevice = "/dev/one"\n' if place.startswith("[[line.") else ""
    with pytest.raises(ConfigError) as error:
        read(tmp_path, before + place.replace("{said}", said))
    line = before.count("\n") + 2
    assert f"facteur.toml:{line}" in str(error.value) and problem in str(error.value)


def test_one_name_is_said_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"file_name: says the same as \[archive\] name: take one of them out"):
        read(tmp_path, '[archive]\nname = "{date}"\n[receiving]\nfile_name = "{time}"\n')
