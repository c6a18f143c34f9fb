# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that must survive: the database, and the documents on disk."""
