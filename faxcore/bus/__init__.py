# SPDX-License-Identifier: GPL-3.0-or-later
"""The service on the system bus: its contract, its server side, and the client that every other program uses."""
