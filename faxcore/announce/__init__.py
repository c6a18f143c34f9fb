# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be told to whom, kept until it has been told."""
