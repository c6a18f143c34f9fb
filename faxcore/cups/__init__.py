# SPDX-License-Identifier: GPL-3.0-or-later
"""Facteur as a printer: the backend that cupsd runs, and the printer's queue."""
