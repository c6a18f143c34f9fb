# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's half of the handshake, as the clients of four libraries begin it, and as nobody should."""

from __future__ import annotations

import pytest

from faxcore.bus.handshake import MOST_LINES, Handshake

GUID = "0123456789abcdef0123456789abcdef"
OK = f"OK {GUID}"
REJECTED = "REJECTED EXTERNAL"
UID = "31303030"
"""1000, as it is written there."""


def talk(*lines: str) -> list[str | None]:
    handshake = Handshake(1000, GUID)
    return [handshake.answer(line) for line in lines]


@pytest.mark.parametrize(
    ("lines", "answers"),
    [
        ((f"AUTH EXTERNAL {UID}", "NEGOTIATE_UNIX_FD", "BEGIN"), [OK, "AGREE_UNIX_FD", None]),
        (("AUTH EXTERNAL", "DATA", "NEGOTIATE_UNIX_FD", "BEGIN"), ["DATA", OK, "AGREE_UNIX_FD", None]),
        (("AUTH EXTERNAL", f"DATA {UID}", "BEGIN"), ["DATA", OK, None]),
        (("AUTH", f"AUTH EXTERNAL {UID}", "BEGIN"), [REJECTED, OK, None]),
        (("AUTH DBUS_COOKIE_SHA1 726f6f74", f"AUTH EXTERNAL {UID}", "BEGIN"), [REJECTED, OK, None]),
    ],
)
def test_libraries_get_in(lines: tuple[str, ...], answers: list[str | None]) -> None:
    assert talk(*lines) == answers


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        (("AUTH EXTERNAL 30",), REJECTED),  # says that it is root
        (("AUTH EXTERNAL", "DATA 30"), REJECTED),
        (("AUTH ANONYMOUS",), REJECTED),
        (("AUTH EXTERNAL zz",), REJECTED),
        (("DATA",), "ERROR"),
        (("AUTH EXTERNAL", "NEGOTIATE_UNIX_FD", "DATA"), "ERROR"),  # no longer asked for
        (("NEGOTIATE_UNIX_FD",), "ERROR"),
        ((f"AUTH EXTERNAL {UID}", "CANCEL", "NEGOTIATE_UNIX_FD"), "ERROR"),
        (("",), "ERROR"),
        (("auth external",), "ERROR"),
    ],
)
def test_others_do_not(lines: tuple[str, ...], last: str) -> None:
    assert talk(*lines)[-1] == last
    with pytest.raises(ValueError, match="before it is known"):
        talk(*lines, "BEGIN")


def test_whoever_was_known_and_is_rejected_then_does_not_begin() -> None:
    with pytest.raises(ValueError, match="before it is known"):
        talk(f"AUTH EXTERNAL {UID}", "AUTH EXTERNAL 30", "BEGIN")


def test_it_comes_to_an_end() -> None:
    handshake = Handshake(1000, GUID)
    for _line in range(MOST_LINES):
        handshake.answer("AUTH")
    with pytest.raises(ValueError, match="does not come to an end"):
        handshake.answer("AUTH")


def test_it_has_ended_only_with_begin() -> None:
    handshake = Handshake(1000, GUID)
    ended = []
    for line in (f"AUTH EXTERNAL {UID}", "NEGOTIATE_UNIX_FD", "BEGIN"):
        ended.append(handshake.ended)
        handshake.answer(line)
    assert [*ended, handshake.ended] == [False, False, False, True]
