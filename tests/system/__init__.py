# SPDX-License-Identifier: GPL-3.0-or-later
"""The third ring: everything real but the telephone network, foreign programs too. It waits for line time."""
