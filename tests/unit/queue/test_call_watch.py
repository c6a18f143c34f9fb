# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of a call, put together from what its line says once each."""

from __future__ import annotations

from faxcore.contract.messages import Progress, Step
from faxcore.contract.sent_fax import LiveCall
from faxcore.queue.call_watch import CallWatch


def test_what_was_said_once_is_known_to_the_end() -> None:
    """A worker names the other station when that has answered, and the rate in the training and with each page."""
    time = 0.0
    watch = CallWatch("line-1", 2, lambda: time)
    told = []
    for message in (
        Progress("c", Step.DIALLING),
        Progress("c", Step.NEGOTIATING, remote_id="+33199000099"),
        Progress("c", Step.TRAINING, rate=14400, error_correction=True),
        Progress("c", Step.PAGE, 1, rate=9600, error_correction=True, octets=12_000),
        Progress("c", Step.CONFIRMING, 1),
        Progress("c", Step.NEGOTIATING),
        Progress("c", Step.TRAINING, rate=7200),
        Progress("c", Step.PAGE, 2, rate=7200, octets=12_000),
        Progress("c", Step.CONFIRMING, 2),
    ):
        watch.hear(message)
        told.append((str(watch.view().sentence), watch.view().live))
        time += 5.0
    station = "+33199000099"
    assert told == [
        ("dialling", LiveCall("line-1")),
        ("negotiating", LiveCall("line-1", station)),
        ("training", LiveCall("line-1", station, 0, 14400, True)),
        ("sending page 1 of 2", LiveCall("line-1", station, 1, 9600, True, 29)),
        ("waiting for the confirmation of page 1", LiveCall("line-1", station, 1, 9600, True, 24)),
        ("negotiating", LiveCall("line-1", station, 1, 9600, True, 19)),
        ("training", LiveCall("line-1", station, 1, 7200, False, 15)),
        ("sending page 2 of 2", LiveCall("line-1", station, 2, 7200, False, 25)),
        ("waiting for the confirmation of page 2", LiveCall("line-1", station, 2, 7200, False, 20)),
    ]
