# SPDX-License-Identifier: GPL-3.0-or-later
"""What processes say to each other: the bus contract, the line worker's messages, and the one codec for both."""
