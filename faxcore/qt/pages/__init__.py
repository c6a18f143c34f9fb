# SPDX-License-Identifier: GPL-3.0-or-later
"""Fax pages on the screen: as pictures, as paper, and with the ways to look at them closely."""
