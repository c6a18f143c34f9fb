# SPDX-License-Identifier: GPL-3.0-or-later
"""Our codecs beside their peers, on the same pages in one run. Run by hand: `python -m tests.benchmarks`.

Never a test: how long something takes depends on who else is at work on the machine, ratios taken in one run hardly do.
"""
