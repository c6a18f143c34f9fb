# SPDX-License-Identifier: GPL-3.0-or-later
"""[billing], and the tariff of a line: which one prices a call, and what is wrong is said with its file and line."""

from pathlib import Path

import pytest

from faxcore.billing.tariffs import Side, Tariffs, read_tariffs
from faxcore.cli.main import main
from faxcore.config import BillingConfig, Config, ConfigError, load
from faxcore.config.reload import changes
from tests.support.tariffs import TOP, UNPRICED, rule

LINES = """[[line]]
name = "a"
device = "/dev/a"
[[line]]
name = "b"
device = "/dev/b"
"""


def write_tariff(path: Path, name: str, price: str = "0.10") -> None:
    text = TOP.replace('"Test"', f'"{name}"') + UNPRICED + rule(f"per_page = {price}")
    path.write_text(text, encoding="utf-8")


def read(folder: Path, text: str) -> Config:
    (folder / "facteur.toml").write_text(text)
    return load(folder / "facteur.toml")


def find_names(tariffs: Tariffs) -> list[str]:
    """The tariffs of a purchase on the lines a and b, and that of a sale."""
    found = (tariffs.find(Side.PURCHASE, "a"), tariffs.find(Side.PURCHASE, "b"), tariffs.find(Side.SALE, "a"))
    return [tariff.name if tariff else "" for tariff in found]


def test_without_a_word_there_is_no_tariff(tmp_path: Path) -> None:
    config = read(tmp_path, LINES)
    assert config.billing == BillingConfig()
    assert find_names(read_tariffs(config)) == ["", "", ""]


def test_a_line_has_its_own_carrier(tmp_path: Path) -> None:
    (tmp_path / "tariffs").mkdir()
    for name in ("carrier", "other", "ours"):
        write_tariff(tmp_path / "tariffs" / f"{name}.toml", name)
    billing = f'[billing]\nsale = "{tmp_path}/tariffs/ours.toml"\npurchase = "tariffs/carrier.toml"\n'
    config = read(tmp_path, billing + LINES + 'purchase = "tariffs/other.toml"\n')
    assert find_names(read_tariffs(config)) == ["carrier", "other", "ours"]


def test_a_path_begins_in_the_folder_of_the_main_file(tmp_path: Path) -> None:
    (tmp_path / "facteur.d").mkdir()
    (tmp_path / "facteur.d/billing.toml").write_text('[billing]\nsale = "ours.toml"\n')
    write_tariff(tmp_path / "ours.toml", "ours")
    assert find_names(read_tariffs(read(tmp_path, LINES))) == ["", "", "ours"]


def test_another_text_in_the_file_is_another_configuration(tmp_path: Path) -> None:
    write_tariff(tmp_path / "ours.toml", "ours")
    text = '[billing]\nsale = "ours.toml"\n' + LINES + 'purchase = "ours.toml"\n'
    before = read(tmp_path, text)
    assert changes(before, read(tmp_path, text)).sections == ()
    write_tariff(tmp_path / "ours.toml", "ours", "0.11")
    assert changes(before, read(tmp_path, text)).sections == ("line", "billing")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[billing]\nsale = "none.toml"\n', r"facteur\.toml:2: billing, sale: there is no file '.*none\.toml'"),
        ('[billing]\npurchase = "."\n', r"facteur\.toml:2: billing, purchase: there is no file"),
        ('[billing]\npurchase = "a\\u0000b"\n', r"facteur\.toml:2: billing, purchase: there is no file"),
        ("[billing]\nsale = 1\n", r"facteur\.toml:2: billing, sale: must be a text in quotes"),
        ('[billing]\nsales = "x"\n', r"facteur\.toml:2: billing, sales: unknown key; did you mean 'sale'"),
        (LINES + 'purchase = "none.toml"\n', r"facteur\.toml:7: line 2, purchase: there is no file"),
    ],
)
def test_a_file_that_is_not_there_is_said(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        read(tmp_path, text)


@pytest.mark.parametrize("said", ['[billing]\nsale = "bad.toml"\n', LINES + 'purchase = "bad.toml"\n'])
def test_a_wrong_tariff_is_said_with_its_own_file(
    tmp_path: Path, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.toml").write_text(TOP + rule("per_pages = 1"))
    config = read(tmp_path, said)
    with pytest.raises(ConfigError, match=r"/bad\.toml:7: rule 1, name: has no price"):
        read_tariffs(config)
    assert main(["config", "check", str(tmp_path / "facteur.toml")]) == 1
    assert f"{tmp_path}/bad.toml:7: " in capsys.readouterr().err
