# SPDX-License-Identifier: GPL-3.0-or-later
"""One line: its modem, the calls on it, and what the service hears of them."""
