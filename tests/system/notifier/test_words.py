# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a fax and its calls, put together from what the service says: whole sentences, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PyQt6.QtWidgets import QApplication, QTreeWidgetItem

from faxcore.contract.messages import Progress, Step
from faxcore.contract.sent_fax import Call, Job
from faxcore.contract.service_status import Line, LineState
from faxcore.i18n import translate, use_languages
from faxcore.lines.progress import in_words
from faxcore.model.call import Outcome
from faxcore.model.job import JobKind, State
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.queue.scheduler import CANCELLED
from faxcore.store.restored import HELD
from notifier.fax import of_job
from notifier.faxes.details_panel import DetailsPanel
from notifier.faxes.entry import enter_fax
from notifier.faxes.fax_words import notice_of, title_of
from notifier.joining import begin_sentence, join_sentences
from notifier.line_words import LinesNow
from notifier.sending_words import of_failed, of_sent, of_uncertain, of_way

BUSY = Sentence("The end is busy.")
LOST = Sentence("All pages went out, but the last confirmation was lost: the fax may have arrived.")
REASONS = (NOTHING, BUSY, LOST, CANCELLED, Sentence(HELD.text, {"time": "2026-11-28 18:00"}))


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    use_languages(request.param)
    yield request.param
    use_languages("en")


def job(state: State = State.DONE, reason: Sentence = NOTHING, **more: object) -> Job:
    about = {"number": "0199000002", "pages": 6, "created": "2026-11-28T12:00:00Z", "changed": ""}
    about |= dict.fromkeys(("title", "recipient", "subject", "header"), "")
    return Job(id="1", state=state, reason=reason, **about, **more)  # type: ignore[arg-type]


def call(outcome: Outcome | None, reason: Sentence = NOTHING, **more: object) -> Call:
    return Call("2026-11-28T12:00:00Z", "line-1", outcome, reason, **more)  # type: ignore[arg-type]


def told_of(panel: DetailsPanel, shown: Job, *calls: Call) -> list[str]:
    """What the window says of a fax in the list, above its page, and of each call."""
    entry = enter_fax(of_job(shown))
    assert entry.fax is not None
    panel.show_fax(entry.fax)
    panel.show_calls(calls)
    items = [panel.calls.topLevelItem(row) for row in range(panel.calls.topLevelItemCount())]
    return [*filter(None, (entry.about, notice_of(entry))), *(words(item) for item in items if item is not None)]


def words(item: QTreeWidgetItem) -> str:
    return item.text(2) or item.text(0)


def find_faults(text: str) -> list[str]:
    """Find what no person would write: two ends of a sentence in a row, a comma behind one, the same twice."""
    found = re.findall(r"[.!?…]\s?[,;.]", text)
    found += [text] if re.search(r"\b(\w{4,})\W{1,4}\1\b", text, re.IGNORECASE) else []
    sentences = [each.strip(" .").casefold() for each in re.split(r"(?<=[.!?])\s", text)]
    return found + [each for each in sentences if sentences.count(each) > 1]


def test_whatever_happened_is_said_in_whole_sentences(qapp: QApplication, language: str) -> None:
    panel = DetailsPanel()
    facts = {"rate": 14400, "seconds": 35.0, "remote_id": "+33 1 99 00 00 02"}
    for state in State:
        for reason in REASONS:
            for kind in JobKind:
                calls = [call(outcome, reason, **more) for outcome in (None, *Outcome) for more in ({}, facts)]
                for text in told_of(panel, job(state, reason, kind=kind), *calls):
                    assert text and not find_faults(text), (state, text)
                    assert text[0].isupper() or text[0].isdigit(), text


