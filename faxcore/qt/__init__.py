# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts that the windows share: the link to the service, styles, languages, messages."""
