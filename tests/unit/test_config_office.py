# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of an office in the configuration: direction, groups, priority, hours, and those that stay free."""

from datetime import datetime
from pathlib import Path

import pytest

from faxcore.cli.main import main
from faxcore.config import Config, ConfigError, KeptFree, load
from faxcore.config.reload import changes
from faxcore.model.line_direction import LineDirection

LINES = """\
[[line]]
name = "one"
device = "/dev/one"
[[line]]
name = "two"
device = "/dev/two"
groups = ["west"]
"""


def read(folder: Path, text: str) -> Config:
    path = folder / "facteur.toml"
    path.write_text(text)
    return load(path)


def test_what_is_said_of_a_line_arrives(tmp_path: Path) -> None:
    said = LINES + 'direction = "out"\npriority = 7\nhours = ["Mon-Fri 08:00-18:00", "Sat 22:00-06:00"]\n'
    one, two = read(tmp_path, said).lines
    assert (one.direction, one.groups, one.priority, one.hours.is_always) == (LineDirection.BOTH, (), 0, True)
    assert (one.answers, one.dials) == (True, True)
    assert (two.direction, two.groups, two.priority) == (LineDirection.OUT, ("west",), 7)
    assert (two.answers, two.dials) == (False, True)
    assert two.hours.texts == ("Mon-Fri 08:00-18:00", "Sat 22:00-06:00")
    assert two.hours.has(datetime(2026, 11, 29, 5, 59)) and not two.hours.has(datetime(2026, 11, 29, 6, 0))


def test_lines_that_stay_free_arrive_and_change_without_a_restart(tmp_path: Path) -> None:
    three = LINES + '[[line]]\nname = "three"\ndevice = "/dev/three"\ngroups = ["west"]\n'
    config = read(tmp_path, three + "[receiving]\nkeep_free = 1\nkeep_free_in = { west = 1 }")
    assert config.kept_free == (KeptFree(1), KeptFree(1, "west"))
    found = changes(read(tmp_path, LINES), read(tmp_path, LINES + "[receiving]\nkeep_free = 1\n"))
    assert (found.sections, found.restart) == (("receiving",), ())


@pytest.mark.parametrize(
    ("more", "line", "words"),
    [
        ('direction = "up"', 8, "line 2, direction: 'up' is none of: 'both', 'in', 'out'"),
        ("priority = 101", 8, "from 0 to 100"),
        ('hours = ["Mon 08:00-18:00",\n "Mon 8-18"]', 9, "line 2, hours 2: 'Mon 8-18' is not as"),
        ("hours = []", 8, "leave them out"),
        ('direction = "in"\nhours = ["Mon 08:00-18:00"]', 9, "this line never does: take them out"),
        ('[[line]]\nname = "three"\ndevice = "/3"\ngroups = ["one"]', 11, "'one' is the name of a line"),
        ('[[line]]\nname = "three"\ndevice = "/3"\ngroups = ["the west"]', 11, "letters, digits, - and _ only"),
        ("[receiving]\nkeep_free = 3", 9, "receiving, keep_free: 3 lines cannot stay free: 2 answer calls"),
        ("[receiving]\nkeep_free = 2", 9, 'one, two can never dial: say direction = "in" there, or a smaller'),
        ("[receiving]\nkeep_free_in = { east = 1 }", 9, "keep_free_in, east: there is no line in a group 'east'"),
        ("[receiving]\nkeep_free_in = { west = 1 }", 9, "if all 1 lines that answer stay free, two can never dial"),
        ('direction = "out"\n[receiving]\nkeep_free_in = { west = 1 }', 10, "1 lines cannot stay free: 0 answer"),
        ("[receiving]\nkeep_fre = 1", 9, "did you mean 'keep_free'"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: str, line: int, words: str
) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, LINES + more)
    assert str(error.value).startswith(f"{tmp_path}/facteur.toml:{line}: ")
    assert words in str(error.value)
    assert main(["config", "check", str(tmp_path / "facteur.toml")]) == 1
    assert capsys.readouterr().err == f"{error.value}\n"
