# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl line send` to unpleasant machines: the call ends, in time, with a result and a sentence that are true, and no
page is confirmed that the other end has not confirmed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from faxcore.cli.exit_codes import find_call_status
from faxcore.document.tiff import write_pages
from faxcore.model.call import Outcome
from faxcore.model.page import Resolution
from tests.support.pages import text_page
from tests.unit.foreign.machine import (
    DIS_FIF,
    ECHO,
    GONE,
    POLITE,
    Bad,
    Diary,
    Reactions,
    Thing,
    answering,
    bits,
    frame,
    identity,
)
from tests.unit.foreign.play import Played, play

PLAIN = [frame("DIS", bits(10, 11, 12, 14, 16, 20, 21, 22, 23, octets=3))]
CFR, CRP, CTR, DCN, ERR, FTT, MCF, RNR, RTN, RTP = (
    frame(name) for name in ("CFR", "CRP", "CTR", "DCN", "ERR", "FTT", "MCF", "RNR", "RTN", "RTP")
)
DIS, DTC = frame("DIS", DIS_FIF), frame("DTC", DIS_FIF)
ALL_BAD = frame("PPR", b"\xff" * 32)
UNKNOWN = b"\x6e\x01\x02"
RUBBISH = random.Random(1).randbytes(250)


@dataclass(frozen=True)
class Case:
    """A machine, and what has to come of the call: result, phase, seconds at most, words of the sentence."""

    name: str
    result: str
    phase: str
    seconds: float
    words: str
    reactions: Reactions = field(default_factory=dict)
    dis: Sequence[Thing] | None = None
    confirmed: int | None = None


def always(thing: Thing, *names: str) -> Reactions:
    """The same answer to each of these."""
    return {name: [[thing]] for name in names}


