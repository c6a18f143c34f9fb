# SPDX-License-Identifier: GPL-3.0-or-later
"""People in the configuration: those without an account on this machine, and what is to be known of the others."""

import pwd
from email.headerregistry import Address
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore import people
from faxcore.cli.main import main
from faxcore.config import Config, ConfigError, PersonConfig, load
from faxcore.config.mail_address import is_mail_address
from faxcore.config.reload import changes

ROUX = """\
[[person]]
name = "dr.roux"
full_name = "Dr Anne Roux"
mail = "anne.roux@example.org"
language = "fr"
telephone = "+33 1 99 00 00 01"
"""


def read(folder: Path, text: str) -> Config:
    path = folder / "facteur.toml"
    path.write_text(text)
    return load(path)


def test_what_is_said_of_a_person_arrives_and_needs_no_restart(tmp_path: Path) -> None:
    config = read(tmp_path, ROUX)
    roux = PersonConfig("dr.roux", "Dr Anne Roux", "anne.roux@example.org", "fr", "+33 1 99 00 00 01")
    assert config.persons == (roux,)
    assert config.describe_person("dr.roux") == roux
    assert config.describe_person("somebody") == PersonConfig("somebody")
    found = changes(read(tmp_path, '[[person]]\nname = "dr.roux"\n'), config)
    assert (found.sections, found.restart) == (("person",), ())


def test_an_account_is_added_to_under_its_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = read(tmp_path, '[[person]]\nname = "root"\nfull_name = "Système"\n')
    assert (config.describe_person("root").full_name, config.find_person("root")) == ("Système", "root")
    # A directory knows it by another spelling, which may have signs that no name here has.
    monkeypatch.setattr(pwd, "getpwnam", lambda _name: SimpleNamespace(pw_uid=0))
    monkeypatch.setattr(people, "name_of", lambda _uid: "root")
    config = read(tmp_path, '[[person]]\nname = "ROOT@example.org"\nlanguage = "fr"\n')
    assert config.describe_person("root") == PersonConfig("root", language="fr")
    with pytest.raises(ConfigError, match=r":5: person 2, name: 'root' is there twice, first at .*:2$"):
        read(tmp_path, '[[person]]\nname = "ROOT"\nlanguage = "fr"\n[[person]]\nname = "root"\nlanguage = "en"\n')


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[[person]]\nname = "root"\n', 2, "'root' has an account on this machine, and needs no [[person]]: take it"),
        (ROUX + '[[person]]\nname = "dr.roux"\n', 8, "person 2, name: 'dr.roux' is there twice, first at"),
        ('[[person]]\nname = "dr roux"\n', 2, "person 1, name: 'dr roux': letters, digits, -, _ and . only"),
        ('[[person]]\nname = ""\n', 2, "person 1, name: '': letters, digits, -, _ and . only"),
        ('[[person]]\nname = "a"\nfull_name = "A\\nB"\n', 3, "full_name: must be one line of at most 60 characters"),
        ('[[person]]\nname = "a"\nlanguage = "fe"\n', 3, "language: 'fe' is none of: 'en', 'fr'"),
        (
            '[[person]]\nname = "a"\nmail = "a@b.fr, c@d.fr"\n',
            3,
            "'a@b.fr, c@d.fr' is not one mail address, as \"anne@",
        ),
        ('[[person]]\nname = "a"\nmail = ""\n', 3, "mail: '' is not one mail address"),
        ('[[person]]\nname = "a"\ntelephone = "none"\n', 3, "telephone: 'none' is not a telephone number, as \"+33"),
        ('[[person]]\nname = "a"\nphone = "1"\n', 3, "person 1, phone: unknown key"),
        (ROUX + '[[group]]\nname = "g"\nmembers = ["dr.roux", "nobody-here"]\n', 9, "there is no user 'nobody-here'"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, line: int, words: str
) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path}/facteur.toml:{line}: ")
    assert words in str(error.value)
    assert main(["config", "check", str(tmp_path / "facteur.toml")]) == 1
    assert capsys.readouterr().err == f"{error.value}\n"


@pytest.mark.parametrize("text", ["anne@example.org", "a.b+fax@mairie.example.org", "root@localhost", "o'neil@x.org"])
def test_a_mail_address(text: str) -> None:
    assert is_mail_address(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "anne", "@", "anne@", "@example.org", "a@b@c.org", "a..b@example.org", ".a@example.org", "a@b..org"),
        *("anne@example.org ", " anne@example.org", "an ne@example.org", "a@x.org,b@x.org", "a@x.org;b@x.org"),
        *("Anne <anne@example.org>", "<anne@example.org>", "anne(Anne)@example.org", '"anne"@example.org'),
        *("anne@example.org\nBcc: all@example.org", "anne@exam\tple.org", "anne\0@example.org", "anne\x7f@example.org"),
        *("änne@example.org", "anne@exämple.org", "a" * 243 + "@example.org"),
    ],
)
def test_what_is_not_one_mail_address(text: str) -> None:
    assert not is_mail_address(text)


@given(st.one_of(st.text(), st.text(alphabet='ab.@"[](),<>:;\\ =?', max_size=12), st.emails()))
def test_any_text_is_one_mail_address_or_not(text: str) -> None:
    """One that is can be written into a mail as it stands."""
    if is_mail_address(text):
        assert str(Address(addr_spec=text)) == text
        assert text.isprintable() and not set(text) & set(' ,;<>"')
