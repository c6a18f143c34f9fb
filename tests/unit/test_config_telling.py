# SPDX-License-Identifier: GPL-3.0-or-later
"""`mail`, `mail_documents`, `printer` and [receiving] command: read where they may stand, else refused."""

from pathlib import Path

import pytest

from faxcore.config import ConfigError
from faxcore.config.configuration import Config, load
from faxcore.config.telling import TellingConfig

SERVER = '[mail]\nserver = "mail.example.org"\nsender = "fax@example.org"\n'
LINE = '[[line]]\nname = "a"\ndevice = "/dev/null"\n'


def read(folder: Path, text: str) -> Config:
    path = folder / "facteur.toml"
    path.write_text(text)
    return load(path)


def test_a_line_a_number_a_sub_address_and_a_route_may_have_them(tmp_path: Path) -> None:
    said = 'mail = ["a@example.org"]\nmail_documents = []\nprinter = "Office"\n'
    inline = said.replace("\n", ", ").rstrip(", ")
    config = read(
        tmp_path,
        SERVER
        + LINE
        + said
        + f'numbers = [{{ number = "0199000001", {inline} }}]\n'
        + f'sub_addresses = [{{ address = "42", {inline} }}]\n'
        + f'[[route]]\nname = "r"\n{said}',
    )
    wanted = TellingConfig(("a@example.org",), (), "Office")
    (line,), (route,) = config.lines, config.routes
    assert [each.telling for each in (line, line.numbers[0], line.sub_addresses[0], route)] == [wanted] * 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SERVER + LINE + 'mail = ["root"]', "7: line 1, mail 1: 'root' is not one mail address"),
        (LINE + 'mail = ["a@example.org"]', "4: line 1, mail: there is no mail server"),
        (LINE + 'mail_documents = ["png"]', "4: line 1, mail_documents 1: 'png' is none of"),
        (LINE + 'printer = ""', "4: line 1, printer: '' is not the name of a queue"),
        (LINE + 'printer = "the office"', "4: line 1, printer: 'the office' is not the name of a queue"),
        (LINE + 'printer = "../etc"', "4: line 1, printer: '../etc' is not the name of a queue"),
        (
            '[[route]]\nname = "r"',
            "2: route 1, name: this route says neither owners, a folder, mail, a printer, file_name nor formats",
        ),
        ('[receiving]\ncommand = ["arrived"]', "2: receiving, command 1: 'arrived' must be an absolute path"),
        ('[receiving]\ncommand = ["/nowhere/x"]', "2: receiving, command 1: /nowhere/x is not a program"),
        ('[receiving]\ncommand = ["/etc/passwd"]', "2: receiving, command 1: /etc/passwd is not a program"),
        ('[receiving]\ncommand = ["/bin/sh", "\\u0000"]', "2: receiving, command: no argument can have a NUL"),
        ('[receiving]\ncommand = "/bin/sh -c true"', "2: receiving, command: must be a list of texts"),
    ],
)
def test_what_cannot_work_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, text)
    assert f"facteur.toml:{said}" in str(error.value)


def test_a_command_is_a_program_and_its_arguments(tmp_path: Path) -> None:
    command = read(tmp_path, '[receiving]\ncommand = ["/bin/sh", "-c", "true"]').arrival_command
    assert command == ("/bin/sh", "-c", "true")
    assert read(tmp_path, "").arrival_command == ()
