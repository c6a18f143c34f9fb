# SPDX-License-Identifier: GPL-3.0-or-later
"""Cut the power many times: python -m tests.support.power_cut CUTS SEED

Each flow is recorded once, and cut CUTS times with the seeds from SEED on. Each cut that broke a promise is shown with
its traceback; each flow has a line of figures. Ends with 0 if no promise was broken.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback

from tests.support.power_cut.cutting import choose_cut, cut_power
from tests.support.power_cut.flows import FLOWS
from tests.support.power_cut.recording import Recording, folder_in_memory, play_flow


def main(cuts: int, seed: int) -> int:
    """Cut, and count."""
    failed = 0
    for flow in FLOWS:
        with folder_in_memory() as base:
            begun, broken = time.monotonic(), 0
            recording = Recording(base, play_flow(flow))
            for number in range(seed, seed + cuts):
                try:
                    cut_power(recording, flow, choose_cut(recording, number))
                except AssertionError:
                    broken += 1
                    traceback.print_exc()
            seconds = time.monotonic() - begun
            figures = f"{cuts} cuts in {len(recording.records)} operations, {broken} broke a promise"
            print(f"{flow}: {figures}; {seconds:.0f} s", flush=True)
            failed += broken
    return failed


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    sys.exit(1 if main(int(sys.argv[1]), int(sys.argv[2])) else 0)
