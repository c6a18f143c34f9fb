# SPDX-License-Identifier: GPL-3.0-or-later
"""Modems: the serial port, the AT dialogue, and the Class 1 driver (T.31)."""
