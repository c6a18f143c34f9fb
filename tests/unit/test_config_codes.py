# SPDX-License-Identifier: GPL-3.0-or-later
"""Access codes in the configuration: read from a file that nobody else sees, and never told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from faxcore.cli.main import main
from faxcore.config import Config, ConfigError, load
from faxcore.config.reload import changes
from faxcore.contract.messages import FetchDocument, PlaceCall, pack, unpack

SECRET = "8642097531"
CODES = f"# of the house\n\ncard 0800123456,,{SECRET}#,\nsurgery N,,{SECRET}#\nboth 7,N,,{SECRET}\n"


def write_codes(folder: Path, text: str = CODES, mode: int = 0o640) -> Path:
    path = folder / "access-codes"
    path.write_text(text)
    path.chmod(mode)
    return path


def read(folder: Path, more: str, codes: str = CODES, mode: int = 0o640, for_service: bool = True) -> Config:
    path = folder / "facteur.toml"
    named = f'access_codes = "{write_codes(folder, codes, mode)}"'
    path.write_text(f'[dialling]\n{named}\nprefix = "0,"\n{more}')
    return load(path, for_service)


LINE = '[[line]]\nname = "one"\ndevice = "/dev/one"\n'
CARD = 'access_code = "card"\n'


def test_lines_and_rules_name_their_codes(tmp_path: Path) -> None:
    config = read(tmp_path, f'{LINE}{CARD}prefix = ""\n[[rule]]\nname = "All"\naccess_code = "both"\n')
    (line,), (rule,) = config.lines, config.rules
    assert line.access_code is not None and rule.access_code is not None
    assert (line.prefix, line.access_code.before, line.access_code.after) == ("", f"0800123456,,{SECRET}#,", "")
    assert (rule.access_code.before, rule.access_code.after) == ("7,", f",,{SECRET}")
    assert read(tmp_path, LINE).lines[0].prefix is None
    assert SECRET not in repr(config)


def test_another_code_is_another_configuration(tmp_path: Path) -> None:
    old = read(tmp_path, LINE + CARD)
    assert changes(old, read(tmp_path, LINE + CARD, CODES.replace(SECRET, "1"))).sections == ("line",)
    assert changes(old, read(tmp_path, LINE + CARD)).sections == ()


@pytest.mark.parametrize("mode", [0o644, 0o641, 0o642, 0o660, 0o604])
def test_a_file_that_others_see_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, LINE, mode=mode)
    assert f"facteur.toml:2: dialling, access_codes: {tmp_path}/access-codes is open to others" in str(error.value)
    assert f"chmod 0640 {tmp_path}/access-codes" in str(error.value)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o400, 0o440])
def test_a_file_that_nobody_else_sees_is_taken(tmp_path: Path, mode: int) -> None:
    assert read(tmp_path, LINE + CARD, mode=mode).lines[0].access_code is not None


@pytest.mark.parametrize(
    ("codes", "more", "said"),
    [
        (f"card {SECRET}", LINE, "access-codes:1: a pause or # must part the code from the number"),
        (f"a 1,\ncard N{SECRET}N", LINE, "access-codes:2: must be a name, a space, and a code"),
        (f"card {SECRET},x", LINE, "access-codes:1: must be a name"),
        (f"card\u00a0{SECRET},", LINE, "access-codes:1: must be a name"),
        (SECRET, LINE, "access-codes:1: must be a name"),
        (f"card {SECRET}{'1' * 40},", LINE, "access-codes:1: must be a name"),
        (f"card {SECRET},\ncard {SECRET},", LINE, "access-codes:2: this name is there twice"),
        (f"card {SECRET},112,", LINE + CARD, "access_code: an exchange would take 'card'"),
        (f"card N,,112{SECRET}", LINE + CARD, "access_code: an exchange would take 'card'"),
        (f"card 12{SECRET},", LINE + CARD + 'prefix = "1"\n', "access_code: an exchange would take 'card'"),
        (f"card {SECRET},", LINE + 'access_code = "cart"\n', "there is no code 'cart' in"),
        ("", LINE + 'direction = "in"\nprefix = "0,"\n', "prefix: is for dialling, and this line never does"),
        (f"card {SECRET},", LINE + CARD + 'direction = "in"\n', "access_code: is for dialling"),
        ("", LINE + 'prefix = "0,112"\n', "'0,112' begins with an emergency number"),
        (
            f"card {SECRET},",
            f'{LINE}[[rule]]\nname = "No"\npersons = ["root"]\nrefuse = true\n{CARD}',
            "access_code: contradicts refuse = true",
        ),
        (
            f"card 12{SECRET},",
            f'{LINE}prefix = "1"\n[[rule]]\nname = "All"\n{CARD}',
            "access_code: an exchange would take 'card'",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_and_without_the_code(
    tmp_path: Path, codes: str, more: str, said: str
) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, more, codes)
    assert said in str(error.value)
    shown: BaseException | None = error.value
    while shown is not None:
        assert SECRET not in f"{shown!r}{shown}"
        shown = shown.__cause__ or shown.__context__


def test_a_code_without_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "facteur.toml").write_text(LINE + CARD)
    with pytest.raises(ConfigError, match="there is no file of access codes: name it in"):
        load(tmp_path / "facteur.toml")


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "long"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "codes"
    match kind:
        case "folder":
            path.mkdir(mode=0o700)
        case "fifo":
            os.mkfifo(path, 0o600)
        case "long":
            path.touch(0o600)
            path.write_text("#" * 70_000)
    (tmp_path / "facteur.toml").write_text(f'[dialling]\naccess_codes = "{path}"\n')
    with pytest.raises(ConfigError, match=r"facteur.toml:2: dialling, access_codes: .*codes (cannot be|is)"):
        load(tmp_path / "facteur.toml")


def test_who_may_not_read_the_codes_goes_without_and_the_service_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(path: os.PathLike[str], *_rest: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    read(tmp_path, LINE + CARD)
    monkeypatch.setattr("faxcore.config.closed_file.os.open", refuse)
    with pytest.raises(ConfigError, match="access-codes cannot be read: Permission denied"):
        load(tmp_path / "facteur.toml", for_service=True)
    config = load(tmp_path / "facteur.toml")
    assert config.lines[0].access_code is not None and config.lines[0].access_code.withheld
    assert main(["number", "0199000002", "--config", str(tmp_path / "facteur.toml")]) == 0
    assert "0,…0199000002" in capsys.readouterr().out


def test_commands_do_not_tell_the_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read(tmp_path, f'{LINE}access_code = "surgery"\n')
    assert main(["number", "0199000002", "--config", str(tmp_path / "facteur.toml")]) == 0
    assert main(["number", "0199000002", "--json", "--config", str(tmp_path / "facteur.toml")]) == 0
    assert main(["config", "check", str(tmp_path / "facteur.toml")]) == 0
    said = capsys.readouterr()
    assert "0,0199000002…" in said.out
    assert SECRET not in said.out + said.err


def test_an_order_to_a_worker_does_not_tell_what_it_dials() -> None:
    orders = (PlaceCall("c", "/f", "/d", SECRET, hidden=(SECRET,)), FetchDocument("c", "/f", SECRET, hidden=(SECRET,)))
    assert SECRET not in repr(orders)
    assert unpack(pack(orders[0])) == orders[0], "but to the worker"