def test_where_a_call_is_is_said_once(qapp: QApplication, language: str) -> None:
    for step in Step:
        shown = job(State.ACTIVE, progress=in_words(Progress("c", step, page=3), 6))
        state = of_job(shown).state
        assert not find_faults(state) and state[0].isupper(), state
        assert translate(shown.progress).casefold() in state.casefold()
    page = of_job(job(State.ACTIVE, progress=in_words(Progress("c", Step.PAGE, page=3), 6))).state
    assert page == {"en": "Sending page 3 of 6", "fr": "Envoi de la page 3 sur 6"}[language]


def test_a_cancelled_fax_was_called_or_never_will_be(qapp: QApplication) -> None:
    panel = DetailsPanel()
    assert told_of(panel, job(State.CANCELLED, CANCELLED)) == ["Cancelled", "Cancelled", "No call was made."]
    assert told_of(panel, job(State.READY)) == ["Waiting for its turn", "No call yet."]
    uncertain = told_of(panel, job(State.UNCERTAIN, LOST), call(Outcome.UNCONFIRMED, LOST, rate=14400))
    assert uncertain == [
        "Uncertain: please decide",
        f"{LOST} Ask the recipient whether the fax arrived.",
        f"{LOST} 14400 bit/s",
    ]


def test_a_fetched_document_is_not_sent(qapp: QApplication, language: str) -> None:
    panel = DetailsPanel()
    fetching = job(State.ACTIVE, kind=JobKind.FETCH)
    sending = {"en": ("Sending", "confirmed"), "fr": ("Envoi", "confirmée")}[language]
    for shown in (fetching, job(State.DONE, kind=JobKind.FETCH), job(State.FAILED, BUSY, kind=JobKind.FETCH)):
        said = told_of(panel, shown, call(None), call(Outcome.OK))
        title = title_of(enter_fax(of_job(shown)))
        said.append(title)
        assert not [word for word in sending if any(word in text for text in said)], said
        assert title.startswith({"en": "From ", "fr": "De "}[language])


def test_sentences_are_joined_as_a_person_would() -> None:
    assert join_sentences("Cancelled", "Cancelled.") == "Cancelled"
    assert join_sentences("Failed", "The end is busy.") == "Failed. The end is busy."
    assert join_sentences("The end is busy.", "14400 bit/s, 35 s") == "The end is busy. 14400 bit/s, 35 s"
    assert join_sentences("He said “why?”", "So.") == "He said “why?” So."
    assert join_sentences("", " ", "One", "one.", "Two") == "One. Two"
    assert join_sentences() == begin_sentence("") == ""
    assert begin_sentence("émission") == "Émission"


def test_one_free_line_is_one(language: str) -> None:
    for free, said in ((0, "libre"), (1, "libre"), (2, "libres")):
        lines = tuple(Line(str(n), LineState.IDLE if n < free else LineState.SENDING) for n in range(3))
        summary = LinesNow(lines, datetime(2026, 11, 28, tzinfo=UTC)).summary
        assert summary == {"en": f"{free} of 3 free", "fr": f"{free} sur 3 {said}"}[language]


def test_popups_say_nothing_twice_and_end_their_sentences(qapp: QApplication, language: str) -> None:
    given_up = Sentence("{reason} Given up: {limit}.", {"reason": BUSY, "limit": Sentence("as many calls as allowed")})
    for reason in (*REASONS, given_up):
        for dials, last in ((0, ""), (1, "2026-11-28T12:00:00Z"), (5, "2026-11-28T12:00:00Z")):
            told = job(State.FAILED, reason, dials=dials, confirmed=1)
            waiting = job(State.SLEEPING, reason, next_try=last)
            for notice in (of_failed(told, last), of_uncertain(told), of_sent(told, always=True), of_way(waiting)):
                text = "\n".join((notice.summary, *filter(None, notice.lines)))
                assert not find_faults(text), text
                assert "{" not in text and notice.bare
                assert text == text.strip() and "\n " not in text
    failed = of_failed(job(State.FAILED, given_up, dials=5), "2026-11-28T12:00:00Z")
    assert failed.lines[0].startswith(translate(BUSY).rstrip(".") + " (5 "), "how often says that it was given up"
