# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a call as HylaFAX notes it, a sentence with or without a number such as {E003}, as one of our outcomes."""

from __future__ import annotations

import re
from typing import Final

from faxcore.hylafax.log_records import LogRecord, Record
from faxcore.model.call import Outcome
from faxcore.model.sentence import NOTHING, Sentence

_NUMBER: Final = re.compile(r"\{E([0-9]{3})\}", re.ASCII)
_BY_NUMBER: Final = {
    1: Outcome.BUSY,
    2: Outcome.NO_FAX,
    3: Outcome.NO_ANSWER,
    4: Outcome.NO_DIALTONE,
    7: Outcome.NO_FAX,
    8: Outcome.NO_FAX,
    9: Outcome.LINE_LOST,
    10: Outcome.REJECTED,
    102: Outcome.TIMEOUT,
    105: Outcome.CANNOT_TRAIN,
    126: Outcome.TIMEOUT,
    128: Outcome.REMOTE_DCN,
    308: Outcome.REJECTED,
    324: Outcome.NO_DOCUMENT,
    344: Outcome.LOCAL_ABORT,
    345: Outcome.LOCAL_ABORT,
    348: Outcome.REJECTED,
    350: Outcome.REJECTED,
    351: Outcome.PASSWORD,
}
_BY_WORDS: Final = (
    ("busy", Outcome.BUSY),
    ("no answer", Outcome.NO_ANSWER),
    ("dialtone", Outcome.NO_DIALTONE),
    ("no carrier", Outcome.NO_FAX),
    ("without handshake", Outcome.NO_FAX),
    ("data connection", Outcome.NO_FAX),
    ("abort", Outcome.LOCAL_ABORT),
    ("killed", Outcome.LOCAL_ABORT),
    ("failure to train", Outcome.CANNOT_TRAIN),
    ("disconnected", Outcome.REMOTE_DCN),
    ("rejected", Outcome.REJECTED),
    ("permission denied", Outcome.REJECTED),
    ("locked", Outcome.MODEM),
)
"""Where there is no number: words that stand in a sentence, the first that do."""


def judge(record: LogRecord) -> tuple[Outcome, Sentence]:
    """Tell how a call ended, and why in HylaFAX's own words."""
    if record.kind is Record.CALL:
        return Outcome.NO_FAX, quote(record.reason) or Sentence("HylaFAX has noted a call that brought no fax.")
    if not record.reason:
        if record.pages or not record.is_out:
            return Outcome.OK, NOTHING
        return Outcome.PROTOCOL, Sentence("HylaFAX has noted no page, and no reason.")
    numbered = _NUMBER.search(record.reason)
    found = _BY_NUMBER.get(int(numbered[1])) if numbered else None
    if found is None:
        words = record.reason.lower()
        found = next((outcome for part, outcome in _BY_WORDS if part in words), None)
    return found or (Outcome.OK_PARTIAL if record.pages else Outcome.PROTOCOL), quote(record.reason)


def quote(words: str) -> Sentence:
    """Make a sentence of HylaFAX's own words; none of none."""
    return Sentence("HylaFAX has noted: {words}", {"words": words}) if words else NOTHING
