# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line does to sound, and that a seed makes it the same again."""

from __future__ import annotations

import numpy as np
import pytest

from faxcore.exchange.audio import ZERO_DBM0_RMS, Dropouts, Path, make_announcement
from faxcore.exchange.library import Samples
from faxcore.exchange.settings import Impairments

TICK = 80


def through(path: Path, samples: Samples) -> Samples:
    """The samples as they come out, tick by tick."""
    return np.concatenate([path.pass_on(samples[i : i + TICK]) for i in range(0, len(samples), TICK)])


def ramp(count: int) -> Samples:
    """Samples that are all different."""
    return np.arange(1, count + 1, dtype=np.int16)


@pytest.mark.parametrize(("ms", "samples"), [(0, 0), (5, 40), (40, 320), (133, 1064)])
def test_sound_comes_out_later_and_whole(ms: int, samples: int) -> None:
    sound = ramp(2400)
    heard = through(Path((), ms, (0,)), sound)
    assert not heard[:samples].any()
    assert np.array_equal(heard[samples:], sound[: 2400 - samples])


def test_the_delays_of_both_lines_add_up() -> None:
    heard = through(Path((Impairments(delay_ms=10), Impairments(delay_ms=20)), 10, (0,)), ramp(800))
    assert heard[319] == 0 and heard[320] == 1


def test_attenuation_is_in_decibels() -> None:
    loud = np.full(800, 10_000, dtype=np.int16)
    heard = through(Path((Impairments(attenuation_db=20.0),), 0, (0,)), loud)
    assert set(heard.tolist()) == {1000}


def test_noise_has_its_level_and_its_seed() -> None:
    silence = np.zeros(80_000, dtype=np.int16)
    noisy = (Impairments(noise_dbm0=-30.0),)
    heard = through(Path(noisy, 0, (1, 2)), silence)
    level = 20 * np.log10(np.sqrt(np.mean(heard.astype(float) ** 2)) / ZERO_DBM0_RMS)
    assert level == pytest.approx(-30.0, abs=0.3)
    assert np.array_equal(heard, through(Path(noisy, 0, (1, 2)), silence))
    assert not np.array_equal(heard, through(Path(noisy, 0, (1, 3)), silence))


def test_loud_sound_with_noise_is_clipped_not_wrapped() -> None:
    loud = np.full(8000, 32_767, dtype=np.int16)
    heard = through(Path((Impairments(noise_dbm0=-10.0),), 0, (0,)), loud)
    assert heard.min() > 0


def test_dropouts_come_as_often_and_last_as_long_as_asked() -> None:
    dropouts = Dropouts(60, 50, np.random.default_rng(5))
    mask = np.concatenate([dropouts.open(TICK) for _ in range(60_000)])  # ten minutes
    edges = np.flatnonzero(np.diff(mask))
    dead = edges[1::2] - edges[::2] if len(edges) % 2 == 0 else edges[1::2] - edges[:-1:2]
    assert 500 < len(dead) < 700
    assert np.median(dead) == 400


def test_spread_dropouts_are_one_in_each_span_and_the_seed_chooses_where() -> None:
    spans = 200

    def places(seed: int) -> list[int]:
        path = Path((Impairments(dropout_in_seconds=5, dropout_ms=60),), 0, (seed,))
        sound = np.full(TICK, 1000, dtype=np.int16)
        heard = np.concatenate([path.pass_on(sound) for _ in range(spans * 500)]).reshape(spans, 40_000)
        assert ((heard == 0).sum(axis=1) == 480).all()
        starts = (heard == 0).argmax(axis=1)
        assert all((heard[span, start : start + 480] == 0).all() for span, start in enumerate(starts))
        return list(map(int, starts))

    found = places(3)
    assert min(found) < 4000 and max(found) > 35_000
    assert found == places(3)
    assert found != places(4)


def test_the_announcement_is_three_tones() -> None:
    sound = make_announcement(2.0)
    assert len(sound) == 16_000
    assert all(np.abs(sound[start : start + 2000]).max() > 1000 for start in (0, 2640, 5280))
    assert not sound[8000:].any()
