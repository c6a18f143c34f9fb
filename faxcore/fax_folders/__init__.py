# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of faxes outside of the service's own: their disks, the names in them, and faxes on their way into them."""
