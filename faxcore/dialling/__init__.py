# SPDX-License-Identifier: GPL-3.0-or-later
"""Which numbers may be called, and what is dialled for them."""
