# SPDX-License-Identifier: GPL-3.0-or-later
"""The fourth ring: the packages on a whole Debian that was booted with systemd; `packaging/check --booted` runs it."""
