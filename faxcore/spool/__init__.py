# SPDX-License-Identifier: GPL-3.0-or-later
"""What must survive: the database, the documents on disk, the queue's policy, the names in the archive."""
