# SPDX-License-Identifier: GPL-3.0-or-later
"""The second ring: the real service, its store and its processes, with line workers that play a script."""
