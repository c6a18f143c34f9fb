# SPDX-License-Identifier: GPL-3.0-or-later
"""The target options: what cupsd hands to its backend, as a print job and the claim that goes to the service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faxcore.bus.wire import to_wire
from faxcore.contract.codec import encode
from faxcore.cups.options import BadArguments, PrintJob, parse_options
from tests.fuzz.bounds import bounded

CUT: Final = b"\0"
"""Between the arguments: the number, the user, the title and the options."""
_LONGEST: Final = 200

WORDS: Final = (
    *(f"fax-{name}=".encode() for name in ("number", "last-name", "first-name", "role", "subject", "header")),
    *(b"job-uuid=", b"Resolution=204x196dpi", b"{a=1 b={c}}", b'"a b"', b"'", b"\\", b"{", b"}", b"=", b" ", b"\0"),
    *("\u202e\u00a0\u0301\ufeff".encode(), b"\xff\xfe", b"\x1b[0m"),
)


def check(data: bytes) -> None:
    """Run one input; any error but BadArguments is a fault."""
    number, user, title, options = (data.split(CUT, 3) + [b""] * 4)[:4]
    # As Python hands a program its arguments.
    argv = ["fax", *(each.decode("utf-8", "surrogateescape") for each in (number, user, title, b"1", options))]
    with bounded():
        try:
            job = PrintJob.from_arguments(argv)
        except BadArguments:
            assert not (argv[1].isascii() and argv[1].isdigit() and len(argv[1]) < 10)
            return
        claim = encode(job.claim)
        to_wire(claim)
        for text in claim.values():
            if isinstance(text, str):
                assert text.isprintable() and len(text.encode()) <= 4 * _LONGEST, f"a claim has {text!r}"
        for name in parse_options(argv[5]):
            assert name and name.isprintable() and name == name.lower(), f"an option is called {name!r}"


def seeds() -> Iterator[tuple[str, bytes]]:
    """Jobs as they come from programs that print, and quotes of all kinds."""
    uuid = b"job-uuid=urn:uuid:2c6b3f8e-1d2a-3c4b-5e6f-7a8b9c0d1e2f media=A4 sides=one-sided"
    jobs = {
        "usual": (b"12", b"ann", b"Letter.odt", uuid),
        "order": (b"13", b"bob", "Brief an Jörg".encode(), b'fax-number=0199 fax-subject=\'a b\' fax-role="c \\" d"'),
        "collection": (b"14", b"c", b"t", b"media-col={media-size={x-dimension=21000 y-dimension=29700}} nofax p=1-2"),
        "twins": (b"15", b"", b"", b"a=1 A=2 =3 a = 4 b\\ c=5"),
        "hostile": (b"16", b"root\nERROR: x", b"\x1b]0;\xff\xc3", b"a=\x00b={{{ \\"),
        "number": (b"1 6", b"u", b"t", b""),
    }
    for name, parts in jobs.items():
        yield name, CUT.join(parts)
