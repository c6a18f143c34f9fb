# SPDX-License-Identifier: GPL-3.0-or-later
"""What must survive: the database, the documents on disk, and what is written again until the disk takes it."""
