# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts as other programs write them."""

from __future__ import annotations


def decode_text(octets: bytes) -> str | None:
    """Decode UTF-8, or what Windows writes in Western Europe; None for what is no text."""
    if b"\0" in octets:
        return None
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")
