# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending: which job goes to which line, what becomes of it after its call, and what calls have taught."""
