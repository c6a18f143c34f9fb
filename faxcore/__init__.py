# SPDX-License-Identifier: GPL-3.0-or-later
"""The fax service of Facteur: telephone lines, T.30, T.4, the queue and its promises."""

__version__ = "0.1.0"
