# SPDX-License-Identifier: GPL-3.0-or-later
"""The mailer: a process that has the network and the mail server's password, and no house."""
