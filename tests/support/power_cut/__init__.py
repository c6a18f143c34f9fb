# SPDX-License-Identifier: GPL-3.0-or-later
"""A power cut: what is done to the disk is recorded, and what a cut would have left of it is built and lived with."""
