# SPDX-License-Identifier: GPL-3.0-or-later
"""A line worker without a modem: plays what a script says, over the real messages, in a real process.

    python fake_worker.py FOLDER LINE

FOLDER/script.json: {"dial": {NUMBER: [END, ...]}, "ring": {LINE: RING}, "absent": {LINE: REASON}, "together": true}.
Each fax to a number takes the next END, the last one again and again: ok, busy,
partial (page 1 only), silent (no answer to a V.17 training), lost-page (silence behind a page in error correction),
slow (falls back to V.27ter 4800), refused (RTN to the last page), unconfirmed, die (after page 1), die-final (after
Noted), hang (until cancelled, or told to quit), hang-after-1 (page), modem, glare (a call comes in while we dial). "A4"
before one of those, as "A4 partial", or "UNLIMITED": the longest paper of the other end.
With "together", a call is left open behind a fax that got through if another is to follow, whose end may be not-begun,
or die-at-once; without, the other end takes none. After ok-die the worker dies as soon as it has said that.
"fetch": {NUMBER: [END, ...]} for calls that fetch a document: ok, busy, none, wrong (password), partial, hang, die.
Ends with -slow wait for a Gate. Ends with -alone begin as without, and go on when the service is gone: the report is
in the call's folder only.
RING: {"pages": n, "end": "ok" | "partial" | "die" | "row-less-die", "sub": whom the pages are for, with + between,
"polls": the document that the caller fetches instead, "asks": a file that must be there before it asks for it, "when":
a file that must be there first, "station": the octets of its station id, in hexadecimal, "documents": several in one
call, each with its own "pages", "sub" and "station"}, or a list of such: each is played once, in turn. What the far end
has seen goes to FOLDER/log, one word a line and synced: it is the witness that a killed service has to agree with.
With "tells_station_id" it says behind each call out under which station id that was
made.
"""

import json
import os
import select
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faxcore.contract.messages import (
    Absent,
    AnswerCall,
    Cancel,
    Decline,
    Ended,
    FetchDocument,
    FinalPending,
    Message,
    Noted,
    NothingFollows,
    OfferGiven,
    OfferWanted,
    PageConfirmed,
    PageKept,
    PagesShortened,
    PlaceCall,
    Progress,
    Quit,
    Ready,
    Ringing,
    RingingEnded,
    Step,
    pack,
    unpack,
)
from faxcore.contract.report_file import write_report
from faxcore.document.tiff import count_pages
from faxcore.model.call import CallReport, Outcome
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.paper import Paper
from faxcore.model.sentence import NOTHING, Sentence, literal
from faxcore.t30.frames import unpack_station_id

if TYPE_CHECKING:  # loading it takes half as long as all else
    from faxcore.line.pages import IncomingPages

FOLDER, LINE = Path(sys.argv[1]), sys.argv[2]
STREAM = os.fdopen(0, "r+b", buffering=0)
_SCRIPT = json.loads((FOLDER / "script.json").read_text())
TOGETHER = bool(_SCRIPT.get("together"))
TELLS_STATION_ID = bool(_SCRIPT.get("tells_station_id"))
_buffer = b""


def say(message: Message, alone: bool = False) -> None:
    try:
        STREAM.write(pack(message))
    except OSError:
        if not alone:
            os._exit(0)  # the service is gone


UNHEARD: list[Message] = []
"""Messages that whoever heard them has left to the next one."""


def hear() -> Message:
    if UNHEARD:
        return UNHEARD.pop()
    global _buffer
    while b"\n" not in _buffer:
        try:
            more = os.read(0, 65536)
        except OSError:
            more = b""
        if not more:
            os._exit(0)
        _buffer += more
    line, _, _buffer = _buffer.partition(b"\n")
    return unpack(line)


def witness(*words: object) -> None:
    with (FOLDER / "log").open("a") as file:
        print(*words, file=file, flush=True)
        os.fsync(file.fileno())


def past(word: str) -> int:
    log = FOLDER / "log"
    return sum(line.split()[:2] == word.split() for line in log.read_text().splitlines()) if log.exists() else 0


