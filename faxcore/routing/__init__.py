# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a received fax is, and where it is put."""
