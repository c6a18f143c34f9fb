# SPDX-License-Identifier: GPL-3.0-or-later
"""The words between processes: the bus contract, the line worker's messages, and the one codec for both."""
