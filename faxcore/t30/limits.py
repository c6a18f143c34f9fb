# SPDX-License-Identifier: GPL-3.0-or-later
"""All limits and tries of a call, each with its clause of T.30, or "ours" where the Recommendation has none.

Times are in seconds. Absent are T3 (operator alerted by PRI-x: here nobody is, so PRI-x is answered like its plain
form), and T6, T7 and T8 (V.34 and TNR, which no Class 1 modem of ours speaks). How long a command may come behind our
answer and still be a repeat follows from the agreed format: `repeated_command`. The modem's own limits are in
faxcore/modem, those of the carriers in faxcore/line.
"""

from __future__ import annotations

from typing import Final

T1: Final = 35.0
"""Identification, from the end of dialling or from going off hook: 35 +- 5 s (5.4.3.1)."""
T2: Final = 6.0
"""The receiver's wait for a command, or for the carrier of a page: 6 +- 1 s (5.4.3.1)."""
T4: Final = 3.0
"""The sender's wait for a response: 3.0 s +- 15 % (5.4.3.1)."""
T5: Final = 60.0
"""RNR at most, from the first one: 60 +- 5 s (A.5.4.2)."""
TRIES: Final = 3
"""Times that a command goes out in all (5.4.2). Ours where a password, or a wait for a DIS, is tried as often."""
CRP_SECONDS: Final = 3.0
"""Seconds behind a page, or behind our CRP, in which a garbled command is asked for again: ours. The command is over
after less than two, and is repeated no sooner than T4 after that: CRP, which takes 1.3 s, must not meet it.
"""
PPR_LIMIT: Final = 4
"""PPRs for one block, the last of which is answered with CTC or EOR (A.1.3); each CTC begins to count anew (A.4.1)."""
RESENDS: Final = 2
"""Times that a page which the other end refused or has not heard is sent again: ours."""
PATIENCE: Final = 40
"""Carriers without a usable command after which the receiver gives up: ours."""
ROUNDS: Final = 80
"""Commands without any progress after which a receiver gives a call up: ours."""
LONGEST_CALL: Final = 7200.0
"""Seconds after which a call is ended, between two pages: ours. A machine that never stops must not hold a line for
ever.
"""
LAST_SECONDS: Final = 15.0
"""Seconds that a receiver which has confirmed everything waits for DCN, or for EOP again: ours. The sender asks three
times, and the last confirmation matters most.
"""
TRAINING_SECONDS: Final = 1.5
"""Seconds of zeros in a training check (TCF), which a sender sends: 1.5 s +- 10 % (5.3.6.1.3). How many of them have to
arrive, T.30 leaves to the receiver.
"""
TRAINING_RUN: Final = 2 / 3
"""Share of a training check that has to arrive as zeros without a break, where nothing corrects the pages: ours."""
TRAINING_RUN_CORRECTED: Final = 1 / 4
"""The same with error correction: ours. What a drop-out takes of a page is sent again; what it takes of a training
check would cost one of the caller's few tries.
"""
TRAINING_ONES: Final = 0.1
"""Share of ones from which a training check is not good: ours."""
TRAINING_WAIT: Final = 4.0
"""Seconds from the DCS in which the carrier of the training check has to begin: ours. It comes after 1.5 s, is over
after 3 s, and then the sender listens for T4: on a line on which nothing trains, FTT has to be sent in that time.
"""
FAIR: Final = 0.05
"""Share of bad rows up to which a page is confirmed (MCF): ours, as T.30 leaves it to the maker."""
POOR: Final = 0.15
"""Share of bad rows up to which it is confirmed with a wish to train again (RTP): ours."""
WORST_RUN: Final = 40
"""Bad rows in a row (5 mm of a fine page) from which a page is not accepted: ours. A line of text would be missing."""
FULL_MM: Final = 270.0
"""Millimetres of a page without RTC from which only the end of its last lines can be missing: ours. A shorter one may
have been cut off in the middle, so it is not accepted.
"""
BLOCK_BITS: Final = 256 * 262 * 8
"""Bits of the longest block of error correction (T.4, A.3.2), and of most pages without: as long as that, a
sender whose carrier cannot be followed is waited for.
"""
MAX_PAGE_OCTETS: Final = 4 * 1024 * 1024
"""Most coded octets of one page: ours, four times the largest page, uncompressed."""
