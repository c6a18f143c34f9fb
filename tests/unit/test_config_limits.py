# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of a configuration that fell upon the program that read them, or cost it minutes: each is an error now."""

from __future__ import annotations

from pathlib import Path

import pytest

from faxcore.config import ConfigError, load
from tests.fuzz.bounds import bounded

FALLEN = {
    "a number that Python does not write": (f"[queue]\ntries = 0x{'f' * 4000}", "tries: must be a whole number"),
    "a host that is no address": ('[store]\nurl = "postgresql://[x/y"', "url: must be as"),
    "an index of a text": ('[archive]\nname = "{date[x]}"', "name: is not a pattern"),
    "an attribute of a text": ('[archive]\nname = "{date.upper}"', "name: is not a pattern"),
    "a name as long as memory": ('[archive]\nname = "{date:300000000}"', "name: is not a pattern"),
    "a name longer than memory": ('[archive]\nname = "{date:9999999999}"', "name: is not a pattern"),
    "a brace alone": ('[archive]\nname = "{date"', "name: is not a pattern"),
    "a field that there is not": ('[archive]\nname = "{day}"', "name: is not a pattern"),
    "an endless prefix": (f'[dialling]\nprefix = "{"#" * 60_000}"', "prefix: may have digits"),
    "an endless pattern": (f'[dialling]\ninternal = ["{"#" * 60_000}"]', "internal 1: "),
    "an endless code": (f'[dialling]\ninternational = "{"1" * 60_000}"', "international: may have digits"),
    "a table's name without end": (f"[{'a.' * 20_000}a]", ":1: more than 100 dots"),
    "a key without end": (f"[queue]\n{'a . ' * 20_000}a = 1", ":2: more than 100 dots"),
    "quoted names without end": ('"a".' * 20_000 + "'a' = 1", ":1: more than 100 dots"),
    "many values in deep lists": (f"\na = {'[' * 200}{'1,' * 5_000}{']' * 200}", ":2: lists or tables lie too deep"),
    "deep tables": (f"a = {'{a=' * 300}1{'}' * 300}", ":1: lists or tables lie too deep"),
}


@pytest.mark.parametrize("text, said", FALLEN.values(), ids=FALLEN)
def test_what_nobody_means_is_an_error_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "facteur.toml"
    file.write_text(text)
    with bounded(), pytest.raises(ConfigError) as caught:
        load(file)
    assert str(caught.value).startswith(f"{file}:") and said in str(caught.value)


def test_dots_that_part_no_names_are_not_counted(tmp_path: Path) -> None:
    file = tmp_path / "facteur.toml"
    file.write_text(f'# {"." * 200}\n[station]\nname = "{". " * 200}"\n[archive]\nname = "{{date}} {{id}}"\n')
    assert load(file).archive.received_name == "{date} {id}"
