# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of the service's state, made while it works, and restored where there is none yet."""
