# SPDX-License-Identifier: GPL-3.0-or-later
"""[mail], and what a [[person]] says of it: what is right is read, what is wrong is said with its place."""

from pathlib import Path

import pytest
import trustme

from faxcore.config import ConfigError
from faxcore.config.configuration import Config, load
from faxcore.config.mail import MailConfig
from faxcore.outbox.mail_carrier import describe_server, is_mailed

SERVER = '[mail]\nserver = "mail.example.org"\nsender = "fax@example.org"\n'


def read(folder: Path, text: str) -> Config:
    path = folder / "facteur.toml"
    path.write_text(text)
    return load(path)


def test_what_is_not_said_is_as_the_example_has_it(tmp_path: Path) -> None:
    mail = read(tmp_path, SERVER).mail
    assert mail == MailConfig(server="mail.example.org", sender="fax@example.org")
    assert read(tmp_path, "").mail == MailConfig()


@pytest.mark.parametrize(("encryption", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_usual_port(tmp_path: Path, encryption: str, port: int) -> None:
    assert describe_server(read(tmp_path, SERVER + f'encryption = "{encryption}"')).port == port
    assert describe_server(read(tmp_path, SERVER + f'encryption = "{encryption}"\nport = 2525')).port == 2525


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('encryption = "ssl"', "4: mail, encryption: 'ssl' is none of"),
        ('news = ["received", "failed", "lost"]', "4: mail, news 3: 'lost' is none of"),
        ('documents = ["doc"]', "4: mail, documents 1: 'doc' is none of"),
        ('documents = ["pdf", "pdf"]', "4: mail, documents 2: 'pdf' is there twice"),
        ('operators = ["root"]', "4: mail, operators 1: 'root' is not one mail address"),
        ('operators = ["a@example.org, b@example.org"]', "is not one mail address"),
        ('operators = ["a@example.org\\r\\nBcc: b@example.org"]', "is not one mail address"),
        ('user = "fax"', "4: mail, user: there is no password_file"),
        ('password_file = "/nowhere/password"', "4: mail, password_file: /nowhere/password cannot be read"),
        ('certificates = "/nowhere/ca.pem"', "4: mail, certificates: /nowhere/ca.pem cannot be read"),
        ('certificates = "{folder}/facteur.toml"', "facteur.toml cannot be read as certificates"),
        ('templates = "/nowhere"', "4: mail, templates: /nowhere cannot be read"),
        ("give_up_days = 0", "4: mail, give_up_days: must be a whole number from 1 to 30"),
        ('sendr = "x"', "did you mean 'sender'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, more: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, SERVER + more.replace("{folder}", str(tmp_path)))
    assert said in str(error.value)


def test_a_server_needs_a_sender_and_a_sender_a_server(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="2: mail, server: sender: is missing"):
        read(tmp_path, '[mail]\nserver = "mail.example.org"')
    with pytest.raises(ConfigError, match="3: mail, sender: sender: must be one mail address"):
        read(tmp_path, '[mail]\nserver = "mail.example.org"\nsender = "fax"')
    with pytest.raises(ConfigError, match="2: mail, operators: is there, but no server"):
        read(tmp_path, '[mail]\noperators = ["root@example.org"]')


def test_a_password_is_closed_to_others_and_never_goes_in_clear(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("geheim\n")
    said = SERVER + f'user = "fax"\npassword_file = "{password}"\n'
    password.chmod(0o644)
    with pytest.raises(ConfigError, match="is open to others") as error:
        read(tmp_path, said)
    password.chmod(0o640)
    assert "geheim" not in str(error.value)
    assert "geheim" not in repr(read(tmp_path, said))
    with pytest.raises(ConfigError, match="would show the password to everybody"):
        read(tmp_path, said + 'encryption = "none"')
    assert read(tmp_path, said.replace("mail.example.org", "localhost") + 'encryption = "none"').mail.user == "fax"
    with pytest.raises(ConfigError, match="there is no user whose password it is"):
        read(tmp_path, SERVER + f'password_file = "{password}"')
    password.write_text("\n")
    with pytest.raises(ConfigError, match="there is no password in"):
        read(tmp_path, said)


def test_certificates_are_read(tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    assert read(tmp_path, SERVER + f'certificates = "{tmp_path}/ca.pem"').mail.certificates == tmp_path / "ca.pem"


def test_a_template_that_is_none_is_said_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "received.txt").write_text("Subject: {{ caller }}\n\n{% if pages %}\n")
    with pytest.raises(ConfigError, match=r"4: mail, templates: .*received.txt:3: "):
        read(tmp_path, SERVER + f'templates = "{tmp_path}"')
    (tmp_path / "received.txt").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="received.txt is not UTF-8"):
        read(tmp_path, SERVER + f'templates = "{tmp_path}"')


def test_a_person_may_want_other_news_than_the_rest(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        SERVER
        + """
[[person]]
name = "dr.roux"
mail = "roux@example.org"
[[person]]
name = "dr.vert"
mail = "vert@example.org"
mail_news = ["sent", "retried"]
mail_documents = []
[[person]]
name = "nobody.special"
""",
    )
    told = {
        person: [
            kind
            for kind in ("reception", "job-done", "job-failed", "job-uncertain", "job-retry-2", "draft")
            if is_mailed(config, person, kind)
        ]
        for person in ("dr.roux", "dr.vert", "nobody.special", "unknown")
    }
    assert told == {
        "dr.roux": ["reception", "job-failed", "job-uncertain"],
        "dr.vert": ["job-done", "job-retry-2"],
        "nobody.special": [],
        "unknown": [],
    }
    assert config.describe_person("dr.vert").mail_documents == ()
    with pytest.raises(ConfigError, match="mail_news: is for mail, and there is no mail address"):
        read(tmp_path, '[[person]]\nname = "dr.vert"\nmail_news = ["sent"]')
