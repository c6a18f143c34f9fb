# SPDX-License-Identifier: GPL-3.0-or-later
"""The questions of a support desk: each thing looked at, and what to do about it."""
