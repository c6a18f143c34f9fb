# SPDX-License-Identifier: GPL-3.0-or-later
"""The window in which a printed document gets its recipient."""