def dial(order: PlaceCall, ends: list[str]) -> None:
    attempt = past(f"dial {order.number}") + past(f"next {order.number}")
    witness("next" if order.follows else "dial", order.number, order.first_page)
    if TELLS_STATION_ID:
        witness("as", order.station_id)
    if order.jbig:
        witness("jbig", order.number)
    if order.shown != order.number:
        witness("shown", order.shown)
    if order.sub_address:
        witness("for", order.number, order.sub_address)
    if order.password:
        witness("password", order.number, order.password)
    if order.begin_at or not order.error_correction or order.max_rate != 14400:
        witness("careful", order.number, order.max_rate, order.error_correction, order.begin_at)
    if order.without:
        witness("sends without", *order.without)
    end = ends[min(attempt, len(ends) - 1)]
    known = next((paper for paper in Paper if end.startswith(f"{paper.name} ")), None)
    end = end.rpartition(f"{known.name} ")[2] if known else end
    document = next((made.document for made in order.shorter if made.paper is known), None)
    pages = count_pages(document or order.document)
    if document and known:
        witness("shortened", order.number, pages)
        say(PagesShortened(order.call, known, pages))
    report = play(order, end, pages)
    if known:
        report = replace(report, paper=known.value, shortened=known.value if document else "")
    with suppress(OSError):  # the disk may be full, and the call has been what it was
        (Path(order.folder) / "transcript").write_text(f"fake {end}\n")
    is_open = report.more and report.outcome is Outcome.OK
    end_call(order.folder, Ended(order.call, report, is_open), alone=end.endswith("-alone"))
    if end.startswith("ok-die"):
        os._exit(1)


def end_call(folder: str, ended: Ended, alone: bool, document: int = 1) -> None:
    """As the worker ends a call: the report on its last document is on disk before it is said."""
    if alone:
        wait_until_alone()
    with suppress(OSError):
        write_report(Path(folder), ended, document)
    if alone:
        os._exit(0)
    say(ended)
    if ended.report.outcome is Outcome.MODEM:
        find_modem_again()


def find_modem_again() -> None:
    """As the worker does whose modem fails: it is absent at least until its port is closed, and what it is told to do
    before fails.
    """
    was_told = not heard_nothing(0.5)
    say(Absent(Sentence("The modem has failed.")))
    if was_told:
        match hear():
            case PlaceCall(call=call):
                say(Ended(call, CallReport(Outcome.MODEM, Sentence("The modem has failed."))))
            case Quit():
                sys.exit()
    say(Ready("fake"))


def wait_until_alone() -> None:
    with suppress(OSError):
        while os.read(0, 65536):
            continue


def _wait_for_go() -> None:
    with (FOLDER / "go").open("rb", buffering=0) as gate:  # a FIFO: one octet lets one call through
        gate.read(1)


def play(order: PlaceCall, end: str, pages: int) -> CallReport:
    if end == "glare":
        say(Ringing("0611223344", "Somebody", "0199000001"))
        return CallReport(Outcome.BUSY, Sentence("A call was coming in on the line."))
    if end == "not-begun":
        return CallReport(Outcome.REMOTE_DCN, Sentence("It did not go on."), pages, phase="B", not_begun=True)
    if end == "die-at-once":
        os._exit(1)
    say(Progress(order.call, Step.DIALLING))
    early = {"busy": Outcome.BUSY, "modem": Outcome.MODEM, "no-fax": Outcome.NO_FAX}
    if end in early:
        return CallReport(early[end], Sentence("The end is {end}.", {"end": end}), pages)
    if end in ("silent", "lost-page"):
        phase = "B" if end == "silent" else "D"
        known = {"dial_seconds": 1.0, "phase": phase, "modulation": "V.17", "rate": 14400, "error_correction": True}
        return CallReport(Outcome.TIMEOUT, Sentence("Silence."), pages, **known)  # type: ignore[arg-type]
    if end == "hang":
        while not isinstance(message := hear(), Cancel | Quit):
            continue
        if isinstance(message, Quit):
            UNHEARD.append(message)
        return CallReport(Outcome.LOCAL_ABORT, Sentence("Cancelled."), pages, dial_seconds=1.0)
    if end.endswith("-slow"):
        _wait_for_go()
        end = end.removesuffix("-slow")
    for page in range(order.first_page, pages):
        say(Progress(order.call, Step.PAGE, page, "+33199000099", 14400, order.error_correction, 14400))
        witness("page", order.number, page)
        say(PageConfirmed(order.call, page))
        if end == "partial":
            return CallReport(Outcome.LINE_LOST, Sentence("The line was lost."), pages, 1, page, dial_seconds=1.0)
        if end == "die":
            os._exit(1)
        if end == "hang-after-1":
            while not isinstance(hear(), Cancel):
                continue
            return CallReport(Outcome.LOCAL_ABORT, Sentence("Cancelled."), pages, 1, page, dial_seconds=1.0)
    say(FinalPending(order.call))
    answer = hear()
    if isinstance(answer, Cancel):
        return CallReport(Outcome.LOCAL_ABORT, Sentence("Cancelled."), pages, dial_seconds=1.0)
    assert isinstance(answer, Noted), answer
    if end == "refused":
        return CallReport(Outcome.REJECTED, Sentence("Not readable."), pages, pages, pages - 1, dial_seconds=1.0)
    witness("complete", order.number)
    if end == "ok-late":
        _wait_for_go()
    if end == "die-final":
        os._exit(1)
    if end == "ok-alone":
        return CallReport(Outcome.OK, NOTHING, pages, pages, pages, remote_id="+33199000099", seconds=9.5, rate=14400)
    if end == "refused-alone":
        return CallReport(Outcome.REJECTED, Sentence("Not readable."), pages, pages, pages - 1, dial_seconds=1.0)
    more = TOGETHER and answer.more
    if end in ("unconfirmed", "unconfirmed-alone"):
        doubt = Sentence("No answer to the last page.")
        return CallReport(Outcome.UNCONFIRMED, doubt, pages, pages, pages - 1, more=more)
    say(PageConfirmed(order.call, pages))
    rung = {"modulation": "V.27ter", "rate": 4800, "fallbacks": 5} if end == "slow" else {"rate": 14400}
    rung["more"] = more
    return CallReport(Outcome.OK, NOTHING, pages, pages, pages, remote_id="+33199000099", seconds=9.5, **rung)  # type: ignore[arg-type]


