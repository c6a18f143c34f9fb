# SPDX-License-Identifier: GPL-3.0-or-later
"""A call as text: every frame and signal both ways, with times. The service's log and the test calls are in this form.

One signal a line, `SECONDS DIRECTION SIGNAL DETAILS  # in words`; `>` is ours, `<` is the line's answer, `=` is
between us and the owner of the call. Frames are hex in document order with address and control. Everything after ` # `
is for people only.

    0.000 > dial 0199000002
    4.120 < connected
    5.310 < ff c0 02 ...                  # CSI "+33 1 99 00 00 02"
    5.310 < ff c8 01 00 77 ...            # DIS receives, fine, MR, ECM, MMR ...
    6.900 > ff c8 c1 00 ...               # DCS
    8.500 > training V.17 14400
    9.800 < ff c8 21                      # CFR
    9.810 = code page 1 MMR 34112 octets
   10.000 > burst V.17 14400 short 0-133
   31.000 > ff c8 fd f4 00 00 85          # PPS-EOP
   32.300 < ff c8 31                      # MCF

Other answers of the line: `silence`, `garbled`, `carrier ended` (after a frame that was not marked as the last one; a
frame that is not understood is written like any other, with the text that it is, if it is one), `no carrier`, `no
carrier, line silent`, `other carrier`, `lost OUTCOME`, `cancelled`, `training V.17 14400 bits=21600 zeros=21598
ones=2`, `page V.17 14400 rows=1143 bad=0 run=0 rtc`, `burst V.17 14400 0-40 42-255 rcp`. `sending` after `lost` or
`cancelled` means that our last signal was not sent to its end.

`# page on A4:` are pages that were made for shorter paper, and `= take pages on A4 x 4` begins to send those.

`= more follows` answers `= final pending`: EOM goes out in place of EOP, and another document follows, with a text of
its own that begins behind the answer to EOM (`# role: next sender`).

`= next document` is where the caller begins another document: its pages are counted anew, and each document has a
`= result` of its own at the end.

A called terminal has `# role: receiver`, and the `# page:` lines of the document that it offers; of several, each has
`# document 1:` with its name, `# password 1:` and `# page 1:`, and `= take document 1` is the choice, which
`= not offered` answers where another call is fetching it. A terminal that
polls has `# role: poller`. A password, PWD or SID, is never written: `ff c0 83 ****`, right or wrong.

A call begins with the settings that it was played with, as comments, and ends with its result, so that the file can
be played again (tests/unit/t30/replay.py):

    # role: sender
    # number: 0199000002
    # station id: 0199000001
    # error correction: yes
    # codings: MMR MR MH
    # max rate: 14400
    # page: A4 fine 2286 x 3
    # first page: 1
    # sub-address: 12
    ...
   34.100 = result ok confirmed=3 sent=3
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from faxcore.model.call import WITH_PHASE
from faxcore.model.paper import Paper
from faxcore.t30 import line as t30
from faxcore.t30.bits import Bits
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import (
    ECM_FRAME,
    NO_OTHERS,
    Agreement,
    OfferedDocument,
    PageInfo,
    Terminal,
    read_dcs,
)
from faxcore.t30.frames import FCF, REVERSED, Frame, is_final, parse_frame, unpack_numbers, unpack_station_id
from faxcore.t30.internet_address import unpack_address
from faxcore.t30.modulation import ALL
from faxcore.t30.receive_state import ReceiveState
from faxcore.t30.selective import SECRET, describe_fields
from faxcore.t30.send_state import SendState

STARS = "****"
"""The text in place of a password."""


def format_line(seconds: float, text: str) -> str:
    """Format one line of a transcript."""
    return f"{seconds:9.3f} {text}"


def format_sender_header(
    terminal: Terminal,
    pages: Sequence[PageInfo],
    number: str,
    first_page: int = 1,
    shorter: Mapping[Paper, Sequence[PageInfo]] = NO_OTHERS,
) -> Iterator[str]:
    """Format the arguments of `transmit`: the first lines of an outgoing call."""
    yield "# role: sender"
    yield f"# number: {number}"
    yield from _format_document(terminal, pages, first_page, shorter)


def format_next_header(
    terminal: Terminal,
    pages: Sequence[PageInfo],
    before: SendState,
    first_page: int = 1,
    shorter: Mapping[Paper, Sequence[PageInfo]] = NO_OTHERS,
) -> Iterator[str]:
    """Format the arguments of `transmit_next`: the first lines of a document that follows another in a call."""
    yield "# role: next sender"
    yield f"# remote id: {before.remote_id}"
    yield f"# transmissions: {before.transmissions}"
    yield from _format_document(terminal, pages, first_page, shorter)


def _format_document(
    terminal: Terminal, pages: Sequence[PageInfo], first_page: int, shorter: Mapping[Paper, Sequence[PageInfo]]
) -> Iterator[str]:
    yield from _format_terminal(terminal)
    yield from _format_pages(pages)
    for paper, others in shorter.items():
        yield from _format_pages(others, f"page on {paper.name}")
    yield f"# first page: {first_page}"


def format_receiver_header(
    terminal: Terminal, offered: Sequence[PageInfo] = (), documents: Sequence[OfferedDocument] = ()
) -> Iterator[str]:
    """Format the arguments of `answer`: the first lines of an incoming call."""
    yield "# role: receiver"
    yield from _format_terminal(terminal)
    yield from _format_pages(offered)
    for number, each in enumerate(documents, start=1):
        yield f"# document {number}: {each.document}"
        if each.password:
            yield f"# password {number}: {STARS}"
        yield from _format_pages(each.pages, f"page {number}")
    if terminal.takes_sub_address:
        yield "# takes sub-address: yes"


def format_poller_header(terminal: Terminal, number: str) -> Iterator[str]:
    """Format the arguments of `poll`: the first lines of an outgoing call that fetches a document."""
    yield "# role: poller"
    yield f"# number: {number}"
    yield from _format_terminal(terminal)


def _format_terminal(terminal: Terminal) -> Iterator[str]:
    yield f"# station id: {terminal.station_id}"
    yield f"# error correction: {'yes' if terminal.error_correction else 'no'}"
    yield f"# codings: {' '.join(coding.value for coding in terminal.codings)}"
    yield f"# max rate: {terminal.max_rate}"
    for name, able in (("sends", terminal.sends), ("receives", terminal.receives)):
        if able != ALL:
            yield f"# {name}: {', '.join(map(str, able))}"
    if terminal.frame_size != ECM_FRAME:
        yield f"# frame size: {terminal.frame_size}"
    if not terminal.resend_last_page:
        yield "# resend last page: no"
    selection = terminal.selection
    said = {
        "sub-address": selection.sub_address,
        "password": STARS if selection.password else "",
        "document": selection.document,
        "polled sub-address": selection.polled_sub_address,
        "internet address": selection.internet_address,
    }
    for name, value in said.items():
        if value:
            yield f"# {name}: {value}"


def _format_pages(pages: Sequence[PageInfo], name: str = "page") -> Iterator[str]:
    for page, same in groupby(pages):
        yield f"# {name}: {page.width.name} {page.resolution.value} {page.length} x {len(list(same))}"


def _format_octets(frame: Frame, final: bool) -> str:
    """Format the octets of a frame; those of a password are hidden."""
    octets = frame.octets(final)
    return f"{octets[:3].hex(' ')} {STARS}" if frame.fcf in SECRET else octets.hex(" ")


def format_result(end: SendState | ReceiveState) -> str:
    """Format the last line of a call: its outcome, its phase if that tells more, and its pages."""
    pages = f"sent={end.sent}" if isinstance(end, SendState) else f"kept={end.kept}"
    if isinstance(end, ReceiveState) and end.polled is not None:
        pages += f" fetched={end.polled.confirmed}"
    phase = f" phase={end.phase}" if end.outcome in WITH_PHASE else ""
    return f"= result {end.outcome.value}{phase} confirmed={end.confirmed} {pages}"


def format_results(end: SendState | ReceiveState) -> Iterator[str]:
    """Format the last lines of a call: a result for each document that it has brought."""
    if isinstance(end, ReceiveState):
        yield from map(format_result, end.earlier)
    yield format_result(end)


def format_request(request: t30.Request) -> Iterator[str]:
    """Format a request to the line, before it is carried out; a request that only listens has no line."""
    match request:
        case t30.Dial(number=number):
            yield f"> dial {number}"
        case t30.PickUp():
            yield "> pick up"
        case t30.HangUp():
            yield "> hang up"
        case t30.SendFrames(frames=frames):
            for place, frame in enumerate(frames, start=1):
                yield f"> {_format_octets(frame, place == len(frames)):38} # {describe_frame(frame)}"
        case t30.SendTraining(modulation=modulation):
            yield f"> training {modulation}"
        case t30.SendPage(modulation=modulation, data=data, short=short):
            yield f"> page {modulation}{' short' if short else ''} {len(data)} octets"
        case t30.SendBurst(modulation=modulation, frames=burst, short=short):
            yield f"> burst {modulation}{' short' if short else ''} {format_ranges(burst)}"
        case t30.TakePages(paper=paper, pages=pages):
            yield f"= take pages on {paper.name} x {pages}"
        case t30.TakeDocument(number=number):
            yield f"= take document {number}"
        case t30.Note(confirmed=True, page=page):
            yield f"= confirmed page {page}"
        case t30.Note(final=True):
            yield "= final pending"
        case t30.Note(next_document=True):
            yield "= next document"


def format_reply(request: t30.Request, reply: t30.Reply) -> Iterator[str]:
    """Format the answer of the line; if it only did as it was asked, there is no line."""
    sends = isinstance(request, t30.SendFrames | t30.SendTraining | t30.SendPage | t30.SendBurst)
    sending = " sending" if sends else ""
    match reply:
        case t30.Done(more=True):
            yield "= more follows"
        case t30.NotOffered():
            yield "= not offered"
        case t30.Lost(outcome=outcome, reason=reason):
            yield f"< lost {outcome.value}{sending} # {reason}"
        case t30.Cancelled():
            yield f"< cancelled{sending}"
        case t30.Heard(octets=octets, garbled=garbled) if octets:
            yield from _format_heard_frames(octets, garbled)
        case t30.Heard(frames=frames, garbled=garbled):
            for place, frame in enumerate(frames, start=1):
                final = place == len(frames) and not garbled
                yield f"< {_format_octets(frame, final):38} # {describe_frame(frame)}"
            if garbled or not frames:
                yield "< garbled" if garbled else "< silence"
        case t30.NoCarrier(other=other, silent=silent):
            yield "< other carrier" if other else "< no carrier, line silent" if silent else "< no carrier"
        case t30.Kept(stored=stored, rows=rows, bad_rows=bad, broken=broken) if isinstance(request, t30.KeepPage):
            verb = "kept" if stored else "could not keep"
            doubt = "" if request.confirmed else " unconfirmed"
            yield f"= {verb}{doubt} page {request.page} rows={rows} bad={bad}{' broken' if broken else ''}"
        case t30.Keeping() if isinstance(request, t30.KeepPage):
            yield f"= still keeping page {request.page}"
        case t30.Coded(data=data) if isinstance(request, t30.CodePage):
            yield f"= code page {request.page} {request.format.coding.value} {len(data)} octets"
        case _:
            yield from _format_heard_image(request, reply)


def _format_heard_frames(octets: Sequence[bytes], garbled: bool) -> Iterator[str]:
    """Format the frames of a carrier as they came, including those that were not understood."""
    for frame_octets in octets:
        frame = parse_frame(frame_octets)
        if frame is None:
            yield f"< {frame_octets.hex(' '):38} # {_describe_strange(frame_octets)}"
        else:
            yield f"< {_format_octets(frame, is_final(frame_octets)):38} # {describe_frame(frame)}"
    if not is_final(octets[-1]):
        yield "< garbled" if garbled else "< carrier ended"


def _describe_strange(octets: bytes) -> str:
    """Describe octets that are not a frame; some modems say something in words where a frame should be."""
    text = octets.translate(REVERSED).strip(b"\r\n\0 ")
    if len(text) > 1 and text.isascii() and text.decode("ascii").isprintable():
        return f'not understood, text "{text.decode("ascii")}"'
    return "not understood"


def _format_heard_image(request: t30.Request, reply: t30.Reply) -> Iterator[str]:
    match request, reply:
        case t30.Dial() | t30.PickUp(), t30.Done():
            yield "< connected"
        case t30.ReceiveTraining(modulation=modulation), t30.TrainingHeard(bits=bits, zero_run=zeros, ones=ones):
            yield f"< training {modulation} bits={bits} zeros={zeros} ones={ones}"
        case t30.ReceivePage(modulation=modulation), t30.PageHeard() as page:
            end = " rtc" if page.rtc else ""
            yield f"< page {modulation} rows={page.rows} bad={page.bad_rows} run={page.worst_run}{end}"
        case t30.ReceiveBurst(modulation=modulation), t30.BurstHeard(frames=burst, rcp=rcp):
            yield f"< burst {modulation} {format_ranges(burst)}{' rcp' if rcp else ''}"


def format_ranges(numbers: Iterable[int]) -> str:
    """Format numbers as "0-3 7 9-12", or "none" if there are none."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return " ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in found) or "none"


