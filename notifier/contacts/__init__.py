# SPDX-License-Identifier: GPL-3.0-or-later
"""The address books as a window: the list of contacts, the card of one of them, and files in and out."""