def receive(order: AnswerCall, ring: dict[str, object]) -> None:
    # Loading it takes half as long as all else, and few workers receive.
    from faxcore.line.pages import IncomingPages  # noqa: PLC0415

    if "polls" in ring:
        be_polled(order, str(ring["polls"]), str(ring["end"]), str(ring.get("asks", "")))
        return
    end, alone = str(ring["end"]), str(ring["end"]).endswith("-alone")
    documents: Any = ring.get("documents", [ring])
    if order.jbig:
        witness("jbig", LINE)
    if order.max_rate != 14400:
        witness("slow", LINE)
    if order.without:
        witness("receives without", *order.without)
    if ring.get("tells_station_id"):
        witness("shows", order.station_id)
    kept, reports = IncomingPages(Path(order.folder)), list[CallReport]()
    for place, document in enumerate(documents, start=1):
        if place > 1:
            write_report(Path(order.folder), Ended(order.call, reports[-1]), kept.document)
            kept.begin_document()
        is_last = place == len(documents)
        keep_pages(order, document, kept, end if is_last else "ok", alone)
        outcome = Outcome.OK if end.startswith("ok") or not is_last else Outcome.OK_PARTIAL
        said = bytes.fromhex(str(document.get("station", "")))
        remote_id = unpack_station_id(said) if said else "+33 1 99 00 00 77"
        files = tuple(kept.files.values())
        reports.append(CallReport(outcome, received=len(files), files=files, remote_id=remote_id, seconds=30.0))
    if end.endswith("die"):
        os._exit(1)
    (Path(order.folder) / "transcript").write_text("fake call in\n")
    end_call(order.folder, Ended(order.call, reports[-1], earlier=tuple(reports[:-1])), alone, len(reports))


def keep_pages(order: AnswerCall, document: dict[str, object], kept: "IncomingPages", end: str, alone: bool) -> None:
    """Keep the pages of one document, and say so: each has its number in its pixels, that of a further document in the
    tens.
    """
    count = int(str(document["pages"]))
    for number in range(1, count + 1):
        mark = 10 * (kept.document - 1) + number
        name = kept.keep(number, page(mark), confirmed=True)
        if not (end == "row-less-die" and number == count):
            said = str(document.get("sub", "")).split("+")
            facts = (100, number, 1728, Resolution.FINE, said[(number - 1) % len(said)], kept.document)
            say(PageKept(order.call, number, name, *facts), alone=alone)
        witness("confirmed", LINE, mark)


