# SPDX-License-Identifier: GPL-3.0-or-later
"""Digits in groups while they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.dialling.grouping import group_digits


@pytest.mark.parametrize(
    ("typed", "region", "shown"),
    [
        ("0", "FR", "0"),
        ("01990", "FR", "01 99 0"),
        ("0199000002", "FR", "01 99 00 00 02"),
        ("0 19900 0002", "FR", "01 99 00 00 02"),
        ("+33199000002", "FR", "+33 1 99 00 00 02"),
        ("+4930123456", "FR", "+49 30 123456"),
        ("030123456", "DE", "030 123456"),
        ("01.99", "FR", "01.99"),
        ("Claire", "FR", "Claire"),
        ("0199000002#42", "FR", "0199000002#42"),
        ("", "FR", ""),
        ("1" * 21, "FR", "1" * 21),
    ],
)
def test_groups(typed: str, region: str, shown: str) -> None:
    assert group_digits(typed, region) == shown


@given(st.text(alphabet="0123456789+ ", max_size=25), st.sampled_from(["FR", "DE", "US", "JP", "GB"]))
def test_no_digit_is_changed(typed: str, region: str) -> None:
    assert [sign for sign in group_digits(typed, region) if sign in "+0123456789"] == [
        sign for sign in typed if sign in "+0123456789"
    ]
