# SPDX-License-Identifier: GPL-3.0-or-later
"""What a support desk asks: each thing looked at, and what to do about it."""
