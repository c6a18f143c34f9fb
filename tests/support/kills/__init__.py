# SPDX-License-Identifier: GPL-3.0-or-later
"""Promises P1 to P3 on the whole house: everything in it is killed again and again while faxes go from line to line."""
