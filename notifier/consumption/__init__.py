# SPDX-License-Identifier: GPL-3.0-or-later
"""The consumption window: what one's calls came to, and how much of each limit is left."""