def parse_ranges(text: str) -> list[int]:
    """Parse the numbers that `format_ranges` has written."""
    numbers: list[int] = []
    for part in text.split():
        if part != "none":
            first, _, last = part.partition("-")
            numbers.extend(range(int(first), int(last or first) + 1))
    return numbers


def describe_frame(frame: Frame) -> str:
    """Describe a frame for a person."""
    match frame:
        case Frame(FCF.FNV, fif):
            return f"FNV {describe_fields(fif)}".rstrip()
        case Frame(FCF.CSI | FCF.TSI | FCF.CIG | FCF.SUB | FCF.SEP | FCF.PSA, fif):
            return f'{frame.name} "{unpack_station_id(fif)}"'
        case Frame(FCF.IRA | FCF.CIA | FCF.CSA | FCF.TSA | FCF.ISP, fif):
            return f'{frame.name} "{unpack_address(fif)}"'
        case Frame(FCF.DIS | FCF.DTC, fif) if (bits := Bits.parse(fif)) is not None:
            return f"{frame.name} {bits.describe()}"
        case Frame(FCF.DCS, fif) if (bits := Bits.parse(fif)) is not None:
            return f"DCS {_describe_dcs(bits)}"
        case Frame(FCF.PPS, fif) if len(fif) >= 4:
            page, block, last = unpack_numbers(fif)[1:4]
            return f"{frame.name} page {page} block {block} frames {last + 1}"
        case Frame(FCF.PPR, fif):
            wanted = [number for number in range(len(fif) * 8) if fif[number // 8] & 0x80 >> number % 8]
            return f"PPR {format_ranges(wanted)}"
    return frame.name


def _describe_dcs(bits: Bits) -> str:
    every_rate = bits.with_bit(11).with_bit(12).with_bit(14)
    try:
        said: Agreement = read_dcs(bits, every_rate)
    except CallFailed:
        return bits.describe()
    correction = " ECM" if said.error_correction else f" {said.row_time} ms"
    return (
        f"{said.modulation} {said.format.coding.value} {said.format.resolution.value}"
        f" {said.format.width.name}{correction}"
    )
