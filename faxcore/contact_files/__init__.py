# SPDX-License-Identifier: GPL-3.0-or-later
"""Address books and lists of recipients as files: CSV and vCard, read and written."""
