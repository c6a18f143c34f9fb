# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling people what has happened to their faxes."""
