# SPDX-License-Identifier: GPL-3.0-or-later
"""What cupsd tells the backend: somebody else's text, made typed and harmless."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.contract.bus import Claim
from faxcore.cups.options import BadArguments, PrintJob, parse_options
from tests.support.hostile_text import NAMES, TEXTS, assert_harmless


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_hostile_text_becomes_one_harmless_line(text: str) -> None:
    names = ("last-name", "first-name", "role", "company", "subject", "header")
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


@pytest.mark.parametrize(
    "argv",
    [["fax", "7"], ["fax", "seven", "u", "t", "1", ""], ["fax", "-1", "u", "t", "1", ""], ["fax", *"abcdefgh"]],
    ids=["too few", "no number", "negative", "too many"],
)
def test_what_cupsd_never_says_is_refused(argv: list[str]) -> None:
    with pytest.raises(BadArguments):
        PrintJob.from_arguments(argv)
