# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of HylaFAX's jobs: field by field, and whatever else may stand there."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.hylafax.job_file import DONE, LARGEST, JobFile, NoJob, parse_job
from tests.support.hostile_text import NAMES, TEXTS
from tests.support.hylafax_spool import JOB

VALUES = {
    "tts": 1732095000,
    "state": 7,
    "confirmed": 2,
    "pages": 3,
    "dials": 4,
    "number": "0199000009",
    "owner": "anne",
    "tag": "Offer",
    "receiver": "Martin",
    "subject": "Plans",
    "commid": "000000005",
    "status": "",
    "documents": "!postscript:0::docq/doc7.ps\n!tiff:0::docq/doc8.tif",
    "job": 7,
}


def write(**values: object) -> bytes:
    return JOB.format(**(VALUES | values)).encode("utf-8", "surrogatepass")


def test_a_job_field_by_field() -> None:
    assert parse_job(write()) == JobFile(
        number="7",
        state=DONE,
        owner="anne",
        sender="anne@localhost",
        to="0199000009",
        sub_address="",
        receiver="Martin",
        company="Town hall",
        subject="Plans",
        tag="Offer",
        status="",
        commid="000000005",
        at=datetime(2024, 11, 20, 9, 30, tzinfo=UTC),
        pages=3,
        confirmed=2,
        dials=4,
        tries=1,
        is_fax=True,
        documents=("docq/doc7.ps", "docq/doc8.tif"),
    )


def test_a_line_may_go_on_in_the_next() -> None:
    job = parse_job(write(status="No carrier detected;\\\ntoo many attempts"))
    assert job.status == "No carrier detected; too many attempts"


def test_without_an_owner_the_mail_address_says_whose_it_is() -> None:
    assert parse_job(write(owner="").replace(b"mailaddr:@", b"mailaddr:bob@")).whose == "bob"
    assert parse_job(write(owner="anne")).whose == "anne"


def test_what_is_shown_of_a_number_is_what_its_sender_wanted() -> None:
    content = write().replace(b"\nnumber:0199000009", b"\nnumber:*99*0199000009")
    assert parse_job(content).to == "0199000009"


@pytest.mark.parametrize("line", ["jobtype:pager", "poll:0:"])
def test_a_page_and_an_order_to_fetch_are_no_fax_that_was_sent(line: str) -> None:
    assert not parse_job(write(documents=line)).is_fax


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "It names no number."),
        (b"\0" * 1000, "It names no number."),
        (b"x" * (LARGEST + 1), "It is too large"),
        (write(state="seven"), "Its state is no number: seven."),
        (write(tts="-1"), "Its tts is no number: -1."),
        (write(pages="1" * 50), "Its totpages is no number"),
        (write(documents="!tiff:0::docq/doc1\n" * 101), "It has more documents"),
    ],
    ids=["nothing", "zeros", "large", "state", "time", "pages", "documents"],
)
def test_what_is_wrong_is_said(content: bytes, sentence: str) -> None:
    with pytest.raises(NoJob) as refused:
        parse_job(content)
    assert str(refused.value.sentence).startswith(sentence)


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_hostile_text_is_harmless(text: str) -> None:
    try:
        job = parse_job(write(receiver=text, subject=text, owner=text, tag=text, status=text))
    except NoJob as refused:
        assert str(refused).isprintable()
    else:
        assert all(each.isprintable() for each in (job.receiver, job.subject, job.owner, job.tag, job.status, job.to))


@given(st.binary(max_size=600))
def test_any_octets_are_a_job_or_refused(content: bytes) -> None:
    try:
        parse_job(content)
    except NoJob as refused:
        assert str(refused).isprintable()
