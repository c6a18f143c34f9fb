# SPDX-License-Identifier: GPL-3.0-or-later
"""Alembic's scripts: one a change of the tables. One that has been released is never edited."""
