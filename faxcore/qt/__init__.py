# SPDX-License-Identifier: GPL-3.0-or-later
"""What the windows share: the link to the service, styles, languages, messages."""
