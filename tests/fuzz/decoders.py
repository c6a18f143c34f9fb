# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold for every decoder on any input: in one piece or many, compiled or plain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Outcome = tuple[object, ...]


def outcome(decoder: Any) -> Outcome:
    """All that a decoder tells."""
    return (
        decoder.rows,
        decoder.bad_rows,
        decoder.worst_bad_run,
        decoder.ended,
        decoder.broken,
        decoder.status(),
        bytes(decoder.bitmap()),
    )


def read(decoder: Any, chunks: Iterable[bytes]) -> Any:
    """Feed all chunks, past the end as well, and finish. What was seen half-way must stay as it was."""
    early = None
    over = False
    for turn, chunk in enumerate(chunks):
        goes_on = decoder.feed(chunk)
        if goes_on == (decoder.ended or decoder.broken is not None):
            raise AssertionError(f"feed gives {goes_on}, but ended {decoder.ended}, broken {decoder.broken}")
        if over and goes_on:
            raise AssertionError("goes on after it was over")
        over = not goes_on
        if turn == 1:
            early = decoder.bitmap()
            seen = bytes(early)
    decoder.finish()
    if early is not None:
        page = bytes(decoder.bitmap())
        # T.85 may take rows back, by telling a length that is less; what is left of them stays.
        if bytes(early) != seen or not (page.startswith(seen) or (decoder.ended and seen.startswith(page))):
            raise AssertionError("rows have changed after they were given out")
    return decoder


def check_sound(told: Outcome, width: int, max_rows: int) -> None:
    """The figures agree with each other and with the limits."""
    rows, bad_rows, worst_bad_run, _, _, status, bitmap = told
    assert isinstance(status, bytes) and isinstance(bitmap, bytes) and isinstance(rows, int)
    stride = (width + 7) // 8
    runs = status.replace(b"\2", b"\1").split(b"\0")
    expected = (len(status), len(status) - status.count(0), max(map(len, runs)), len(status) * stride)
    if (rows, bad_rows, worst_bad_run, len(bitmap)) != expected or rows > max_rows:
        raise AssertionError(f"{(rows, bad_rows, worst_bad_run, len(bitmap))}, but {expected}; at most {max_rows} rows")
    padding = (1 << (-width % 8)) - 1
    if padding and any(octet & padding for octet in set(bitmap[stride - 1 :: stride])):
        raise AssertionError("padding bits are set")


def check_same(one: Outcome, other: Outcome, what: str) -> None:
    """Two decoders tell the same; else, what differs."""
    if one == other:
        return
    names = ("rows", "bad_rows", "worst_bad_run", "ended", "broken", "status", "bitmap")
    differing = [
        f"{name}: {first!r} and {second!r}" if name != "bitmap" else name
        for name, first, second in zip(names, one, other, strict=True)
        if first != second
    ]
    raise AssertionError(f"{what} differ in {'; '.join(differing)}")


def blanked(page: bytes, width: int) -> bytes:
    """The rows with their padding bits zero."""
    stride = (width + 7) // 8
    mask = 0xFF << (-width % 8) & 0xFF
    clean = bytearray(page)
    clean[stride - 1 :: stride] = bytes(octet & mask for octet in page[stride - 1 :: stride])
    return bytes(clean)