AFTER_PAGE = ("PPS-MPS", "PPS-EOP", "MPS", "EOP")
GOOD = ("ok", "", 40.0, "")
NO_ANSWER = "stopped answering"
NOT_UNDERSTOOD = "could no longer understand each other"
NOT_KNOWN = "may have arrived"
CASES = [
    Case("polite", *GOOD),
    Case("polite-plain", *GOOD, dis=PLAIN),
    # what comes twice, late, or as an echo
    Case("cfr-twice", *GOOD, {"TCF": [[CFR, 0.5, CFR]]}, confirmed=2),
    Case("mcf-twice", *GOOD, {"PPS-MPS": [[MCF, 0.2, MCF]], "PPS-EOP": [[MCF, 0.2, MCF]]}, confirmed=2),
    Case("mcf-twice-plain", *GOOD, {"MPS": [[MCF, 0.2, MCF]], "EOP": [[MCF, 0.2, MCF]]}, PLAIN, confirmed=2),
    Case("late-cfr", *GOOD, {"TCF": [[2.5, POLITE]]}),
    Case("late-mcf", *GOOD, {name: [[2.4, POLITE]] for name in AFTER_PAGE}),
    Case("late-mcf-plain", *GOOD, {name: [[2.4, POLITE]] for name in AFTER_PAGE}, PLAIN),
    Case("echo-of-commands", *GOOD, {name: [[0.3, ECHO, 0.3, POLITE]] for name in AFTER_PAGE}),
    Case("echo-of-commands-plain", *GOOD, {name: [[0.3, ECHO, 0.3, POLITE]] for name in AFTER_PAGE}, PLAIN),
    Case("echo-of-dcs", *GOOD, {"TCF": [[frame("DCS", DIS_FIF, x=True), 0.3, POLITE]]}),
    Case("echo-alone", "timeout", "D", 60, NO_ANSWER, {name: [[0.3, ECHO]] for name in AFTER_PAGE}, PLAIN),
    Case(
        "echo-of-ctc", "ok-partial", "", 300, "too bad", {**always(ALL_BAD, "PPS-MPS"), "CTC": [[0.3, ECHO, 0.3, CTR]]}
    ),
    Case("wrong-x", *GOOD, {"TCF": [[frame("CFR", x=True)]], **always(frame("MCF", x=True), *AFTER_PAGE)}),
    # what cannot be read
    Case("clipped-dcn-to-dcs", "timeout", "B", 40, NOT_UNDERSTOOD, always(Bad(DCN), "TCF")),
    Case("clipped-dcn-after-the-last-page", "unconfirmed", "", 45, NOT_KNOWN, {"PPS-EOP": [[Bad(DCN), GONE]]}),
    Case("clipped-dcn-after-the-last-plain-page", "unconfirmed", "", 45, NOT_KNOWN, {"EOP": [[Bad(DCN), GONE]]}, PLAIN),
    Case("everything-garbled", "timeout", "B", 40, NOT_UNDERSTOOD, always(Bad(MCF), "TCF", "silence", *AFTER_PAGE)),
    Case("many-garbled-frames", "timeout", "D", 60, NOT_UNDERSTOOD, always(tuple([Bad(MCF)] * 20), "PPS-MPS")),
    Case("good-frames-without-end", "timeout", "D", 60, NOT_UNDERSTOOD, always(tuple([UNKNOWN] * 1000), "PPS-MPS")),
    Case("bad-frames-without-end", "timeout", "D", 60, NOT_UNDERSTOOD, always(tuple([Bad(MCF)] * 1000), "PPS-MPS")),
    Case("frame-without-fcf", "timeout", "D", 40, NOT_UNDERSTOOD, always(b"", "PPS-MPS")),
    Case("unknown-frame-first", *GOOD, always((UNKNOWN, MCF), *AFTER_PAGE)),
    Case("unknown-frame-last", "timeout", "D", 40, NOT_UNDERSTOOD, always((MCF, UNKNOWN), *AFTER_PAGE), confirmed=0),
    Case("two-mcf-in-one-carrier", *GOOD, {name: [[(MCF, MCF)]] for name in AFTER_PAGE}),
    # CRP
    Case("crp-storm-in-training", "timeout", "B", 40, NOT_UNDERSTOOD, always(CRP, "TCF")),
    Case("crp-storm-over-the-training", "timeout", "B", 60, NO_ANSWER, always(CRP, "DCS", "TCF")),
    Case("crp-storm-after-a-page", "timeout", "D", 40, NOT_UNDERSTOOD, always(CRP, "PPS-MPS")),
    Case("crp-storm-after-the-last-page", "unconfirmed", "", 40, NOT_KNOWN, always(CRP, "EOP"), PLAIN),
    Case("crp-twice", *GOOD, {"PPS-MPS": [[CRP], [CRP], [MCF]]}),
    # identification
    *(
        Case(f"nsf-of-{length}", *GOOD, dis=[(frame("NSF", RUBBISH[:length]), frame("CSI", identity("+1")), DIS)])
        for length in (0, 1, 2, 3, 50, 100, 200, 250)
    ),
    Case("csi-of-rubbish", *GOOD, dis=[(frame("CSI", RUBBISH[:20]), DIS)]),
    Case("csi-of-nothing", *GOOD, dis=[(frame("CSI"), DIS)]),
    Case("csi-of-40", *GOOD, dis=[(frame("CSI", RUBBISH[:40]), DIS)]),
    *(
        Case(f"dis-of-{length}", "no-fax", "", 50, "not by a fax machine", dis=[frame("DIS", DIS_FIF[:length])])
        for length in (0, 1, 2)
    ),
    Case("dis-that-wants-to-go-on", *GOOD, dis=[frame("DIS", bits(10, 11, 12, 14, 20, 21, 22, 23, 24, octets=3))]),
    Case("dis-of-30", *GOOD, dis=[frame("DIS", DIS_FIF[:3] + b"\x01" * 27)]),
    Case("dis-of-all-ones", *GOOD, dis=[frame("DIS", b"\xff" * 16)]),
    Case("dis-before-nsf", *GOOD, dis=[(DIS, frame("NSF", b"\1\2\3"))]),
    Case("dis-before-an-unknown-frame", *GOOD, dis=[(DIS, UNKNOWN)]),
    Case("dis-always-garbled", "no-fax", "", 50, "not by a fax machine", dis=[Bad(DIS)]),
    Case("cannot-receive", "rx-incapable", "", 20, "cannot receive", dis=[frame("DIS", bits(9, 11, 12, octets=3))]),
    Case("dtc-in-place-of-dis", "no-fax", "", 50, "not by a fax machine", dis=[DTC]),
    Case("dcn-in-place-of-dis", "remote-dcn", "B", 20, "immediately", dis=[DCN]),
    Case("never-says-anything", "no-fax", "", 70, "No fax machine answered", always(0.1, "silence"), [80.0]),
    Case("gone-after-dis", "timeout", "B", 40, NO_ANSWER, dis=[DIS, GONE]),
    # for ever
    Case("dead-after-dis", "timeout", "B", 40, NO_ANSWER, {"DCS": [[]], "TCF": [[]]}),
    Case("dead-after-cfr", "timeout", "D", 40, NO_ANSWER, {"TCF": [[CFR, GONE]]}),
    Case("dead-in-the-page", "timeout", "D", 40, NO_ANSWER, {"burst": [[GONE]]}),
    Case("dead-in-the-page-plain", "timeout", "D", 40, NO_ANSWER, {"page": [[GONE]]}, PLAIN),
    Case("dead-after-the-last-page", "unconfirmed", "", 40, NOT_KNOWN, {"PPS-EOP": [[GONE]]}, confirmed=1),
    Case("dead-after-the-last-page-plain", "unconfirmed", "", 40, NOT_KNOWN, {"EOP": [[GONE]]}, PLAIN, confirmed=1),
    Case("dead-after-ppr", "timeout", "D", 60, NO_ANSWER, {"PPS-MPS": [[ALL_BAD, GONE]]}),
    Case("dead-after-ctc", "timeout", "D", 70, NO_ANSWER, {**always(ALL_BAD, "PPS-MPS"), "CTC": [[GONE]]}),
    Case("dead-after-rnr", "timeout", "D", 40, NO_ANSWER, {**always(RNR, "PPS-MPS"), "RR": [[GONE]]}),
    Case("ftt-for-ever", "cannot-train", "", 60, "no speed", always(FTT, "TCF")),
    Case("rtn-for-ever", "rejected", "", 60, "could not read page 1", always(RTN, *AFTER_PAGE), PLAIN, confirmed=0),
    Case("rtn-for-ever-with-ecm", "rejected", "", 60, "page 1", always(RTN, *AFTER_PAGE), confirmed=0),
    Case("rtp-for-ever", *GOOD, always(RTP, *AFTER_PAGE), PLAIN, confirmed=2),
    Case("ppr-for-ever", "ok-partial", "", 300, "too bad", always(ALL_BAD, "PPS-MPS"), confirmed=0),
    Case("ppr-of-no-frame", "ok-partial", "", 300, "too bad", always(frame("PPR", bytes(32)), "PPS-MPS"), confirmed=0),
    Case("ppr-of-every-page", "cannot-train", "", 600, "too bad", always(ALL_BAD, *AFTER_PAGE), confirmed=0),
    Case("ppr-of-1-octet", *GOOD, {"PPS-MPS": [[frame("PPR", b"\xff")], [MCF]]}),
    Case("ppr-of-100-octets", *GOOD, {"PPS-MPS": [[frame("PPR", b"\xff" * 100)], [MCF]]}),
    Case("rnr-for-ever", "timeout", "D", 95, "for a minute", always(RNR, "PPS-MPS", "RR"), confirmed=0),
    Case("rnr-for-ever-at-the-end", "unconfirmed", "", 100, NOT_KNOWN, always(RNR, "PPS-EOP", "RR"), confirmed=1),
    Case("rnr-then-mcf", *GOOD, always(RNR, *AFTER_PAGE), confirmed=2),
    Case("dis-for-ever-after-dcs", "protocol", "", 50, "DIS to the training", always(DIS, "TCF")),
    Case("dis-for-ever-after-a-page", "protocol", "", 60, "DIS after page 1", always(DIS, *AFTER_PAGE), confirmed=0),
    Case("dtc-for-ever-after-dcs", "protocol", "", 50, "DTC to the training", always(DTC, "TCF")),
    # what is no answer there
    Case("mcf-before-the-time", "protocol", "", 30, "MCF to the training", always(MCF, "TCF"), confirmed=0),
    Case("cfr-to-pps", "protocol", "", 30, "CFR after page 1", always(CFR, "PPS-MPS"), confirmed=0),
    Case("err-to-pps", "protocol", "", 30, "ERR after page 1", always(ERR, "PPS-MPS"), confirmed=0),
    Case("err-to-mps", "protocol", "", 30, "ERR after page 1", always(ERR, "MPS"), PLAIN, confirmed=0),
    Case("ctr-to-pps", "protocol", "", 30, "CTR after page 1", always(CTR, "PPS-MPS"), confirmed=0),
    Case("mcf-to-eor", "protocol", "", 300, "MCF to EOR", {**always(ALL_BAD, "PPS-MPS"), **always(MCF, "EOR-MPS")}),
    Case("pin", "rejected", "", 30, "page 1", always(frame("PIN"), "PPS-MPS"), confirmed=0),
    Case("pip", *GOOD, always(frame("PIP"), *AFTER_PAGE), confirmed=2),
    Case("fnv-of-nothing", "rejected", "", 30, "refused the call", always(frame("FNV"), "TCF")),
    # DCN in the place of every answer
    Case("dcn-to-dcs", "remote-dcn", "B", 30, "ended the call", always(DCN, "TCF")),
    Case("dcn-to-pps", "remote-dcn", "D", 30, "ended the call", always(DCN, "PPS-MPS"), confirmed=0),
    Case("dcn-to-mps", "remote-dcn", "D", 30, "ended the call", always(DCN, "MPS"), PLAIN, confirmed=0),
    Case("dcn-to-the-last-pps", "remote-dcn", "D", 30, "ended the call", always(DCN, "PPS-EOP"), confirmed=1),
    Case("dcn-to-eop", "remote-dcn", "D", 30, "ended the call", always(DCN, "EOP"), PLAIN, confirmed=1),
    Case("dcn-to-ctc", "remote-dcn", "D", 50, "ended", {**always(ALL_BAD, "PPS-MPS"), **always(DCN, "CTC")}),
    Case("dcn-to-rr", "remote-dcn", "D", 40, "ended", {**always(RNR, "PPS-MPS"), **always(DCN, "RR")}),
    Case("dcn-to-eor", "remote-dcn", "D", 300, "ended", {**always(ALL_BAD, "PPS-MPS"), **always(DCN, "EOR-MPS")}),
]


def sent(folder: Path, case: Case) -> Played:
    pages = folder / "two.tif"
    write_pages(pages, [text_page(Resolution.STANDARD, seed, rows=100) for seed in (1, 2)])
    diary = Diary()
    return play(answering(diary, case.reactions, case.dis), diary, folder, "send", ["--to", "123", str(pages)])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_call_to_such_a_machine_ends_in_time_and_says_what_is_true(case: Case, tmp_path: Path) -> None:
    played = sent(tmp_path, case)
    assert (played.outcome, played.result["phase"]) == (case.result, case.phase), played.transcript
    assert played.seconds < case.seconds
    assert case.words in played.result["reason"]
    assert bool(played.result["reason"]) == (case.result != "ok")
    assert played.code == find_call_status(Outcome(case.result))
    promised = played.diary.confirmed if case.confirmed is None else case.confirmed
    assert played.result["pages_confirmed"] <= promised
    assert case.confirmed in (None, played.result["pages_confirmed"])
    assert not played.modem.off_hook
    assert "DCN" not in played.diary.heard[:-1]
    assert "Traceback" not in played.said
