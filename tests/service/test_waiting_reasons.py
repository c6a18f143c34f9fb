# SPDX-License-Identifier: GPL-3.0-or-later
"""The reasons why faxes wait are found once for everybody who asks in the same moment, and never told when stale."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxcore.config import Config, LineConfig, NumberConfig
from faxcore.config.current import CurrentConfig
from faxcore.model.job import State
from faxcore.model.line_direction import LineDirection
from faxcore.queue.waiting_reasons import MOMENT_SECONDS, WaitingReasons
from faxcore.store.store import Store
from tests.support.many_faxes import Ids, add_jobs

LINE = LineConfig("one", Path("/dev/one"), "", (NumberConfig("0188000001"),))


def test_they_are_found_anew_for_whatever_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "state")
    add_jobs(store, "anne", 3, State.READY, Ids())
    config, now, looks = CurrentConfig(Config(lines=(LINE,))), [100.0], [0]
    reasons = WaitingReasons(store, config, lambda: now[0])
    look = store.turns.candidates

    def count(busy: Collection[str], **more: Any) -> Any:
        looks[0] += 1
        return look(frozenset(busy), **more)

    monkeypatch.setattr(store.turns, "candidates", count)
    three, two = Counter({State.READY: 3}), Counter({State.READY: 2, State.ACTIVE: 1})
    (held,) = reasons.explain(three, [])
    assert held.faxes == 3 and "in a call" in str(held.reason)
    assert reasons.explain(three, []) == (held,) and looks == [1], "who asks in the same moment is told the same"
    assert reasons.explain(three, [LINE]) == (), "a line that is free counts at once"
    assert reasons.explain(two, [LINE]) == () and looks == [3]
    config.value = Config(lines=(replace(LINE, direction=LineDirection.IN),))
    (held,) = reasons.explain(two, [LINE])
    assert "No line may call" in str(held.reason) and looks == [4]
    now[0] += MOMENT_SECONDS
    reasons.explain(two, [LINE])
    assert looks == [5], "the hour may have come in which a line dials"
    store.close()
