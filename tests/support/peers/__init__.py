# SPDX-License-Identifier: GPL-3.0-or-later
"""Foreign fax programs on the simulated exchange, each driven the same way: send a TIFF, receive into a folder."""
