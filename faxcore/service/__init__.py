# SPDX-License-Identifier: GPL-3.0-or-later
"""The service at work: lines supervised, jobs sent, calls answered, people told. No D-Bus and no SQL in here."""
