# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of a job in HylaFAX's `doneq` and `sendq`, as sendq(5) has it: lines of "tag:value", a backslash at the end
of one that goes on in the next, and the last of two with the same tag counts; documents have one line each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text

LARGEST: Final = 256 * 1024
"""Octets of such a file; HylaFAX's have a thousand."""
_MOST_DOCUMENTS: Final = 100
_WHOLE: Final = re.compile(r"[0-9]{1,10}", re.ASCII)
_DOCUMENT: Final = re.compile(r"!?(?:tiff|postscript|pdf|pcl|data)")
"""The tags of documents; with a mark behind they have been prepared for sending, which leaves them as they are."""
DONE, FAILED = 7, 8
"""The states of a job that is over."""


class NoJob(Exception):
    """A file is not that of a job; `sentence` says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True)
class JobFile:
    """One job."""

    number: str
    """HylaFAX's number of the job, which begins anew now and then."""
    state: int
    owner: str
    sender: str
    to: str
    """The number, as the sender wants it shown, or as it was dialled."""
    sub_address: str
    receiver: str
    company: str
    subject: str
    tag: str
    """The words by which its sender knows it."""
    status: str
    """The reason why it failed; empty if it did not."""
    commid: str
    """Of its last call."""
    at: datetime
    """The time at which it was last to be sent."""
    pages: int
    confirmed: int
    dials: int
    tries: int
    is_fax: bool
    """False for a message to a pager, and for an order to fetch a document."""
    documents: tuple[str, ...]
    """The paths of its documents in the spool, in their order."""

    @property
    def key(self) -> str:
        """The same for the same job: its number alone is used again."""
        return "\t".join((self.number, self.commid, self.to, f"{self.at:%Y-%m-%dT%H:%M:%SZ}"))

    @property
    def whose(self) -> str:
        """The name of the person who sent it, as HylaFAX knows them; empty if it does not tell."""
        return self.owner or self.sender.partition("@")[0]


def parse_job(content: bytes) -> JobFile:
    """Read the file of a job. NoJob if it is none."""
    if len(content) > LARGEST:
        raise NoJob(Sentence("It is too large for the file of a job."))
    values: dict[str, str] = {}
    documents = []
    for tag, value in _read_lines(content.decode("utf-8", "replace")):
        if _DOCUMENT.fullmatch(tag):
            documents.append(value.rpartition(":")[2])
        else:
            values[tag] = clean_text(value)
    if len(documents) > _MOST_DOCUMENTS:
        raise NoJob(Sentence("It has more documents than a fax can have."))
    to = values.get("external") or values.get("number", "")
    if not to:
        raise NoJob(Sentence("It names no number."))
    return JobFile(
        number=str(_read_whole(values, "jobid")),
        state=_read_whole(values, "state"),
        owner=values.get("owner", ""),
        sender=values.get("mailaddr", ""),
        to=to,
        sub_address=values.get("subaddr", ""),
        receiver=values.get("receiver", ""),
        company=values.get("company", ""),
        subject=values.get("regarding", ""),
        tag=values.get("jobtag", ""),
        status=values.get("status", ""),
        commid=values.get("commid", ""),
        at=datetime.fromtimestamp(_read_whole(values, "tts"), UTC),
        pages=_read_whole(values, "totpages"),
        confirmed=_read_whole(values, "npages"),
        dials=_read_whole(values, "totdials"),
        tries=_read_whole(values, "tottries"),
        is_fax=values.get("jobtype", "facsimile") == "facsimile" and "poll" not in values,
        documents=tuple(documents),
    )


def _read_lines(text: str) -> Iterator[tuple[str, str]]:
    whole = ""
    for line in text.split("\n"):
        if line.endswith("\\"):
            whole += line[:-1] + " "
            continue
        tag, colon, value = (whole + line).partition(":")
        whole = ""
        if colon:
            yield tag.strip(), value.strip()


def _read_whole(values: Mapping[str, str], tag: str) -> int:
    text = values.get(tag, "0" if tag.startswith(("tot", "npages")) else "")
    if not _WHOLE.fullmatch(text):
        raise NoJob(Sentence("Its {tag} is no number: {text}.", {"tag": tag, "text": text or "?"}))
    return int(text)
