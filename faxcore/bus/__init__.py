# SPDX-License-Identifier: GPL-3.0-or-later
"""The system bus: the service's gate, and the client that every other program uses."""
