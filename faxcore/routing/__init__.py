# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a fax goes: which numbers may be called and how, and whose a received fax is."""
