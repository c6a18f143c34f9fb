# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails as they go over the line: whatever a caller or a document is called, it is text in its place (P19)."""

import email.policy
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.contract.mail_messages import (
    MailFact,
    MailOrder,
    MailResult,
    MailServer,
    MailText,
    pack_mail,
    unpack_mail,
)
from faxcore.i18n import environment_languages, use_languages
from faxcore.mailer.write_mail import MailDocument, write_mail
from faxcore.model.sentence import Sentence, literal

SERVER = MailServer("localhost", 25, "none", "fax@example.org", "Mairie de Lutèce")
ID = "01a2203a-4553-7e47-b97b-0ecfc585da14"
HOSTILE = [
    "Eve\r\nBcc: everybody@example.org",
    "Eve\nSubject: other\n\nother body",
    "Eve\x00\x1b[31m\u2028X-Evil: yes",
    "\u202eevE <script>alert(1)</script>",
    "=?utf-8?q?Eve?=\r\n =?utf-8?b?DQpCY2M6IGE=?=",
    "x" * 5000,
    "\ud800 lone",
    ".\r\n.\r\nQUIT",
]
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]


@pytest.fixture(autouse=True)
def one_language() -> Iterator[None]:
    """The mailer speaks its reader's language until the next mail; other tests speak the environment's."""
    yield
    use_languages(*environment_languages())


def order_of(text: str) -> MailOrder:
    """A mail in which everything foreign is this text."""
    said = literal(text)
    return MailOrder(
        ID,
        "anne@example.org",
        "2026-11-28T14:05:00.000Z",
        MailText(
            "received",
            Sentence("Fax from {caller}, pages: {pages}", {"caller": text, "pages": 2}),
            (Sentence("A fax was received."), said),
            (MailFact("caller", Sentence("Caller"), said), MailFact("pages", Sentence("Pages"), literal("2"))),
            (said,),
        ),
        ("en",),
        (f"{text}.pdf",),
    )


def parse(octets: bytes) -> EmailMessage:
    mail = BytesParser(policy=email.policy.default).parsebytes(octets)
    assert isinstance(mail, EmailMessage)
    return mail


def check(text: str) -> None:
    octets, warning = write_mail(
        order_of(text), replace(SERVER, sender_name=text), [MailDocument(f"{text}.pdf", b"%PDF")]
    )
    assert octets.isascii() and b"\0" not in octets and not warning
    mail = parse(octets)
    assert mail.keys() == HEADERS
    assert (
        mail["To"] == "anne@example.org" and mail["Message-ID"] == "<01a2203a-4553-7e47-b97b-0ecfc585da14@example.org>"
    )
    assert mail["From"].addresses[0].addr_spec == "fax@example.org"
    assert (
        mail["Subject"].replace("\u00a0", " ").isprintable()
        and "pages: 2" in mail["Subject"]
        or len(mail["Subject"]) >= 100
    )
    assert not mail.defects
    (document,) = mail.iter_attachments()
    assert document.get_content() == b"%PDF"
    assert "/" not in document.get_filename() and document.get_filename().endswith(".pdf")
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]
    html = mail.get_body(("html",))
    assert html is not None and "<script" not in html.get_content()
    assert max(map(len, octets.split(b"\r\n"))) <= 998, "RFC 5322, 2.1.1"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_place(text: str) -> None:
    check(text)


@given(st.text(max_size=300))
def test_any_text_stays_in_its_place(text: str) -> None:
    check(text)


@given(st.text(alphabet='\r\n\t :=?;,<>@\\"()Bcc\x00\x85\u2028\u2029\x0b\x0c', max_size=200))
def test_signs_that_headers_are_made_of_stay_in_their_place(text: str) -> None:
    check(text)


def test_templates_of_an_office_get_the_same_text(tmp_path: Path) -> None:
    (tmp_path / "received.txt").write_text("Subject: {{ caller }}\n{{ caller }}\n")
    (tmp_path / "received.html").write_text("<b>{{ caller }}</b>")
    server = replace(SERVER, templates=str(tmp_path))
    mail = parse(write_mail(order_of("Eve\r\nBcc: x <b>"), server, [])[0])
    assert mail.keys() == HEADERS and mail["Subject"] == "Eve Bcc: x <b>"
    html = mail.get_body(("html",))
    assert html is not None and html.get_content() == "<b>Eve Bcc: x &lt;b&gt;</b>\r\n"


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ undefined.field }}",
        "{% for a in range(100000) %}{{ caller }}{% endfor %}",
        "{{ 1 // 0 }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../etc/passwd' %}",
    ],
)
def test_a_template_that_does_what_it_must_not_is_left_out_and_said(tmp_path: Path, template: str) -> None:
    (tmp_path / "received.txt").write_text(template)
    octets, warning = write_mail(order_of("Eve"), replace(SERVER, templates=str(tmp_path)), [])
    body = parse(octets).get_body(("plain",))
    assert body is not None and "A fax was received." in body.get_content()
    assert str(tmp_path) in warning


def test_french_is_french(tmp_path: Path) -> None:
    (tmp_path / "received.fr.txt").write_text("En français\n")
    french = replace(order_of("Eve"), languages=("fr",))
    own = parse(write_mail(french, replace(SERVER, templates=str(tmp_path)), [])[0])
    body = own.get_body(("plain",))
    assert body is not None and body.get_content() == "En français\r\n"
    assert own["Subject"] == "Fax de Eve, pages\u00a0: 2"
    body = parse(write_mail(french, SERVER, [])[0]).get_body(("plain",))
    assert body is not None and "Appelant\u00a0: Eve\r\n" in body.get_content()


def test_messages_survive_the_way_to_the_mailer() -> None:
    order = order_of("Eve\n\x1b")
    assert unpack_mail(pack_mail(order), MailOrder) == order
    for rubbish in (b"", b"[]", b'{"end": "perhaps"}', b"\xff", b"[" * 100_000):
        with pytest.raises(ValueError):
            unpack_mail(rubbish, MailResult)
