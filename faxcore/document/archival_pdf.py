# SPDX-License-Identifier: GPL-3.0-or-later
"""PDF of a fax that is to be kept: PDF/A-1b (ISO 19005-1), with the facts of the fax in it.

The pages are those of `tiff_to_pdf`, whose streams are not touched. What PDF/A adds is the metadata, said twice (in the
document information and as XMP, ISO 16684) and the same both times; a profile that says what black and white are; an
identifier of the file; and the version of 1.4. The facts stand in fields that every program knows: PDF/A would have a
description of any other.

The facts are foreign text. `clean_text` leaves nothing of it that XML cannot hold. The same fax gives the same octets.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from faxcore.document.pdf import tiff_to_pdf
from faxcore.model.text import clean_text

PRODUCER: Final = "Facteur"
_LONGEST: Final = 400
_D50: Final = (0xF6D6, 0x10000, 0xD32D)
"""The white of the connection space, as s15Fixed16 numbers (ICC.1:1998-09, 6.1.13)."""


@dataclass(frozen=True)
class FaxFacts:
    """The facts of a fax that stand in its PDF; what is empty is left out."""

    title: str
    author: str = ""
    """The sender."""
    subject: str = ""
    """A few words on whom it was for, and how it came."""
    keywords: tuple[str, ...] = ()
    """The facts one by one, as "caller: +33 1 99 00 00 01"."""


def make_archival_pdf(tiff: Path, pdf: Path, facts: FaxFacts, when: datetime) -> None:
    """Write a PDF/A of the pages of a TIFF of ours; `when` is the time of the fax. Syncing it is the caller's."""
    import pikepdf

    tiff_to_pdf(tiff, pdf, when=when)
    said = {
        "Title": clean_text(facts.title, _LONGEST),
        "Author": clean_text(facts.author, _LONGEST),
        "Subject": clean_text(facts.subject, _LONGEST),
        "Keywords": ", ".join(filter(None, (clean_text(word, _LONGEST) for word in facts.keywords))),
        "Producer": PRODUCER,
    }
    moment = when.astimezone(UTC).replace(microsecond=0)
    with pikepdf.open(pdf, allow_overwriting_input=True) as document:
        information = document.make_indirect(pikepdf.Dictionary())
        for name, text in said.items():
            if text:
                information[f"/{name}"] = pikepdf.String(text)
        for name in ("CreationDate", "ModDate"):
            information[f"/{name}"] = pikepdf.String(moment.strftime("D:%Y%m%d%H%M%SZ"))
        document.trailer.Info = information
        metadata = document.make_stream(make_xmp(said, moment))
        metadata.Type, metadata.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        document.Root.Metadata = metadata
        profile = document.make_stream(make_gray_profile())
        profile.N = 1
        document.Root.OutputIntents = pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.OutputIntent,
                    S=pikepdf.Name.GTS_PDFA1,
                    OutputConditionIdentifier=pikepdf.String("Black on white"),
                    Info=pikepdf.String("Black on white"),
                    DestOutputProfile=profile,
                )
            ]
        )
        document.save(
            pdf,
            force_version="1.4",
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            deterministic_id=True,
        )


def make_xmp(said: dict[str, str], moment: datetime) -> bytes:
    """Make the packet that says what the document information says, in XML."""
    begin, end = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>', '<?xpacket end="w"?>'
    return "\n".join((begin, describe_in_xmp(said, moment), end)).encode()


def describe_in_xmp(said: dict[str, str], moment: datetime, part: int = 1, further: tuple[str, ...] = ()) -> str:
    """Describe a PDF of this part of PDF/A in XML, and `further` descriptions behind it."""

    def simple(name: str, key: str) -> str:
        return f"<{name}>{escape(said[key])}</{name}>" if said[key] else ""

    def listed(name: str, kind: str, key: str) -> str:
        language = ' xml:lang="x-default"' if kind == "Alt" else ""
        item = f"<rdf:{kind}><rdf:li{language}>{escape(said[key])}</rdf:li></rdf:{kind}>"
        return f"<{name}>{item}</{name}>" if said[key] else ""

    time = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    properties = (
        listed("dc:title", "Alt", "Title"),
        listed("dc:creator", "Seq", "Author"),
        listed("dc:description", "Alt", "Subject"),
        simple("pdf:Keywords", "Keywords"),
        simple("pdf:Producer", "Producer"),
        f"<xmp:CreateDate>{time}</xmp:CreateDate>",
        f"<xmp:ModifyDate>{time}</xmp:ModifyDate>",
        f"<pdfaid:part>{part}</pdfaid:part>",
        "<pdfaid:conformance>B</pdfaid:conformance>",
    )
    return "\n".join(
        (
            '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
            *_describe(properties),
            *further,
            "</rdf:RDF>",
            "</x:xmpmeta>",
        )
    )


_NAMESPACES: Final = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
}


def _describe(properties: tuple[str, ...]) -> list[str]:
    """Put the properties of each namespace into a description of its own, as older readers want it."""
    lines = []
    for prefix, address in _NAMESPACES.items():
        own = [text for text in properties if text.startswith(f"<{prefix}:")]
        if own:
            lines += [f'<rdf:Description rdf:about="" xmlns:{prefix}="{address}">', *own, "</rdf:Description>"]
    return lines


def make_gray_profile() -> bytes:
    """Make an ICC profile of version 2 for black and white: a monochrome display (ICC.1:1998-09, 6.3.1.1)."""
    description = b"Black on white"
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(description) + 1) + description + b"\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"No copyright, use freely\0",
        b"wtpt": b"XYZ " + bytes(4) + struct.pack(">3I", *_D50),
        # One number: a gamma of 1.0, which makes no difference to what is black or white.
        b"kTRC": b"curv" + bytes(4) + struct.pack(">IH", 1, 0x0100),
    }
    offset, table, data = 128 + 4 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        table += name + struct.pack(">2I", offset + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s", offset + len(data), bytes(4), 0x02100000, b"mntr", b"GRAY", b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(24) + bytes(4) + struct.pack(">3I", *_D50)
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + data
