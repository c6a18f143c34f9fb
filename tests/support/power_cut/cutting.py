# SPDX-License-Identifier: GPL-3.0-or-later
"""Cuts the power of a recorded flow, at a moment and with a choice of what is left that a seed decides."""

from __future__ import annotations

import asyncio
import random
import shutil
from dataclasses import dataclass

from tests.support.power_cut.after_cut import check
from tests.support.power_cut.disk_after_cut import Loss
from tests.support.power_cut.recording import Recording

SECONDS = 60


@dataclass(frozen=True)
class PowerCut:
    """One cut: after how many operations, and by what rules."""

    at: int
    loss: Loss
    seed: int = 0

    def __str__(self) -> str:
        return f"seed {self.seed}, cut after operation {self.at}, lost: {self.loss.value}"


def cut_after(recording: Recording, words: str) -> PowerCut:
    """The harshest cut right after these words were given, or seen by the far end."""
    at = next(number for number in recording.words if recording.records[number - 1].data.startswith(words.encode()))
    return PowerCut(at, Loss.ALL)


def choose_cut(recording: Recording, seed: int) -> PowerCut:
    """Choose a cut by a seed: half of them right after a word was given, where most is owed."""
    choose = random.Random(seed)
    anywhere = choose.randint(recording.begin, len(recording.records))
    at = choose.choice(recording.words) if choose.random() < 0.5 else anywhere
    return PowerCut(at, choose.choice(list(Loss)), seed)


def cut_power(recording: Recording, flow: str, cut: PowerCut) -> None:
    """Cut the power, and live on with what is left. AssertionError, with the cut, if a promise is broken."""
    shutil.rmtree(recording.folder)
    recording.disk_at(cut.at).build_after_cut(recording.folder, random.Random(cut.seed), cut.loss)
    try:
        asyncio.run(asyncio.wait_for(check(recording.folder, flow), SECONDS))
    except Exception as error:
        raise AssertionError(f"{flow}, {cut}: {type(error).__name__}: {error}") from error
