# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts, in the order of their numbers."""
