# SPDX-License-Identifier: GPL-3.0-or-later
"""The owners of a received fax, and the folder for it."""
