# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers that may be called, and what is dialled for them."""