def fetch(order: FetchDocument, ends: list[str]) -> None:
    from faxcore.line.pages import IncomingPages  # noqa: PLC0415

    attempt = past(f"fetch {order.number}")
    witness(*filter(None, ("fetch", order.number, order.selective, order.password)))
    if order.without:
        witness("fetches without", *order.without)
    if TELLS_STATION_ID:
        witness("as", order.station_id)
    end = ends[min(attempt, len(ends) - 1)]
    say(Progress(order.call, Step.DIALLING))
    early = {"busy": Outcome.BUSY, "none": Outcome.NO_DOCUMENT, "wrong": Outcome.PASSWORD}
    if end in early:
        end_call(order.folder, Ended(order.call, CallReport(early[end], Sentence(f"It is {end}."))), alone=False)
        return
    files, alone = [], end.endswith("-alone")
    kept = IncomingPages(Path(order.folder))
    for number in (1,) if end.startswith(("partial", "hang", "die")) else (1, 2):
        say(Progress(order.call, Step.PAGE, number, "+33199000099", 14400))
        files.append(kept.keep(number, page(number), confirmed=True))
        say(PageKept(order.call, number, files[-1], 100, 0, 1728, Resolution.FINE), alone=alone)
        witness("fetched", order.number, number)
    if end == "die":
        os._exit(1)
    while end == "hang" and not isinstance(hear(), Cancel):
        continue
    outcome = {"ok": Outcome.OK, "partial": Outcome.LINE_LOST, "hang": Outcome.LOCAL_ABORT}[end.removesuffix("-alone")]
    (Path(order.folder) / "transcript").write_text(f"fake {end}\n")
    report = CallReport(outcome, received=len(files), confirmed=len(files), files=tuple(files), dial_seconds=1.0)
    end_call(order.folder, Ended(order.call, replace(report, remote_id="+33199000099")), alone)


def be_polled(order: AnswerCall, wanted: str, end: str, asks: str) -> None:
    """Let the caller fetch the document with this name, or give it none. End "partial": one page less. `asks`: the
    caller asks when this file is there.
    """
    witness("offers", *sorted(f"{offer.document}/{offer.password}" for offer in order.offers))
    while asks and not Path(asks).exists():
        heard_nothing(0.01)
    found = next((offer for offer in order.offers if offer.document == wanted), None)
    if found is None:
        report = CallReport(Outcome.NO_DOCUMENT, Sentence("Not that one."))
    elif not may_take(order.call, found.id):
        witness("not", "given", wanted)
        report = CallReport(Outcome.NO_DOCUMENT, Sentence("Not any more."))
    else:
        witness("given", wanted)
        if end.endswith("-slow"):
            _wait_for_go()
            end = end.removesuffix("-slow")
        pages = count_pages(found.file)
        fetched = pages - end.startswith("partial")
        outcome = Outcome.OK if fetched == pages else Outcome.LINE_LOST
        report = CallReport(outcome, pages=pages, sent=pages, fetched=fetched, offer=found.id, remote_id="+3316")
        witness("taken", wanted, fetched)
    end_call(order.folder, Ended(order.call, report), alone=end.endswith("-alone"))


def may_take(call: str, offer: str) -> bool:
    say(OfferWanted(call, offer))
    answer = hear()
    assert isinstance(answer, OfferGiven), answer
    return answer.given


def page(number: int) -> Page:
    return Page(Width.A4, Resolution.FINE, bytes([number]) * 216 * 100)


def rings_of(script: dict[str, dict[str, object]]) -> list[dict[str, object]]:
    found = script.get("ring", {}).get(LINE, [])
    return found if isinstance(found, list) else [found]


def heard_nothing(seconds: float) -> bool:
    return b"\n" not in _buffer and not select.select([0], [], [], seconds)[0]


def main() -> None:
    script = json.loads((FOLDER / "script.json").read_text())
    rings = rings_of(script)[past(f"rang {LINE}") :]
    ring: dict[str, object] = {"pages": 1, "end": "ok"}
    if script.get("absent", {}).get(LINE):
        say(Absent(literal(script["absent"][LINE])))
        rings = []
    else:
        say(Ready("fake"))
    while True:
        if rings and Path(str(rings[0].get("when", FOLDER))).exists():
            ring = rings.pop(0)
            witness("rang", LINE)
            caller, name = str(ring.get("caller", "0611223344")), str(ring.get("caller_name", "Somebody"))
            told = str(ring.get("called", "")), str(ring.get("ring", ""))
            say(Ringing(caller, name, *told, withheld=bool(ring.get("withheld"))))
        elif rings and heard_nothing(0.01):
            continue
        message = hear()
        match message:
            case PlaceCall():
                dial(message, script["dial"][message.number])
            case NothingFollows():
                witness("nothing", "follows")
                say(Ready("fake"))
            case FetchDocument():
                fetch(message, script["fetch"][message.number])
            case AnswerCall():
                receive(message, ring)
            case Decline():
                witness("declined", LINE)
                say(RingingEnded())
            case Quit():
                return


if __name__ == "__main__":
    select.select([0], [], [], 0)
    main()
