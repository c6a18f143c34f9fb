# SPDX-License-Identifier: GPL-3.0-or-later
"""The first ring: no process, no clock, no other program. Under a minute, so it is run before every commit."""
