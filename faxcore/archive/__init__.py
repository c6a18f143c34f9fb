# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive of what was sent, as it was sent."""
