# SPDX-License-Identifier: GPL-3.0-or-later
"""What cupsd tells the backend: somebody else's text, made typed and harmless."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.contract.printed import Claim
from faxcore.cups.options import BadArguments, PrintJob, parse_options
from tests.support.hostile_text import NAMES, TEXTS, assert_harmless


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_hostile_text_becomes_one_harmless_line(text: str) -> None:
    names = ("last-name", "first-name", "role", "department", "company", "subject", "header")
    options = " ".join(f'fax-{name}="{text}"' for name in names)
    job = PrintJob.from_arguments(["fax", "7", text, text, "1", f"fax-number=0199000002 {options}"])
    said = [value for value in asdict(job.claim).values() if isinstance(value, str)]
    assert len(said) > 8
    for value in said:
        assert_harmless(value)
    assert job.claim.number == "0199000002", "an option ends where it ends"


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("", {}),
        ("a b=2", {"a": "true", "b": "2"}),
        ("fax-last-name='van der Berg' x=1", {"fax-last-name": "van der Berg", "x": "1"}),
        ('fax-company="A \\"B\\" C"', {"fax-company": 'A "B" C'}),
        ("fax-role=head\\ nurse", {"fax-role": "head nurse"}),
        ("media-col={media-size={x=1 y=2}} n=3", {"media-col": "{media-size={x=1 y=2}}", "n": "3"}),
        ("Resolution=204x98dpi resolution=204x196dpi", {"resolution": "204x196dpi"}),
        ("=strange", {}),
        ("fax-company=A\u00a0B c=\u20091\u3000", {"fax-company": "A\u00a0B", "c": "\u20091\u3000"}),
        ("open={never closed", {"open": "{never closed"}),
    ],
)
def test_options_are_read_as_cups_writes_them(text: str, options: dict[str, str]) -> None:
    assert parse_options(text) == options


@given(st.text(max_size=300))
def test_any_options_are_read_without_an_error(text: str) -> None:
    for name, value in parse_options(text).items():
        assert name
        assert isinstance(value, str)


def test_without_a_number_nothing_is_sent_by_itself() -> None:
    claim = PrintJob.from_arguments(["fax", "7", "anne", "Letter", "1", "fax-subject=x fax-last-name=y"]).claim
    assert claim == Claim(user="anne", title="Letter", key="number:7")


def test_the_recipients_fields_go_with_a_number() -> None:
    options = "fax-number=0199000002 fax-last-name=Martin fax-header=cover sides=one-sided job-uuid=urn:uuid:4f"
    claim = PrintJob.from_arguments(["fax", "7", "anne", "Letter", "1", options]).claim
    assert claim == Claim(
        user="anne", title="Letter", key="urn:uuid:4f", number="0199000002", last_name="Martin", header="cover"
    )


def test_a_payer_goes_with_a_number_and_without() -> None:
    assert job_of("fax-number=0199000002 fax-budget=4711-A").claim.payer == "4711-A"
    waits = job_of("fax-budget=4711-A fax-last-name=Martin")
    assert (waits.claim.payer, waits.claim.last_name, waits.claim.number) == ("4711-A", "", "")
    assert waits.identity.payer == "", "who hears of a refusal does not depend on it"


def test_a_sub_address_and_a_password_go_with_a_number_only() -> None:
    job = job_of("fax-number=0199000002 fax-sub-address=42 fax-password=7391")
    assert (job.claim.sub_address, job.claim.password, job.has_secret_for_nobody) == ("42", "7391", False)
    assert "7391" not in repr(job.claim)
    assert job_of("fax-password=7391").has_secret_for_nobody
    assert job_of("fax-sub-address=42").has_secret_for_nobody
    assert not job_of("fax-last-name=Martin").has_secret_for_nobody


@pytest.mark.parametrize(
    "argv",
    [["fax", "7"], ["fax", "seven", "u", "t", "1", ""], ["fax", "-1", "u", "t", "1", ""], ["fax", *"abcdefgh"]],
    ids=["too few", "no number", "negative", "too many"],
)
def test_what_cupsd_never_says_is_refused(argv: list[str]) -> None:
    with pytest.raises(BadArguments):
        PrintJob.from_arguments(argv)


def job_of(options: str) -> PrintJob:
    return PrintJob.from_arguments(["fax", "7", "anne", "Letter", "1", options])


@pytest.mark.parametrize(
    ("options", "number"),
    [
        ("phone=0199000002", "0199000002"),
        ("Phone=0199000002 fax-number=0199000002", "0199000002"),
        ("destination-uris=tel:+33199000002", "tel:+33199000002"),
        ("fax-number=0199000002\\ #42", "0199000002 #42"),
        ("faxPrefix=0 phone=0199000002", "0 0199000002"),
        ("fax-number='01 99 00 00 02' landscape nocollate Fit-To-Page", "01 99 00 00 02"),
    ],
)
def test_a_number_by_every_usual_name(options: str, number: str) -> None:
    job = job_of(options)
    assert job.claim.number == number
    assert not job.has_words_left_over
    assert job.has_one_number_at_most


@pytest.mark.parametrize(
    "options",
    [
        "#42 fax-number=0199000002",
        "00 98 99 phone=01",
        "fax-last-name=de fax-number=0199000098 finishings=3 la Tour",
        "fax-last-name=o phone=0199000002 nord",
        "fax-number= 0199000002",
        "destination-uris=tel:+331 99000002",
    ],
)
def test_a_word_left_over_beside_a_number_is_found(options: str) -> None:
    assert job_of(options).has_words_left_over


def test_without_a_number_words_are_nobodys() -> None:
    assert not job_of("la Tour fax-last-name=de").has_words_left_over


@pytest.mark.parametrize(
    "options",
    ["phone=0199000002 fax-number=0199000003", f"fax-number=0199000002{chr(0x200B) * 400}3", "phone=" + "0" * 201],
)
def test_two_numbers_and_endless_ones_are_none(options: str) -> None:
    assert not job_of(options).has_one_number_at_most


@pytest.mark.parametrize(
    ("options", "document", "picture"),
    [
        ("", False, False),
        ("number-up=1 finishings=3 print-color-mode=monochrome ColorModel=Gray orientation-requested=3", False, False),
        ("page-set=all outputorder=normal nolandscape nofitplot mirror=false print-scaling=auto", False, False),
        ("page-ranges=2", True, True),
        ("number-up=2", True, True),
        ("OutputOrder=Reverse", True, True),
        ("landscape", True, True),
        ("orientation-requested=4", True, True),
        ("mirror", True, True),
        ("media=A4 PageSize=A4 fit-to-page print-scaling=fit", True, False),
    ],
)
def test_only_options_that_change_pages_arrange_them(options: str, document: bool, picture: bool) -> None:
    job = job_of(options)
    assert (job.arranges_pages(is_picture=False), job.arranges_pages(is_picture=True)) == (document, picture)


@pytest.mark.parametrize(
    ("copies", "number"), [("1", 1), ("3", 3), ("0", 1), ("-1", 1), ("many", 1), ("999999999", 500)]
)
def test_copies_are_a_sane_number(copies: str, number: int) -> None:
    assert PrintJob.from_arguments(["fax", "1", "anne", "a title", copies, ""]).copies == number
